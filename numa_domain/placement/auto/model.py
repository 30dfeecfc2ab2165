# SPDX-License-Identifier: Apache-2.0
"""What is chosen from and for whom: what the nodes have (`Supply`), what each cell needs (`Want`).

By numbers only: nodes by index (`node_bits.py`), cells by their place in a list. `stage_order.py`
makes them of a host and of demands.

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
    """For each want its nodes."""


class Site(Value):
    """The host's nodes by index, in order of id, and how far they are from one another."""

    ids: PerNode[int]
    distances: PerNode[PerNode[int]]
    """There and back, added: symmetric."""
    to_devices: tuple[PerNode[int], ...] = ()
    """For each passed-through device: the distance from each node to the device's node."""
    to_taken: PerNode[int] | None = None
    """From each node there and back to all nodes that the VM has anyway; None if it has none."""

    def neighbours(self, node: NodeIndex) -> list[tuple[NodeBits, int]]:
        """The other nodes as (set of one, distance), the nearest first."""
        row = self.distances[node]
        return [(1 << i, row[i]) for i in sorted(every(len(row)), key=row.__getitem__) if i != node]

    def with_taken(self, nodes: NodeBits) -> Site:
        """The same for a VM that also has these nodes."""
        before = self.to_taken or (0,) * len(self.ids)
        rows = [self.distances[i] for i in indices(nodes)]
        return self.replace(to_taken=PerNode(map(sum, zip(before, *rows))))


class Want(Value):
    """What one cell needs."""

    kib: int
    page_kib: int
    vcpus: int
    allowed: NodeBits
    """The nodes on which it may lie."""
    interleaved: bool = False
    """Whether it takes the same share of each of its nodes."""
    needs_cpus: bool = False
    """Whether one of its nodes has to have CPUs; for `spread.py`."""


class Supply(Value):
    """What the nodes have."""

    site: Site
    rooms: Mapping[int, PerNode[int]]
    """Page size -> KiB free, for every page size that is wanted."""
    cpus: PerNode[int]
    """How many."""

    def room(self, want: Want) -> PerNode[int]:
        """KiB free in pages of the size that is wanted."""
        return self.rooms[want.page_kib]

    @property
    def with_cpus(self) -> NodeBits:
        """The nodes that have CPUs."""
        return bits_of(i for i in every(len(self.cpus)) if self.cpus[i])


def fitting(supply: Supply, want: Want) -> NodeBits:
    """The nodes that hold a want whole."""
    room = supply.room(want)
    return bits_of(i for i in indices(want.allowed) if room[i] >= want.kib)


def in_order(wants: Sequence[Want], choice: Choice) -> Choice:
    """The same choice with equal wants on rising nodes: nobody wonders about it then, and
    neighbours among the cells, which share a socket, are neighbours on the host.
    """
    alike: dict[Want, list[int]] = {}
    for row, want in enumerate(wants):
        alike.setdefault(want, []).append(row)
    ordered = list(choice)
    for rows in alike.values():
        for row, nodes in zip(rows, sorted(choice[row] for row in rows)):
            ordered[row] = nodes
    return ordered
