# SPDX-License-Identifier: Apache-2.0
"""The error for given nodes that have too little memory.

the VM needs 32 GiB on node 1, where 20 GiB are free: 12 GiB missing; fits on node 0, or
with 20 GiB of memory, or after 12 GiB are freed on node 1
"""

from __future__ import annotations

from ...base.units import show_memory
from ..memory_fit import available_kib
from ..model import NoRoom
from ..node_reasons import node_reasons
from ..wording import name_cells, name_nodes
from .alternatives import alternatives

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...guest.model import Guest
    from ...host.model import HostTopology
    from ...request.model import NumaRequest
    from ..memory_fit import Shortfall
    from ..model import MemoryShort

NOWHERE = "make it smaller, or choose another host"


def memory_refusal(guest: Guest, request: NumaRequest, reason: MemoryShort) -> NoRoom:
    """The error, with the worst shortfall in its text and a reason for every node."""
    host, demands, worst = reason.host, reason.demands, reason.result.worst
    single = len(demands) == 1 and demands[0].kib >= guest.memory_kib
    nearest = list(alternatives(guest, request, reason))
    error = NoRoom(
        "numa_nodeset" if request.target is not None else "numa_topology",
        who=name_cells(() if single else worst.cells),
        needed=show_memory(worst.needed_kib),
        nodes=name_nodes(worst.nodes),
        available=show_memory(worst.available_kib),
        free=_free(worst.page_kib, _promised(host, worst)),
        missing=show_memory(worst.missing_kib),
        nearest="fits " + ", or ".join(nearest) if nearest else NOWHERE,
    )
    error.give_reasons(node_reasons(host, demands, reason.result.shortfalls))
    return error


def _free(page_kib: int, promised: int) -> str:
    kind = f"are free in {show_memory(page_kib)} pages" if page_kib else "are free"
    return f"{kind} ({show_memory(promised)} more promised to other VMs)" if promised else kind


def _promised(host: HostTopology, short: Shortfall) -> int:
    """On these nodes; of what may lie on others too, the part that has to lie here."""
    nodes, page = [host.nodes[i] for i in short.nodes], short.page_kib
    promised = sum(node.stock_kib(page)[1] for node in nodes)
    if any(claim.page_kib == page and claim.nodes & short.nodes for claim in host.claims):
        promised += max(0, sum(available_kib(n, page) for n in nodes) - short.available_kib)
    return promised
