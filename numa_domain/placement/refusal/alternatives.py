# SPDX-License-Identifier: Apache-2.0
"""Similar requests that would fit: the end of a refusal's message.

Offered are the same cells on other nodes, smaller cells, or memory to be freed. Each has been tried
by the same rules by which the request failed, and sizes are written so that they can be typed in.

    fits on nodes 2-3, or with 30 GiB for each of cells 0-1, or after 12 GiB are freed on node 1
"""

from __future__ import annotations

from ...base.errors import NumaError
from ...base.units import show_exact, show_memory
from ...request.parts import Target
from ...topology.cell import granule_kib
from ...topology.plan import plan_cells
from ..auto.place_auto import place_auto
from ..auto.stage_order import Rules
from ..given_nodes import beside_pages, bind, demand_of, whole_vm
from ..memory_fit import ORDINARY, Demand, available_kib, fit, settled
from ..model import DoesNotFit
from ..wording import name_demands, name_nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...base.idset import Nodeset
    from ...guest.model import Guest
    from ...host.model import HostTopology, Node
    from ...request.model import NumaRequest
    from ..memory_fit import Fit, Shortfall
    from ..model import Holds, MemoryShort

MOST_FREED = 3
"""Freeing memory is offered only if it is needed on at most this many sets of nodes."""

MOST_TRIALS, MANY = 60, 64
"""To find smaller sizes so many are tried; fewer, if cells times nodes are more than `MANY`."""
GIB = 1024 * 1024


def alternatives(guest: Guest, request: NumaRequest, reason: MemoryShort) -> Iterator[str]:
    """What can follow the word "fits"."""
    host, demands, result, holds = reason.host, reason.demands, reason.result, reason.holds
    yield from _elsewhere(guest, request, host)
    short = result.worst
    smaller = _less_memory(guest, host, demands, short, holds or _together(host))
    if smaller:
        yield f"with {show_exact(smaller)} {_whose(guest, request, demands, short)}"
    laid = settled(host)
    if holds is None and len(result.to_free) <= MOST_FREED and _can_be_freed(laid, result):
        yield "after " + " and ".join(
            _freed(page, nodes, kib + _overdrawn(laid, nodes, page))
            for (page, nodes), kib in result.to_free.items()
        )


def _elsewhere(guest: Guest, request: NumaRequest, host: HostTopology) -> Iterator[str]:
    """The nodes on which `auto` would place the same cells if they named none. If not every cell
    fits on all of these, `auto` itself is offered.
    """
    cells = request.cells
    if isinstance(cells, tuple):
        cells = tuple(cell.replace(nodes=None) for cell in cells)
    free = request.replace(target=Target("auto"), cells=cells)
    if free == request:
        return
    try:
        nodes = place_auto(guest, free, host, Rules()).nodes
    except (NumaError, DoesNotFit):
        return
    if nodes is None:
        return
    if _fits_on(guest, free, host, nodes):
        yield f"on {name_nodes(nodes)}"
    else:
        unbound = "" if cells == request.cells else " and no nodes for its cells"
        yield f"with {free.to_properties()['numa_nodeset']}{unbound}"


def _fits_on(guest: Guest, request: NumaRequest, host: HostTopology, nodes: Nodeset) -> bool:
    """Whether it also fits if each cell may use all of these nodes."""
    bound = bind(guest, request, plan_cells(guest, request, host, nodes), nodes)
    cells = [(placed.cell, placed.nodes or nodes) for placed in bound]
    demands = [
        demand_of(guest, host, cell, its, max(1, len(cells)))
        for cell, its in cells or [(whole_vm(guest, request.mode), nodes)]
    ]
    return not fit(host, [*demands, *beside_pages(host, demands)]).shortfalls


def of_whole_vm(guest: Guest, demands: Sequence[Demand]) -> bool:
    """Whether they are a single cell that has all of its memory."""
    largest = max(demand.kib for demand in demands)
    return len({demand.cell for demand in demands}) == 1 and largest >= guest.memory_kib


def _whose(guest: Guest, request: NumaRequest, demands: Sequence[Demand], short: Shortfall) -> str:
    """Whose memory would have to be smaller: "of memory", "for cell 1", "for each of cells 0-1"."""
    whole = of_whole_vm(guest, demands)
    written = request.cells if isinstance(request.cells, tuple) else ()
    if whole and all(cell.memory_kib is None for cell in written):
        return "of memory"
    text, several = name_demands(short.cells)
    return f"for each of {text}" if several else f"for {text}"


def _less_memory(
    guest: Guest, host: HostTopology, demands: Sequence[Demand], short: Shortfall, holds: Holds
) -> int:
    """The largest size of the cells in the shortfall with which all would fit; 0 if it is less than
    a quarter of what was requested. In whole GiB, unless that would be less than a quarter.
    """
    asked = max(d.kib - d.qemu_kib for d in demands if d.cell in short.cells)
    granule = granule_kib(guest, short.page_kib or None)
    trials = MOST_TRIALS // max(1, len(host.nodes) * len(demands) // MANY)
    for unit in (max(GIB, granule), granule):
        low, high = 0, asked // unit
        while low < high:
            trials -= 1
            if trials < 0:
                return 0
            middle = (low + high + 1) // 2
            if holds(_cut(demands, short, middle * unit)):
                low = middle
            else:
                high = middle - 1
        if 4 * low * unit >= asked:
            return low * unit
    return 0


def _cut(demands: Sequence[Demand], short: Shortfall, kib: int) -> list[Demand]:
    return [
        d.replace(kib=min(d.kib, kib + d.qemu_kib)) if d.cell in short.cells else d for d in demands
    ]


def _together(host: HostTopology) -> Holds:
    """Tells whether demands fit by memory alone; demands on the same nodes are merged, which is
    quicker.
    """

    def holds(demands: Sequence[Demand]) -> bool:
        groups: dict[object, Demand] = {}
        for d in demands:
            key = d.page_kib, d.nodes, d.mode, d.cell if d.mode == "interleave" else None
            known = groups.get(key)
            groups[key] = d if known is None else d.replace(kib=d.kib + known.kib)
        return not fit(host, list(groups.values())).shortfalls

    return holds


def _can_be_freed(host: HostTopology, result: Fit) -> bool:
    """Whether other VMs can hold that much at all: what these nodes have, less what is free."""
    taken = host.replace(nodes={i: _taken(node) for i, node in host.nodes.items()})
    wanted = [
        Demand(cell, kib, page, nodes)
        for cell, ((page, nodes), kib) in enumerate(result.to_free.items())
    ]
    return not fit(taken, wanted).shortfalls


def _taken(node: Node) -> Node:
    """The node with used and free memory swapped: free is what is used now."""
    pages = {
        size: pool.replace(free=pool.total - pool.available, promised=0)
        for size, pool in node.pages.items()
    }
    whole = node.memory_kib - sum(size * pool.total for size, pool in node.pages.items())
    free = max(0, whole - available_kib(node, ORDINARY))
    return node.replace(free_kib=free, reclaimable_kib=0, promised_kib=0, pages=pages)


def _overdrawn(host: HostTopology, nodes: Nodeset, page_kib: int) -> int:
    """KiB that are promised or kept on these nodes beyond what is free: memory that is freed covers
    these first.
    """
    debt = 0
    for node in map(host.nodes.__getitem__, nodes):
        free, promised = node.stock_kib(page_kib)
        debt += max(0, promised + (0 if page_kib else node.kept_kib) - free)
    return debt


def _freed(page_kib: int, nodes: Nodeset, kib: int) -> str:
    in_pages = f" in {show_memory(page_kib)} pages" if page_kib else ""
    return f"{show_memory(kib, up=True)}{in_pages} are freed on {name_nodes(nodes)}"
