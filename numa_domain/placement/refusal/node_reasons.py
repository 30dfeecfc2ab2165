# SPDX-License-Identifier: Apache-2.0
"""Why it does not fit, node by node.

Decides the words of a refusal. Never decides whether something fits: `memory_fit.py` and
`one_node_each.py` did; the nearest requests that would are those of `alternatives.py`. Loaded only
when there is something to explain.

    the VM needs 32 GiB on node 1, where 20 GiB are free: 12 GiB missing; fits on node 0, or
    with 20 GiB of memory, or after 12 GiB are freed on node 1
"""

from __future__ import annotations

from ...base.frozen import Value
from ...base.units import show_memory
from ..memory_fit import available_kib
from ..place import NoRoom, PlacementError, name_cells, name_nodes
from .alternatives import ways_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from ...base.idset import Nodeset
    from ...guest.model import Guest
    from ...host.model import HostTopology
    from ...request.model import NumaRequest
    from ..memory_fit import Demand, Fit, Shortfall


NOWHERE = "make it smaller, or choose another host"


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
    result: Fit,
    *,
    holds: Callable[[Sequence[Demand]], bool] | None = None,
) -> NoRoom:
    """The refusal: the worst shortfall in the line, a reason for every node behind it.

    `holds` says whether other demands would do, where that is not a matter of memory alone.
    """
    worst = result.worst
    single = len(demands) == 1 and demands[0].kib >= guest.memory_kib
    nearest = list(ways_out(guest, request, host, demands, result, holds))
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
    give_reasons(error, host, demands, result.shortfalls)
    return error


def give_reasons(
    error: PlacementError,
    host: HostTopology,
    demands: Sequence[Demand],
    shortfalls: Sequence[Shortfall] = (),
) -> None:
    """Put them into the error, and into its facts."""
    error.reasons = tuple(reasons(host, demands, shortfalls))
    error.facts["reasons"] = [reason.to_dict() for reason in error.reasons]


def _free(page_kib: int, promised: int) -> str:
    kind = f"are free in {show_memory(page_kib)} pages" if page_kib else "are free"
    return f"{kind} ({show_memory(promised)} more promised to other VMs)" if promised else kind


def _promised(host: HostTopology, nodes: Nodeset, page_kib: int) -> int:
    return sum(host.nodes[i].stock_kib(page_kib)[1] for i in nodes)


def reasons(
    host: HostTopology, demands: Sequence[Demand], shortfalls: Sequence[Shortfall]
) -> Iterator[NodeReason]:
    """One for every node of the host and page size that is asked for."""
    for page in sorted({demand.page_kib for demand in demands}):
        for node in host.nodes.values():
            asked = [d for d in demands if d.page_kib == page and node.id in d.nodes]
            short = [s for s in shortfalls if s.page_kib == page and node.id in s.nodes]
            free, promised = node.stock_kib(page)
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
