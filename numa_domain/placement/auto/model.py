# SPDX-License-Identifier: Apache-2.0
"""What nodes have (`Supply`) and what each cell needs (`Want`), in numbers.

Nodes go by index (`node_bits.py`), cells by their position in a list. `stage_order.py` makes these
from a host and demands.

    >>> site = Site((0, 8), PerNode([PerNode([20, 80]), PerNode([80, 20])]))
    >>> supply = Supply(site, {0: PerNode([30, 10])}, cpus=PerNode([8, 8]))
    >>> fitting(supply, Want(kib=20, page_kib=0, vcpus=4, allowed=0b11))
    1
"""

from __future__ import annotations

from ...base.frozen import Value
from .node_bits import PerNode, bits_of, every, indices

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .node_bits import NodeBits, NodeIndex

    Choice = list[NodeBits]
    """The nodes of each want."""


class Site(Value):
    """The host's nodes in order of id, and their distances."""

    ids: PerNode[int]
    distances: PerNode[PerNode[int]]
    """There and back added, which makes it symmetric."""
    to_devices: tuple[PerNode[int], ...] = ()
    """For each passed-through device: the distance of each node to the device's node."""
    to_taken: PerNode[int] | None = None
    """For each node: its distance there and back to all nodes that the VM uses anyway, summed; None
    if there are none.
    """

    def neighbours(self, node: NodeIndex) -> list[tuple[NodeBits, int]]:
        """The other nodes as (set of one, distance), the nearest first."""
        row = self.distances[node]
        return [(1 << i, row[i]) for i in sorted(every(len(row)), key=row.__getitem__) if i != node]

    def with_taken(self, nodes: NodeBits) -> Site:
        """The same host for a VM that uses these nodes too."""
        before = self.to_taken or (0,) * len(self.ids)
        rows = [self.distances[i] for i in indices(nodes)]
        return self.replace(to_taken=PerNode(map(sum, zip(before, *rows))))


class Want(Value):
    """What a cell needs."""

    kib: int
    page_kib: int
    vcpus: int
    allowed: NodeBits
    """The nodes that it may use."""
    interleaved: bool = False
    """Whether it takes the same share from each of its nodes."""
    needs_cpus: bool = False
    """Whether at least one of its nodes must have CPUs (only used by `spread.py`)."""


class Supply(Value):
    """What the nodes have."""

    site: Site
    rooms: Mapping[int, PerNode[int]]
    """Page size -> KiB free on each node, for every page size that is needed."""
    cpus: PerNode[int]
    """The number of CPUs."""
    loads: PerNode[int] | None = None
    """vCPUs of other VMs on each node, in `UNIT`s; None if no other VM is known."""
    limit: int = 0
    """The load of a CPU, in `UNIT`s, up to which a node is as good as any other."""

    def room(self, want: Want) -> PerNode[int]:
        """KiB free on each node, in the want's page size."""
        return self.rooms[want.page_kib]

    @property
    def with_cpus(self) -> NodeBits:
        """The nodes that have CPUs."""
        return bits_of(i for i in every(len(self.cpus)) if self.cpus[i])


UNIT = 1 << 16
"""A vCPU, in loads."""
SLACK = 15
"""How many per cent more load than the host's mean a node may have, if it is the busiest."""


def limit(loads: PerNode[int] | None, cpus: PerNode[int], vcpus: int) -> int:
    """`Supply.limit` for a VM of so many vCPUs, of which half count: the mean and `SLACK`, or less
    than the busiest node has.

    Who does not become the busiest makes nothing worse. With the mean alone for a limit, a host
    that large VMs have made uneven has few nodes within it, and all others stay in pieces.
    """
    if loads is None:
        return 0
    mean = (sum(loads) + vcpus * UNIT // 2) // max(1, sum(cpus))
    busiest = max((load // has for load, has in zip(loads, cpus) if has), default=0)
    return max(mean + mean * SLACK // 100, busiest - 1)


def crowding(supply: Supply, vcpus: int, node: NodeIndex) -> int:
    """How much the load of a node's CPUs would be above the limit, counting half of these vCPUs: so
    that a VM which is large itself can find a node too.
    """
    if supply.loads is None or not vcpus or not supply.cpus[node]:
        return 0
    load = (supply.loads[node] + vcpus * UNIT // 2) // supply.cpus[node]
    return max(0, load - supply.limit)


def fitting(supply: Supply, want: Want) -> NodeBits:
    """The nodes on which a want fits whole."""
    room = supply.room(want)
    return bits_of(i for i in indices(want.allowed) if room[i] >= want.kib)


def in_order(wants: Sequence[Want], choice: Choice) -> Choice:
    """The same choice, with equal wants on nodes in rising order.

    Neighbouring cells, which share a socket of the guest, are then neighbours on the host, and the
    order surprises nobody.
    """
    alike: dict[Want, list[int]] = {}
    for row, want in enumerate(wants):
        alike.setdefault(want, []).append(row)
    ordered = list(choice)
    for rows in alike.values():
        for row, nodes in zip(rows, sorted(choice[row] for row in rows)):
            ordered[row] = nodes
    return ordered
