# SPDX-License-Identifier: Apache-2.0
"""Cells packed whole on given nodes, several on some: whether it is possible, and evenly.

This is bin packing, which is hard in general. Cells are few here: the most constrained are placed
first, dead ends are remembered, and counting cells by size shows most impossible cases. A search
gives up after `MAX_STEPS` steps; no case tried with 16 cells on 16 nodes comes near that
(`tests/exact`).

    free 30, 10, 10; cells 8, 8, 8, 8 -> nodes 0, 0, 1, 2
"""

from __future__ import annotations

from .assignment import match, matching_size, transposed
from .model import Want
from .node_bits import NO_NODES, bits_of, count, indices, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import Supply
    from .node_bits import NodeBits, NodeIndex

MAX_STEPS = 4000


class Packing:
    """A packing of wants on nodes, of which at least `least` and at most `most` are used."""

    def __init__(
        self,
        supply: Supply,
        wants: Sequence[Want],
        edges: Sequence[NodeBits],
        nodes: NodeBits,
        least: int = 0,
        most: int | None = None,
    ) -> None:
        self.supply, self.wants, self.nodes = supply, wants, indices(nodes)
        self.least, self.most = least, len(self.nodes) if most is None else most
        self.edges = [edge & nodes for edge in edges]
        self.left = {page: list(room) for page, room in supply.rooms.items()}
        self.cpus = list(supply.cpus)
        self.held = [0] * len(supply.cpus)
        self.places: list[NodeIndex] = [-1] * len(wants)  # type: ignore[list-item]  # none yet
        self.rows = sorted(
            range(len(wants)),
            key=lambda i: (count(self.edges[i]), -wants[i].kib, -wants[i].vcpus, i),
        )
        self.takes = transposed([self.edges[row] for row in self.rows], len(supply.cpus))
        self.used, self.steps, self.limit, self.tight = 0, 0, 0, False
        self.dead: set[object] = set()
        self.to_come: list[list[tuple[int, int, int]]] = []

    def fill(self) -> bool:
        """Place all wants; False if that is impossible, or not found within `MAX_STEPS`.

        The first attempt places each want where most memory is left, which nearly always works at
        once and gives the most even result. If it fails, and it is not obvious that nothing works,
        the second one places each where least is left, which wastes least.
        """
        if not all(self.edges) or self._too_much():
            return False
        self.limit = 3 * len(self.rows)
        if self._lay(0, self.edges):
            return True
        if self.steps < self.limit or self._crowded():
            return False
        self.steps, self.limit, self.tight = 0, MAX_STEPS, True
        self.dead.clear()
        self.to_come = [self._to_come(at) for at in range(len(self.rows))]
        return self._lay(0, self.edges)

    def _too_much(self) -> bool:
        """Whether even the largest nodes, as many as may be used, have too little together."""
        for page, left in self.left.items():
            most = sorted((left[i] for i in self.nodes), reverse=True)[: self.most]
            if sum(want.kib for want in self.wants if want.page_kib == page) > sum(most):
                return True
        return False

    def _to_come(self, at: int) -> list[tuple[int, int, int]]:
        """For each page size: (page size, smallest, sum) of the wants from `rows[at]` on."""
        wants = [self.wants[row] for row in self.rows[at:]]
        sizes = {page: [w.kib for w in wants if w.page_kib == page] for page in self.left}
        return [(page, min(kibs), sum(kibs)) for page, kibs in sizes.items() if kibs]

    def _wasted(self, at: int) -> bool:
        """Whether too much of what is left is in pieces too small for any want to come."""
        for page, least, total in self.to_come[at]:
            left = self.left[page]
            if sum([left[i] for i in self.nodes if left[i] >= least]) < total:
                return True
        return False

    def _crowded(self) -> bool:
        """Whether, for some size, more wants are at least that large than nodes can hold."""
        for page, room in self.supply.rooms.items():
            rows = [row for row in self.rows if self.wants[row].page_kib == page]
            for size in {self.wants[row].kib for row in rows if self.wants[row].kib}:
                large = [self.edges[row] for row in rows if self.wants[row].kib >= size]
                most = len(large)
                slots = {
                    i: bits_of(range(at * most, at * most + min(most, room[i] // size)))
                    for at, i in enumerate(self.nodes)
                }
                if match([union(slots[i] for i in indices(edge)) for edge in large]) is None:
                    return True
        return False

    def _left_empty(self, at: int, edges: Sequence[NodeBits]) -> bool:
        """Whether more nodes still have to be used than the wants to come can use."""
        missing = self.least - self.used
        if missing <= 0:
            return False
        empty = bits_of(i for i in self.nodes if not self.held[i])
        return matching_size([edges[row] & empty for row in self.rows[at:]]) < missing

    def _lay(self, at: int, edges: Sequence[NodeBits]) -> bool:
        """Place the wants from `rows[at]` on; `edges` are the nodes on which each still fits."""
        self.steps += 1
        if at == len(self.rows):
            return self.used >= self.least
        spare = len(self.rows) - at - (self.least - self.used)
        if spare < 0 or self.steps > self.limit:
            return False
        if self.tight and (self._wasted(at) or self._left_empty(at, edges)):
            return False
        if self.dead and self._state(at) in self.dead:
            return False
        row = self.rows[at]
        for node in self._candidates(row, edges[row], spare > 0):
            self._put(row, node)
            narrowed = self._narrowed(at + 1, node, edges)
            if narrowed and self._lay(at + 1, narrowed):
                return True
            self._take(row)
        if self.steps <= self.limit:
            self.dead.add(self._state(at))
        return False

    def _state(self, at: int) -> object:
        """What matters for the wants to come; nodes in the same state are not told apart."""
        looks = [
            (self.takes[i] >> at, self.held[i] > 0, *(left[i] for left in self.left.values()))
            for i in self.nodes
        ]
        looks.sort()
        return at, tuple(looks)

    def _narrowed(
        self, at: int, node: NodeIndex, edges: Sequence[NodeBits]
    ) -> Sequence[NodeBits] | None:
        """The edges, without those that the memory left on `node` rules out; None if a want has
        none left.
        """
        narrowed, bit = list(edges), 1 << node
        for row in self.rows[at:]:
            if edges[row] & bit:
                want = self.wants[row]
                if want.kib > self.left[want.page_kib][node]:
                    narrowed[row] ^= bit
                    if not narrowed[row]:
                        return None
        return narrowed

    def _candidates(self, row: int, edge: NodeBits, spare: bool) -> list[NodeIndex]:
        """Nodes for a want, the best first: CPUs enough, a memory-only cell rather on a node
        without CPUs, then by the memory left. Used nodes are candidates only if enough wants remain
        for the unused ones.
        """
        want, more = self.wants[row], self.used < self.most
        left, sign = self.left[want.page_kib], 1 if self.tight else -1
        nodes = [i for i in indices(edge) if (spare if self.held[i] else more)]
        return sorted(nodes, key=lambda i: (self._ill(want, i), sign * left[i], i))

    def _ill(self, want: Want, node: NodeIndex) -> int:
        if want.vcpus:
            return max(0, want.vcpus - max(0, self.cpus[node]))
        return 1 if self.supply.cpus[node] else 0

    def _put(self, row: int, node: NodeIndex) -> None:
        want = self.wants[row]
        self.left[want.page_kib][node] -= want.kib
        self.cpus[node] -= want.vcpus
        self.used += not self.held[node]
        self.held[node] += 1
        self.places[row] = node

    def _take(self, row: int) -> NodeIndex:
        want, node = self.wants[row], self.places[row]
        self.left[want.page_kib][node] += want.kib
        self.cpus[node] += want.vcpus
        self.held[node] -= 1
        self.used -= not self.held[node]
        return node

    def unevenness(self) -> int:
        """How bad the packing is, as one number. In this order count: vCPUs beyond the CPUs of
        their nodes; memory-only cells on nodes with CPUs; vCPUs crowded on few nodes; the sum of
        squares of the free memory, as the difference to that of the empty nodes.
        """
        short = sum(max(0, -self.cpus[i]) for i in self.nodes)
        plain = sum(
            1
            for want, node in zip(self.wants, self.places)
            if not want.vcpus and self.supply.cpus[node]
        )
        load = sum(self._load(i, self.cpus[i]) for i in self.nodes)
        squares = sum(
            self.left[page][i] ** 2 - room[i] ** 2
            for page, room in self.supply.rooms.items()
            for i in self.nodes
        )
        return _ranked(short, plain, load, squares)

    def _load(self, node: NodeIndex, left: int) -> int:
        """How crowded a node's CPUs are if `left` of them are left."""
        cpus = self.supply.cpus[node]
        return (cpus - left) ** 2 * 64 // max(1, cpus)

    def even_out(self) -> None:
        """Move one want, or swap two, as long as that lowers the unevenness."""
        first: dict[Want, int] = {}
        self.alike = [first.setdefault(want, row) for row, want in enumerate(self.wants)]
        for _ in range(4 * len(self.rows)):
            if not any(self._improve(row) for row in self.rows):
                return

    def _improve(self, row: int) -> bool:
        home = self.places[row]
        for node in indices(self.edges[row]) if self.held[home] > 1 else ():
            if node != home and self.held[node] and self._gain(row, node, NOTHING) < 0:
                self._take(row)
                self._put(row, node)
                return True
        for other in self.rows:
            node = self.places[other]
            if other <= row or node == home or self.alike[row] == self.alike[other]:
                continue
            if not self._exchangeable(row, other):
                continue
            if self._gain(row, node, self.wants[other]) < 0:
                self._take(row)
                self._take(other)
                self._put(row, node)
                self._put(other, home)
                return True
        return False

    def _exchangeable(self, row: int, other: int) -> bool:
        return bool(
            self.edges[row] >> self.places[other] & 1 and self.edges[other] >> self.places[row] & 1
        )

    def _gain(self, row: int, node: NodeIndex, back: Want) -> int:
        """The change of the unevenness (below 0: better) if a want moves to `node` and `back` takes
        its place; 0 if they do not fit.
        """
        want, home = self.wants[row], self.places[row]
        squares, more = 0, want.vcpus - back.vcpus
        for page in {want.page_kib, back.page_kib}:
            left = self.left.get(page)
            kib = (want.page_kib == page and want.kib) - (back.page_kib == page and back.kib)
            if left is None or not kib:
                continue
            if left[node] < kib or left[home] + kib < 0:
                return 0
            squares += 2 * kib * (left[home] - left[node] + kib)
        here, there = self.cpus[home], self.cpus[node]
        short = max(0, -here - more) + max(0, more - there) - max(0, -here) - max(0, -there)
        beside = bool(self.supply.cpus[node]) - bool(self.supply.cpus[home])
        plain = beside * ((not want.vcpus) - (back is not NOTHING and not back.vcpus))
        load = self._load(home, here + more) + self._load(node, there - more)
        load -= self._load(home, here) + self._load(node, there)
        return _ranked(short, plain, load, squares)


def _ranked(short: int, plain: int, load: int, squares: int) -> int:
    """One number, in which each figure counts before all that follow."""
    return (short << 180) + (plain << 160) + (load << 120) + squares


NOTHING = Want(kib=0, page_kib=0, vcpus=0, allowed=NO_NODES)
"""What takes the place of a want that is moved and not swapped."""
