# SPDX-License-Identifier: Apache-2.0
"""Which cell on which host nodes: the answer that the XML, the fit and the hook share.

Decides what the request means on this host (`all`, `^3`, `auto`, nodes of a cell, nodes that
the domain had before), and refuses with a reason for every node. Never writes XML. The sums
are in `memory_fit.py`, the choice of `auto` in `one_node_each.py`.

    place(guest, NumaRequest.parse("0-1", "2"), host).cells[1].nodes      0-1
"""

from __future__ import annotations

from ..base.errors import HostError, NumaError, RequestError
from ..base.frozen import Value
from ..base.idset import Cpuset, Nodeset
from ..topology.plan import Cell, plan_cells, real_page_kib
from .memory_fit import ORDINARY, Demand, fit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..guest.model import Guest
    from ..host.model import HostTopology
    from ..request.model import NumaRequest, Target
    from .refusal.node_reasons import NodeReason

WHOLE_VM = -1
"""The id of the cell that stands for a VM without `cpu/numa`."""


class PlacementError(HostError):
    """The request is sound, and this host cannot do it. `reasons` has one for each node."""

    reasons: tuple[NodeReason, ...] = ()


class NodeUnknown(PlacementError):
    what = "the host has no {missing:node}"
    todo = "its nodes are {nodes}: name some of these, or auto, or choose another host"


class NodesLackMemory(PlacementError):
    what = "no node with memory is left"
    todo = "the host has memory on {nodes:node}: leave some of that, or write auto"


class NoRoom(PlacementError):
    what = "{who} {needed} on {nodes}, where {available} {free}: {missing} missing"
    todo = "{nearest}"


class MemnodeModesMixed(RequestError):
    what = "mode restrictive would stand beside {others} of the VM's memnodes"
    todo = "libvirt does not allow that: use one of the others, or remove the VM's own pinning"


class PlacedCell(Value):
    """A cell and where its memory comes from."""

    cell: Cell
    nodes: Nodeset | None
    """Host nodes that its memory may come from; None where the cell is not bound."""
    memnode: bool = True
    """Whether it gets a `memnode` of its own; False where `numatune/memory` says it all."""


class Placement(Value):
    """The whole answer for a VM on a host. `rewrite` needs nothing else."""

    request: NumaRequest
    cells: tuple[PlacedCell, ...]
    """The guest's cells by id; empty where the guest gets no `cpu/numa` from us (no topology
    asked for, and none in the domain): then only `nodes` matters."""
    mode: str
    """Of `numatune/memory`."""
    nodes: Nodeset | None
    """Of `numatune/memory`: the union of all nodes; None where a cell is left unbound."""
    cpus: Mapping[int, str] = {}
    """Canonical cpuset text of the online CPUs of each host node that is named here (by
    node id; "" for a node without CPUs): for emulatorpin, iothreadpin and vcpupin."""
    topology_changed: bool = True
    """False where `cells` are the domain's own, so that `cpu/numa` stays as it is."""
    charges: Mapping[int, Mapping[int, int]] = {}
    """What is promised: node id -> page size in KiB (0: ordinary pages) -> KiB."""
    warnings: tuple[NumaError, ...] = ()
    """What will work, but not well."""


def place(
    guest: Guest,
    request: NumaRequest,
    host: HostTopology,
    *,
    exclusive: bool = False,
    spread: bool = True,
    candidates: Mapping[int, Nodeset] | None = None,
) -> Placement:
    """Where the VM's memory goes on this host.

    The rest is for `auto` only. `exclusive`: no two cells on one node; `spread`: whether a
    cell that fits no node may lie on several; `candidates`: by cell, the nodes among which to
    choose, where these are not all with memory. Raises `PlacementError` where the host cannot do
    it, `RequestError` (or `Problems`) where the request is not legal for this VM.
    """
    try:
        target = request.target
        if target is not None and target.kind == "auto":
            from .auto.entry import place_auto  # which most VMs do without
            from .auto.stage_order import Rules

            rules = Rules(target.count, exclusive, spread, candidates)
            return place_auto(guest, request, host, rules)
        return _place(guest, request, host)
    except PlacementError as error:
        if not error.reasons:
            from .refusal.node_reasons import give_reasons

            give_reasons(error, host, [_whole_demand(guest, request, host)])
        raise


def _place(guest: Guest, request: NumaRequest, host: HostTopology) -> Placement:
    """`place` for a target that says which nodes."""
    chosen = None if request.target is None else resolve(request.target, host)
    cells = plan_cells(guest, request, host, chosen)
    bound = bind(guest, request, cells, chosen)
    return settle(guest, request, host, bound, chosen)


def _whole_demand(guest: Guest, request: NumaRequest, host: HostTopology) -> Demand:
    """The VM on those of the nodes it asks for that are there."""
    target, there = request.target, host.memory_nodes
    if target is not None and target.kind == "nodes":
        there &= target.nodes
    elif target is not None:
        there -= target.nodes
    return demand_of(guest, host, whole_vm(guest, request.mode), there)


def resolve(target: Target, host: HostTopology) -> Nodeset:
    """The host nodes that a target names. Raises `NodeUnknown`, `NodesLackMemory`."""
    nodes = target.nodes if target.kind == "nodes" else host.memory_nodes
    if target.kind == "except":
        check_nodes(target.nodes, host, "numa_nodeset")
        nodes = nodes - target.nodes
    check_nodes(nodes, host, "numa_nodeset")
    if not nodes:
        raise NodesLackMemory("numa_nodeset", nodes=str(host.memory_nodes))
    return nodes


def check_nodes(nodes: Nodeset, host: HostTopology, where: str) -> None:
    """libvirt stops the start in every mode, preferred too, where a node is not there."""
    known = Nodeset.of(host.nodes)
    if not nodes <= known:
        raise NodeUnknown(where, missing=str(nodes - known), nodes=str(known))


def bind(
    guest: Guest,
    request: NumaRequest,
    cells: Sequence[Cell],
    chosen: Nodeset | None,
    *,
    auto: bool = False,
) -> tuple[PlacedCell, ...]:
    """Each cell with its nodes: its own, else those of a memnode that the domain has for it
    and that the request does not replace, else the VM's: `chosen`, or none yet if `auto`.
    """
    ours, asked = request.cells is not None, chosen is not None or auto
    kept = {memnode.cell: memnode for memnode in guest.memnodes}
    bound = []
    for cell in cells:
        old = kept.get(cell.id)
        if cell.nodes is not None:
            bound.append(PlacedCell(cell, cell.nodes))
        elif old is not None and not (ours and asked):
            bound.append(PlacedCell(cell.replace(mode=old.mode), old.nodes))
        else:
            outer = chosen if asked else guest.memory_nodes
            bound.append(PlacedCell(cell, outer, memnode=ours and asked))
    return tuple(bound)


def settle(
    guest: Guest,
    request: NumaRequest,
    host: HostTopology,
    bound: Sequence[PlacedCell],
    chosen: Nodeset | None,
) -> Placement:
    """The placement of cells whose nodes are known: checked, charged, with its warnings."""
    _check_bound(host, bound, chosen)
    from .warnings import caveats  # which needs the names here

    mode, nodes = _memory(request, bound, chosen)
    demands = _demands(guest, host, bound, chosen, mode)
    result = fit(host, demands)
    if result.shortfalls:
        from .refusal.node_reasons import no_room  # which only a refusal needs

        raise no_room(guest, request, host, demands, result)
    named = nodes or Nodeset.of(n for placed in bound for n in placed.nodes or ())
    return Placement(
        request=request,
        cells=tuple(bound),
        mode=mode,
        nodes=nodes,
        cpus={i: str(host.nodes[i].cpus) for i in named},
        topology_changed=request.cells is not None,
        charges=result.charges,
        warnings=tuple(caveats(guest, request, host, bound, demands, result.overflow_kib)),
    )


def _check_bound(host: HostTopology, bound: Sequence[PlacedCell], chosen: Nodeset | None) -> None:
    """That all nodes are there, else the first cell that has one that is not."""
    known = Nodeset.of(host.nodes)
    for placed in bound:
        if placed.nodes is not None and not placed.nodes <= known:
            ours = placed.cell.nodes is not None or chosen is not None
            where = "numa_topology, cell {}, nodes" if ours else "numatune, memnode of cell {}"
            check_nodes(placed.nodes, host, where.format(placed.cell.id))


def _memory(
    request: NumaRequest, bound: Sequence[PlacedCell], chosen: Nodeset | None
) -> tuple[str, Nodeset | None]:
    """Mode and nodes of `numatune/memory`; no nodes where it would bind what is to be free."""
    modes = {placed.cell.mode for placed in bound if placed.nodes is not None and placed.memnode}
    if chosen is not None:
        modes.add(request.mode)
    if "restrictive" in modes and len(modes) > 1:
        raise MemnodeModesMixed("numa_nodeset", others=", ".join(sorted(modes - {"restrictive"})))
    union = chosen or Nodeset()
    for placed in bound:
        if placed.nodes is not None and placed.memnode:
            union |= placed.nodes
    if chosen is not None:
        return request.mode, union
    whole = bool(union) and all(placed.memnode and placed.nodes is not None for placed in bound)
    if whole and len(modes) == 1:
        return modes.pop(), union
    return request.mode, None


def whole_vm(guest: Guest, mode: str) -> Cell:
    """A VM without cells, as the one cell that it is."""
    return Cell(WHOLE_VM, guest.vcpus_current, guest.memory_kib, guest.page_kib(0), mode=mode)


def demand_of(guest: Guest, host: HostTopology, cell: Cell, nodes: Nodeset) -> Demand:
    """What a cell needs of these nodes, its page size made definite."""
    page = cell.page_kib
    if page == 0:
        pools = {size for node in host.nodes.values() for size in node.pages if size}
        default = real_page_kib(page)
        page = default if default in pools or len(pools) != 1 else pools.pop()
    # QEMU takes whole huge pages for the memory of a cell
    kib = -(-cell.total_kib // page) * page if page else cell.total_kib
    vcpus = len(cell.cpus & guest.vcpus_current)
    return Demand(cell.id, kib, page or ORDINARY, nodes, cell.mode, vcpus)


def _demands(
    guest: Guest,
    host: HostTopology,
    bound: Sequence[PlacedCell],
    chosen: Nodeset | None,
    mode: str,
) -> list[Demand]:
    if not bound:
        return [] if chosen is None else [demand_of(guest, host, whole_vm(guest, mode), chosen)]
    return [
        demand_of(guest, host, placed.cell, placed.nodes)
        for placed in bound
        if placed.nodes is not None
    ]


def name_cells(cells: Iterable[int], one: str = "needs", more: str = "need") -> str:
    """ "the VM needs", "cell 1 needs", "cells 0-2 need": how messages begin."""
    ids = [cell for cell in cells if cell != WHOLE_VM]
    if not ids:
        return f"the VM {one}"
    return f"cell {ids[0]} {one}" if len(ids) == 1 else f"cells {Cpuset.of(ids)} {more}"


def name_nodes(nodes: Nodeset) -> str:
    """ "node 1", "nodes 0-1"."""
    return f"node{'s' if len(nodes) > 1 else ''} {nodes}"
