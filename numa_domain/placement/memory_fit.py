# SPDX-License-Identifier: Apache-2.0
"""Whether the memory of all cells together fits on the nodes that were chosen for them.

libvirt does not check that: a strict VM that is too large dies inside QEMU, or is killed later. A
cell that is bound to several nodes may lie on them in any proportion, so comparing node by node
would refuse what fits and, worse, pass what does not. It is a flow problem, and is solved exactly.

    free: node 0 8 GiB, node 1 8 GiB; cell 0 of 6 GiB on 0-1, cell 1 of 8 GiB on 0
    -> cell 0: 6 GiB on node 1, cell 1: 8 GiB on node 0
"""

from __future__ import annotations

from ..base.frozen import Value
from ..base.idset import Nodeset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..host.model import HostTopology, Node

ORDINARY = 0
"""The page size that stands for ordinary pages, in `Demand` and in charges."""


class Demand(Value):
    """Memory that must come from some of `nodes`, in pages of one size."""

    cell: int
    kib: int
    page_kib: int
    """The size of huge pages, or `ORDINARY`."""
    nodes: Nodeset
    mode: str = "strict"
    vcpus: int = 0
    """The cell's vCPUs that are plugged at the start; `fit` ignores them."""


class Shortfall(Value):
    """Cells that together need more than their nodes have; the smallest such set that was found."""

    cells: tuple[int, ...]
    nodes: Nodeset
    page_kib: int
    needed_kib: int
    available_kib: int

    @property
    def missing_kib(self) -> int:
        return self.needed_kib - self.available_kib


class Fit(Value):
    """How the demands lie on the nodes, or why they do not fit."""

    charges: dict[int, dict[int, int]]
    """Node -> page size -> KiB, as far as the demands fit."""
    shortfalls: tuple[Shortfall, ...]
    overflow_kib: int = 0
    """Memory of mode preferred that will lie outside of its preferred nodes."""
    routes: dict[int, dict[int, int]] = {}
    """For strict and restrictive cells: cell -> node -> KiB, one way in which all fit."""
    to_free: dict[tuple[int, Nodeset], int] = {}
    """(page size, nodes) -> KiB that would have to be free there, so that all demands fit."""

    @property
    def worst(self) -> Shortfall:
        """The shortfall that misses most."""
        return max(self.shortfalls, key=lambda short: short.missing_kib)


def available_kib(node: Node, page_kib: int) -> int:
    """KiB that can be promised to a new VM on this node, in pages of this size."""
    if page_kib == ORDINARY:
        return node.available_kib
    pool = node.pages.get(page_kib)
    return pool.available * page_kib if pool else 0


def charged(host: HostTopology, charges: Mapping[int, Mapping[int, int]]) -> HostTopology:
    """The host with these charges (node id -> page size -> KiB) added to what is promised.

    Charges for nodes and pools that the host no longer has are ignored.
    """
    nodes = dict(host.nodes)
    for i, pages in charges.items():
        node = nodes.get(i)
        if node is None:
            continue
        for page, kib in pages.items():
            if page == ORDINARY:
                node = node.replace(promised_kib=node.promised_kib + kib)
            elif page in node.pages:
                pool = node.pages[page]
                pool = pool.replace(promised=pool.promised - (-kib // page))
                node = node.replace(pages={**node.pages, page: pool})
        nodes[i] = node
    return host.replace(nodes=nodes)


def share_kib(kib: int, page_kib: int, nodes: int) -> int:
    """KiB that interleaved memory needs on each of so many nodes, in whole pages.

    If it does not divide evenly, the larger share is taken for every node: which node the kernel
    begins with cannot be known in advance (it depends on the offset in a file and on its inode:
    shmem_get_pgoff_policy in Linux).
    """
    unit = page_kib or 4
    pages = -(-kib // unit)
    return -(-pages // nodes) * unit


def fit(host: HostTopology, demands: Sequence[Demand]) -> Fit:
    """Whether all demands fit at once: exact for strict, restrictive and interleave.

    interleave takes an even share from each node. preferred takes what the others leave; it fails
    only if it needs more huge pages than all pools have, since QEMU would not start. Each page size
    is a resource of its own.
    """
    charges: dict[int, dict[int, int]] = {}
    shortfalls: list[Shortfall] = []
    routes: dict[int, dict[int, int]] = {}
    to_free: dict[tuple[int, Nodeset], int] = {}
    overflow = 0
    for page in sorted({demand.page_kib for demand in demands}):
        of_page = [demand for demand in demands if demand.page_kib == page]
        room = {i: available_kib(node, page) for i, node in host.nodes.items()}
        flow = _Flow(room, page)
        shortfalls += flow.even(d for d in of_page if d.mode == "interleave")
        bound = [d for d in of_page if d.mode in ("strict", "restrictive")]
        shortfalls += flow.bound(bound)
        routes.update(zip((demand.cell for demand in bound), flow.taken))
        overflow += flow.preferred(d for d in of_page if d.mode == "preferred")
        shortfalls += flow.unplaced
        to_free.update(((page, nodes), kib) for nodes, kib in flow.to_free.items())
        for node, kib in flow.used.items():
            if kib:
                charges.setdefault(node, {})[page] = kib
    return Fit(charges, tuple(shortfalls), overflow, routes, to_free)


def roomiest(host: HostTopology, demand: Demand) -> int:
    """The node with most memory available for a demand; the first of several."""
    return max(demand.nodes, key=lambda i: (available_kib(host.nodes[i], demand.page_kib), -i))


class _Flow:
    """For one page size: the memory available on each node, and what has been taken of it."""

    def __init__(self, room: dict[int, int], page_kib: int) -> None:
        self.room, self.page_kib = room, page_kib
        self.used = dict.fromkeys(room, 0)
        self.fixed = dict(self.used)
        self.taken: list[dict[int, int]] = []
        """Of each demand: node -> KiB."""
        self.holders: dict[int, set[int]] = {}
        """Of each node: the demands that lie on it."""
        self.unplaced: list[Shortfall] = []
        self.to_free: dict[Nodeset, int] = {}

    def left(self, node: int) -> int:
        return self.room[node] - self.used[node]

    def even(self, demands: Iterable[Demand]) -> list[Shortfall]:
        """Charge an even share on each node of each demand; the shortfalls."""
        needed: dict[int, int] = {}
        cells: dict[int, list[int]] = {}
        for demand in demands:
            share = share_kib(demand.kib, self.page_kib, len(demand.nodes))
            for node in demand.nodes:
                needed[node] = needed.get(node, 0) + share
                cells.setdefault(node, []).append(demand.cell)
        short = []
        for node, kib in needed.items():
            if kib > self.left(node):
                short.append(self._short(cells[node], Nodeset.of([node]), kib))
                self._lack(Nodeset.of([node]), kib - self.left(node))
            self.used[node] += min(kib, self.left(node))
        return short

    def bound(self, demands: Sequence[Demand]) -> list[Shortfall]:
        """Route each demand to its nodes along augmenting paths; the shortfalls (minimum cuts)."""
        self.fixed = dict(self.used)
        self.taken = [{} for _ in demands]
        self.holders = {node: set() for node in self.room}
        missing = [demand.kib for demand in demands]
        closed = Nodeset()
        for i in sorted(range(len(demands)), key=lambda i: len(demands[i].nodes)):
            while missing[i] and not demands[i].nodes <= closed:
                came, node = self._reach(i, demands)
                if node is None:
                    # All nodes in reach are full for good: what lies on them can go nowhere else
                    closed |= Nodeset.of(came)
                    break
                missing[i] -= self._push(_path(came, node), missing[i])
            self._lack(demands[i].nodes, missing[i])
        return self._cuts(demands, missing)

    def preferred(self, demands: Iterable[Demand]) -> int:
        """Charge the preferred nodes as far as they go, then others; KiB on others."""
        overflow = 0
        for demand in demands:
            rest = self._fill(demand.kib, demand.nodes)
            overflow += rest
            others = sorted((i for i in self.room if i not in demand.nodes), key=self.left)
            unplaced = self._fill(rest, reversed(others))
            if unplaced and self.page_kib:
                room = demand.kib - unplaced
                self._lack(Nodeset.of(self.room), unplaced)
                self.unplaced.append(
                    Shortfall(
                        (demand.cell,), Nodeset.of(self.room), self.page_kib, demand.kib, room
                    )
                )
        return overflow

    def _fill(self, kib: int, nodes: Iterable[int]) -> int:
        for node in nodes:
            part = max(0, min(kib, self.left(node)))
            self.used[node] += part
            kib -= part
        return kib

    def _reach(
        self, start: int, demands: Sequence[Demand]
    ) -> tuple[dict[int, tuple[int, int]], int | None]:
        """Breadth-first search from a demand for a node with memory left; None if there is none.
        Returns node -> (the demand that may lie on it, the node from which that demand would move),
        and that node.
        """
        came: dict[int, tuple[int, int]] = {}
        queue, seen = [(start, -1)], {start}
        for demand, origin in queue:  # grows meanwhile
            for node in demands[demand].nodes:
                if node in came:
                    continue
                came[node] = (demand, origin)
                if self.used[node] < self.room[node]:
                    return came, node
                guests = self.holders[node] - seen
                seen |= guests
                queue += [(i, node) for i in sorted(guests)]
        return came, None

    def _push(self, moves: list[tuple[int, int, int]], most: int) -> int:
        taken, end = self.taken, moves[0][2]
        amount = min(most, self.left(end))
        for demand, origin, _ in moves:
            if origin >= 0:
                amount = min(amount, taken[demand][origin])
        self.used[end] += amount
        for demand, origin, node in moves:
            if origin >= 0:
                taken[demand][origin] -= amount
                if not taken[demand][origin]:
                    self.holders[origin].remove(demand)
            taken[demand][node] = taken[demand].get(node, 0) + amount
            self.holders[node].add(demand)
        return amount

    def _cuts(self, demands: Sequence[Demand], missing: list[int]) -> list[Shortfall]:
        """The shortfall of each demand that is not covered: all nodes that it can reach are full,
        and the demands on them can go nowhere else (Hall's condition).
        """
        shortfalls, told = [], Nodeset()
        for i, kib in enumerate(missing):
            if not kib or (told and demands[i].nodes <= told):
                continue
            nodes = Nodeset.of(self._reach(i, demands)[0])
            told |= nodes
            among = [j for j, demand in enumerate(demands) if demand.nodes <= nodes]
            needed = sum(demands[j].kib for j in among)
            shortfalls.append(self._short([demands[j].cell for j in among], nodes, needed))
        return shortfalls

    def _lack(self, nodes: Nodeset, kib: int) -> None:
        """Note that so many KiB more, free on any of these nodes, would cover the demand."""
        if kib:
            self.to_free[nodes] = self.to_free.get(nodes, 0) + kib

    def _short(self, cells: Iterable[int], nodes: Nodeset, needed: int) -> Shortfall:
        room = sum(self.room[node] - self.fixed[node] for node in nodes)
        return Shortfall(tuple(cells), nodes, self.page_kib, needed, room)


def _path(came: Mapping[int, tuple[int, int]], node: int) -> list[tuple[int, int, int]]:
    """The path as moves (demand, from node or -1, to node), the last move first."""
    moves = []
    while True:
        demand, origin = came[node]
        moves.append((demand, origin, node))
        if origin < 0:
            return moves
        node = origin
