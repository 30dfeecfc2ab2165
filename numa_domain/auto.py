# SPDX-License-Identifier: Apache-2.0
"""`auto` for a VM on a host: from their facts to a choice, and from it to a placement.

Decides which nodes come into question: a cell with vCPUs goes to nodes with CPUs first; a node
that a cell names, or that the domain's memnodes name, is fixed, and the others are chosen on
what that leaves, elsewhere if they can be, and close to it. The choosing itself is in
`choice.py`, `sharing.py` and `spreading.py`.

    auto with two cells of 8 GiB, free: 30, 2, 12, 9 GiB -> cell 0: node 0, cell 1: node 2
"""

from __future__ import annotations

from .capacity import available_kib, charged, fit
from .choice import Supply, Want, own_nodes
from .nodeset import Nodeset
from .placement import (
    PlacedCell,
    Placement,
    bind,
    check_nodes,
    demand_of,
    settle,
    whole_vm,
)
from .set_search import Site, indices
from .sharing import shared_nodes
from .spreading import spread_one, spread_several
from .topology import plan_cells
from .values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .capacity import Demand
    from .guest import Guest
    from .host import HostTopology
    from .request import NumaRequest


NO_NODES = Nodeset()


class Rules(Value):
    """What may be done: `count` nodes in all; no two cells on one node (each cell then lies on
    one); a cell on several nodes; by cell, only some nodes."""

    count: int | None = None
    exclusive: bool = False
    spread: bool = True
    candidates: Mapping[int, Nodeset] | None = None


def place_auto(guest: Guest, request: NumaRequest, host: HostTopology, rules: Rules) -> Placement:
    """`place` for a target of kind auto."""
    has = len(host.memory_nodes)
    if rules.count is not None and rules.count > has:
        from .refusal import CountTooLarge

        raise CountTooLarge("numa_nodeset", count=rules.count, has=has)
    if request.cells == "host":
        return _like_host(guest, request, host, rules)
    bound = bind(guest, request, plan_cells(guest, request, host), None, auto=True)
    single = request.cells is None and len(bound) < 2 and all(p.nodes is None for p in bound)
    if single and rules.candidates is None:
        chosen = _whole(guest, request, host, rules)
        cells = [placed.cell for placed in bound]
        return settle(guest, request, host, bind(guest, request, cells, chosen), chosen)
    placed = _each(guest, request, host, bound, rules)
    union = Nodeset.of(node for each in placed for node in each.nodes or ())
    return settle(guest, request, host, placed, union)


def _like_host(guest: Guest, request: NumaRequest, host: HostTopology, rules: Rules) -> Placement:
    """One cell for each node that the VM needs, sized like it; where others have filled a node
    too far for that, sized by what is free."""
    from .placement import NoRoom

    chosen = _whole(guest, request, host, rules)
    try:
        cells = plan_cells(guest, request, host, chosen)
        return settle(guest, request, host, bind(guest, request, cells, chosen), chosen)
    except NoRoom:
        page = demand_of(guest, host, whole_vm(guest, request.mode), chosen).page_kib
        free = {
            i: node.replace(memory_kib=available_kib(node, page)) for i, node in host.nodes.items()
        }
        cells = plan_cells(guest, request, host.replace(nodes=free), chosen)
        return settle(guest, request, host, bind(guest, request, cells, chosen), chosen)


def _whole(guest: Guest, request: NumaRequest, host: HostTopology, rules: Rules) -> Nodeset:
    """Nodes for the VM as a whole."""
    own = plan_cells(guest, request.replace(cells=None))
    whole = whole_vm(guest, request.mode)
    whole = whole.replace(extra_kib=sum(cell.extra_kib for cell in own))
    demand = demand_of(guest, host, whole, host.memory_nodes)
    return choose_or_refuse(guest, request, host, [demand], rules)[0]


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
    every = host.memory_nodes
    open_ = [
        demand_of(guest, host, p.cell, _candidates(host, p.cell.id, rules) or every)
        for p in bound
        if p.nodes is None
    ]
    taken = Nodeset.of(node for demand in known for node in demand.nodes)
    nodes = iter(choose_or_refuse(guest, request, rest, open_, rules, taken) if open_ else ())
    return [p if p.nodes is not None else PlacedCell(p.cell, next(nodes)) for p in bound]


def _candidates(host: HostTopology, cell: int, rules: Rules) -> Nodeset | None:
    named = (rules.candidates or {}).get(cell)
    if named is not None:
        check_nodes(named, host, f"cell {cell}, nodes")
    return named


def choose_or_refuse(
    guest: Guest,
    request: NumaRequest,
    host: HostTopology,
    demands: Sequence[Demand],
    rules: Rules,
    taken: Nodeset = NO_NODES,
) -> list[Nodeset]:
    """`choose`, for a VM that has the nodes `taken` anyway; where nothing is found, the error
    that says why."""
    devices = {host.devices[address] for address in guest.pci if address in host.devices}
    near = sorted(devices & set(host.nodes))
    if taken:
        # Cells on distinct nodes, if that can be
        free = [demand.replace(nodes=demand.nodes - taken) for demand in demands]
        chosen = choose(host, free, Rules(rules.count, True, False), near, taken)
        if chosen is not None:
            return chosen
        demands = free if rules.exclusive else demands
    chosen = choose(host, demands, rules, near, taken)
    if chosen is None:
        chosen = _with_preferred(host, demands, rules, near, taken)
    if chosen is not None:
        return chosen
    from .refusal import refused

    def holds(others: Sequence[Demand]) -> bool:
        return choose(host, others, rules, near, taken) is not None

    raise refused(guest, request, host, demands, rules, holds)


def _with_preferred(
    host: HostTopology,
    demands: Sequence[Demand],
    rules: Rules,
    devices: Sequence[int],
    taken: Nodeset,
) -> list[Nodeset] | None:
    """What is preferred goes where the others leave most, and overflows if it must; None where
    nothing is preferred, or the others alone do not fit."""
    firm = [demand for demand in demands if demand.mode != "preferred"]
    if len(firm) == len(demands):
        return None
    found = choose(host, firm, rules, devices, taken) if firm else []
    if found is None:
        return None
    nodes = dict(zip((demand.cell for demand in firm), found))
    for demand in demands:
        if demand.cell not in nodes:
            laid = [d.replace(nodes=nodes[d.cell]) for d in demands if d.cell in nodes]
            rest = charged(host, fit(host, laid).charges)
            chosen = choose(rest, [demand], Rules(rules.count), devices, taken)
            nodes[demand.cell] = chosen[0] if chosen else _roomiest(rest, demand, rules.count or 1)
    return [nodes[demand.cell] for demand in demands]


def _roomiest(host: HostTopology, demand: Demand, count: int) -> Nodeset:
    """The nodes with most room for a demand; with CPUs first, if it has vCPUs."""

    def key(i: int) -> tuple[bool, int, int]:
        node = host.nodes[i]
        return bool(demand.vcpus) and not node.cpus, -available_kib(node, demand.page_kib), i

    return Nodeset.of(sorted(demand.nodes, key=key)[:count])


def choose(
    host: HostTopology,
    demands: Sequence[Demand],
    rules: Rules,
    devices: Sequence[int] = (),
    taken: Nodeset = NO_NODES,
) -> list[Nodeset] | None:
    """For each demand nodes among its own (node sets of a host: see `choice.py`), or None.

    Demands with vCPUs go to nodes with CPUs; where that is not enough, to these and others;
    and only where nothing else works to others alone. `devices` are nodes to be near to,
    `taken` those that the VM has anyway.
    """
    supply, wants = _supply(host, demands, devices, taken), _wants(host, demands)
    cpus = supply.with_cpus
    first = [w.replace(nodes=w.nodes & cpus) if w.vcpus else w for w in wants]
    chosen = _stages(host, supply, first, demands, rules)
    if chosen is None and first != wants:
        several = len(wants) > 1
        if rules.spread and not (rules.exclusive and several):
            runs = [w.replace(runs=bool(w.vcpus and w.nodes & cpus)) for w in wants]
            chosen = _spread(host, supply, runs, demands, rules)
        if chosen is None:
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
    if chosen is None and several and (count is None or count < len(wants)):
        chosen = shared_nodes(supply, wants, count)
    if chosen is None and rules.spread:
        chosen = _spread(host, supply, wants, demands, rules)
    return chosen


def _spread(
    host: HostTopology,
    supply: Supply,
    wants: Sequence[Want],
    demands: Sequence[Demand],
    rules: Rules,
) -> list[int] | None:
    if len(wants) > 1:
        return spread_several(host, supply, wants, demands, rules.count)
    nodes = spread_one(supply, wants[0], rules.count)
    return [nodes] if nodes else None


def _supply(
    host: HostTopology, demands: Sequence[Demand], devices: Sequence[int], taken: Nodeset
) -> Supply:
    ids, apart = tuple(host.nodes), host.distance
    nodes = [host.nodes[i] for i in ids]
    near = tuple(
        tuple(min(apart(node, device) for node in (i, *taken)) for i in ids) for device in devices
    )
    beside = tuple(sum(apart(i, t) + apart(t, i) for t in taken) for i in ids) if taken else ()
    rooms = {
        page: tuple(available_kib(node, page) for node in nodes)
        for page in sorted({demand.page_kib for demand in demands})
    }
    rows = tuple(tuple(apart(a, b) + apart(b, a) for b in ids) for a in ids)
    return Supply(Site(ids, rows, near, beside), rooms, tuple(len(node.cpus) for node in nodes))


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
