# SPDX-License-Identifier: Apache-2.0
"""What numa-affinity costs, and how soon it puts vCPUs back after VDSM's last pin.

Everything is real but for the guests, which do not run: a libvirtd of the benchmark's own, the
service as a process, QEMU's vCPU threads, and VDSM's calls (tests/vdsm_pins.py). Two CPUs of this
machine stand for two nodes.

Many VMs at once is VDSM's burst over all of them, as when a VM with CPUs of its own starts. 200 of
them take 8 GB of memory and minutes to start.

    python benchmarks/affinity.py [--rounds 40] [--domains 10] [--idle 60]

Exit code 1 if the service takes 40 MB or more, or wakes up while nothing happens.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import libvirt

from tests.vdsm_hook.affinity.daemon import MISSING, Daemon, program
from tests.vdsm_hook.affinity.world import AT_HOME, Vm, World, switches

MOST_MB = 40.0
VCPUS = 8
EIGHT = {**AT_HOME, 4: "0", 5: "0", 6: "1", 7: "1"}
_LONGEST = 120


@contextmanager
def world() -> Iterator[World]:
    # libvirtd writes a VM's file for each pin: on hosts that is in memory, below /run
    with tempfile.TemporaryDirectory(prefix="numa-bench-", dir="/dev/shm") as name:
        folder = Path(name)
        folder.chmod(0o711)
        (folder / "world").mkdir()
        with Daemon(folder / "d") as daemon:
            found = World(folder / "world", daemon)
            try:
                yield found
            finally:
                found.close()


def back(found: World, vms: list[Vm], home: dict[int, str]) -> float:
    """Seconds from VDSM's last pin until every vCPU is back."""
    until = time.monotonic() + _LONGEST
    for vm in vms:
        while vm.threads() != home:
            assert time.monotonic() < until, found.log()
            time.sleep(0.005)  # more often, and this program would have a CPU for itself
    return time.monotonic() - found.vdsm.last_pin


def latency(found: World, vms: list[Vm], home: dict[int, str], rounds: int) -> str:
    """Of VDSM's burst over all of these VMs."""
    took, vdsm = [], []
    for _ in range(rounds):
        found.vdsm.recovered_at_once()
        took.append(back(found, vms, home))
        vdsm.append(found.vdsm.took)
        time.sleep(0.2)
    return (
        f"median {statistics.median(took) * 1000:.0f} ms, worst {max(took) * 1000:.0f} ms "
        f"({rounds} rounds; VDSM's own calls: median {statistics.median(vdsm) * 1000:.0f} ms)"
    )


def memory(pid: int) -> tuple[float, float]:
    """MB resident, and MB that are this process's share of it."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kib = {line.split(":")[0]: int(line.split()[1]) for line in text.splitlines()[1:]}
    return kib["Rss"] / 1024, kib["Pss"] / 1024


def cpu_seconds(pid: int) -> float:
    """On the CPU so far, of all its threads."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def idle(found: World, seconds: int) -> tuple[float, int]:
    """CPU seconds an hour, and wakeups in that time, while nothing happens."""
    assert found.service is not None
    used, woken = cpu_seconds(found.service.pid), switches(found)
    time.sleep(seconds)
    more, waked = cpu_seconds(found.service.pid) - used, switches(found) - woken
    return more * 3600 / seconds, waked


def whole_pass(found: World, vms: list[Vm]) -> tuple[float, float]:
    """Seconds from the start of a service that knows nothing until every vCPU is back, and its CPU
    seconds."""
    found.end_service()
    (found.run_dir / "affinity.json").unlink()
    found.vdsm.recovered_at_once()
    started = time.monotonic()
    found.launch()
    assert found.service is not None
    back(found, vms, EIGHT)
    return time.monotonic() - started, cpu_seconds(found.service.pid)


def benchmark(args: argparse.Namespace) -> int:
    with world() as found:
        found.serve()
        assert found.service is not None
        vm = found.vm("one")
        found.vdsm.started("one")
        back(found, [vm], AT_HOME)
        print(f"one VM with 4 vCPUs: {latency(found, [vm], AT_HOME, args.rounds)}")
        hour, woken = idle(found, args.idle)
        allowed = 3 * (args.idle // 5 + 1)
        print(f"idle: {hour:.2f} s of CPU an hour, {woken} wakeups in {args.idle} s (keepalive)")
        many = [_eight(found, f"many{i}") for i in range(args.domains)]
        del found.vdsm.vms["one"]
        for each in many:
            found.vdsm.started(each.name)
        back(found, many, EIGHT)
        text = latency(found, many, EIGHT, max(3, args.rounds // 4))
        print(f"{args.domains} VMs with {VCPUS} vCPUs in one burst: {text}")
        resident, share = memory(found.service.pid)
        kept = "kept" if resident < MOST_MB else "MISSED"
        print(
            f"memory: {resident:.1f} MB resident, {share:.1f} MB its share; {MOST_MB:g} are {kept}"
        )
        took, used = whole_pass(found, many)
        pins = args.domains * VCPUS
        print(f"from its start to {pins} pins: {took:.2f} s, {used:.2f} s of its CPU")
    return int(resident >= MOST_MB or woken > allowed)


def _eight(found: World, name: str) -> Vm:
    vm = found.vm(name)
    vm.domain.setVcpusFlags(VCPUS, libvirt.VIR_DOMAIN_AFFECT_LIVE)
    return vm


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--domains", type=int, default=10, help="VMs of QEMU in one burst")
    parser.add_argument("--idle", type=int, default=60, metavar="SECONDS")
    args = parser.parse_args()
    if program() is None:
        parser.exit(2, f"affinity.py needs {MISSING}\n")
    return benchmark(args)


if __name__ == "__main__":
    sys.exit(main())
