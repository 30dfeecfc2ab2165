# SPDX-License-Identifier: Apache-2.0
"""Placement on nodes that are known: named in the request, or already chosen by `auto`.

Each cell is bound to nodes: to its own, to those of the domain's memnode, or to those of the VM.
Then all cells together are checked against free memory. The result is a `Placement` with its
warnings; otherwise `MemoryShort` is raised.

    numa_nodeset=0-1, numa_topology=2 -> both cells may use nodes 0 and 1
"""

from __future__ import annotations

from ..base.idset import Cpuset, Nodeset
from ..host.margins import qemu_kib
from ..topology.cell import Cell
from .device_memory import device_demands
from .memory_fit import ORDINARY, Demand, fit
from .model import (
    WHOLE_VM,
    MemnodeModesMixed,
    MemoryShort,
    NodesLackMemory,
    PlacedCell,
    Placement,
    PreferredLacksMemory,
)
from .node_check import check_nodes
from .node_cpus import cpus_near
from .warnings import placement_warnings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..guest.model import Guest
    from ..host.model import HostTopology
    from ..request.model import NumaRequest
    from ..request.parts import Target


def resolve(target: Target, host: HostTopology) -> Nodeset:
    """The host nodes that a target means. Raises `NodeUnknown` or `NodesLackMemory`."""
    nodes = target.nodes if target.kind == "nodes" else host.bindable
    if target.kind == "except":
        check_nodes(target.nodes, host, "numa_nodeset")
        nodes = nodes - target.nodes
    check_nodes(nodes, host, "numa_nodeset")
    if not nodes:
        raise NodesLackMemory("numa_nodeset", nodes=str(host.bindable))
    return nodes


def bind(
    guest: Guest,
    request: NumaRequest,
    cells: Sequence[Cell],
    chosen: Nodeset | None,
    *,
    auto: bool = False,
) -> tuple[PlacedCell, ...]:
    """Each cell with its nodes.

    These are the cell's own nodes; else those of the domain's memnode for it, unless the request
    replaces that; else the VM's nodes: `chosen`, or none yet if `auto`.
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
            outer, mode = chosen if asked else guest.memory_nodes, cell.mode
            if not asked and outer is not None:
                mode = guest.memory_mode or mode  # it lies as the domain's own numatune says
            bound.append(PlacedCell(cell.replace(mode=mode), outer, memnode=ours and asked))
    return tuple(bound)


def settle(
    guest: Guest,
    request: NumaRequest,
    host: HostTopology,
    bound: Sequence[PlacedCell],
    chosen: Nodeset | None,
) -> Placement:
    """The placement of bound cells: checked against the host and charged, with its warnings."""
    check_bound(host, bound, chosen)
    mode, nodes = _memory(request, bound, chosen)
    demands = _demands(guest, host, bound, chosen, mode)
    _check_preferred(host, demands)
    result = fit(host, demands)
    if result.shortfalls:
        raise MemoryShort(host, demands, result)
    warnings = placement_warnings(guest, request, host, bound, demands, result.overflow_kib)
    bound, nodes = _beside_devices(guest, bound, mode, nodes)
    named = nodes or Nodeset.of(n for placed in bound for n in placed.nodes or ())
    return Placement(
        request=request,
        cells=tuple(bound),
        mode=mode,
        nodes=nodes,
        cpus=_pins(host, demands, named),
        isolated={i: str(host.nodes[i].unusable) for i in named if host.nodes[i].unusable},
        topology_changed=request.cells is not None,
        charges=result.charges,
        claims=result.claims,
        vcpus=vcpus_near(demands),
        warnings=tuple(warnings),
    )


def _beside_devices(
    guest: Guest, bound: Sequence[PlacedCell], mode: str, nodes: Nodeset | None
) -> tuple[Sequence[PlacedCell], Nodeset | None]:
    """`numatune/memory` with the nodes of memory devices too, and then a memnode for each cell.

    With strict and restrictive it is QEMU's cpuset.mems, outside of which the kernel binds nothing:
    "cannot bind memory to host NUMA nodes: Invalid argument". The emulator's CPUs follow from it,
    and QEMU sets threads on those of the device's node to allocate it (thread-context).
    """
    if not guest.devices:
        return bound, nodes
    own = Nodeset.of(n for device in guest.devices for n in device.nodes or ())
    if nodes is None or own <= nodes or mode not in ("strict", "restrictive") or not bound:
        return bound, nodes
    return [p.replace(memnode=True) if p.nodes is not None else p for p in bound], nodes | own


def _pins(host: HostTopology, demands: Sequence[Demand], nodes: Nodeset) -> dict[int, str]:
    """`Placement.cpus`: with CPUs of nodes without memory, if a node's own are too few."""
    cpus = {i: host.nodes[i].usable for i in nodes}
    for among, vcpus in vcpus_near(demands).items():
        if any(len(cpus[i]) >= vcpus for i in among):
            continue  # nearly always
        near = cpus_near(host, among, vcpus)
        for i in among:
            cpus[i] |= near & cpus_near(host, [i], vcpus)
    return {i: str(its) for i, its in cpus.items()}


def vcpus_near(demands: Sequence[Demand]) -> dict[Nodeset, int]:
    """How many vCPUs that are plugged in run near which nodes."""
    sums: dict[Nodeset, int] = {}
    for demand in demands:
        if demand.vcpus:
            sums[demand.nodes] = sums.get(demand.nodes, 0) + demand.vcpus
    return sums


def _check_preferred(host: HostTopology, demands: Sequence[Demand]) -> None:
    """set_mempolicy: "Invalid argument", and the VM does not start."""
    for demand in demands:
        if demand.mode == "preferred" and not demand.nodes & host.memory_nodes:
            missing, nodes = str(demand.nodes), str(host.bindable)
            raise PreferredLacksMemory("numa_nodeset", missing=missing, nodes=nodes)


def check_bound(host: HostTopology, bound: Sequence[PlacedCell], chosen: Nodeset | None) -> None:
    """Raise `NodeUnknown` for the first cell that is bound to a node which does not exist."""
    for placed in bound:
        if placed.nodes is not None:
            ours = placed.cell.nodes is not None or chosen is not None
            where = "numa_topology, cell {}, nodes" if ours else "numatune, memnode of cell {}"
            check_nodes(placed.nodes, host, where.format(placed.cell.id))


def _memory(
    request: NumaRequest, bound: Sequence[PlacedCell], chosen: Nodeset | None
) -> tuple[str, Nodeset | None]:
    """Mode and nodes of `numatune/memory`; no nodes if it would bind a cell that is to stay
    unbound.
    """
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
    """A VM without cells, as a single cell."""
    return Cell(WHOLE_VM, guest.vcpus_current, guest.memory_kib, guest.page_kib(0), mode=mode)


def demand_of(
    guest: Guest, host: HostTopology, cell: Cell, nodes: Nodeset, cells: int = 1
) -> Demand:
    """The memory that a cell, one of so many, needs from these nodes; the host's default page size
    is looked up.
    """
    page = cell.page_kib
    if page == 0:
        pools = {size for node in host.nodes.values() for size in node.pages if size}
        default = guest.default_page_kib
        known = host.default_page_kib or default in pools or len(pools) != 1
        page = default if known else pools.pop()
    # QEMU takes whole huge pages for a cell
    kib = -(-cell.total_kib // page) * page if page else cell.total_kib
    vcpus = _sharing(guest, host, cell.cpus & guest.vcpus_current)
    own = 0 if page else qemu_kib(host, kib, cells)
    return Demand(cell.id, kib + own, page or ORDINARY, nodes, cell.mode, vcpus, own)


def _sharing(guest: Guest, host: HostTopology, vcpus: Cpuset) -> int:
    """How many of these vCPUs share CPUs with others; at least one, if there are any. Those that
    the VM itself pins to isolated CPUs do not: each has its own there.
    """
    if not guest.own_pins:
        return len(vcpus)
    isolated = Cpuset()
    for node in host.nodes.values():
        isolated |= node.unusable
    pins = (guest.own_pins.get(vcpu) for vcpu in vcpus)
    apart = sum(1 for pin in pins if pin and pin <= isolated)
    return max(min(1, len(vcpus)), len(vcpus) - apart)


def beside_pages(host: HostTopology, cells: Sequence[Demand]) -> Iterator[Demand]:
    """What QEMU needs of ordinary memory on the nodes of cells that lie in huge pages."""
    for cell in cells:
        own = qemu_kib(host, 0, len(cells)) if cell.page_kib != ORDINARY else 0
        if own:
            yield cell.replace(kib=own, page_kib=ORDINARY, vcpus=0, qemu_kib=own)


def with_room_for_qemu(host: HostTopology, cell: Demand, cells: int = 1) -> Demand:
    """A cell in huge pages, one of so many, without the nodes that lack ordinary memory for QEMU;
    as it is, if all do.
    """
    own = qemu_kib(host, 0, cells) if cell.page_kib != ORDINARY else 0
    nodes = Nodeset.of(i for i in cell.nodes if own and host.nodes[i].available_kib >= own)
    return cell.replace(nodes=nodes) if nodes else cell


def _demands(
    guest: Guest,
    host: HostTopology,
    bound: Sequence[PlacedCell],
    chosen: Nodeset | None,
    mode: str,
) -> list[Demand]:
    devices = list(device_demands(guest, host, bound, mode, chosen))
    if not bound:
        whole = whole_vm(guest, mode)
        if chosen is None:
            return []
        demand = demand_of(guest, host, whole, chosen)
        return [demand, *beside_pages(host, [demand]), *devices]
    cells = [
        demand_of(guest, host, placed.cell, placed.nodes, len(bound))
        for placed in bound
        if placed.nodes is not None
    ]
    return [*cells, *beside_pages(host, cells), *devices]
