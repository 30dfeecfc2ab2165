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

from itertools import combinations

from ...base.idset import Nodeset
from ..memory_fit import fit, share_kib
from .model import Want, fitting
from .node_bits import NO_NODES, PerNode, bits_of, count, every, indices
from .node_set_search import MAX_WORK, SetSearch
from .spread_one import SpreadJudge, around_one, of_size, spread_one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...host.model import HostTopology
    from ..memory_fit import Demand
    from .model import Choice, Supply
    from .node_bits import NodeBits, NodeIndex

MAX_TRIES = 60
"""So many ways to place interleaved cells are tried; a sixth, to find out what would fit."""
MAX_LOOKS = 100
"""So often, times the number of nodes, a node is looked at to find close ones for these."""


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
    looks, tries = MAX_LOOKS * len(supply.cpus) if even else MAX_WORK, MAX_TRIES
    if any_will_do:
        looks, tries = 0, MAX_TRIES // 6
    return _Layers(supply, wants, looks, tries).lay() or _by_flow(host, supply, wants, demands)


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
        for i in every(len(supply.cpus))
        if any(room[i] for room in supply.rooms.values()) and _shares_fit(supply, wants, i, size)
    )
    roomy = _roomiest(supply, allowed, size)
    if any_will_do and count(roomy) == size and holds(roomy):
        return [want.allowed & roomy for want in wants]
    judge = SpreadJudge(supply, wants, size, holds)
    most = MAX_WORK // 20 if any_will_do else None
    chosen = SetSearch(supply.site, judge, size, most, first=any_will_do).run(allowed)
    return [want.allowed & chosen for want in wants] if chosen else None


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


class _Layers:
    """Places the largest want first: whole on an unused node, on a used one, or on several."""

    def __init__(self, supply: Supply, wants: Sequence[Want], looks: int, tries: int) -> None:
        self.supply, self.wants, self.looks, self.most = supply, wants, looks, tries
        self.rows = sorted(range(len(wants)), key=lambda i: (-wants[i].kib, i))
        self.chosen: Choice = [NO_NODES] * len(wants)
        self.tries = 0
        self.dead: set[object] = set()

    def lay(self) -> Choice | None:
        return self.chosen if self._from(0, self.supply, NO_NODES) else None

    def _from(self, at: int, left: Supply, used: NodeBits) -> bool:
        self.tries += 1
        if at == len(self.rows):
            return True
        row = self.rows[at]
        want = self.wants[row]
        state = at, used, tuple(left.rooms.values())
        if state in self.dead:
            return False
        tried = set()
        for nodes in self._ways(want, left, used):
            if nodes in tried:
                continue
            tried.add(nodes)
            self.chosen[row] = nodes
            if self._from(at + 1, _without(left, want, nodes, used), used | nodes):
                return True
            if not want.interleaved or self.tries >= self.most:
                return False
        self.dead.add(state)
        return False

    def _ways(self, want: Want, left: Supply, used: NodeBits) -> Iterator[NodeBits]:
        """Nodes for a want, the best first."""
        whole = fitting(left, want)
        if want.needs_cpus:
            whole &= left.with_cpus
        for nodes in {whole & ~used: 0, whole: 0}:
            if nodes:
                yield spread_one(left, want.replace(allowed=nodes), 1)
        # To be close to each other counts more than to be close to the nodes of other cells
        alone = left.replace(site=self.supply.site)
        sizes = _sizes(left, want)
        for size in sizes:
            if size > 1 and self.looks > 0:
                nodes, work = of_size(alone, want, size, self.looks)
                self.looks -= work
                if nodes:
                    yield nodes
            elif size > 1 and not want.interleaved and (nodes := around_one(alone, want, size)):
                yield nodes
        for size in sizes if want.interleaved else ():
            share = share_kib(want.kib, want.page_kib, size)
            room = left.room(want)
            roomy = sorted(
                (i for i in indices(want.allowed) if room[i] >= share), key=lambda i: -room[i]
            )
            for chosen in combinations(roomy, size):
                nodes = bits_of(chosen)
                if not want.needs_cpus or nodes & left.with_cpus:
                    yield nodes


def _sizes(left: Supply, want: Want) -> list[int]:
    """How many nodes may hold a want, judged by the roomiest ones."""
    room = left.room(want)
    roomy = sorted((room[i] for i in indices(want.allowed) if room[i]), reverse=True)
    if not want.interleaved:
        return list(range(2, len(roomy) + 1))
    numbers = range(1, len(roomy) + 1)
    return [n for n in numbers if roomy[n - 1] >= share_kib(want.kib, want.page_kib, n)]


def _without(supply: Supply, want: Want, nodes: NodeBits, used: NodeBits) -> Supply:
    """What is left if a want lies on these nodes; `used` are the nodes of the wants before it."""
    left, rest = list(supply.room(want)), want.kib
    share = share_kib(want.kib, want.page_kib, count(nodes)) if want.interleaved else want.kib
    for i in indices(nodes):
        part = share if want.interleaved else min(rest, left[i])
        left[i] -= part
        rest -= part
    rooms = {**supply.rooms, want.page_kib: PerNode(left)}
    return supply.replace(rooms=rooms, site=supply.site.with_taken(nodes & ~used))


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
