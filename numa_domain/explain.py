# SPDX-License-Identifier: Apache-2.0
"""Why it does not fit, node by node, and the nearest request that would.

Decides the words of a refusal. Never decides whether something fits: `capacity.py` and
`choice.py` did. Loaded only when there is something to explain.

    the VM needs 32 GiB on node 1, where 20 GiB are free: 12 GiB missing; fits on node 0, or
    with 20 GiB of memory, or after 12 GiB are freed on node 1
"""

from __future__ import annotations

from .capacity import ORDINARY, available_kib, fit
from .errors import NumaError
from .nodeset import Cpuset, Nodeset
from .placement import NoRoom, name_cells, name_nodes
from .units import show_memory
from .values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from .capacity import Demand, Shortfall
    from .guest import Guest
    from .host import HostTopology, Node
    from .request import NumaRequest


NOWHERE = "make it smaller, or choose another host"
MOST_FREED = 3
"""On how many sets of nodes memory may have to be freed for that to be a way out."""


class NodeReason(Value):
    """What one node has and lacks for this request; all in KiB of one page size."""

    node: int
    page_kib: int
    """0 for ordinary pages."""
    asked: bool
    """Whether the request reaches this node at all."""
    needed_kib: int
    """By the cells that have to lie here, or here and on the nodes that they share."""
    free_kib: int
    promised_kib: int
    available_kib: int
    missing_kib: int
    """Of `needed_kib`, after all nodes that the same cells may use are full."""

    def __str__(self) -> str:
        of_pages = f" in pages of {show_memory(self.page_kib)}" if self.page_kib else ""
        promised = f" less {show_memory(self.promised_kib)} promised" if self.promised_kib else ""
        has = f"node {self.node}: {show_memory(self.free_kib)} free{promised}{of_pages}"
        if not self.asked:
            return f"{has}, not asked for"
        needed = f"{has}, {show_memory(self.needed_kib)} needed"
        if not self.missing_kib:
            return f"{needed}, enough"
        return f"{needed}, {show_memory(self.missing_kib)} missing"

    def to_dict(self) -> dict[str, Any]:
        """For JSON: the fields and the words."""
        return {name: getattr(self, name) for name in self._fields} | {"text": str(self)}


def no_room(
    guest: Guest,
    request: NumaRequest,
    host: HostTopology,
    demands: Sequence[Demand],
    shortfalls: Sequence[Shortfall],
    *,
    holds: Callable[[Sequence[Demand]], bool] | None = None,
) -> NoRoom:
    """The refusal: the worst shortfall in the line, a reason for every node behind it.

    `holds` says whether other demands would do, where that is not a matter of memory alone.
    """
    worst = max(shortfalls, key=lambda short: short.missing_kib)
    single = len(demands) == 1 and demands[0].kib >= guest.memory_kib
    nearest = list(_elsewhere(guest, request, host))
    nearest += nearest_fits(guest, host, demands, shortfalls, holds)
    error = NoRoom(
        "numa_nodeset" if request.target is not None else "numa_topology",
        who=name_cells(() if single else worst.cells),
        needed=show_memory(worst.needed_kib),
        nodes=name_nodes(worst.nodes),
        available=show_memory(worst.available_kib),
        free=_free(worst.page_kib, _promised(host, worst.nodes, worst.page_kib)),
        missing=show_memory(worst.missing_kib),
        nearest="fits " + ", or ".join(nearest) if nearest else NOWHERE,
    )
    error.reasons = tuple(reasons(host, demands, shortfalls))
    error.facts["reasons"] = [reason.to_dict() for reason in error.reasons]
    return error


def _free(page_kib: int, promised: int) -> str:
    kind = f"are free in {show_memory(page_kib)} pages" if page_kib else "are free"
    return f"{kind} ({show_memory(promised)} more promised to other VMs)" if promised else kind


def _promised(host: HostTopology, nodes: Nodeset, page_kib: int) -> int:
    return sum(_stock(host.nodes[i], page_kib)[1] for i in nodes)


def _stock(node: Node, page_kib: int) -> tuple[int, int]:
    """KiB free and KiB promised on a node in pages of this size."""
    if page_kib == ORDINARY:
        return node.free_kib + node.reclaimable_kib, node.promised_kib
    pool = node.pages.get(page_kib)
    return (pool.free * page_kib, pool.promised * page_kib) if pool else (0, 0)


def reasons(
    host: HostTopology, demands: Sequence[Demand], shortfalls: Sequence[Shortfall]
) -> Iterator[NodeReason]:
    """One for every node of the host and page size that is asked for."""
    for page in sorted({demand.page_kib for demand in demands}):
        for node in host.nodes.values():
            asked = [d for d in demands if d.page_kib == page and node.id in d.nodes]
            short = [s for s in shortfalls if s.page_kib == page and node.id in s.nodes]
            free, promised = _stock(node, page)
            yield NodeReason(
                node=node.id,
                page_kib=page,
                asked=bool(asked),
                needed_kib=sum(s.needed_kib for s in short) or sum(d.kib for d in asked),
                free_kib=free,
                promised_kib=promised,
                available_kib=available_kib(node, page),
                missing_kib=sum(s.missing_kib for s in short),
            )


def _elsewhere(guest: Guest, request: NumaRequest, host: HostTopology) -> Iterator[str]:
    nodes = _other_nodes(guest, request, host)
    if nodes is not None:
        yield f"on {name_nodes(nodes)}"


def nearest_fits(
    guest: Guest,
    host: HostTopology,
    demands: Sequence[Demand],
    shortfalls: Sequence[Shortfall],
    holds: Callable[[Sequence[Demand]], bool] | None,
) -> Iterator[str]:
    """What would fit on the same nodes: less memory, or after some has been freed."""
    worst = max(shortfalls, key=lambda short: short.missing_kib)
    smaller = _less_memory(demands, worst, holds or _together(host))
    if smaller:
        whose = "for each of " if len(worst.cells) > 1 else "for "
        cells = Cpuset.of(cell for cell in worst.cells if cell >= 0)
        single = len(demands) == 1 and demands[0].kib >= guest.memory_kib
        place = "of memory" if single else f"{whose}cell{'s' * (len(cells) > 1)} {cells}"
        yield f"with {show_memory(smaller)} {place}"
    few = len(shortfalls) <= MOST_FREED and holds is None
    if few and all(_can_be_freed(host, short) for short in shortfalls):
        yield "after " + " and ".join(map(_freed, shortfalls))


def _can_be_freed(host: HostTopology, short: Shortfall) -> bool:
    """Whether the nodes, with no other VM on them, would have what is needed."""
    total = 0
    for node in map(host.nodes.__getitem__, short.nodes):
        pools = {size: pool.total * size for size, pool in node.pages.items()}
        whole = node.memory_kib - sum(pools.values())
        total += whole if short.page_kib == ORDINARY else pools.get(short.page_kib, 0)
    return total >= short.needed_kib


def _freed(short: Shortfall) -> str:
    in_pages = f" in {show_memory(short.page_kib)} pages" if short.page_kib else ""
    return f"{show_memory(short.missing_kib)}{in_pages} are freed on {name_nodes(short.nodes)}"


def _other_nodes(guest: Guest, request: NumaRequest, host: HostTopology) -> Nodeset | None:
    """The nodes that `auto` would take for the same cells, freed of the nodes they name."""
    from .placement import place
    from .request import Target

    cells = request.cells
    if isinstance(cells, tuple):
        cells = tuple(cell.replace(nodes=None) for cell in cells)
    free = request.replace(target=Target("auto"), cells=cells)
    if free == request:
        return None
    try:
        return place(guest, free, host).nodes
    except NumaError:
        return None


def _less_memory(
    demands: Sequence[Demand], short: Shortfall, holds: Callable[[Sequence[Demand]], bool]
) -> int:
    """The largest size of each cell that is short with which all would fit, in whole GiB where
    that is not too little; 0 where it is less than a quarter."""
    asked = max(d.kib for d in demands if d.cell in short.cells)
    for unit in (max(1024 * 1024, short.page_kib), short.page_kib or 1024):
        low, high = 0, asked // unit
        while low < high:
            middle = (low + high + 1) // 2
            if holds(_cut(demands, short, middle * unit)):
                low = middle
            else:
                high = middle - 1
        if 4 * low * unit >= asked:
            return low * unit
    return 0


def _cut(demands: Sequence[Demand], short: Shortfall, kib: int) -> list[Demand]:
    return [d.replace(kib=min(d.kib, kib)) if d.cell in short.cells else d for d in demands]


def _together(host: HostTopology) -> Callable[[Sequence[Demand]], bool]:
    """Whether demands fit by memory alone; those on the same nodes as one, which is quicker."""

    def holds(demands: Sequence[Demand]) -> bool:
        groups: dict[object, Demand] = {}
        for d in demands:
            key = d.page_kib, d.nodes, d.mode, d.cell if d.mode == "interleave" else None
            known = groups.get(key)
            groups[key] = d if known is None else d.replace(kib=d.kib + known.kib)
        return not fit(host, list(groups.values())).shortfalls

    return holds
