# SPDX-License-Identifier: Apache-2.0
"""What is free on the nodes, and whether the cells' memory fits there, all together.

Decides fit for nodes that are already chosen; libvirt does not (a strict VM that is too large
dies inside QEMU, or is killed later). Never chooses a node: `one_node_each.py` does.

A cell that is bound to several nodes may lie on them in any proportion, so a comparison node
by node would refuse what fits and, worse, pass what does not: whether all cells fit is a
flow problem, solved exactly here.

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
"""The page size, in `Demand` and in charges, that stands for ordinary pages."""


class Demand(Value):
    """Memory that has to come from some of the nodes `nodes`, in pages of one size."""

    cell: int
    kib: int
    page_kib: int
    """Of huge pages; `ORDINARY` for others."""
    nodes: Nodeset
    mode: str = "strict"
    vcpus: int = 0
    """That the guest starts with; `fit` does not look at them."""


class Shortfall(Value):
    """A set of cells that need more than their nodes have; the smallest such set known."""

    cells: tuple[int, ...]
    nodes: Nodeset
    page_kib: int
    needed_kib: int
    available_kib: int

    @property
    def missing_kib(self) -> int:
        return self.needed_kib - self.available_kib


class Fit(Value):
    """How the demands lie on the nodes, or why they do not."""

    charges: dict[int, dict[int, int]]
    """Node -> page size -> KiB, as far as it fits."""
    shortfalls: tuple[Shortfall, ...]
    overflow_kib: int = 0
    """Of mode preferred: what will lie on other nodes than the preferred ones."""
    routes: dict[int, dict[int, int]] = {}
    """Strict and restrictive cells: cell -> node -> KiB, one way in which all fit."""
    to_free: dict[tuple[int, Nodeset], int] = {}
    """(page size, nodes) -> KiB: were so much more free on these nodes, all would fit."""

    @property
    def worst(self) -> Shortfall:
        """Of those that there are."""
        return max(self.shortfalls, key=lambda short: short.missing_kib)


def available_kib(node: Node, page_kib: int) -> int:
    """What a new VM can be promised on a node in pages of this size."""
    if page_kib == ORDINARY:
        return node.available_kib
    pool = node.pages.get(page_kib)
    return pool.available * page_kib if pool else 0


def charged(host: HostTopology, charges: Mapping[int, Mapping[int, int]]) -> HostTopology:
    """The host with more promised: node id -> page size (0: ordinary) -> KiB.

    Promises of nodes and pools that the host no longer has are left out: they bind nothing.
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
    """What interleaved memory needs on each of so many nodes, in whole pages.

    The larger share on each: with which node the kernel begins is not known beforehand (it
    goes by the offset in a file, and by its inode: shmem_get_pgoff_policy in Linux).
    """
    unit = page_kib or 4
    pages = -(-kib // unit)
    return -(-pages // nodes) * unit


def fit(host: HostTopology, demands: Sequence[Demand]) -> Fit:
    """Whether all demands fit at once; exact for strict, restrictive and interleave.

    interleave takes an even share of each node; preferred takes what the others leave, and
    fails only where it asks for more huge pages than all pools have: QEMU would not start. A
    page size is a resource of its own: the pool is no free RAM.
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
        shortfalls += flow.homeless
        to_free.update(((page, nodes), kib) for nodes, kib in flow.to_free.items())
        for node, kib in flow.used.items():
            if kib:
                charges.setdefault(node, {})[page] = kib
    return Fit(charges, tuple(shortfalls), overflow, routes, to_free)


def roomiest(host: HostTopology, demand: Demand) -> int:
    """The node with most room for a demand, the first of several."""
    return max(demand.nodes, key=lambda i: (available_kib(host.nodes[i], demand.page_kib), -i))


class _Flow:
    """The nodes' room for one page size, and what is taken of it so far."""

    def __init__(self, room: dict[int, int], page_kib: int) -> None:
        self.room, self.page_kib = room, page_kib
        self.used = dict.fromkeys(room, 0)
        self.fixed = dict(self.used)
        self.taken: list[dict[int, int]] = []
        """Of each demand: node -> KiB."""
        self.holders: dict[int, set[int]] = {}
        """Of each node: the demands that lie on it."""
        self.homeless: list[Shortfall] = []
        self.to_free: dict[Nodeset, int] = {}

    def left(self, node: int) -> int:
        return self.room[node] - self.used[node]

    def even(self, demands: Iterable[Demand]) -> list[Shortfall]:
        """Charge an even share on each node of each demand; what is short of it."""
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
        """Route every demand to its nodes by augmenting paths; the cut where that fails."""
        self.fixed = dict(self.used)
        self.taken = [{} for _ in demands]
        self.holders = {node: set() for node in self.room}
        missing = [demand.kib for demand in demands]
        closed = Nodeset()
        for i in sorted(range(len(demands)), key=lambda i: len(demands[i].nodes)):
            while missing[i] and not demands[i].nodes <= closed:
                came, node = self._reach(i, demands)
                if node is None:
                    # All of these are full, and what fills them can go nowhere else: for good
                    closed |= Nodeset.of(came)
                    break
                missing[i] -= self._push(_path(came, node), missing[i])
            self._lack(demands[i].nodes, missing[i])
        return self._cuts(demands, missing)

    def preferred(self, demands: Iterable[Demand]) -> int:
        """Charge what fits on the preferred nodes and the rest where there is room; KiB of it."""
        overflow = 0
        for demand in demands:
            rest = self._fill(demand.kib, demand.nodes)
            overflow += rest
            others = sorted((i for i in self.room if i not in demand.nodes), key=self.left)
            homeless = self._fill(rest, reversed(others))
            if homeless and self.page_kib:
                room = demand.kib - homeless
                self._lack(Nodeset.of(self.room), homeless)
                self.homeless.append(
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
        """Breadth first from a demand: node -> (demand that goes there, node that it comes
        from); and the first node with room, or None where the search ends without one."""
        came: dict[int, tuple[int, int]] = {}
        queue, seen = [(start, -1)], {start}
        for demand, origin in queue:  # which grows
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
        """For each demand that is short: the nodes that it can reach are all full, and the
        demands that fill them have nowhere else to go (Hall's condition)."""
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
        """A demand would take so much more on any of its own nodes, however they share it."""
        if kib:
            self.to_free[nodes] = self.to_free.get(nodes, 0) + kib

    def _short(self, cells: Iterable[int], nodes: Nodeset, needed: int) -> Shortfall:
        room = sum(self.room[node] - self.fixed[node] for node in nodes)
        return Shortfall(tuple(cells), nodes, self.page_kib, needed, room)


def _path(came: Mapping[int, tuple[int, int]], node: int) -> list[tuple[int, int, int]]:
    """Moves (demand, from node or -1, to node), the last move first."""
    moves = []
    while True:
        demand, origin = came[node]
        moves.append((demand, origin, node))
        if origin < 0:
            return moves
        node = origin
