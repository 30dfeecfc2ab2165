# SPDX-License-Identifier: Apache-2.0
"""The VMs that the service knows: what has to be pinned, and which events are caused by its own
pins.

The core decides which CPUs a vCPU gets (`numa_domain/affinity`).

    plan = holder.look(domain, cpus)       compares libvirt's pins with what they should be
    holder.carry_out(plan)                 one call for each vCPU that has to move

libvirt reports each pin in the order in which they were set, including the service's own. An
event with the value that the service has just set is its own. If somebody else sets the same
value, the vCPU does not have to move either, but no other CPU is allowed any more.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping, Set
from typing import TYPE_CHECKING, Any

import libvirt

from numa_domain.affinity.holding import AWAY, FREE, HELD, LEFT, Held, HeldVcpu, away, decide
from numa_domain.affinity.placed_vm import PlacedVm
from numa_domain.affinity.shared_pool import assumed, taken
from numa_domain.base.errors import NumaError
from numa_domain.base.frozen import Value
from numa_domain.base.idset import Cpuset
from numa_domain.domxml.tree import OURS

from .state import State, VcpuGroup, VmState

if TYPE_CHECKING:
    from numa_domain.host.usable_cpus import HostCpus

    from .say import Say

_PIN = "cputune.vcpupin"
_NONE = Cpuset()
_ENDED = (libvirt.VIR_ERR_NO_DOMAIN, libvirt.VIR_ERR_OPERATION_INVALID)
"""What libvirt says of a VM that ended while we were at it."""
_UNCONNECTED = (libvirt.VIR_FROM_RPC, libvirt.VIR_FROM_REMOTE)
"""Where errors come from that are none of the VM's, but of the way to the daemon."""


class Plan(Value):
    """What is to be done to one VM."""

    domain: Any
    """libvirt's; it has no types."""
    vm: VmState
    moves: tuple[HeldVcpu, ...] = ()
    complete: bool = True
    """Whether libvirt has answered; otherwise it is to be asked again."""


class Holder:
    """The VMs with our record, by id, and what has happened so far."""

    def __init__(self, say: Say, before: State | None) -> None:
        self.say = say
        self.vms: dict[str, VmState] = {vm.id: vm for vm in before.vms} if before else {}
        self.events = self.pins = self.failures = self.last_pin = 0
        self._expected: dict[tuple[str, int, Cpuset], int] = {}
        """Events that our own pins will be answered with."""

    def event(self, vm_id: str, changes: Mapping[str, Any]) -> bool:
        """libvirt told of changes; whether the VM has to be looked at."""
        pins = {name[len(_PIN) :]: text for name, text in changes.items() if name.startswith(_PIN)}
        self.events += len(pins)
        known = self.vms.get(vm_id)
        held = {} if known is None else known.held
        foreign = [
            vcpu
            for vcpu, cpus in ((int(number), Cpuset.parse(text)) for number, text in pins.items())
            if not self._is_settled(vm_id, vcpu, cpus, held)
        ]
        return bool(foreign)

    def _is_settled(self, vm_id: str, vcpu: int, cpus: Cpuset, held: Mapping[int, Held]) -> bool:
        """Whether a vCPU is where we would put it."""
        if self._came((vm_id, vcpu, cpus)):
            return True
        ours = held.get(vcpu)
        if ours is None or ours.pinned != cpus:
            return False
        if ours.allowed != cpus:
            self.vms[vm_id] = _allowed_less(self.vms[vm_id], vcpu, cpus)
        return True

    def look(self, domain: Any, cpus: HostCpus, pool: Cpuset = _NONE) -> Plan | None:
        """What is to be done to a VM; None where it is none of ours, or has ended. `pool` is what
        VDSM would allow, for a VM of which nothing is remembered. Raises `libvirtError` where the
        daemon is gone."""
        vm_id, name = domain.UUIDString(), domain.name()
        known = self.vms.get(vm_id) or VmState(vm_id, name, -1)
        try:
            xml = domain.XMLDesc(0)
        except libvirt.libvirtError as error:
            if not self._is_its_own(error, domain):
                return None
            return self._known(Plan(domain, known.replace(problem=str(error)), complete=False))
        try:
            placed = PlacedVm.from_domain(xml) if OURS in xml else None
            if placed is None or placed.run < 0:
                self.forget(vm_id)
                return None
            same = known.run == placed.run
            remembered = known.held if same else assumed(placed, cpus, pool)
            vcpus = decide(placed, cpus, remembered)
        except NumaError as error:
            return self._known(Plan(domain, VmState(vm_id, name, -1, problem=str(error))))
        vm = VmState(vm_id, name, placed.run, _groups(vcpus), "; ".join(map(str, away(vcpus))))
        return self._known(Plan(domain, vm, tuple(vcpu for vcpu in vcpus if vcpu.moves)))

    def shared_pool(self, domains: Iterable[Any], cpus: HostCpus, cores: Set[Cpuset]) -> Cpuset:
        """The CPUs that VDSM shares among these VMs; none if one of them cannot be read. Raises
        `libvirtError` where the daemon is gone."""
        pool = cpus.online
        for domain in domains:
            try:
                pool = pool - taken(domain.XMLDesc(0), cores)
            except libvirt.libvirtError as error:
                if self._is_its_own(error, domain):
                    return Cpuset()
            except NumaError:
                return Cpuset()
        return pool

    def _is_its_own(self, error: libvirt.libvirtError, domain: Any) -> bool:
        """Whether an error is to be told of the VM; False where it has ended. Raises it where
        the daemon is gone: what cannot be sent of one VM, since it is too long, is its own."""
        if error.get_error_domain() in _UNCONNECTED and not domain.connect().isAlive():
            raise error
        code = error.get_error_code()
        killed = code == libvirt.VIR_ERR_SYSTEM_ERROR and error.get_int1() == errno.ESRCH
        if killed or code in _ENDED:
            self.forget(domain.UUIDString())
            return False
        return True

    def _known(self, plan: Plan) -> Plan:
        """Remember it, before anything is done: this process may end at any moment."""
        vm = plan.vm
        before = self.vms.get(vm.id)
        self.vms[vm.id] = vm
        if vm.groups and (before is None or vm.groups != before.groups):
            self.say("info", f"{vm.name}: {_shown(vm)}")
        if vm.problem != ("" if before is None else before.problem):
            level, text = ("warning", vm.problem) if vm.problem else ("info", "all is well again")
            self.say(level, f"{vm.name}: {text}")
        return plan

    def carry_out(self, plan: Plan, now: int) -> bool:
        """Pin what is to be pinned; whether nothing is left to do. Raises `libvirtError` where
        the daemon is gone."""
        refused: dict[tuple[Cpuset, str], list[int]] = {}
        for vcpu in plan.moves:
            key = plan.vm.id, vcpu.id, vcpu.pin
            self._expected[key] = self._expected.get(key, 0) + 1
            try:
                plan.domain.pinVcpu(vcpu.id, cpu_map(vcpu.pin))
            except libvirt.libvirtError as error:
                self._came(key)
                if not self._is_its_own(error, plan.domain):
                    return True
                self.failures += 1
                refused.setdefault((vcpu.pin, str(error)), []).append(vcpu.id)
                if error.get_error_code() == libvirt.VIR_ERR_OPERATION_TIMEOUT:
                    break  # its QEMU hangs: each vCPU would cost half a minute, and all VMs wait
            else:
                self.pins += 1
                self.last_pin = now
        for (pin, text), ids in refused.items():
            self.say("warning", f"{plan.vm.name}: {_vcpus(Cpuset.of(ids))} not on {pin}: {text}")
        return plan.complete and not refused

    def _came(self, key: tuple[str, int, Cpuset]) -> bool:
        """Whether that event was expected; it is not any more."""
        left = self._expected.pop(key, 0) - 1
        if left > 0:
            self._expected[key] = left
        return left >= 0

    def forget(self, vm_id: str) -> None:
        """It has ended."""
        if self.vms.pop(vm_id, None) is not None:
            for key in [key for key in self._expected if key[0] == vm_id]:
                del self._expected[key]

    def only(self, vm_ids: Iterable[str]) -> None:
        """These run, and no others."""
        for vm_id in set(self.vms) - set(vm_ids):
            self.forget(vm_id)

    def disconnected(self) -> None:
        """Events that were on their way do not come."""
        self._expected.clear()


def cpu_map(cpus: Cpuset) -> tuple[bool, ...]:
    """As libvirt-python wants it: whether it is in it, for each CPU from 0 on."""
    return tuple(flag == "1" for flag in reversed(bin(cpus.bits)[2:]))


def _groups(vcpus: Iterable[HeldVcpu]) -> tuple[VcpuGroup, ...]:
    found: dict[tuple[str, Cpuset, Cpuset], list[int]] = {}
    for vcpu in vcpus:
        found.setdefault((vcpu.state, vcpu.allowed, vcpu.pin), []).append(vcpu.id)
    return tuple(
        VcpuGroup(Cpuset.of(ids), state, allowed, pinned)
        for (state, allowed, pinned), ids in found.items()
    )


def _allowed_less(vm: VmState, vcpu: int, cpus: Cpuset) -> VmState:
    """The VM, of which one vCPU is allowed no more than it has."""
    one = Cpuset.of([vcpu])
    groups = []
    for group in vm.groups:
        if vcpu in group.vcpus:
            groups.append(VcpuGroup(one, group.state, cpus, cpus))
        if group.vcpus - one:
            groups.append(group.replace(vcpus=group.vcpus - one))
    return vm.replace(groups=tuple(groups))


_WORDS = {
    HELD: "held on CPUs {pinned} of {allowed}",
    AWAY: "far from their memory, on CPUs {pinned}",
    FREE: "free",
    LEFT: "left as they are pinned",
}


def _shown(vm: VmState) -> str:
    said = []
    for group in vm.groups:
        what = _WORDS[group.state].format(pinned=group.pinned, allowed=group.allowed)
        said.append(f"{_vcpus(group.vcpus)} {what}")
    return ", ".join(said)


def _vcpus(ids: Cpuset) -> str:
    return f"vCPU{'s' if len(ids) > 1 else ''} {ids}"
