# SPDX-License-Identifier: Apache-2.0
"""Stage 3 of `auto`: a cell that fits on no single node lies on several.

It gets nodes with enough CPUs, if there are any; then the closest on average, which the fewest are
where nodes do not differ much (`spread_one`). For a single cell that is exact. Of several cells the
largest is placed first, whole if possible, as close as possible to those before it. Whether all fit
in any way is exact (a flow), unless cells are interleaved: even shares on sets still to be chosen
are a hard problem, of which only some cases are tried.

    free 30, 20, 20; cells 40, 8 -> nodes 0-1 and 2
"""

from __future__ import annotations

from functools import partial

from ...base.idset import Nodeset
from ..memory_fit import fit, share_kib
from .layers import Layers
from .model import Want, in_order
from .node_bits import bits_of, count, every, indices, union
from .node_set_search import MAX_WORK, SetSearch
from .spread_one import SpreadJudge, mean_distance, spread_one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...host.model import HostTopology
    from ..memory_fit import Demand
    from .model import Choice, Supply
    from .node_bits import NodeBits, NodeIndex

MAX_TRIES = 60
"""So many ways to place interleaved cells are tried; a sixth, to find out what would fit."""
MAX_LOOKS = 100
"""So often, times the number of nodes, a node is looked at to find close ones."""


def spread_several(
    host: HostTopology,
    supply: Supply,
    wants: Sequence[Want],
    demands: Sequence[Demand],
    size: int | None = None,
    any_will_do: bool = False,
) -> Choice | None:
    """The nodes of each want, which stands for the demand at the same position; `size` in all, if
    given.
    """
    if size is not None:
        return _on_common_nodes(host, supply, wants, demands, size, any_will_do)
    for page, room in supply.rooms.items():
        if sum(want.kib for want in wants if want.page_kib == page) > sum(room):
            return None
    even = any(want.interleaved for want in wants)
    if any_will_do and not even:
        return _by_flow(host, supply, wants, demands)
    if any_will_do:
        found = Layers(supply, wants, 0, MAX_TRIES // 6).lay()
    elif even:
        found = Layers(supply, wants, MAX_LOOKS * len(supply.cpus), MAX_TRIES).lay()
    else:
        found = _close_by(supply, wants)
    return found or _by_flow(host, supply, wants, demands)


def _close_by(supply: Supply, wants: Sequence[Want]) -> Choice | None:
    """The wants one after another on all nodes; or on some that hold all together and are closer,
    if that takes none of them further apart.
    """
    looks = MAX_LOOKS * len(supply.cpus)
    found = Layers(supply, wants, looks, 1).lay()
    if found is None and any(want.needs_cpus for want in wants):
        found = Layers(supply, wants, looks, 1, spare_cpus=True).lay()
    if found is None:
        return None
    found = in_order(wants, found)
    if len({(want.page_kib, want.allowed) for want in wants}) > 1:
        return found
    kib, vcpus = sum(want.kib for want in wants), sum(want.vcpus for want in wants)
    whole, wide = wants[0].replace(kib=kib, vcpus=vcpus), _width(supply, union(found))
    if _least_width(supply, whole) >= wide:
        return found
    close = spread_one(supply, whole, looks=looks // 2)
    if _width(supply, close) >= wide:
        return found
    narrow = [want.replace(allowed=close) for want in wants]
    closer = Layers(supply, narrow, looks, 1).lay()
    if closer is None:
        return found
    return min(found, in_order(wants, closer), key=partial(_cost, supply, wants))


def _cost(supply: Supply, wants: Sequence[Want], choice: Choice) -> tuple[int, float, int, int]:
    """vCPUs beyond the CPUs; how far apart each want is; how many share nodes; how far apart all
    of them are.
    """
    used = union(choice)
    cpus = sum(supply.cpus[i] for i in indices(used))
    each = sum(mean_distance(supply, nodes) for nodes in choice)
    short = max(0, sum(want.vcpus for want in wants) - cpus)
    return short, each, sum(map(count, choice)) - count(used), _width(supply, used)


def _width(supply: Supply, nodes: NodeBits) -> int:
    """The largest distance between these nodes."""
    chosen, distances = indices(nodes), supply.site.distances
    return max(distances[a][b] for a in chosen for b in chosen)


def _least_width(supply: Supply, want: Want) -> int:
    """What the width of nodes that hold a want is at least."""
    number, left = 0, want.kib
    for room in sorted(supply.room(want), reverse=True):
        number, left = number + 1, left - room
        if left <= 0:
            break
    return min(sorted(row)[number - 1] for row in supply.site.distances)


def _on_common_nodes(
    host: HostTopology,
    supply: Supply,
    wants: Sequence[Want],
    demands: Sequence[Demand],
    size: int,
    any_will_do: bool,
) -> Choice | None:
    """All wants on the same nodes, each on those of them that it may use."""

    def on(chosen: NodeBits) -> list[Demand]:
        return [
            demand.replace(nodes=_named(supply, want.allowed & chosen))
            for want, demand in zip(wants, demands)
        ]

    def holds(chosen: NodeBits) -> bool:
        all_lie = all(want.allowed & chosen for want in wants)
        return all_lie and not fit(host, on(chosen)).shortfalls

    allowed = bits_of(
        i
        for i in indices(union(want.allowed for want in wants))
        if any(room[i] for room in supply.rooms.values()) and _shares_fit(supply, wants, i, size)
    )
    roomy = _roomiest(supply, allowed, size)
    if any_will_do and count(roomy) == size and holds(roomy):
        return [want.allowed & roomy for want in wants]
    judge = SpreadJudge(supply, wants, size, holds)
    most = MAX_WORK // 20 if any_will_do else None
    chosen = SetSearch(supply.site, judge, size, most, first=any_will_do).run(allowed)
    if not chosen:
        return None
    on_all = [want.allowed & chosen for want in wants]
    even = any(want.interleaved for want in wants)
    if even or any_will_do:
        return on_all
    narrow = [want.replace(allowed=nodes) for want, nodes in zip(wants, on_all)]
    laid = Layers(supply, narrow, MAX_LOOKS * size, 1).lay()
    return laid if laid is not None and union(laid) == chosen else on_all


def _roomiest(supply: Supply, nodes: NodeBits, size: int) -> NodeBits:
    """The so many of these nodes that have most memory, in pages of all sizes."""
    free = [sum(room) for room in zip(*supply.rooms.values())]
    return bits_of(sorted(indices(nodes), key=lambda i: -free[i.__index__()])[:size])


def _shares_fit(supply: Supply, wants: Sequence[Want], node: NodeIndex, size: int) -> bool:
    """Whether a node has memory for its share of everything interleaved over `size` nodes."""
    left = {page: room[node] for page, room in supply.rooms.items()}
    for want in wants:
        if want.interleaved and want.allowed >> node & 1:
            left[want.page_kib] -= share_kib(want.kib, want.page_kib, size)
    return all(room >= 0 for room in left.values())


def _by_flow(
    host: HostTopology, supply: Supply, wants: Sequence[Want], demands: Sequence[Demand]
) -> Choice | None:
    """The nodes on which a flow puts each want: found if there is any way at all."""
    if any(want.interleaved for want in wants):
        return None
    open_ = [
        demand.replace(nodes=_named(supply, want.allowed), mode="strict")
        for want, demand in zip(wants, demands)
    ]
    result = fit(host, open_)
    if result.shortfalls:
        return None
    at = dict(zip(supply.site.ids, every(len(supply.site.ids))))
    routes = [result.routes[demand.cell].items() for demand in open_]
    return [
        _with_cpus(supply, want, bits_of(at[node] for node, kib in route if kib))
        for want, route in zip(wants, routes)
    ]


def _with_cpus(supply: Supply, want: Want, nodes: NodeBits) -> NodeBits:
    """These nodes, and the closest one with CPUs if they need one and have none."""
    if not want.needs_cpus or nodes & supply.with_cpus:
        return nodes
    rows = [supply.site.distances[i] for i in indices(nodes)]
    return nodes | 1 << min(
        indices(supply.with_cpus & want.allowed), key=lambda i: (sum(row[i] for row in rows), i)
    )


def _named(supply: Supply, nodes: NodeBits) -> Nodeset:
    return Nodeset.of(supply.site.ids[i] for i in indices(nodes))
