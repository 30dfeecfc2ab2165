# SPDX-License-Identifier: Apache-2.0
"""Stage 1 of `auto`: each cell on a node of its own.

This is an assignment problem, and is solved exactly for any number of nodes. Nodes whose CPUs are
loaded like the host's on average come first (`crowding`); of these, those with least free memory
that hold the cells, so that large VMs still find a node later: the sum of squares of what stays
free is greatest. That is linear in the pairs, (free - kib)^2 = free^2 + kib^2 - 2 free kib.

    cells of 8 and 4, free 10, 30, 20 -> nodes 0, 2
"""

from __future__ import annotations

from bisect import bisect_left
from operator import ge, mul

from .assignment import MUST, NEVER, cheapest, match, transposed
from .model import crowding, fitting, in_order
from .node_bits import NO_NODES, PerNode, bits_of, every, indices, ranks, union
from .node_set_search import EXACT_NODES, SetSearch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import Choice, Supply, Want
    from .node_bits import NodeBits, NodeIndex


FEW = 3
"""Up to so many wants matchings are cheaper than a longer search."""
MAX_MATCHINGS = 512
"""So many, divided by the number of wants, are made to choose between equally close sets, if other
VMs have vCPUs here or there are many nodes.
"""
CROWDED = 115
"""Bits below which a sum of memory products stays, and above which `MUST` does."""


def burden(supply: Supply, want: Want, node: NodeIndex) -> int:
    """How badly a want suits a node's CPUs: vCPUs beyond them count most, then a memory-only cell
    on a node that has CPUs.
    """
    if want.vcpus:
        return max(0, want.vcpus - supply.cpus[node]) << 8
    return 1 if supply.cpus[node] else 0


def own_nodes(supply: Supply, wants: Sequence[Want], any_will_do: bool = False) -> Choice | None:
    """The best matching of wants to nodes; None if there is none."""
    edges = [fitting(supply, want) for want in wants]
    found = match(edges)
    if found is None or any_will_do:
        return None if found is None else [1 << node for node in found]
    edges, must = _least_burden(supply, wants, edges)
    judge = _OwnJudge(supply, wants, edges)
    preference = ranks(PerNode(-room for room in supply.room(wants[0])))
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
    """Which sets of nodes hold each want on a node of its own, and how well.

    In most cases the wants differ in size only, a node can hold any that is small enough, and all
    nodes are equally loaded. Then it is enough to give the largest want the smallest node that
    holds it, and so on (`nested`); otherwise matchings decide.
    """

    def __init__(self, supply: Supply, wants: Sequence[Want], edges: Sequence[NodeBits]) -> None:
        self.supply, self.wants, self.edges = supply, wants, edges
        self.rows = sorted(range(len(wants)), key=lambda i: (-wants[i].kib, i))
        self.sizes = [wants[row].kib for row in self.rows]
        self.rooms = supply.room(wants[0])
        self.matched: list[NodeIndex] = []
        self.matchings = 0
        self.wants_of_node = transposed(edges, len(supply.cpus))
        anyones = indices(union(edges))
        self.nested = len({want.page_kib for want in wants}) == 1 and all(
            edge == bits_of(i for i in anyones if self.rooms[i] >= want.kib)
            for want, edge in zip(wants, edges)
        )
        self.crowded = [
            [crowding(supply, want.vcpus, i) << CROWDED for i in every(len(supply.cpus))]
            for want in (wants if supply.loads is not None else ())
        ]
        self.simple = self.nested and not self.crowded

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
        if self.simple:
            self.matched = self._tightest(allowed)
            if self._tail(self.matched) >= tail or self._least(inside, allowed) >= tail:
                return False
            if len(self.wants) > FEW or not inside & ~bits_of(self.matched):
                return True  # perhaps; to know it would cost more than to go on
        self.matchings += bool(self.crowded) or len(self.supply.cpus) > EXACT_NODES
        if self.matchings > MAX_MATCHINGS // len(self.wants):
            return False
        self.matched = self._matched(allowed, inside)
        return self._tail(self.matched) < tail

    def _least(self, inside: NodeBits, allowed: NodeBits) -> int:
        """What a set with all of `inside` costs at least: the largest want on the smallest node."""
        rooms = sorted([self.rooms[i] for i in indices(allowed & ~inside)])
        held = [self.rooms[i] for i in indices(inside)]
        rooms = sorted(held + rooms[: len(self.sizes) - len(held)])
        products: int = sum(map(mul, self.sizes, rooms))
        return 2 * products

    def propose(self, inside: NodeBits, allowed: NodeBits) -> NodeBits:
        """The set that `beats` has just found, if it is one with all of `inside`."""
        chosen = bits_of(self.matched)
        return NO_NODES if inside & ~chosen else chosen

    def tail(self, chosen: NodeBits) -> int | None:
        return self._tail(self.assignment(chosen))

    def _tail(self, nodes: Sequence[NodeIndex]) -> int:
        return sum(self._cost(row, node) for row, node in enumerate(nodes))

    def _cost(self, row: int, node: NodeIndex) -> int:
        want = self.wants[row]
        cost = 2 * want.kib * self.supply.room(want)[node]
        return cost + self.crowded[row][node] if self.crowded else cost

    def assignment(self, chosen: NodeBits) -> list[NodeIndex]:
        """The best matching of all wants to exactly these nodes."""
        return self._matched(chosen, chosen)

    def _matched(self, allowed: NodeBits, inside: NodeBits) -> list[NodeIndex]:
        """The best matching of all wants to these nodes that uses all of `inside`."""
        if self.simple:
            found = self._tightest(allowed)
            if not inside & ~bits_of(found):
                return found
        nodes = indices(allowed)
        bonus = [MUST if inside >> i & 1 else 0 for i in nodes]
        costs = [
            [self._cost(row, i) - b if edge >> i & 1 else NEVER for i, b in zip(nodes, bonus)]
            for row, edge in enumerate(self.edges)
        ]
        return [nodes[column] for column in cheapest(costs).columns]

    def _tightest(self, allowed: NodeBits) -> list[NodeIndex]:
        """The largest want on the smallest node that holds it, then the next.

        That is the best matching: where the largest has another node, exchanging the two nodes, or
        moving it to the smaller if that is unused, makes it no worse.
        """
        nodes = sorted(indices(allowed), key=lambda i: (self.rooms[i], i))
        rooms = [self.rooms[i] for i in nodes]
        by_row: dict[int, NodeIndex] = {}
        for row, kib in zip(self.rows, self.sizes):
            at = bisect_left(rooms, kib)
            del rooms[at]
            by_row[row] = nodes.pop(at)
        return [by_row[row] for row in range(len(self.wants))]
