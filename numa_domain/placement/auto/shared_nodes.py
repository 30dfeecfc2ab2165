# SPDX-License-Identifier: Apache-2.0
"""Stage 2 of `auto`: each cell on one node, several cells on some nodes.

For when there are fewer nodes than cells, or some are too small. As many nodes as possible are
used; of these sets one with enough CPUs, then the closest. Both are exact as far as
`bin_packing.py` is. How evenly the set is then packed is not proved to be optimal: that is number
partitioning, which is hard.

    four cells of 8, free 30, 10, 10 -> three nodes: 0, 0, 1, 2
"""

from __future__ import annotations

from .assignment import match, matching_size, transposed
from .bin_packing import Packing
from .model import fitting, in_order
from .node_bits import NO_NODES, PerNode, count, indices, most_of, ranks, union
from .node_set_search import EXACT_NODES, SetSearch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import Choice, Supply, Want
    from .node_bits import NodeBits, NodeIndex

MAX_TIES, MAX_STEPS = 4, 10000
"""How many equally close sets are compared, and how many steps packing all of them may take."""


def shared_nodes(
    supply: Supply, wants: Sequence[Want], nodes: int | None = None, any_will_do: bool = False
) -> Choice | None:
    """One node for each want; `nodes` in all, or as many as possible. None if it does not work."""
    edges = [fitting(supply, want) for want in wants]
    anyones, most = union(edges), matching_size(edges)
    for size in range(most, 0, -1) if nodes is None else (nodes,):
        packing = Packing(supply, wants, edges, anyones, size, size)
        if size <= most and packing.fill():
            places = packing.places
            if not any_will_do:
                places = _closest(supply, wants, edges, anyones, packing)
            return in_order(wants, [1 << node for node in places])
        if size == most and not _packable(supply, wants, edges, anyones):
            return None
    return None


def _packable(
    supply: Supply, wants: Sequence[Want], edges: Sequence[NodeBits], nodes: NodeBits
) -> bool:
    """Whether the wants can be packed at all, looking at each page size separately."""
    for page in supply.rooms:
        rows = [row for row, want in enumerate(wants) if want.page_kib == page]
        packing = Packing(supply, [wants[r] for r in rows], [edges[r] for r in rows], nodes)
        if not packing.fill():
            return False
    return True


def _closest(
    supply: Supply,
    wants: Sequence[Want],
    edges: Sequence[NodeBits],
    nodes: NodeBits,
    known: Packing,
) -> list[NodeIndex]:
    """The nodes in the best packing of the closest set of nodes; `known` is any packing."""
    judge = _SharedJudge(supply, wants, edges, known.least)
    if count(nodes) == known.least:
        known.even_out()
        return known.places
    rooms = PerNode(sum(room) for room in zip(*supply.rooms.values()))
    best = SetSearch(supply.site, judge, known.least).run(nodes, NO_NODES, ranks(rooms))
    return judge.packings[best] if best else known.places


class _SharedJudge:
    """Which sets of nodes can be packed with all wants, with at least one on each node."""

    def __init__(
        self, supply: Supply, wants: Sequence[Want], edges: Sequence[NodeBits], size: int
    ) -> None:
        self.supply, self.wants, self.edges, self.size = supply, wants, edges, size
        self.vcpus = sum(want.vcpus for want in wants)
        self.packings: dict[NodeBits, list[NodeIndex]] = {}
        self.wants_of_node = transposed(edges, len(supply.cpus))
        self.ties, self.steps = 0, 0
        self.needs = {
            page: sum(want.kib for want in wants if want.page_kib == page) for page in supply.rooms
        }

    def penalty(self, inside: NodeBits, open_: NodeBits, left: int) -> int:
        return max(0, self.vcpus - most_of(self.supply.cpus, inside, open_, left))

    def completes(self, inside: NodeBits, allowed: NodeBits) -> bool:
        if not all(edge & allowed for edge in self.edges):
            return False
        open_, left = allowed & ~inside, self.size - count(inside)
        for page, need in self.needs.items():
            if most_of(self.supply.rooms[page], inside, open_, left) < need:
                return False
        if len(self.edges) > EXACT_NODES:
            return True  # `tail` decides; looking ahead would cost more than it saves
        return match([self.wants_of_node[i] for i in indices(inside)]) is not None

    def beats(self, inside: NodeBits, allowed: NodeBits, tail: int) -> bool:
        return self.ties < MAX_TIES

    def propose(self, inside: NodeBits, allowed: NodeBits) -> NodeBits:
        return NO_NODES

    def tail(self, chosen: NodeBits) -> int | None:
        if self.steps > MAX_STEPS:
            return None
        size = self.size
        packing = Packing(self.supply, self.wants, self.edges, chosen, size, size)
        found = packing.fill()
        self.steps += packing.steps
        if not found:
            return None
        self.ties += 1
        packing.even_out()
        self.packings[chosen] = packing.places
        return packing.unevenness()
