# SPDX-License-Identifier: Apache-2.0
"""Cases about vCPUs: VDSM pins them everywhere, and the service holds them beside their memory.

VDSM's part is `tests/vdsm_pins.py`, which makes VDSM's calls on the lab's libvirt. What is
compared is Cpus_allowed_list of each vCPU's thread, a second after VDSM's last pin at most.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import libvirt

from tests.vdsm_pins import VdsmPins

from ..affinity import Affinity
from ..case import Result, case
from ..lab import URI, Lab
from ..login import PASSWORD, SASL_USER
from ..vm import Vm

TOPOLOGY = "cpus=0-1 mem=128M nodes=0 / cpus=2-3 mem=128M nodes=1"
CELLS = {0: {0, 1}, 1: {2, 3}}
"""The lab's CPUs of the nodes of these cells."""
EVERYWHERE = "0-6"
WITHIN = 1.0
"""Seconds. In the lab CPUs are emulated, and on a busy machine a call of libvirt takes a hundred
times as long as on a host. The service makes a call for each of VDSM's, and handles two events for
it: so it may take four times as long as VDSM did, if that is more. Both are in the result.
"""
PATIENCE = 10.0
"""Seconds, for what VDSM has no part in, so that nothing says how slow the machine is."""
_RICH_HAS = 2
"""The CPU of the VM with a policy of its own."""


class Host:
    """The lab with a VM that was placed, one that takes a CPU away, and VDSM."""

    def __init__(self, lab: Lab, result: Result) -> None:
        self.lab, self.result = lab, result
        self.slowest = self.slowest_vdsm = 0.0
        self.wrong = self.late = self.slow = 0
        self.checks = 0
        self.vm = Vm(lab, "held", {"numa_topology": TOPOLOGY})
        self.vm.start()
        self.rich = dedicated(lab)
        self.rich.launch(self.rich.xml)
        self.connect()
        self.cells = self._read_cells()

    def connect(self) -> None:
        """libvirt's daemon is another one now."""
        self.connection = lab_connection()
        known = self.vdsm.vms if hasattr(self, "vdsm") else {}
        self.vdsm = VdsmPins(self.connection)
        self.vdsm.vms = known
        for name, vm in known.items():
            vm.domain = self.connection.lookupByName(name)

    def threads(self) -> dict[int, str]:
        """Cpus_allowed_list of each vCPU of the VM."""
        return vcpu_threads(self.vm.pid)

    def _read_cells(self) -> dict[int, int]:
        """The cell of each vCPU, plugged in or not, as libvirt has it."""
        tree = ElementTree.fromstring(self.connection.lookupByName("held").XMLDesc(0))
        cells = {}
        for cell in tree.iterfind("cpu/numa/cell"):
            for part in cell.attrib["cpus"].split(","):
                low, _, high = part.partition("-")
                for vcpu in range(int(low), int(high or low) + 1):
                    cells[vcpu] = int(cell.attrib["id"])
        return cells

    def wanted(self, taken: set[int]) -> dict[int, str]:
        """Where they have to be, less the CPUs that were taken away."""
        return {vcpu: as_list(CELLS[self.cells[vcpu]] - taken) for vcpu in self.threads()}

    def check(self, what: str, taken: set[int], since: float | None = None) -> None:
        """Are all there within the second?"""
        self._compare(what, self.threads, self.wanted(taken), since)

    def check_other(self, what: str, vm: Vm, cpus: set[int]) -> None:
        """And those of another VM, all on these CPUs?"""
        wanted = dict.fromkeys(vcpu_threads(vm.pid), as_list(cpus))
        self._compare(what, lambda: vcpu_threads(vm.pid), wanted, None)

    def _compare(
        self,
        what: str,
        threads: Callable[[], dict[int, str]],
        wanted: dict[int, str],
        since: float | None,
    ) -> None:
        since = self.vdsm.last_pin if since is None else since
        slowness = self.lab.slowness
        limit = max(WITHIN * slowness, 4 * self.vdsm.took)
        until = since + limit + PATIENCE * slowness
        while (seen := threads()) != wanted and time.monotonic() < until:
            time.sleep(0.02)
        took = time.monotonic() - since
        self.checks += 1
        self.slow += took > WITHIN
        self.slowest = max(self.slowest, took)
        self.slowest_vdsm = max(self.slowest_vdsm, self.vdsm.took)
        self.lab.say(f"{what}: {seen} after {took:.3f} s")
        if seen != wanted:
            self.wrong += 1
            self.result.expect(what, seen, wanted)
        elif took > limit:
            self.late += 1
            self.result.expect_that(f"{what}: in time", False, f"{took:.3f} s, not {limit:.3f} s")


def lab_connection() -> Any:
    """libvirt's, as VDSM logs in."""
    kinds = [libvirt.VIR_CRED_AUTHNAME, libvirt.VIR_CRED_PASSPHRASE]

    def log_in(asked: list[list[Any]], _: object) -> int:
        for each in asked:
            each[4] = SASL_USER if each[0] == libvirt.VIR_CRED_AUTHNAME else PASSWORD
        return 0

    return libvirt.openAuth(URI, [kinds, log_in, None], 0)


def dedicated(lab: Lab) -> Vm:
    """A VM with one vCPU and a CPU of its own, without NUMA settings."""
    vm = Vm(lab, "rich", {}, memory_mib=64)
    for old, new in (
        ("cpuPolicy>none<", "cpuPolicy>dedicated<"),
        ("<cputune/>", f'<cputune><vcpupin vcpu="0" cpuset="{_RICH_HAS}"/></cputune>'),
        ('<vcpu current="4">16</vcpu>', "<vcpu>1</vcpu>"),
        ('sockets="16"', 'sockets="1"'),
        ('cpus="0-15"', 'cpus="0"'),
    ):
        assert old in vm.xml, old
        vm.xml = vm.xml.replace(old, new)
    return vm


def as_list(cpus: set[int]) -> str:
    """As the kernel writes it, of CPUs that are next to each other or one alone."""
    return f"{min(cpus)}-{max(cpus)}" if len(cpus) > 1 else f"{min(cpus)}"


def vcpu_threads(pid: int) -> dict[int, str]:
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        name, _, rest = (task / "comm").read_text().partition("/")
        if name.startswith("CPU ") and rest:
            status = (task / "status").read_text()
            line = next(x for x in status.splitlines() if x.startswith("Cpus_allowed_list"))
            found[int(name[4:])] = line.split()[1]
    return dict(sorted(found.items()))


@case("VDSM pins vCPUs everywhere, and nothing puts them back", limit=300)
def vcpus_without_service(lab: Lab, result: Result) -> None:
    """The fault that the service is for. Without it the next case could pass on its own."""
    host = Host(lab, result)
    result.expect("after the hook", host.threads(), host.wanted(set()))
    steps: Mapping[str, tuple[Callable[[str], None], str, str]] = {
        "after its start": (host.vdsm.started, "held", EVERYWHERE),
        "when a dedicated VM starts": (host.vdsm.started, "rich", "0-1,3-6"),
        "when a dedicated VM ends": (host.vdsm.ended, "rich", EVERYWHERE),
    }
    for what, (step, name, seen) in steps.items():
        step(name)
        time.sleep(WITHIN)
        result.expect(what, set(host.threads().values()), {seen})
    host.vm.lab.virsh("setvcpus", "held", "6", "--live")
    host.vdsm.changed("held")
    time.sleep(WITHIN)
    result.expect("when a vCPU is plugged", host.threads(), dict.fromkeys(range(6), EVERYWHERE))
    result.host = [f"vCPU {vcpu}: CPUs {cpus}" for vcpu, cpus in host.threads().items()]


@case("VDSM pins vCPUs everywhere, and the service puts them back", limit=5400)
def vcpus_held(lab: Lab, result: Result) -> None:
    host, service = Host(lab, result), Affinity(lab)
    service.start()
    for number in range(lab.rounds):
        lab.say(f"--- round {number}")
        _round(host, service, number)
    text = service.state()
    result.host = [f"vCPU {vcpu}: CPUs {cpus}" for vcpu, cpus in host.threads().items()]
    result.note = [
        f"{lab.rounds} rounds, {host.checks} times looked, {host.wrong} wrong, {host.slow} times"
        f" later than a second; the slowest after {host.slowest * 1000:.0f} ms, where VDSM's own"
        f" calls took up to {host.slowest_vdsm * 1000:.0f} ms",
        f"the last service: {text['pins']} pins put right, {text['events']} events, "
        f"{text['failures']} refused",
    ]
    result.expect("times that vCPUs were not back", host.wrong, 0)
    result.expect("times that they were late", host.late, 0)
    result.expect_that("it was looked as often as was meant", host.checks >= 4 * lab.rounds, "")
    _settles(service, result)


def _round(host: Host, service: Affinity, number: int) -> None:
    """All that VDSM does; the dearer steps in some rounds only."""
    host.vdsm.started("held")
    host.check("after its start", set())
    host.vdsm.started("rich")
    host.check("a dedicated VM starts", {_RICH_HAS})
    if number % 5 == 1:
        service.kill()
        host.vdsm.recovered_at_once()
        service.start()
        host.check("the service was killed", {_RICH_HAS}, since=time.monotonic())
    host.vdsm.ended("rich")
    host.check("a dedicated VM ends", set())
    count = len(host.threads())
    if count < 16:
        host.lab.virsh("setvcpus", "held", str(count + 1), "--live")
    host.vdsm.changed("held")
    host.check(f"vCPU {count} is plugged", set())
    if number % 10 == 2:
        _restart_daemon(host, service)
    if number % 10 == 3:
        _die_in_the_burst(host)


def _restart_daemon(host: Host, service: Affinity) -> None:
    """VDSM ends with its connection, is started anew, and pins again."""
    passes = service.state()["passes"]
    pid = Path("/run/libvirtd.pid")
    host.lab.run("kill", "-KILL" if passes % 2 else "-TERM", pid.read_text().strip())
    time.sleep(1)
    host.lab.run("libvirtd", "-d")
    service.wait_for_pass(passes)
    host.connect()
    host.vdsm.recovered()
    host.check("libvirtd was restarted", set())


def _die_in_the_burst(host: Host) -> None:
    """One VM is destroyed while VDSM pins both."""
    mortal = Vm(host.lab, "mortal", {"numa_nodeset": "1"}, memory_mib=64)
    mortal.start()
    host.vdsm.started("mortal")
    host.check_other("another VM starts", mortal, CELLS[1])
    end = subprocess.Popen(["virsh", "-c", URI, "destroy", "mortal"], stdout=subprocess.DEVNULL)
    while end.poll() is None:
        host.vdsm.recovered_at_once()
    host.vdsm.ended("mortal")
    host.vdsm.recovered_at_once()
    host.check("a VM was destroyed in the burst", set())
    mortal.end()
    host.lab.vms.remove(mortal)


def _settles(service: Affinity, result: Result) -> None:
    """No loop: with nothing to do there are no more events."""
    time.sleep(2)
    before = service.state()["events"]
    time.sleep(3)
    result.expect("events while nobody pins", service.state()["events"], before)
