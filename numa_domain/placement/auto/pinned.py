# SPDX-License-Identifier: Apache-2.0
"""The nodes that the VM's own pins leave to `auto`.

An admin's `vcpupin` or `vcpu/@cpuset` that leaves a vCPU no CPU of its cell's nodes is refused when
the XML is written (`domxml/cputune.py`). So nodes are chosen where that does not happen.

    vCPU 0 pinned to CPU 8, nodes 0 (CPUs 0-7) and 1 (8-15): auto takes node 1
"""

from __future__ import annotations

from ...base.frozen import Value
from ...base.idset import Cpuset, Nodeset
from ..memory_fit import rooms
from ..model import DoesNotFit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...guest.model import Guest
    from ...host.model import HostTopology
    from ..memory_fit import Demand
    from ..model import Placement

    Search = Callable[[Sequence[Demand]], list[Nodeset]]


class PinBound(Value):
    """What pins require of a cell's nodes: at least one of each of these sets."""

    one_of: tuple[Nodeset, ...]

    @property
    def alone(self) -> Nodeset:
        """Nodes of which each suffices."""
        left = self.one_of[0]
        for nodes in self.one_of[1:]:
            left &= nodes
        return left

    @property
    def together(self) -> Nodeset:
        """All nodes that any pin means."""
        return Nodeset.of(node for nodes in self.one_of for node in nodes)

    def allows(self, nodes: Nodeset) -> bool:
        return all(nodes & each for each in self.one_of)


def pin_bound(guest: Guest, host: HostTopology, vcpus: Cpuset) -> PinBound | None:
    """For a cell with these vCPUs; None if it may lie anywhere. Nodes without CPUs are not ruled
    out, since no pin is written for them.
    """
    if not guest.own_pins and guest.vcpu_cpuset is None:
        return None  # nearly always
    pins = {guest.own_pins.get(vcpu, guest.vcpu_cpuset) for vcpu in vcpus} - {None}
    bare = Nodeset.of(i for i, node in host.nodes.items() if not node.cpus)
    sets = []
    for cpus in sorted(pins, key=str):
        hit = Nodeset.of(i for i, node in host.nodes.items() if cpus and node.cpus & cpus)
        if hit:  # otherwise no choice of nodes helps, and it is told when the XML is written
            sets.append(hit | bare)
    every = Nodeset.of(host.nodes)
    sets = [hit for hit in sets if hit != every]
    return PinBound(tuple(sets)) if sets else None


def pins_allow(guest: Guest, placement: Placement) -> bool:
    """Whether each vCPU may run on a CPU of its cell's nodes, as `domxml/cputune.py` wants it."""
    homes = [(p.cell.cpus, p.nodes) for p in placement.cells if p.nodes is not None]
    if not placement.cells and placement.nodes is not None:
        homes = [(Cpuset((1 << guest.vcpus_max) - 1), placement.nodes)]
    return all(
        _may_run(guest, vcpus, *_cpus_of(placement, nodes)) for vcpus, nodes in homes if vcpus
    )


def _cpus_of(placement: Placement, nodes: Nodeset) -> tuple[Cpuset, Cpuset]:
    """The CPUs on which vCPUs run there, and those that are isolated."""
    return _union(placement.cpus, nodes), _union(placement.isolated, nodes)


def _union(texts: Mapping[int, str], nodes: Nodeset) -> Cpuset:
    cpus = Cpuset()
    for node in nodes:
        if texts.get(node):
            cpus |= Cpuset.parse(texts[node])
    return cpus


def _may_run(guest: Guest, vcpus: Cpuset, usable: Cpuset, apart: Cpuset) -> bool:
    pins = {guest.own_pins.get(vcpu, guest.vcpu_cpuset) for vcpu in vcpus} - {None}
    return not usable or all(pin & (usable | apart) for pin in pins if pin is not None)


def thread_nodes(guest: Guest, host: HostTopology) -> list[int]:
    """The nodes beside which the emulator or an I/O thread has been set: those of pins that lie on
    one node. `auto` is to be close to them, as to a device.
    """
    pins = [*guest.own_thread_pins]
    of = {cpus: [i for i, node in host.nodes.items() if node.cpus & cpus] for cpus in pins}
    return sorted({nodes[0] for nodes in of.values() if len(nodes) == 1})


def choose_within(
    search: Search,
    host: HostTopology,
    demands: Sequence[Demand],
    bounds: Sequence[PinBound | None],
    count: int | None,
) -> list[Nodeset]:
    """The nodes of each demand, as its pins allow. Raises `DoesNotFit`.

    First each on nodes that suffice alone; else as without pins, if that is allowed; else a single
    one on such a node and the nearest to it.
    """
    if not any(bounds):
        return search(demands)
    narrow = [d.replace(nodes=d.nodes & b.alone) if b else d for d, b in zip(demands, bounds)]
    try:
        return search(narrow)
    except DoesNotFit:
        chosen = search(demands)
        if all(b is None or b.allows(nodes) for nodes, b in zip(chosen, bounds)):
            return chosen
        if len(demands) == 1 and (nodes := _grown(host, demands[0], narrow[0].nodes, count)):
            return [nodes]
        raise


def _grown(host: HostTopology, demand: Demand, starts: Nodeset, count: int | None) -> Nodeset:
    """The fewest nodes that hold the demand: one to start from, and the nearest to it."""
    found = []
    free = rooms(host, demand.page_kib)
    for start in starts:
        others = demand.nodes - Nodeset.of([start])
        order = sorted(others, key=lambda i: (host.distance(start, i), i))
        nodes, room = [start], free[start]
        for node in order:
            if room >= demand.kib and len(nodes) >= (count or 1):
                break
            nodes.append(node)
            room += free[node]
        if room >= demand.kib and count in (None, len(nodes)):
            found.append((len(nodes), -room, nodes))
    return Nodeset.of(min(found)[2]) if found else Nodeset()
