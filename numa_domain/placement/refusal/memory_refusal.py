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
from .alternatives import alternatives, of_whole_vm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...guest.model import Guest
    from ...host.model import HostTopology
    from ...request.model import NumaRequest
    from ..memory_fit import Demand, Shortfall
    from ..model import MemoryShort

NOWHERE = "make it smaller, or choose another host"


def memory_refusal(guest: Guest, request: NumaRequest, reason: MemoryShort) -> NoRoom:
    """The error, with the worst shortfall in its text and a reason for every node."""
    host, demands, worst = reason.host, reason.demands, reason.result.worst
    single = of_whole_vm(guest, demands)
    nearest = list(alternatives(guest, request, reason))
    error = NoRoom(
        "numa_nodeset" if request.target is not None else "numa_topology",
        who=name_cells(() if single else worst.cells),
        needed=show_memory(worst.needed_kib) + _for_qemu(host, demands, worst),
        nodes=name_nodes(worst.nodes),
        available=show_memory(worst.available_kib),
        free=_free(host, worst),
        missing=show_memory(worst.missing_kib),
        nearest="fits " + ", or ".join(nearest) if nearest else NOWHERE,
    )
    error.give_reasons(node_reasons(host, demands, reason.result.shortfalls))
    return error


def _free(host: HostTopology, short: Shortfall) -> str:
    """ "are free", and what else is there that is not."""
    page, promised = short.page_kib, _promised(host, short)
    kept = 0 if page else sum(host.nodes[i].kept_kib for i in short.nodes)
    beside = [f"{show_memory(promised)} more promised to other VMs"] if promised else []
    beside += [f"{show_memory(kept)} kept for the kernel"] if kept else []
    kind = f"are free in {show_memory(page)} pages" if page else "are free"
    return f"{kind} ({', '.join(beside)})" if beside else kind


def _promised(host: HostTopology, short: Shortfall) -> int:
    """On these nodes; of what may lie on others too, the part that has to lie here."""
    nodes, page = [host.nodes[i] for i in short.nodes], short.page_kib
    promised = sum(node.stock_kib(page)[1] for node in nodes)
    if any(claim.page_kib == page and claim.nodes & short.nodes for claim in host.claims):
        promised += max(0, sum(available_kib(n, page) for n in nodes) - short.available_kib)
    return promised


def _for_qemu(host: HostTopology, demands: Sequence[Demand], short: Shortfall) -> str:
    """Which part of it is QEMU's, if the host's settings say that this counts."""
    counted = [d for d in demands if d.cell in short.cells and d.page_kib == short.page_kib]
    kib = sum(demand.qemu_kib for demand in counted)
    return f" ({show_memory(kib)} of them for QEMU)" if kib else ""
