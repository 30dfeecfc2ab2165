# SPDX-License-Identifier: Apache-2.0
"""Why `auto` finds no nodes, even if the host as a whole has enough memory.

cell 0 needs 60 GiB on one node, and the most that is free is 30 GiB on node 0; make it
smaller, or let it spread over several nodes
"""

from __future__ import annotations

from ...base.idset import Cpuset, Nodeset
from ...base.units import show_memory
from ..auto.assignment import hall_violation
from ..auto.node_bits import PerNode, bits_of, every, indices
from ..auto.stage_order import Rules
from ..memory_fit import fit, roomiest, rooms
from ..model import MemoryShort, PlacementError
from ..node_reasons import node_reasons
from ..wording import name_cells
from .memory_refusal import memory_refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...guest.model import Guest
    from ...host.model import HostTopology
    from ...request.model import NumaRequest
    from ..auto.beside_fixed import NoNodesFound
    from ..auto.node_bits import NodeBits
    from ..memory_fit import Demand


class CountTooSmall(PlacementError):
    what = "{who} {needed}{pages} on {count:node}, and at most {most} are free on so many"
    todo = "ask for more nodes, or write auto"


class NoNodeHoldsIt(PlacementError):
    what = "{who} {needed}{pages} on one node, and the most that is free is {most} on node {node}"
    todo = "make it smaller, or let it spread over several nodes"


class NoNodeForEach(PlacementError):
    what = "{cells:cell} need a node each, and only {nodes:node} can hold any of them"
    todo = "use fewer or smaller cells, or let cells share a node"


class NoPacking(PlacementError):
    what = "there is room on the nodes together, but not for each cell whole on one node"
    todo = "use more and smaller cells, or let them spread over several nodes"


class NoEvenShares(PlacementError):
    what = "{who} {needed} in even shares (interleave), for which no nodes have room"
    todo = "use strict or preferred, or make it smaller"


class NoSetOfNodes(PlacementError):
    what = "there is room on the nodes together, but on no {count:node} of them"
    todo = "ask for another number of nodes, or write auto"


def auto_refusal(guest: Guest, request: NumaRequest, reason: NoNodesFound) -> PlacementError:
    """The error for demands for which no nodes were found."""
    host, demands, rules = reason.host, reason.demands, reason.rules
    firm = [demand for demand in demands if demand.mode != "preferred"]
    result = fit(host, [demand.replace(mode="strict") for demand in firm])
    if not result.shortfalls:
        return _with_room(host, demands, rules)
    plain = rules == Rules(candidates=rules.candidates)
    if plain and all(demand.mode in ("strict", "restrictive") for demand in demands):
        return memory_refusal(guest, request, MemoryShort(host, firm, result))
    soft = [demand for demand in demands if demand.mode == "preferred"]

    def firm_holds(others: Sequence[Demand]) -> bool:
        return reason.holds([*others, *soft])

    return memory_refusal(guest, request, MemoryShort(host, firm, result, firm_holds))


def _with_room(host: HostTopology, demands: Sequence[Demand], rules: Rules) -> PlacementError:
    """The error if the host as a whole has enough memory."""
    nodes = list(zip(every(len(host.nodes)), host.nodes))
    room = {page: rooms(host, page) for page in {demand.page_kib for demand in demands}}
    edges = [
        bits_of(
            index
            for index, node in nodes
            if node in demand.nodes and room[demand.page_kib][node] >= demand.kib
        )
        for demand in demands
    ]
    size, cells = rules.count, len(demands)
    whole = not rules.spread or (rules.exclusive and cells > 1)
    if whole and not all(edges):
        error = _too_large(host, demands, edges)
    elif size is not None and not (whole and size == cells):
        error = _too_few(host, demands, size) or NoSetOfNodes("numa_nodeset", count=size)
    elif not whole:
        error = _uneven(demands)
    elif rules.exclusive or size == cells:
        error = _crowded(host, demands, edges)
    else:
        error = NoPacking("numa_topology")
    error.give_reasons(node_reasons(host, demands))
    return error


def _too_few(host: HostTopology, demands: Sequence[Demand], size: int) -> PlacementError | None:
    """The error if even the best nodes, as many as were requested, have too little memory; else
    None.
    """
    for page in sorted({demand.page_kib for demand in demands}):
        of_page = [demand for demand in demands if demand.page_kib == page]
        needed = sum(demand.kib for demand in of_page)
        most = sum(sorted(rooms(host, page).values(), reverse=True)[:size])
        if most < needed:
            return CountTooSmall(
                "numa_nodeset",
                who=name_cells(demand.cell for demand in of_page),
                needed=show_memory(needed),
                pages=_pages(page),
                count=size,
                most=show_memory(most),
            )
    return None


def _too_large(
    host: HostTopology, demands: Sequence[Demand], edges: Sequence[NodeBits]
) -> PlacementError:
    demand = next(demand for demand, edge in zip(demands, edges) if not edge)
    node = roomiest(host, demand)
    return NoNodeHoldsIt(
        "numa_topology",
        who=name_cells([demand.cell]),
        needed=show_memory(demand.kib),
        pages=_pages(demand.page_kib),
        most=show_memory(rooms(host, demand.page_kib)[node]),
        node=node,
    )


def _uneven(demands: Sequence[Demand]) -> PlacementError:
    """The error for interleaved cells: others can be divided as the nodes' free memory requires."""
    even = [demand for demand in demands if demand.mode == "interleave"]
    return NoEvenShares(
        "numa_nodeset",
        who=name_cells(demand.cell for demand in even),
        needed=show_memory(sum(demand.kib for demand in even)),
    )


def _crowded(
    host: HostTopology, demands: Sequence[Demand], edges: Sequence[NodeBits]
) -> PlacementError:
    rows, columns = hall_violation(edges)
    ids = PerNode(host.nodes)
    nodes = Nodeset.of(ids[i] for i in indices(columns))
    cells = Cpuset.of(demands[row].cell for row in rows)
    return NoNodeForEach("numa_topology", cells=str(cells), nodes=str(nodes))


def _pages(page_kib: int) -> str:
    return f" in pages of {show_memory(page_kib)}" if page_kib else ""
