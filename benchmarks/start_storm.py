# SPDX-License-Identifier: Apache-2.0
"""A storm of VM starts on a host of eight nodes: is any memory promised twice, and is it slow?

Hundreds of VMs, more than the host holds, start at once, and one hook in ten is killed at a
random moment. VDSM runs four starts at a time (its _ongoingCreations), however many wait for
it, and so does this; --slots 500 lets all loose. Afterwards it is checked that

    - no node is promised beyond what it has free,
    - every VM that may start has its reservation, of the size and on the nodes of its XML,
    - every VM that was refused has no place, whatever order the locks were taken in,
    - what the killed ones left is reclaimed, and nothing else,
    - the file of reservations was whole whenever it was looked at, and so is every domain XML.

    python benchmarks/start_storm.py --starts 500 --runs 20
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.hosts import load_hosts
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import Machine
from tests.vdsm_hook.storm import Start, check, undecided
from vdsm_hook import interpreter
from vdsm_hook.reservation_file import peek
from vdsm_hook.reservations import from_text

HOST = "numactl:epyc-2s-nps4"
KILLED = 0.1
BOOT = "5d0c2a54-0000-4000-8000-000000000001"


def main() -> int:
    parser = argparse.ArgumentParser(description="A storm of VM starts.")
    parser.add_argument("--starts", type=int, default=500)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--slots", type=int, default=4, help="starts at a time (VDSM: 4)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python", default=sys.executable, help="that runs the hooks")
    args = parser.parse_args()
    print(f"{args.starts} starts, {args.slots} at a time, {os.cpu_count()} CPUs, host {HOST}; ms")
    titles = (
        "seed",
        "started",
        "refused",
        "killed",
        "gave up",
        "unsure",
        "lone",
        "storm",
        "ratio",
        "wrong",
    )
    print("".join(f"{title:>9}" for title in titles))
    ratios, wrong = [], 0
    for seed in range(args.seed, args.seed + args.runs):
        root = Path(tempfile.mkdtemp())
        try:
            machine = Machine(root, load_hosts()[HOST], os.path.realpath(args.python))
            list(interpreter.compile_modules(machine.settings))
            ratio, problems = storm(machine, args.starts, args.slots, seed)
        finally:
            shutil.rmtree(root)
        ratios.append(ratio)
        wrong += len(problems)
        for problem in problems:
            print(f"WRONG: {problem}")
    print(
        f"{wrong} wrong; median hook in the storm {statistics.median(ratios):.2f} times a lone one"
    )
    return 1 if wrong or statistics.median(ratios) > 3 else 0


def storm(machine: Machine, starts: int, slots: int, seed: int) -> tuple[float, list[str]]:
    """The ratio of times, and everything that is wrong."""
    chance = random.Random(seed)
    alone = one_by_one(machine, chance)
    vms = [make(chance, statistics.median(alone)) for _ in range(starts)]
    with Watch(machine) as watch, ThreadPoolExecutor(slots) as pool:
        list(pool.map(lambda start: run(machine, start), vms))
    time.sleep(0.2)  # the workers of hooks that were killed end with them, but not before
    kept = peek(machine.config)
    alone += one_by_one(
        Machine(machine.root / "again", machine.host, machine.settings.python), chance
    )
    lone = statistics.median(alone)
    problems = [*watch.problems, *check(machine, vms), *left_behind(machine, vms)]
    undisturbed = [s.ended - s.began for s in vms if not s.killed]
    median = statistics.median(undisturbed)
    by_vm = {reservation.vm_id: reservation for reservation in kept}
    figures = (
        seed,
        sum(s.rc == 0 for s in vms),
        sum(s.refused for s in vms),
        sum(s.killed for s in vms),
        sum(s.gave_up for s in vms),
        sum(undecided(machine.host, s, vms, by_vm) for s in vms if s.refused),
        f"{lone * 1e3:.1f}",
        f"{median * 1e3:.1f}",
        f"{median / lone:.2f}",
        len(problems),
    )
    print("".join(f"{figure:>9}" for figure in figures), flush=True)
    return median / lone, problems


def one_by_one(machine: Machine, chance: random.Random) -> list[float]:
    """Seconds of hooks that have the host to themselves; before the storm and after it, since
    the machine may be busy with something else."""
    starts = [run(machine, make(chance, 0.0)) for _ in range(20)]
    (machine.run_dir / "reservations").unlink()
    return [start.ended - start.began for start in starts]


def make(chance: random.Random, lone: float) -> Start:
    """A VM of 1 to 24 GiB, wherever it fits or on nodes of its own choice."""
    vm_id = str(uuid.UUID(int=chance.getrandbits(128)))
    gib = chance.choice((1, 1, 2, 2, 2, 4, 4, 8, 16, 24))
    properties = {"numa_nodeset": chance.choice(("auto", "auto", "auto:2", "some"))}
    if properties["numa_nodeset"] == "some":
        nodes = chance.sample(range(8), chance.choice((1, 1, 2, 3)))
        mode = chance.choice(("", "", "interleave:", "restrictive:"))
        properties["numa_nodeset"] = mode + ",".join(map(str, sorted(nodes)))
    if gib > 1 and chance.random() < 0.4:
        properties["numa_topology"] = "2"
    killed = lone and chance.random() < KILLED
    return Start(
        vm_id,
        engine_domain(vcpus=4, memory_gib=gib, disks=3, vm_id=vm_id),
        properties,
        chance.uniform(0, 3 * lone) if killed else None,
        chance.random() < 0.25,
    )


def run(machine: Machine, start: Start) -> Start:
    """One hook, from its start to its end."""
    path = machine.files / start.vm_id
    path.write_bytes(start.xml)
    env = {**os.environ, **start.properties, "vmId": start.vm_id, "_hook_domxml": str(path)}
    start.began = time.monotonic()
    process = subprocess.Popen(
        [machine.script("before_vm_start")], env=env, stdout=-1, stderr=-1, close_fds=False
    )
    if start.kill_after is not None:
        time.sleep(start.kill_after)
        kill(process, start.kill_worker)
    _, err = process.communicate()
    start.ended = time.monotonic()
    start.rc, start.line, start.after = process.returncode, err.decode(), path.read_bytes()
    return start


def kill(process: subprocess.Popen[bytes], worker: bool) -> None:
    if not worker:
        process.kill()
        return
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(children[0]), 9)
    except (OSError, IndexError):
        return  # it has ended already, or not begun


class Watch:
    """Looks at the file of reservations all the time, without a lock."""

    def __init__(self, machine: Machine) -> None:
        self._file = machine.run_dir / "reservations"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.problems: list[str] = []

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.005):
            try:
                text = self._file.read_text()
            except FileNotFoundError:
                continue
            if from_text(text, BOOT)[1]:
                self.problems.append(f"the file of reservations was not whole: {text[-200:]!r}")


def left_behind(machine: Machine, vms: list[Start]) -> Iterator[str]:
    """Some time later the VMs that may start run, and the others do not: one more start."""
    file = machine.run_dir / "reservations"
    machine.configure(start_grace=10)
    text = file.read_text().splitlines()
    for i, line in enumerate(text[1:-1], 1):
        vm_id, made, rest = line.split(" ", 2)
        text[i] = f"{vm_id} {int(made) - 11} {rest}"
    file.write_text("\n".join([*text, ""]))
    running = {start.vm_id for start in vms if start.rc == 0}
    for pid, vm_id in enumerate(sorted(running), 5000):
        machine.vm_process(pid, vm_id, anon="N0=0")
    last = make(random.Random(0), 0.0)
    last.properties = {"numa_nodeset": "preferred:0"}
    run(machine, last)
    found = {reservation.vm_id for reservation in peek(machine.config)}
    if found != running | {last.vm_id}:
        yield f"reclaimed wrongly: {len(running - found)} lost, {len(found - running) - 1} left"


if __name__ == "__main__":
    sys.exit(main())
