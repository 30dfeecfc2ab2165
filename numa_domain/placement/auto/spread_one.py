# SPDX-License-Identifier: Apache-2.0
"""Stage 3 of `auto` for a single cell: several nodes that hold it together.

The right number of nodes has CPUs enough, if any has; then it is the one whose nodes are closest on
average: the fewest, where nodes do not differ much. That is exact up to `MORE` times the fewest.

    free 60, 20, 20, 20 on each of two sockets; a cell of 96 -> three nodes of one socket
"""

from __future__ import annotations

from ..memory_fit import share_kib
from .model import Want, crowding
from .node_bits import NO_NODES, PerNode, bits_of, count, every, indices, most_of, ranks
from .node_set_search import EXACT_NODES, MAX_WORK, NO_COST, SetSearch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .model import Site, Supply
    from .node_bits import NodeBits, NodeIndex

MORE = 2
"""A set may have so many times the fewest nodes that hold a want, if it is closer for that."""


RANKED = 60
"""Bits below which a node's free memory stays."""


def spread_one(
    supply: Supply, want: Want, size: int | None = None, looks: int | None = None
) -> NodeBits:
    """The best nodes that together hold a want (`size`, if given); empty if there are none.

    As few vCPUs as possible are more than their CPUs; then the mean distance from one of the nodes
    to another or itself is least, which it is on the fewest nodes unless these are far apart.
    """
    if size is not None:
        return of_size(supply, want, size, looks)[0]
    found = spread_and_work(supply, want, looks)[0]
    return found or any_nodes(supply, want)


def spread_and_work(supply: Supply, want: Want, looks: int | None = None) -> tuple[NodeBits, int]:
    """`spread_one`, and how many nodes were looked at; with `looks`, it may miss all."""
    best, cost, fewest, done, least = NO_NODES, (NO_COST, 0.0), 0, 0, 0
    if looks is None:
        looks = MAX_WORK // 2 if len(supply.cpus) > EXACT_NODES else NO_COST
        least = MAX_WORK // 40
    enough = max(0, want.vcpus - sum(supply.cpus[i] for i in indices(want.allowed)))
    for number in _sizes(supply, want):
        if best and cost[0] <= enough and _no_closer(supply, number, fewest, cost[1]):
            break
        if done >= looks and not least:
            break
        chosen, work = of_size(supply, want, number, max(looks - done, least))
        done += work
        if not chosen:
            continue
        fewest = fewest or number
        short = max(0, want.vcpus - sum(supply.cpus[i] for i in indices(chosen)))
        found = short, mean_distance(supply, chosen)
        if found < cost:
            best, cost = chosen, found
    return best, done


def any_nodes(supply: Supply, want: Want, size: int | None = None) -> NodeBits:
    """Some nodes that together hold a want (`size`, if given); empty if there are none."""
    room = supply.room(want)
    for number in _sizes(supply, want) if size is None else (size,):
        share = share_kib(want.kib, want.page_kib, number) if want.interleaved else 1
        roomy = [i for i in indices(want.allowed) if room[i] >= share]
        roomy.sort(key=lambda i: -room[i])
        must = [i for i in roomy if supply.cpus[i]][:1] if want.needs_cpus else []
        chosen = (must + [i for i in roomy if i not in must])[:number]
        held = sum(room[i] for i in chosen) >= want.kib or want.interleaved
        if len(chosen) == number and held and (must or not want.needs_cpus):
            return bits_of(chosen)
    return NO_NODES


def nearest_lists(site: Site) -> list[list[NodeIndex]]:
    """For each node all nodes, the nearest first."""
    nodes = every(len(site.ids))
    return [sorted(nodes, key=site.distances[i].__getitem__) for i in nodes]


def around_one(supply: Supply, want: Want, nearest: Sequence[Sequence[NodeIndex]]) -> NodeBits:
    """Nodes that together hold a want: one and those nearest to it, of which `nearest` has a list
    for each node. Quicker than a search, and not the closest in all cases; empty if there are none.
    """
    room, found = supply.room(want), []
    for start in indices(want.allowed):
        left, apart, chosen = want.kib, 0, []
        has_cpus = not want.needs_cpus
        for node in nearest[start.__index__()]:
            if room[node] and want.allowed >> node & 1:
                left, apart = left - room[node], apart + supply.site.distances[start][node]
                has_cpus = has_cpus or supply.cpus[node] > 0
                chosen.append(node)
                if left <= 0 and has_cpus:
                    found.append((len(chosen), apart, start, chosen))
                    break
    return bits_of(min(found)[-1]) if found else NO_NODES


def _sizes(supply: Supply, want: Want) -> Sequence[int]:
    room = supply.room(want)
    return range(1, sum(1 for i in indices(want.allowed) if room[i] > 0) + 1)


def of_size(
    supply: Supply, want: Want, number: int, most: int | None = None
) -> tuple[NodeBits, int]:
    """The closest so many nodes that hold a want, and how many nodes were looked at (`most`, if it
    is given).
    """
    room = supply.room(want)
    share = share_kib(want.kib, want.page_kib, number) if want.interleaved else 1
    allowed = bits_of(i for i in indices(want.allowed) if room[i] >= share)
    judge = SpreadJudge(supply, [want], number)
    if count(allowed) < number or not judge.completes(NO_NODES, allowed):
        return NO_NODES, 0
    if number == 1:
        return _single(supply, want, allowed, judge.ranks), count(allowed)
    search = SetSearch(supply.site, judge, number, most)
    return search.run(allowed, NO_NODES, ranks(room)), search.work


def _single(supply: Supply, want: Want, allowed: NodeBits, worst: PerNode[int]) -> NodeBits:
    """What a search for one node finds."""
    room, site = supply.room(want), supply.site
    must = supply.with_cpus if want.needs_cpus else allowed
    holding = [i for i in indices(allowed & must) if room[i] >= want.kib]
    if not holding:
        return NO_NODES

    def key(i: NodeIndex) -> tuple[int, ...]:
        short = max(0, want.vcpus - supply.cpus[i])
        taken = site.to_taken[i] if site.to_taken else 0
        return short, sum(row[i] for row in site.to_devices), taken, worst[i]

    return bits_of([min(holding, key=key)])


def mean_distance(supply: Supply, nodes: NodeBits) -> float:
    """From each of these nodes to each of them, itself too, there and back."""
    chosen, distances = indices(nodes), supply.site.distances
    return sum(distances[a][b] for a in chosen for b in chosen) / len(chosen) ** 2


def _no_closer(supply: Supply, number: int, fewest: int, mean: float) -> bool:
    """Whether so many nodes are not looked at, or on this host no closer than the mean."""
    rows = (sorted(row)[:number] for row in supply.site.distances)
    return number > MORE * fewest or min(map(sum, rows)) / number >= mean


class SpreadJudge:
    """Which sets of nodes hold the wants together. Of these the one whose worst node is best: whose
    CPUs are least loaded beyond the limit, then with least free memory.
    """

    def __init__(
        self,
        supply: Supply,
        wants: Sequence[Want],
        size: int,
        holds: Callable[[NodeBits], bool] | None = None,
    ) -> None:
        self.supply, self.size, self.holds = supply, size, holds
        self.must = [supply.with_cpus & want.allowed for want in wants if want.needs_cpus]
        self.vcpus = sum(want.vcpus for want in wants)
        self.needs = dict.fromkeys(supply.rooms, 0)
        for want in wants:
            self.needs[want.page_kib] += want.kib
        rooms = [supply.rooms[page] for page, need in self.needs.items() if need]
        rooms = rooms or [PerNode([0] * len(supply.cpus))]
        free = rooms[0] if len(rooms) == 1 else PerNode(map(sum, zip(*rooms)))
        self.ranks = free
        if supply.loads is not None:
            part = -(-self.vcpus // size)
            self.ranks = PerNode(
                (crowding(supply, part, i) << RANKED) + free[i] for i in every(len(supply.cpus))
            )

    def penalty(self, inside: NodeBits, open_: NodeBits, left: int) -> int:
        return max(0, self.vcpus - most_of(self.supply.cpus, inside, open_, left))

    def completes(self, inside: NodeBits, allowed: NodeBits) -> bool:
        open_, left = allowed & ~inside, self.size - count(inside)
        if not all((allowed if left else inside) & nodes for nodes in self.must):
            return False
        return all(
            most_of(self.supply.rooms[page], inside, open_, left) >= need
            for page, need in self.needs.items()
        )

    def beats(self, inside: NodeBits, allowed: NodeBits, tail: int) -> bool:
        within = self._within(allowed, tail - 1)
        if inside & ~within or count(within) < self.size:
            return False
        return self.completes(inside, within)

    def _within(self, nodes: NodeBits, rank: int) -> NodeBits:
        return bits_of(i for i in indices(nodes) if self.ranks[i] <= rank)

    def propose(self, inside: NodeBits, allowed: NodeBits) -> NodeBits:
        """The nodes with most memory of those that are at most as bad as one of them has to be."""
        if self.must or self.holds is not None or sum(map(bool, self.needs.values())) > 1:
            return NO_NODES
        worst = sorted({self.ranks[i] for i in indices(allowed)})
        low, high = 0, len(worst) - 1
        while low < high:
            middle = (low + high) // 2
            if self.beats(inside, allowed, worst[middle] + 1):
                high = middle
            else:
                low = middle + 1
        room = next(self.supply.rooms[page] for page, need in self.needs.items() if need)
        others = indices(self._within(allowed, worst[low]) & ~inside)
        others.sort(key=lambda i: (-room[i], i))
        return inside | bits_of(others[: self.size - count(inside)])

    def tail(self, chosen: NodeBits) -> int | None:
        if self.holds is not None and not self.holds(chosen):
            return None
        return max(self.ranks[i] for i in indices(chosen))
