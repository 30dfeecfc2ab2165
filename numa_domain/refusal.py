# SPDX-License-Identifier: Apache-2.0
"""Why cells that fit all nodes together do not fit them one by one.

Decides the words of the refusals that `--exclusive` and `--spread never` bring; that of a
plain lack of memory is in `explain.py`. Loaded only when there is something to explain.

    cells 0-2 need a node each, and all that hold any of them are nodes 0-1
"""

from __future__ import annotations

from .capacity import available_kib, roomiest
from .choice import fitting
from .explain import reasons
from .matching import hall_violation
from .nodeset import Cpuset, Nodeset
from .placement import PlacementError, name_cells, name_nodes
from .set_search import indices
from .units import show_memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .capacity import Demand
    from .choice import Supply, Want
    from .host import HostTopology


class NoNodeHoldsIt(PlacementError):
    what = "{who} {needed} on one node, and the most that is free is {most} on node {node}"
    todo = "make the cell smaller, or let it spread over several nodes"


class NoNodeForEach(PlacementError):
    what = "cells {cells} need a node each, and all that hold any of them are {nodes}"
    todo = "use fewer or smaller cells, or let cells share a node"


class NoPacking(PlacementError):
    what = "the cells fit the host's nodes together, but not each cell whole on one node"
    todo = "use more and smaller cells, or let them spread over several nodes"


def no_whole_nodes(
    host: HostTopology,
    demands: Sequence[Demand],
    supply: Supply,
    wants: Sequence[Want],
    exclusive: bool,
) -> PlacementError:
    """Why cells that fit all nodes together do not fit them one by one."""
    edges = [fitting(supply, want) for want in wants]
    error: PlacementError = NoPacking("numa_topology")
    for demand, edge in zip(demands, edges):
        if not edge:
            node = roomiest(host, demand)
            error = NoNodeHoldsIt(
                "numa_topology",
                who=name_cells([demand.cell]),
                needed=show_memory(demand.kib),
                most=show_memory(available_kib(host.nodes[node], demand.page_kib)),
                node=node,
            )
            break
    else:
        rows, columns = hall_violation(edges)
        if exclusive and rows:
            nodes = Nodeset.of(supply.site.ids[i] for i in indices(columns))
            cells = Cpuset.of(demands[row].cell for row in rows)
            error = NoNodeForEach("numa_topology", cells=str(cells), nodes=name_nodes(nodes))
    error.reasons = tuple(reasons(host, demands, ()))
    error.facts["reasons"] = [reason.to_dict() for reason in error.reasons]
    return error
