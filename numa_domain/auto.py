# SPDX-License-Identifier: Apache-2.0
"""`auto` for a VM on a host: from their facts to a choice, and from it to a placement.

Decides which nodes come into question (a cell with vCPUs goes to nodes with CPUs first; a
node that a cell names, or that the domain's memnodes name, is fixed) and what to say where
nothing fits. The choosing itself is in `choice.py` and `sharing.py`.

    auto with two cells of 8 GiB, free: 30, 2, 12, 9 GiB -> cell 0: node 0, cell 1: node 2
"""

from __future__ import annotations

from .capacity import available_kib, charged, fit, roomiest
from .choice import Supply, Want, fitting, own_nodes, spread_one
from .nodeset import Nodeset
from .placement import (
    PlacedCell,
    Placement,
    PlacementError,
    bind,
    check_nodes,
    demand_of,
    settle,
    whole_vm,
)
from .set_search import Site, indices
from .sharing import shared_nodes
from .topology import plan_cells
from .values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .capacity import Demand
    from .guest import Guest
    from .host import HostTopology
    from .request import NumaRequest


class Rules(Value):
    """What may be done: `count` nodes in all; no two cells on one node; a cell on several;
    only these nodes for a cell."""

    count: int | None = None
    exclusive: bool = False
    spread: bool = True
    candidates: Mapping[int, Nodeset] | None = None


class CountTooLarge(PlacementError):
    what = "auto:{count} asks for {count} nodes, and the host has {has} with memory"
    todo = "ask for at most {has}"


def place_auto(guest: Guest, request: NumaRequest, host: HostTopology, rules: Rules) -> Placement:
    """`place` for a target of kind auto."""
    has = len(host.memory_nodes)
    if rules.count is not None and rules.count > has:
        raise CountTooLarge("numa_nodeset", count=rules.count, has=has)
    if request.cells == "host":
        return _whole(guest, request, host, rules)
    bound = bind(guest, request, plan_cells(guest, request, host), None)
    single = request.cells is None and len(bound) < 2 and all(p.nodes is None for p in bound)
    if single and rules.candidates is None:
        return _whole(guest, request, host, rules)
    placed = _each(guest, request, host, bound, rules)
    union = Nodeset.of(node for each in placed for node in each.nodes or ())
    return settle(guest, request, host, placed, union)


def _whole(guest: Guest, request: NumaRequest, host: HostTopology, rules: Rules) -> Placement:
    """Nodes for the VM as a whole; the cells follow."""
    cells = plan_cells(guest, request.replace(cells=None))
    whole = whole_vm(guest, request.mode)
    if cells:
        whole = whole.replace(extra_kib=cells[0].extra_kib)
    demand = demand_of(guest, host, whole, host.memory_nodes)
    chosen = choose_or_refuse(guest, request, host, [demand], rules)[0]
    bound = bind(guest, request, plan_cells(guest, request, host, chosen), chosen)
    return settle(guest, request, host, bound, chosen)


def _each(
    guest: Guest,
    request: NumaRequest,
    host: HostTopology,
    bound: Sequence[PlacedCell],
    rules: Rules,
) -> list[PlacedCell]:
    """Nodes for each cell that has none yet, on what the others leave."""
    fixed = [demand_of(guest, host, p.cell, p.nodes) for p in bound if p.nodes is not None]
    known = [d.replace(nodes=d.nodes & Nodeset.of(host.nodes)) for d in fixed]
    rest = charged(host, fit(host, known).charges)
    open_ = [
        demand_of(guest, host, p.cell, _candidates(host, p.cell.id, rules))
        for p in bound
        if p.nodes is None
    ]
    nodes = iter(choose_or_refuse(guest, request, rest, open_, rules) if open_ else ())
    return [p if p.nodes is not None else PlacedCell(p.cell, next(nodes)) for p in bound]


def _candidates(host: HostTopology, cell: int, rules: Rules) -> Nodeset:
    named = (rules.candidates or {}).get(cell)
    if named is None:
        return host.memory_nodes
    check_nodes(named, host, f"cell {cell}, nodes")
    return named


def choose_or_refuse(
    guest: Guest,
    request: NumaRequest,
    host: HostTopology,
    demands: Sequence[Demand],
    rules: Rules,
) -> list[Nodeset]:
    """`choose`, and where it finds nothing the error that says why."""
    devices = {host.devices[address] for address in guest.pci if address in host.devices}
    chosen = choose(host, demands, rules, sorted(devices & set(host.nodes)))
    if chosen is not None:
        return chosen
    if all(demand.mode == "preferred" for demand in demands):
        return [Nodeset.of([roomiest(host, demand)]) for demand in demands]
    result = fit(host, demands)
    if result.shortfalls:
        from .explain import no_room  # which only a refusal needs

        raise no_room(guest, request, host, demands, result.shortfalls)
    from .refusal import no_whole_nodes

    wants = _wants(host, demands)
    raise no_whole_nodes(host, demands, _supply(host, demands, []), wants, rules.exclusive)


def choose(
    host: HostTopology, demands: Sequence[Demand], rules: Rules, devices: Sequence[int] = ()
) -> list[Nodeset] | None:
    """For each demand nodes among its own (node sets of a host: see `choice.py`), or None.

    Nodes without CPUs are for demands without vCPUs, unless nothing else works.
    """
    supply, wants = _supply(host, demands, devices), _wants(host, demands)
    with_cpus = sum(1 << i for i, cpus in enumerate(supply.cpus) if cpus)
    first = [w.replace(nodes=w.nodes & with_cpus) if w.vcpus else w for w in wants]
    chosen = _stages(host, supply, first, demands, rules)
    if chosen is None and first != wants:
        chosen = _stages(host, supply, wants, demands, rules)
    if chosen is None:
        return None
    ids = supply.site.ids
    return [Nodeset.of(ids[i] for i in indices(nodes)) for nodes in chosen]


def _stages(
    host: HostTopology,
    supply: Supply,
    wants: Sequence[Want],
    demands: Sequence[Demand],
    rules: Rules,
) -> list[int] | None:
    count, several = rules.count, len(wants) > 1
    chosen = None
    if count is None or count == len(wants):
        chosen = own_nodes(supply, wants)
    if rules.exclusive and several:
        return chosen
    if chosen is None and several and (count is None or count <= len(wants)):
        chosen = shared_nodes(supply, wants, count)
    if chosen is None and rules.spread:
        if count is not None and several:
            chosen = _on_common_nodes(host, supply, wants, demands, count)
        elif several:
            chosen = _one_by_one(supply, wants) or _by_flow(host, supply, wants, demands)
        else:
            nodes = spread_one(supply, wants[0], count)
            chosen = [nodes] if nodes else None
    return chosen


def _on_common_nodes(
    host: HostTopology,
    supply: Supply,
    wants: Sequence[Want],
    demands: Sequence[Demand],
    count: int,
) -> list[int] | None:
    """All wants on the same `count` nodes."""
    page = max(supply.rooms, key=lambda p: sum(w.kib for w in wants if w.page_kib == p))
    nodes = wants[0].nodes
    for want in wants:
        nodes &= want.nodes
    together = Want(
        kib=sum(w.kib for w in wants if w.page_kib == page),
        page_kib=page,
        vcpus=sum(w.vcpus for w in wants),
        nodes=nodes,
        even=any(w.even for w in wants),
    )
    chosen = spread_one(supply, together, count)
    common = [want.replace(nodes=chosen) for want in wants]
    return _by_flow(host, supply, common, demands) and [chosen] * len(wants) if chosen else None


def _one_by_one(supply: Supply, wants: Sequence[Want]) -> list[int] | None:
    """The largest first, each whole on an unused node, on a used one, or on several."""
    rooms = {page: list(room) for page, room in supply.rooms.items()}
    chosen, used = [0] * len(wants), 0
    for row in sorted(range(len(wants)), key=lambda i: (-wants[i].kib, i)):
        want = wants[row]
        left = supply.replace(rooms={page: tuple(room) for page, room in rooms.items()})
        whole = fitting(left, want)
        alone = whole & ~used or whole
        nodes = spread_one(left, want.replace(nodes=alone or want.nodes))
        if not nodes:
            return None
        chosen[row], rest = nodes, want.kib
        used |= nodes
        for i in indices(nodes):
            part = min(rest, rooms[want.page_kib][i])
            rooms[want.page_kib][i] -= part
            rest -= part
    return chosen


def _by_flow(
    host: HostTopology, supply: Supply, wants: Sequence[Want], demands: Sequence[Demand]
) -> list[int] | None:
    """The nodes on which a flow lays each want: found whenever there is any way at all."""
    ids = supply.site.ids
    open_ = [
        demand.replace(nodes=Nodeset.of(ids[i] for i in indices(want.nodes)), mode="strict")
        for want, demand in zip(wants, demands)
    ]
    result = fit(host, open_)
    if result.shortfalls:
        return None
    return [
        sum(1 << ids.index(node) for node, kib in result.routes[demand.cell].items() if kib)
        for demand in open_
    ]


def _supply(host: HostTopology, demands: Sequence[Demand], devices: Sequence[int]) -> Supply:
    ids = tuple(host.nodes)
    nodes = [host.nodes[i] for i in ids]
    apart = tuple(tuple(host.distance(a, b) + host.distance(b, a) for b in ids) for a in ids)
    near = tuple(tuple(host.distance(i, device) for i in ids) for device in devices)
    rooms = {
        page: tuple(available_kib(node, page) for node in nodes)
        for page in sorted({demand.page_kib for demand in demands})
    }
    return Supply(Site(ids, apart, near), rooms, tuple(len(node.cpus) for node in nodes))


def _wants(host: HostTopology, demands: Sequence[Demand]) -> list[Want]:
    at = {node: i for i, node in enumerate(host.nodes)}
    return [
        Want(
            kib=demand.kib,
            page_kib=demand.page_kib,
            vcpus=demand.vcpus,
            nodes=sum(1 << at[i] for i in demand.nodes if i in at),
            even=demand.mode == "interleave",
        )
        for demand in demands
    ]
