# SPDX-License-Identifier: Apache-2.0
"""Where a VM's memory goes on a host, or the error that says why it does not fit.

The hook, the command line and the service all ask here. Nodes that the request names are handled
by `given_nodes.py`, those that the host chooses by `auto/`; a refusal is worded in `refusal/`.

    place(guest, NumaRequest.parse("0-1", "2"), host).cells[1].nodes      0-1
"""

from __future__ import annotations

from ..topology.plan import plan_cells
from .given_nodes import bind, demand_of, resolve, settle, whole_vm
from .host_cells import host_cells
from .model import DoesNotFit, PlacementError
from .node_check import check_nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..base.idset import Nodeset
    from ..guest.model import Guest
    from ..host.model import HostTopology
    from ..request.model import NumaRequest
    from .memory_fit import Demand
    from .model import Placement


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

    The keyword arguments are for `auto` only. `exclusive`: no two cells on the same node. `spread`:
    whether a cell that fits on no single node may lie on several. `candidates`: cell id -> the
    nodes it may choose from, if not all nodes with memory.

    Raises `PlacementError` if the host cannot do it, `RequestError` (or `Problems`) if the request
    is not legal for this VM.
    """
    try:
        return decide(guest, request, host, exclusive, spread, candidates)
    except DoesNotFit as reason:
        raise worded(guest, request, reason) from None


def worded(guest: Guest, request: NumaRequest, reason: DoesNotFit) -> PlacementError:
    """The error with its words, and with similar requests that would fit: that takes longer than
    to decide.
    """
    from .refusal.refuse import refuse  # here: 3 ms with `auto/`, and only for a refusal

    return refuse(at_host(guest, reason.host), request, reason)


def place_or_none(guest: Guest, request: NumaRequest, host: HostTopology) -> Placement | None:
    """What `place` finds; None where the host cannot do it. To say why costs ten times as much as
    to find that out, and who asks hundreds of hosts at once wants to hear it of a few.

    Raises `RequestError` (or `Problems`) as `place` does.
    """
    try:
        return decide(guest, request, host)
    except (DoesNotFit, PlacementError):
        return None


def decide(
    guest: Guest,
    request: NumaRequest,
    host: HostTopology,
    exclusive: bool = False,
    spread: bool = True,
    candidates: Mapping[int, Nodeset] | None = None,
) -> Placement:
    """`place`, but a refusal for want of room has no words yet (`worded`): `DoesNotFit` is raised.
    Who holds a lock meanwhile can give it back before the words are found.
    """
    try:
        return _decided(guest, request, host, exclusive, spread, candidates)
    except PlacementError as error:
        from .node_reasons import node_reasons  # here: 0.1 ms, and only for a refusal

        error.give_reasons(node_reasons(host, [_whole_demand(at_host(guest, host), request, host)]))
        raise


def _decided(
    guest: Guest,
    request: NumaRequest,
    host: HostTopology,
    exclusive: bool,
    spread: bool,
    candidates: Mapping[int, Nodeset] | None,
) -> Placement:
    guest, target = at_host(guest, host), request.target
    if target is not None and target.kind == "auto":
        # Imported here: ten modules and 2 ms that most VMs do not need
        from .auto.place_auto import place_auto
        from .auto.stage_order import Rules

        rules = Rules(target.count, exclusive, spread, candidates)
        return place_auto(guest, request, host, rules)
    return _place(guest, request, host)


def _place(guest: Guest, request: NumaRequest, host: HostTopology) -> Placement:
    """`place` for a target that names its nodes."""
    chosen = None if request.target is None else resolve(request.target, host)
    nodes = chosen
    if chosen is None and request.cells == "host":  # alone it means the nodes that the VM may use
        nodes = guest.memory_nodes or host.memory_nodes
        request = request.replace(mode=guest.memory_mode or request.mode)
        check_nodes(nodes, host, "numatune/memory")
    if nodes is not None:
        cells = host_cells(guest, request, host, nodes)
    else:
        cells = plan_cells(guest, request, host)
    bound = bind(guest, request, cells, chosen)
    return settle(guest, request, host, bound, chosen)


def at_host(guest: Guest, host: HostTopology) -> Guest:
    """The VM with the host's default size of huge pages."""
    default = host.default_page_kib
    return guest.replace(default_page_kib=default) if default else guest


def _whole_demand(guest: Guest, request: NumaRequest, host: HostTopology) -> Demand:
    """The VM's memory, on those nodes of its target that the host has."""
    target, there = request.target, host.bindable
    if target is not None and target.kind == "nodes":
        there &= target.nodes
    elif target is not None:
        there -= target.nodes
    return demand_of(guest, host, whole_vm(guest, request.mode), there)
