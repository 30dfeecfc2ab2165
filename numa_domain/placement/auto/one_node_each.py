# SPDX-License-Identifier: Apache-2.0
"""Stage 1 of `auto`: each cell on a node of its own.

This is an assignment problem, and is solved exactly for any number of nodes. Free memory is left
most even if the sum of squares of what stays free is least. That is linear in the pairs, (free -
kib)^2 = free^2 + kib^2 - 2 free kib, and so the largest cells go where most is free.

    cells of 8 and 4, free 10, 30, 20 -> nodes 1, 2
"""

from __future__ import annotations

from operator import ge, mul

from .assignment import MUST, NEVER, cheapest, match, transposed
from .model import fitting, in_order
from .node_bits import NO_NODES, bits_of, count, every, indices, ranks, union
from .node_set_search import SetSearch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import Choice, Supply, Want
    from .node_bits import NodeBits, NodeIndex


def burden(supply: Supply, want: Want, node: NodeIndex) -> int:
    """How badly a want suits a node's CPUs: vCPUs beyond them count most, then a memory-only cell
    on a node that has CPUs.
    """
    if want.vcpus:
        return max(0, want.vcpus - supply.cpus[node]) << 8
    return 1 if supply.cpus[node] else 0


def own_nodes(supply: Supply, wants: Sequence[Want]) -> Choice | None:
    """The best matching of wants to nodes; None if there is none."""
    edges = [fitting(supply, want) for want in wants]
    if match(edges) is None:
        return None
    edges, must = _least_burden(supply, wants, edges)
    judge = _OwnJudge(supply, wants, edges)
    preference = ranks(supply.room(wants[0]))
    chosen = SetSearch(supply.site, judge, len(wants)).run(union(edges), must, preference)
    return in_order(wants, [1 << node for node in judge.assignment(chosen)])


def _least_burden(
    supply: Supply, wants: Sequence[Want], edges: list[NodeBits]
) -> tuple[list[NodeBits], NodeBits]:
    """The edges of which the matchings with the least burden are made, and the nodes that all of
    them use.

    By complementary slackness a matching is cheapest if and only if its edges are tight and it
    covers every column whose potential is below 0.
    """
    nodes = every(len(supply.cpus))
    light = [
        bits_of(i for i in indices(edge) if not burden(supply, want, i))
        for want, edge in zip(wants, edges)
    ]
    if match(light) is not None:
        return light, NO_NODES
    costs = [
        [burden(supply, want, i) if edge >> i & 1 else NEVER for i in nodes]
        for want, edge in zip(wants, edges)
    ]
    proof = cheapest(costs)
    tight = [
        bits_of(
            i
            for i in indices(edge)
            if costs[row][i] == proof.rows_potential[row] + proof.columns_potential[i]
        )
        for row, edge in enumerate(edges)
    ]
    return tight, bits_of(i for i in nodes if proof.columns_potential[i] < 0)


class _OwnJudge:
    """Which sets of nodes hold each want on a node of its own, and how evenly.

    In most cases the wants differ in size only, and a node can hold any that is small enough. Then
    it is enough to pair the largest with the largest (`nested`); otherwise matchings decide.
    """

    def __init__(self, supply: Supply, wants: Sequence[Want], edges: Sequence[NodeBits]) -> None:
        self.supply, self.wants, self.edges = supply, wants, edges
        self.rows = sorted(range(len(wants)), key=lambda i: (-wants[i].kib, i))
        self.sizes = [wants[row].kib for row in self.rows]
        self.rooms = supply.room(wants[0])
        self.matched: list[NodeIndex] = []
        self.wants_of_node = transposed(edges, len(supply.cpus))
        anyones = indices(union(edges))
        self.nested = len({want.page_kib for want in wants}) == 1 and all(
            edge == bits_of(i for i in anyones if self.rooms[i] >= want.kib)
            for want, edge in zip(wants, edges)
        )

    def penalty(self, inside: NodeBits, open_: NodeBits, left: int) -> int:
        return 0

    def completes(self, inside: NodeBits, allowed: NodeBits) -> bool:
        """By Mendelsohn and Dulmage, a matching that covers all wants and one that covers all nodes
        inside make one that covers both.
        """
        if self.nested:
            rooms = self._roomiest(inside, allowed)
            return len(rooms) == len(self.sizes) and all(map(ge, rooms, self.sizes))
        if match([edge & allowed for edge in self.edges]) is None:
            return False
        return match([self.wants_of_node[i] for i in indices(inside)]) is not None

    def _roomiest(self, inside: NodeBits, allowed: NodeBits) -> list[int]:
        """The free memory of the nodes inside and of the best others, the largest first."""
        rooms = self.rooms
        held = [rooms[i] for i in indices(inside)]
        rest = sorted([rooms[i] for i in indices(allowed & ~inside)], reverse=True)
        return sorted(held + rest[: len(self.sizes) - len(held)], reverse=True)

    def beats(self, inside: NodeBits, allowed: NodeBits, tail: int) -> bool:
        if self.nested:
            products: int = sum(map(mul, self.sizes, self._roomiest(inside, allowed)))
            return -2 * products < tail
        self.matched = self._matched(allowed, inside)
        return self._tail(self.matched) < tail

    def propose(self, inside: NodeBits, allowed: NodeBits) -> NodeBits:
        """The set that `beats` has just found."""
        if not self.nested:
            return bits_of(self.matched)
        others = sorted(indices(allowed & ~inside), key=lambda i: (-self.rooms[i], i))
        return inside | bits_of(others[: len(self.sizes) - count(inside)])

    def tail(self, chosen: NodeBits) -> int | None:
        return self._tail(self.assignment(chosen))

    def _tail(self, nodes: Sequence[NodeIndex]) -> int:
        pairs = zip(self.wants, nodes)
        return sum(-2 * want.kib * self.supply.room(want)[node] for want, node in pairs)

    def assignment(self, chosen: NodeBits) -> list[NodeIndex]:
        """The most even matching of all wants to exactly these nodes."""
        if self.nested:
            nodes = sorted(indices(chosen), key=lambda i: (-self.rooms[i], i))
            by_row = dict(zip(self.rows, nodes))
            return [by_row[row] for row in range(len(self.wants))]
        return self._matched(chosen)

    def _matched(self, allowed: NodeBits, inside: NodeBits = NO_NODES) -> list[NodeIndex]:
        """The most even matching of all wants to these nodes that uses all of `inside`."""
        nodes = indices(allowed)
        bonus = [MUST if inside >> i & 1 else 0 for i in nodes]
        costs = []
        for want, edge in zip(self.wants, self.edges):
            room, twice = self.supply.room(want), -2 * want.kib
            costs.append(
                [twice * room[i] - b if edge >> i & 1 else NEVER for i, b in zip(nodes, bonus)]
            )
        return [nodes[column] for column in cheapest(costs).columns]
