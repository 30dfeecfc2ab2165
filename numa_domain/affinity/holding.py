# SPDX-License-Identifier: Apache-2.0
"""The CPUs for each vCPU: those that VDSM allows and that are beside its memory.

`hold` is the rule. The result is always allowed; it is beside the memory, or it is all that is
allowed; holding it again changes nothing; and if more is allowed, the result is not smaller, once
any CPU beside the memory is allowed. `tests/laws` checks this.

    >>> allowed, home = Cpuset.parse("0-2,4-5"), Cpuset.parse("2-3")
    >>> str(hold(allowed, home)), str(hold(Cpuset.parse("0-1"), home))
    ('2', '0-1')

libvirt stores one pin per vCPU. After it has been narrowed, libvirt no longer knows what VDSM had
allowed; so that is remembered (`Held`), and is valid as long as the pin is the one that was set.
"""

from __future__ import annotations

from ..base.errors import HostError
from ..base.frozen import Value
from ..base.idset import Cpuset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..host.usable_cpus import HostCpus
    from .placed_vm import PlacedVm

HELD, AWAY, FREE, LEFT = "held", "away", "free", "left"
"""Beside its memory; nowhere near it, since VDSM allows none of those CPUs; without memory that is
bound to nodes with CPUs; pinned by an admin or the engine, and none of ours."""


class VcpusAway(HostError):
    what = "{vcpus:vCPU} may run on {allowed:CPU} alone, and their memory is beside {home:CPU}"
    todo = "VMs with CPUs of their own have these: move one of them, or this VM, to another host"


class VcpusWithoutCpus(HostError):
    what = "no CPU beside the memory of {vcpus:vCPU} can be used"
    todo = "see which are online, isolated, or not in machine.slice: numa-domain host, lscpu"


class Held(Value):
    """What is remembered of one vCPU's pin."""

    allowed: Cpuset
    """By VDSM or an admin, last."""
    pinned: Cpuset
    """What was made of it."""


class HeldVcpu(Value):
    """What is to become of one vCPU."""

    id: int
    state: str
    allowed: Cpuset
    now: Cpuset
    """libvirt's pin."""
    pin: Cpuset
    """What it is to be."""
    home: Cpuset
    """The usable CPUs of its memory's nodes."""

    @property
    def moves(self) -> bool:
        """Whether it has to be pinned anew."""
        return self.pin != self.now


def hold(allowed: Cpuset, home: Cpuset) -> Cpuset:
    """Of what is allowed, what is at home; all of it where that is nothing."""
    return allowed & home or allowed


def decide(vm: PlacedVm, cpus: HostCpus, remembered: Mapping[int, Held]) -> tuple[HeldVcpu, ...]:
    """What is to become of each vCPU that is plugged in."""
    return tuple(_vcpu(vcpu, vm, cpus, remembered.get(vcpu)) for vcpu in vm.vcpus)


def home_of(vm: PlacedVm, vcpu: int, cpus: HostCpus) -> Cpuset:
    """The usable CPUs of its memory's nodes; none where that is not bound."""
    nodes = vm.homes.get(vcpu)
    home = Cpuset()
    if nodes is not None:
        home = cpus.of(nodes) | vm.recorded.get(vcpu, Cpuset()) & cpus.usable
    return home if vm.bound is None else home & vm.bound


def _vcpu(vcpu: int, vm: PlacedVm, cpus: HostCpus, held: Held | None) -> HeldVcpu:
    now = vm.pins.get(vcpu) or vm.bound or cpus.online
    allowed = held.allowed if held is not None and held.pinned == now else now
    nodes, home = vm.homes.get(vcpu), home_of(vm, vcpu, cpus)
    if not vm.policy.pins(vcpu):
        return HeldVcpu(vcpu, LEFT, now, now, now, home)
    if nodes is None or not (vcpu in vm.placed or cpus.near(nodes)):
        return HeldVcpu(vcpu, FREE, now, now, now, home)
    if allowed & home:
        return HeldVcpu(vcpu, HELD, allowed, now, hold(allowed, home), home)
    # What had been narrowed is given back, but for CPUs that libvirt would refuse by now
    given = allowed if allowed == now else allowed & cpus.online or now
    return HeldVcpu(vcpu, AWAY, allowed, now, given, home)


def away(vcpus: Iterable[HeldVcpu]) -> Iterator[HostError]:
    """Why vCPUs run where they should not; those alike are told once."""
    found: dict[tuple[Cpuset, Cpuset], list[int]] = {}
    for vcpu in vcpus:
        if vcpu.state == AWAY:
            found.setdefault((vcpu.allowed, vcpu.home), []).append(vcpu.id)
    for (allowed, home), ids in found.items():
        names = str(Cpuset.of(ids))
        if home:
            yield VcpusAway(vcpus=names, allowed=str(allowed), home=str(home))
        else:
            yield VcpusWithoutCpus(vcpus=names)
