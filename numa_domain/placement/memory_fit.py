# SPDX-License-Identifier: Apache-2.0
"""Whether the memory of all cells together fits on the nodes that were chosen for them.

libvirt does not check that: a strict VM that is too large dies inside QEMU, or is killed later. A
cell that is bound to several nodes may lie on them in any proportion, and so may what other VMs
were promised (`HostTopology.claims`); so comparing node by node would refuse what fits and, worse,
pass what does not. It is a flow problem, and is solved exactly (`memory_flow.py`).

    free: node 0 8 GiB, node 1 8 GiB; cell 0 of 6 GiB on 0-1, cell 1 of 8 GiB on 0
    -> cell 0: 6 GiB on node 1, cell 1: 8 GiB on node 0
"""

from __future__ import annotations

from ..base.frozen import Value
from ..base.idset import Nodeset
from ..host.model import Claim
from .memory_flow import Flow

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
    qemu_kib: int = 0
    """The part of `kib` that QEMU needs for itself."""


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
    claims: tuple[Claim, ...] = ()
    """The same memory as `charges`, by the nodes on which it may lie."""

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
    claims: list[Claim] = []
    overflow = 0
    for page in sorted({demand.page_kib for demand in demands}):
        of_page = [demand for demand in demands if demand.page_kib == page]
        laid = _OnePage(host, page)
        laid.even([d for d in of_page if d.mode == "interleave"])
        routes.update(laid.bound([d for d in of_page if d.mode in ("strict", "restrictive")]))
        overflow += laid.preferred([d for d in of_page if d.mode == "preferred"])
        shortfalls += laid.shortfalls
        claims += laid.claims
        to_free.update(((page, nodes), kib) for nodes, kib in laid.to_free.items())
        for node, kib in laid.used().items():
            if kib:
                charges.setdefault(node, {})[page] = kib
    return Fit(charges, tuple(shortfalls), overflow, routes, to_free, tuple(claims))


def roomiest(host: HostTopology, demand: Demand) -> int:
    """The node with most memory available for a demand; the first of several."""
    room = rooms(host, demand.page_kib)
    return max(demand.nodes, key=lambda i: (room[i], -i))


class _OnePage:
    """The memory of one page size: the claims of other VMs, then the demands, in one flow."""

    def __init__(self, host: HostTopology, page_kib: int) -> None:
        self.page_kib = page_kib
        self.flow = claimed(host, page_kib)
        self.theirs = len(self.flow.items)
        self.shortfalls: list[Shortfall] = []
        self.to_free: dict[Nodeset, int] = {}
        self.claims: list[Claim] = []

    def used(self) -> dict[int, int]:
        """KiB of the demands on each node."""
        return self.flow.on_nodes(range(self.theirs, len(self.flow.items)))

    def even(self, demands: Iterable[Demand]) -> None:
        """An even share on each node of each demand."""
        needed: dict[int, int] = {}
        cells: dict[int, list[int]] = {}
        for demand in demands:
            share = share_kib(demand.kib, self.page_kib, len(demand.nodes))
            for node in demand.nodes:
                needed[node] = needed.get(node, 0) + share
                cells.setdefault(node, []).append(demand.cell)
        for node, kib in needed.items():
            only = Nodeset.of([node])
            missing = self.flow.add(only, kib)
            if missing:
                self._short(cells[node], only, kib, kib - missing)
                self._lack(only, missing)
            self._claim(only, kib - missing)

    def bound(self, demands: Sequence[Demand]) -> dict[int, dict[int, int]]:
        """Each demand on its nodes in any proportion; returns cell -> node -> KiB."""
        items, missing = self.flow.items, [0] * len(demands)
        before = range(len(items))
        at = {}
        for i in sorted(range(len(demands)), key=lambda i: len(demands[i].nodes)):
            demand = demands[i]
            missing[i] = self.flow.add(demand.nodes, demand.kib)
            at[demand.cell] = len(items) - 1
            self._lack(demand.nodes, missing[i])
            self._claim(demand.nodes, demand.kib - missing[i])
        self._cuts(demands, missing, before)
        return {demand.cell: self.flow.taken[at[demand.cell]] for demand in demands}

    def preferred(self, demands: Iterable[Demand]) -> int:
        """On the preferred nodes as far as they go, then on others; KiB on others."""
        overflow, everywhere = 0, Nodeset.of(self.flow.room)
        for demand in demands:
            rest = self.flow.fill(demand.nodes, demand.kib)
            others = sorted(everywhere - demand.nodes, key=self.flow.left)
            unplaced = self.flow.fill(reversed(others), rest)
            self._claim(demand.nodes, demand.kib - rest)
            self._claim(everywhere, rest - unplaced)
            overflow += rest
            if unplaced and self.page_kib:
                self._lack(everywhere, unplaced)
                self._short([demand.cell], everywhere, demand.kib, demand.kib - unplaced)
        return overflow

    def _cuts(self, demands: Sequence[Demand], missing: list[int], before: Sequence[int]) -> None:
        """A shortfall for each demand that is not covered: all nodes that it can reach are full,
        and what lies on them can go nowhere else (Hall's condition).
        """
        told = Nodeset()
        for i, kib in enumerate(missing):
            if not kib or (told and demands[i].nodes <= told):
                continue
            nodes = self.flow.closure(demands[i].nodes)
            told |= nodes
            among = [demand for demand in demands if demand.nodes <= nodes]
            taken = self.flow.on_nodes(before)
            room = sum(self.flow.room[node] - taken[node] for node in nodes)
            named = Nodeset.of(node for demand in among for node in demand.nodes)
            self._short([d.cell for d in among], named, sum(d.kib for d in among), room)

    def _lack(self, nodes: Nodeset, kib: int) -> None:
        """Note that so many KiB more, free on any of these nodes, would cover the demand."""
        if kib:
            self.to_free[nodes] = self.to_free.get(nodes, 0) + kib

    def _short(self, cells: Iterable[int], nodes: Nodeset, needed: int, room: int) -> None:
        self.shortfalls.append(Shortfall(tuple(cells), nodes, self.page_kib, needed, room))

    def _claim(self, nodes: Nodeset, kib: int) -> None:
        if kib:
            self.claims.append(Claim(nodes, kib, self.page_kib))


def claimed(host: HostTopology, page_kib: int) -> Flow:
    """What is available on each node, with the claims of other VMs laid on it as far as they go."""
    flow = Flow({i: available_kib(node, page_kib) for i, node in host.nodes.items()})
    for nodes, kib in merged(host.claims, page_kib, flow.room):
        flow.add(nodes, kib)
    return flow


def merged(
    claims: Iterable[Claim], page_kib: int, known: Iterable[int]
) -> list[tuple[Nodeset, int]]:
    """The claims of one page size, one for each set of nodes that are there; the narrow first."""
    sums: dict[Nodeset, int] = {}
    there = Nodeset.of(known)
    for claim in claims:
        nodes = claim.nodes & there
        if claim.page_kib == page_kib and nodes:
            sums[nodes] = sums.get(nodes, 0) + claim.kib
    return sorted(sums.items(), key=lambda item: (len(item[0]), item[0].bits))


def rooms(host: HostTopology, page_kib: int) -> dict[int, int]:
    """KiB of this page size that one new demand may have on each node, if it is the only one.

    Claims of other VMs that may lie on several nodes give way as far as they can.
    """
    if not any(claim.page_kib == page_kib for claim in host.claims):
        return {i: available_kib(node, page_kib) for i, node in host.nodes.items()}
    found = {}
    for i in host.nodes:
        flow, most = claimed(host, page_kib), available_kib(host.nodes[i], page_kib)
        found[i] = most - flow.add(Nodeset.of([i]), most)
    return found


def settled(host: HostTopology) -> HostTopology:
    """The same host, with the claims of other VMs laid down, each in equal parts where that goes;
    what has no room anywhere is owed by the first of its nodes.
    """
    charges: dict[int, dict[int, int]] = {}
    for page in {claim.page_kib for claim in host.claims}:
        flow = Flow({i: available_kib(node, page) for i, node in host.nodes.items()})
        for nodes, kib in merged(host.claims, page, flow.room):
            lost = flow.share(nodes, kib)
            owing = charges.setdefault(next(iter(nodes)), {})
            owing[page] = owing.get(page, 0) + lost
        for node, kib in flow.used.items():
            owing = charges.setdefault(node, {})
            owing[page] = owing.get(page, 0) + kib
    return charged(host.replace(claims=()), charges)
