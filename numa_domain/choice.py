# SPDX-License-Identifier: Apache-2.0
"""`auto`: which nodes each cell gets, in three stages, the first that succeeds.

Decides by numbers only; `auto.py` turns a VM and a host into them and the answer into words.

1. own: each cell a node for itself. An assignment problem: exact at every size.
2. shared: each cell on one node, several may share one; as many nodes as possible are used.
3. spread: a cell that fits no node lies on the fewest, closest nodes that hold it.

Within a stage: fewest vCPUs too many for their nodes' CPUs; memory-only cells on nodes
without CPUs; then the nodes closest to passed-through devices, then to each other; then the
choice that leaves free memory most balanced. Balanced means the least sum of squares of what
stays free. In stage 1 that is linear in the pairs (free - kib)^2 = free^2 + kib^2 - 2 free kib,
and so the largest cells go where most is free.
"""

from __future__ import annotations

from .matching import NEVER, cheapest, match
from .set_search import SetSearch, Site, indices
from .values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Choice = list[int]
    """For each want the bits of its nodes."""


class Want(Value):
    """What one cell needs; nodes are the bits of the indices where it may lie."""

    kib: int
    page_kib: int
    vcpus: int
    nodes: int
    even: bool = False
    """interleave: the same share on each of its nodes."""


class Supply(Value):
    """What the nodes have, by index."""

    site: Site
    rooms: Mapping[int, tuple[int, ...]]
    """Page size -> KiB free, for every page size that is wanted."""
    cpus: tuple[int, ...]

    def room(self, want: Want) -> tuple[int, ...]:
        return self.rooms[want.page_kib]


def fitting(supply: Supply, want: Want) -> int:
    """The nodes that hold a want whole."""
    room = supply.room(want)
    return sum(1 << i for i in indices(want.nodes) if room[i] >= want.kib)


def burden(supply: Supply, want: Want, node: int) -> int:
    """How ill a node's CPUs suit a want: vCPUs too many, weighed above a memory-only cell
    on a node that has CPUs."""
    if want.vcpus:
        return max(0, want.vcpus - supply.cpus[node]) << 8
    return 1 if supply.cpus[node] else 0


def own_nodes(supply: Supply, wants: Sequence[Want]) -> Choice | None:
    """Stage 1: the best matching of wants to nodes; None where there is none."""
    edges = [fitting(supply, want) for want in wants]
    if match(edges) is None:
        return None
    edges, must = _least_burden(supply, wants, edges)
    judge = _OwnJudge(supply, wants, edges)
    union = 0
    for edge in edges:
        union |= edge
    rooms = supply.room(wants[0])
    order = sorted(range(len(rooms)), key=lambda i: (-rooms[i], i))
    preference = tuple(order.index(i) for i in range(len(rooms)))
    chosen = SetSearch(supply.site, judge, len(wants)).run(union, must, preference)
    return [1 << node for node in judge.assignment(chosen)]


def _least_burden(supply: Supply, wants: Sequence[Want], edges: list[int]) -> tuple[list[int], int]:
    """The edges that matchings of least burden are made of, and the nodes that they all use.

    By complementary slackness: a matching is cheapest if and only if its edges are tight and
    it covers every column whose potential is below 0.
    """
    nodes = range(len(supply.cpus))
    light = [
        sum(1 << i for i in indices(edge) if not burden(supply, want, i))
        for want, edge in zip(wants, edges)
    ]
    if match(light) is not None:
        return light, 0
    costs = [
        [burden(supply, want, i) if edge >> i & 1 else NEVER for i in nodes]
        for want, edge in zip(wants, edges)
    ]
    proof = cheapest(costs)
    tight = [
        sum(
            1 << i
            for i in indices(edge)
            if costs[row][i] == proof.rows_potential[row] + proof.columns_potential[i]
        )
        for row, edge in enumerate(edges)
    ]
    return tight, sum(1 << i for i in nodes if proof.columns_potential[i] < 0)


class _OwnJudge:
    """Which node sets hold each want on a node of its own, and how balanced that is."""

    def __init__(self, supply: Supply, wants: Sequence[Want], edges: Sequence[int]) -> None:
        self.supply, self.wants, self.edges = supply, wants, edges
        self.common = ~0
        for edge in edges:
            self.common &= edge
        self.rows = sorted(range(len(wants)), key=lambda i: (-wants[i].kib, i))
        self.one_kind = len({want.page_kib for want in wants}) == 1

    def penalty(self, inside: int, open_: int, left: int) -> int:
        return 0

    def completes(self, inside: int, allowed: int) -> bool:
        """By Mendelsohn and Dulmage: a matching that covers all wants and one that covers all
        inside nodes make one that covers both."""
        if allowed & ~self.common == 0:
            return bin(allowed).count("1") >= len(self.wants)
        if match([edge & allowed for edge in self.edges]) is None:
            return False
        columns = indices(inside)
        turned = [sum(1 << r for r, e in enumerate(self.edges) if e >> i & 1) for i in columns]
        return match(turned) is not None

    def bound(self, inside: int, allowed: int) -> int:
        if self.one_kind:
            rooms = self.supply.room(self.wants[0])
            held = [rooms[i] for i in indices(inside)]
            rest = sorted((rooms[i] for i in indices(allowed & ~inside)), reverse=True)
            return self._product(self.rows, held + rest[: len(self.rows) - len(held)])
        total = 0
        for page in self.supply.rooms:
            rows = [row for row in self.rows if self.wants[row].page_kib == page]
            total += self._product(rows, [self.supply.rooms[page][i] for i in indices(allowed)])
        return total

    def _product(self, rows: Sequence[int], rooms: list[int]) -> int:
        """The rearrangement bound: the largest with the largest."""
        rooms.sort(reverse=True)
        return sum(-2 * self.wants[row].kib * room for row, room in zip(rows, rooms))

    def tail(self, chosen: int) -> int | None:
        nodes = self.assignment(chosen)
        return sum(
            -2 * want.kib * self.supply.room(want)[node] for want, node in zip(self.wants, nodes)
        )

    def assignment(self, chosen: int) -> list[int]:
        """The most balanced matching of all wants to exactly these nodes."""
        nodes = indices(chosen)
        if self.one_kind:
            rooms = self.supply.room(self.wants[0])
            best = sorted(nodes, key=lambda i: (-rooms[i], i))
            if all(self.edges[row] >> node & 1 for row, node in zip(self.rows, best)):
                by_row = dict(zip(self.rows, best))
                return [by_row[row] for row in range(len(self.wants))]
        costs = [
            [-2 * want.kib * self.supply.room(want)[i] if edge >> i & 1 else NEVER for i in nodes]
            for want, edge in zip(self.wants, self.edges)
        ]
        return [nodes[column] for column in cheapest(costs).columns]


def spread_one(supply: Supply, want: Want, count: int | None = None) -> int:
    """Stage 3 for one want: the fewest (or `count`), closest nodes that hold it together; 0
    where none do."""
    room = supply.room(want)
    nodes = [i for i in indices(want.nodes) if room[i] > 0]
    sizes = range(1, len(nodes) + 1) if count is None else (count,)
    for size in sizes:
        share = -(-want.kib // size) if want.even else 1
        allowed = sum(1 << i for i in nodes if room[i] >= share)
        judge = _SpreadJudge(supply, want, size)
        if bin(allowed).count("1") < size or not judge.completes(0, allowed):
            continue
        order = sorted(nodes, key=lambda i: (-room[i], i))
        rank = {node: at for at, node in enumerate(order)}
        preference = tuple(rank.get(i, len(room)) for i in range(len(room)))
        chosen = SetSearch(supply.site, judge, size).run(allowed, 0, preference)
        if chosen:
            return chosen
    return 0


class _SpreadJudge:
    """Which node sets hold one want together; of these, the one with most to spare."""

    def __init__(self, supply: Supply, want: Want, size: int) -> None:
        self.room, self.cpus = supply.room(want), supply.cpus
        self.want, self.size = want, size

    def _most(self, amounts: Sequence[int], inside: int, open_: int, left: int) -> int:
        rest = sorted((amounts[i] for i in indices(open_)), reverse=True)
        return sum(amounts[i] for i in indices(inside)) + sum(rest[:left])

    def penalty(self, inside: int, open_: int, left: int) -> int:
        return max(0, self.want.vcpus - self._most(self.cpus, inside, open_, left))

    def completes(self, inside: int, allowed: int) -> bool:
        left = self.size - bin(inside).count("1")
        return self._most(self.room, inside, allowed & ~inside, left) >= self.want.kib

    def bound(self, inside: int, allowed: int) -> int:
        left = self.size - bin(inside).count("1")
        return -self._most(self.room, inside, allowed & ~inside, left)

    def tail(self, chosen: int) -> int | None:
        return -sum(self.room[i] for i in indices(chosen))
