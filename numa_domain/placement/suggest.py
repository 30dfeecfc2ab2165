# SPDX-License-Identifier: Apache-2.0
"""Suggests the two inputs for a VM on a host, and says why.

One cell if the VM fits on one node. Otherwise the fewest cells such that each fits on a node of its
own, with CPUs enough; rather a number that divides the VM's cores evenly, and so its sockets. Where
the cells go is left to `place`.

Several cells are like the host's where that makes them equal too: then the guest is told the nodes'
distances, which a count does not carry.

    a VM of 16 vCPUs and 96 GiB, nodes of 64 GiB and 8 CPUs -> auto:2 with host
"""

from __future__ import annotations

from ..base.errors import NumaError
from ..base.frozen import Value
from ..base.units import show_memory
from ..request.model import NumaRequest
from ..request.parts import CellRequest, Target
from ..topology.cell import granule_kib
from ..topology.division import running_cores
from ..topology.plan import distance_rows
from .given_nodes import demand_of, whole_vm
from .memory_fit import available_kib
from .model import Placement, PlacementError
from .place import at_host, place
from .warnings import short_of_cpus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from ..guest.model import Guest
    from ..host.model import HostTopology


class Suggestion(Value):
    """Two ways to request the same placement on this host."""

    request: NumaRequest
    """With `auto`: the host chooses the nodes at every start. Also works on similar hosts."""
    pinned: NumaRequest
    """With the nodes named: the same nodes at every start."""
    placement: Placement
    why: tuple[str, ...]
    """Sentences that explain it."""

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "request": self.request.to_properties(),
            "pinned": self.pinned.to_properties(),
            "why": list(self.why),
            "warnings": [warning.to_dict() for warning in self.placement.warnings],
        }


def suggest(
    guest: Guest, host: HostTopology, allow: Callable[[Placement], object] = id
) -> Suggestion:
    """The inputs that suit this VM on this host, from the memory that is free there now.

    `allow` raises a `NumaError` for a placement that the rest of the domain does not allow. Raises
    the `PlacementError` of `auto` if it does not fit in any way, or what `allow` raises for that.
    """
    guest = at_host(guest, host)
    tried = list(_fitting(guest, host, allow))
    if not tried:
        return _spread_out(guest, host, allow)
    best = min(tried, key=lambda item: (item[2], not item[3], item[0]))
    fewest = min(item[0] for item in tried)
    count, placement, short, even = best
    why = [_size(guest, host, count, short, _forbidden(guest, host, allow))]
    if count > fewest:
        why.append(_why_more(guest, fewest, count, tried))
    if count > 1 and even:
        why.append(f"{count} cells divide its {len(running_cores(guest))} cores evenly.")
    if short:
        why.append(f"The nodes have {short} CPUs less than it has vCPUs: these wait at times.")
    like = _like_host(guest, host, placement, allow) if count > 1 else None
    if like is not None:
        placement = like
        why.append("The cells are the host's, and the guest is told their distances.")
    return Suggestion(placement.request, pinned(placement, host), placement, tuple(why))


def _like_host(
    guest: Guest, host: HostTopology, equal: Placement, allow: Callable[[Placement], object]
) -> Placement | None:
    """The placement of cells like the host's, if these have distances and are as good as equal."""
    try:
        found = place(guest, equal.request.replace(cells="host"), host)
        allow(found)
    except NumaError:
        return None
    if len(found.cells) != len(equal.cells) or found.cells[0].cell.distances is None:
        return None
    for ours, theirs in zip(found.cells, equal.cells):
        apart = abs(ours.cell.memory_kib - theirs.cell.memory_kib)
        if ours.cell.cpus != theirs.cell.cpus or apart * 10 > theirs.cell.memory_kib:
            return None
    return found


def _fitting(
    guest: Guest, host: HostTopology, allow: Callable[[Placement], object]
) -> Iterator[tuple[int, Placement, int, bool]]:
    """For each number of cells that fits: (cells, placement, how many vCPUs exceed the CPUs of
    their nodes, whether cores and memory divide evenly).
    """
    cores = len(running_cores(guest))
    for count in range(1, min(cores, len(host.bindable)) + 1):
        try:
            placement = place(guest, _request(count), host, exclusive=True, spread=False)
            allow(placement)
        except NumaError:
            continue
        if _torn(placement, count):
            continue
        short = short_of_cpus(placement)
        even = cores % count == 0 and guest.memory_kib % (count * granule_kib(guest)) == 0
        yield count, placement, short, even
        if even and not short:
            return


def _torn(placement: Placement, count: int) -> bool:
    """Whether a cell is on several nodes, since its vCPUs are pinned beside them."""
    cells = any(len(placed.nodes or ()) > 1 for placed in placement.cells)
    return cells or len(placement.nodes or ()) > count


def _spread_out(
    guest: Guest, host: HostTopology, allow: Callable[[Placement], object]
) -> Suggestion:
    """If no number of equal cells fits: the whole VM on the closest nodes that hold it together."""
    request = NumaRequest(target=Target("auto"))
    placement = place(guest, request, host)
    allow(placement)
    taken = (
        "no number of equal cells fits either; the closest nodes that hold it together are taken."
    )
    size = f"Its {show_memory(guest.memory_kib)} fit no node"
    if guest.memory_kib <= _most_free(guest, host)[0]:
        size = "What its domain has, such as pins, does not go with one node"
    return Suggestion(request, pinned(placement, host), placement, (f"{size}, and {taken}",))


def _forbidden(guest: Guest, host: HostTopology, allow: Callable[[Placement], object]) -> str:
    """Why one cell is not allowed, if one would fit; else ""."""
    try:
        placement = place(guest, _request(1), host, exclusive=True, spread=False)
    except NumaError:
        return ""
    if _torn(placement, 1):
        return "the vCPUs are pinned beside several nodes"
    try:
        allow(placement)
    except NumaError as error:
        return error.problems[0].message
    return ""


def pinned(placement: Placement, host: HostTopology) -> NumaRequest:
    """The request that names the nodes of this placement, with their distances if each cell has a
    node of its own.
    """
    request, nodes = placement.request, placement.nodes
    homes = [node for placed in placement.cells for node in placed.nodes or ()]
    own = len(set(homes)) == len(homes) == len(placement.cells)
    rows = distance_rows(host, homes) if own else [None] * len(placement.cells)
    target = None if nodes is None else Target("nodes", nodes)
    cells = request.cells
    if cells is not None:
        cells = tuple(
            CellRequest(
                cpus=placed.cell.cpus or None,
                memory_kib=placed.cell.memory_kib,
                nodes=placed.nodes,
                mode=placed.cell.mode if placed.cell.mode != request.mode else None,
                distances=placed.cell.distances or row,
                access=placed.cell.access,
            )
            for placed, row in zip(placement.cells, rows)
        )
    return request.replace(target=target, cells=cells)


def _request(count: int) -> NumaRequest:
    if count == 1:
        return NumaRequest(target=Target("auto", count=1))
    return NumaRequest(target=Target("auto", count=count), cells=count)


def _size(guest: Guest, host: HostTopology, count: int, short: int, forbidden: str) -> str:
    size = f"{show_memory(guest.memory_kib)} and {len(guest.vcpus_current)} vCPUs"
    if count == 1 and short:
        size = show_memory(guest.memory_kib)
    if count == 1:
        return f"The VM's {size} fit one node: one cell, all memory local."
    if forbidden:
        return f"Not one cell, since {forbidden}: {count} cells, each on a node of its own."
    largest, page = _most_free(guest, host)
    free = show_memory(largest) + (f" in {show_memory(page)} pages" if page else "")
    return (
        f"The VM's {size} do not fit one node (the most that is free is {free}, "
        f"the most CPUs {max(len(n.cpus) for n in host.nodes.values())}): {count} cells, each "
        "on a node of its own."
    )


def _most_free(guest: Guest, host: HostTopology) -> tuple[int, int]:
    """KiB of the node that has most in pages of the VM's size, and that size."""
    page = demand_of(guest, host, whole_vm(guest, "strict"), host.memory_nodes).page_kib
    return max(available_kib(node, page) for node in host.nodes.values()), page


def _why_more(
    guest: Guest, fewest: int, count: int, tried: list[tuple[int, Placement, int, bool]]
) -> str:
    short = next(item[2] for item in tried if item[0] == fewest)
    cells = "1 cell" if fewest == 1 else f"{fewest} cells"
    if short:
        return f"{cells} would hold the memory, but with more vCPUs than a node has CPUs."
    return f"{cells} would do, but not divide its {len(running_cores(guest))} cores evenly."


__all__ = ["PlacementError", "Suggestion", "pinned", "suggest"]
