# SPDX-License-Identifier: Apache-2.0
"""Stage 2 of `auto`: each cell on one node, several cells on some nodes.

Decides a packing: which cells lie together where there are fewer nodes than cells, or where
some are too small. As many nodes as possible are used, then the closest set; within a set the
largest cell goes where most is left, and moves and exchanges even out what remains. Whether a
set can be packed is exact (up to `MAX_STEPS` tries, far beyond 16 cells on 16 nodes as they
come); that last evening-out is not proved best: it is a number partition, which is hard.
"""

from __future__ import annotations

from .choice import fitting
from .matching import match
from .set_search import SetSearch, indices

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .choice import Choice, Supply, Want

MAX_STEPS = 20000


def shared_nodes(supply: Supply, wants: Sequence[Want], count: int | None = None) -> Choice | None:
    """One node for each want, `count` nodes in all or as many as can be used; None if none."""
    edges = [fitting(supply, want) for want in wants]
    if not all(edges):
        return None
    union = 0
    for edge in edges:
        union |= edge
    judge = _SharedJudge(supply, wants, edges)
    most = min(len(wants), bin(union).count("1"))
    for size in range(most, 0, -1) if count is None else (count,):
        judge.size = size
        chosen = SetSearch(supply.site, judge, size).run(union)
        if chosen:
            return [1 << node for node in judge.packings[chosen]]
    return None


class _SharedJudge:
    """Which node sets can be packed with every want, each node holding at least one."""

    def __init__(self, supply: Supply, wants: Sequence[Want], edges: Sequence[int]) -> None:
        self.supply, self.wants, self.edges = supply, wants, edges
        self.size = 0
        self.packings: dict[int, list[int]] = {}
        self.needs = {
            page: sum(want.kib for want in wants if want.page_kib == page) for page in supply.rooms
        }

    def penalty(self, inside: int, open_: int, left: int) -> int:
        rest = sorted((self.supply.cpus[i] for i in indices(open_)), reverse=True)[:left]
        cpus = sum(self.supply.cpus[i] for i in indices(inside)) + sum(rest)
        return max(0, sum(want.vcpus for want in self.wants) - cpus)

    def completes(self, inside: int, allowed: int) -> bool:
        if not all(edge & allowed for edge in self.edges):
            return False
        left = self.size - bin(inside).count("1")
        for page, need in self.needs.items():
            room = self.supply.rooms[page]
            rest = sorted((room[i] for i in indices(allowed & ~inside)), reverse=True)[:left]
            if sum(room[i] for i in indices(inside)) + sum(rest) < need:
                return False
        turned = [
            sum(1 << r for r, e in enumerate(self.edges) if e >> i & 1) for i in indices(inside)
        ]
        return match(turned) is not None

    def bound(self, inside: int, allowed: int) -> int:
        return -(1 << 190)

    def tail(self, chosen: int) -> int | None:
        packing = _Packing(self.supply, self.wants, self.edges, indices(chosen))
        if not packing.fill():
            return None
        packing.even_out()
        self.packings[chosen] = packing.places
        return packing.unevenness()


class _Packing:
    """Wants being laid on a set of nodes."""

    def __init__(
        self, supply: Supply, wants: Sequence[Want], edges: Sequence[int], nodes: list[int]
    ) -> None:
        self.supply, self.wants, self.edges, self.nodes = supply, wants, edges, nodes
        self.left = {page: dict(enumerate(room)) for page, room in supply.rooms.items()}
        self.cpus = dict(enumerate(supply.cpus))
        self.held = dict.fromkeys(nodes, 0)
        self.places = [-1] * len(wants)
        self.rows = sorted(range(len(wants)), key=lambda i: (-wants[i].kib, -wants[i].vcpus, i))
        self.kinds = {i: tuple(edge >> i & 1 for edge in edges) for i in nodes}
        self.dead: set[object] = set()
        self.steps = 0

    def fill(self, at: int = 0) -> bool:
        """Lay the wants from `rows[at]` on, the largest first; False if that cannot be done."""
        self.steps += 1
        if at == len(self.rows):
            return all(self.held.values())
        empty = sum(1 for held in self.held.values() if not held)
        state = self._state(at)
        if empty > len(self.rows) - at or self.steps > MAX_STEPS or state in self.dead:
            return False
        row = self.rows[at]
        for node in self._candidates(row, only_empty=empty == len(self.rows) - at):
            self._put(row, node)
            if self.fill(at + 1):
                return True
            self._take(row)
        self.dead.add(state)
        return False

    def _state(self, at: int) -> object:
        """What matters for the wants that are still to come: alike nodes are one."""
        return at, tuple(sorted(self._look(node) for node in self.nodes))

    def _look(self, node: int) -> tuple[object, ...]:
        left = tuple(room[node] for room in self.left.values())
        return self.kinds[node], left, self.cpus[node], bool(self.held[node])

    def _candidates(self, row: int, *, only_empty: bool) -> Iterator[int]:
        want, seen = self.wants[row], set()
        left = self.left[want.page_kib]
        order = sorted(
            self.nodes,
            key=lambda i: (max(0, want.vcpus - self.cpus[i]) if want.vcpus else 0, -left[i], i),
        )
        for node in order:
            look = self._look(node)
            fits = self.edges[row] >> node & 1 and left[node] >= want.kib
            if not fits or look in seen or (only_empty and self.held[node]):
                continue
            seen.add(look)
            yield node

    def _put(self, row: int, node: int, sign: int = 1) -> None:
        want = self.wants[row]
        self.left[want.page_kib][node] -= sign * want.kib
        self.cpus[node] -= sign * want.vcpus
        self.held[node] += sign
        self.places[row] = node if sign > 0 else -1

    def _take(self, row: int) -> int:
        node = self.places[row]
        self._put(row, node, -1)
        return node

    def unevenness(self) -> int:
        """vCPUs too many, far above the sum of squares of what stays free."""
        short = sum(max(0, -self.cpus[i]) for i in self.nodes)
        return (short << 120) + sum(room[i] ** 2 for room in self.left.values() for i in self.nodes)

    def even_out(self) -> None:
        """Move one want, or exchange two, as long as that makes it more even."""
        for _ in range(4 * len(self.rows)):
            if not any(self._improve(row) for row in self.rows):
                return

    def _improve(self, row: int) -> bool:
        before, home = self.unevenness(), self.places[row]
        for node in self.nodes:
            if node != home and self.held[home] > 1 and self._try([(row, node)], before):
                return True
        for other in self.rows:
            away = self.places[other]
            if away != home and self._try([(row, away), (other, home)], before):
                return True
        return False

    def _try(self, moves: Sequence[tuple[int, int]], before: int) -> bool:
        """Make the moves if they fit and help; else leave all as it was."""
        homes = [(row, self._take(row)) for row, _ in moves]
        for row, node in moves:
            self._put(row, node)
        fits = all(
            self.edges[row] >> node & 1 and self.left[self.wants[row].page_kib][node] >= 0
            for row, node in moves
        )
        if fits and self.unevenness() < before:
            return True
        for row, _ in moves:
            self._take(row)
        for row, node in homes:
            self._put(row, node)
        return False
