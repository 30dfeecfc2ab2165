# SPDX-License-Identifier: Apache-2.0
"""The closest set of so many nodes that can do the job: branch and bound, exact.

Decides which of all node sets of one size costs least. Knows of the job only what its
`Judge` says: whether a part of a set can still be completed, and what a whole set is worth.

Sets are compared by (the judge's penalty, distance of the passed-through devices, sum of the
distances of all pairs, the judge's tail). Up to `EXACT_NODES` nodes every set is considered,
so far as bounds do not rule it out; beyond, the search ends after `MAX_WORK` looks at a node,
a count and not a time, so that the same input always gives the same answer.

    SetSearch(site, judge, 2).run(0b1111)      0b0011: nodes 0 and 1 are the closest pair
"""

from __future__ import annotations

from itertools import accumulate

from ...base.frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    class Judge(Protocol):
        """What a set of nodes (bits of an int) is good for."""

        def penalty(self, inside: int, open_: int, left: int) -> int:
            """At most what any set costs that is `inside` and `left` more of `open_`; exact
            where `left` is 0."""

        def completes(self, inside: int, allowed: int) -> bool:
            """False only if no set between the two can do the job."""

        def beats(self, inside: int, allowed: int, tail: int) -> bool:
            """False only if no set between the two has a smaller tail than this."""

        def propose(self, inside: int, allowed: int) -> int:
            """A set between the two that has the smallest tail, if one is at hand, else 0.
            Asked after both of the above, for the same nodes."""

        def tail(self, chosen: int) -> int | None:
            """What a whole set costs beyond its distances; None if it cannot do the job."""


EXACT_NODES = 16
MAX_WORK = 20000


class Site(Value):
    """A host for choosing: nodes by index, in order of id."""

    ids: tuple[int, ...]
    apart: tuple[tuple[int, ...], ...]
    """Distances there and back, added: symmetric."""
    near: tuple[tuple[int, ...], ...] = ()
    """For each passed-through device: the distance from each node to the device's node."""
    beside: tuple[int, ...] = ()
    """From each node there and back to all that the VM has anyway; empty for "to none"."""

    def neighbours(self, node: int) -> list[tuple[int, int]]:
        """The other nodes as (bit, distance), the nearest first."""
        row = self.apart[node]
        return [(1 << i, row[i]) for i in sorted(range(len(row)), key=row.__getitem__) if i != node]

    def with_used(self, nodes: int) -> Site:
        """The same for a VM that also has these nodes."""
        before = self.beside or (0,) * len(self.ids)
        rows = [self.apart[i] for i in indices(nodes)]
        return self.replace(beside=tuple(map(sum, zip(before, *rows))))


def indices(bits: int) -> list[int]:
    """The positions of the bits that are set, rising."""
    if bits >> EXACT_NODES:  # of many bits most are set: three times as fast
        return [i for i, bit in enumerate(bin(bits)[:1:-1]) if bit == "1"]
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found


def count(bits: int) -> int:
    """How many bits are set (int.bit_count came with Python 3.10)."""
    return bin(bits).count("1")


def ranks(amounts: Sequence[int]) -> tuple[int, ...]:
    """The place of each node when those with most come first: what `run` may prefer."""
    order = sorted(range(len(amounts)), key=lambda i: (-amounts[i], i))
    rank = dict(zip(order, range(len(order))))
    return tuple(rank[i] for i in range(len(amounts)))


def most_of(amounts: Sequence[int], inside: int, open_: int, left: int) -> int:
    """The most that `left` of the open nodes can have together with those inside."""
    rest = sorted((amounts[i] for i in indices(open_)), reverse=True)
    return sum(amounts[i] for i in indices(inside)) + sum(rest[:left])


class SetSearch:
    """One search. `best` is the set found, 0 where none can do the job."""

    def __init__(self, site: Site, judge: Judge, size: int) -> None:
        self.site, self.judge, self.size = site, judge, size
        self.best, self.cost = 0, (NO_COST, 0, 0, 0)
        self.work, self.limit = 0, MAX_WORK if len(site.ids) > EXACT_NODES else NO_COST

    def run(self, allowed: int, inside: int = 0, preference: tuple[int, ...] = ()) -> int:
        """The best set within `allowed` that has all of `inside`; ties by `preference`."""
        apart, every = self.site.apart, range(len(self.site.ids))
        self.preference = preference or tuple(every)
        self.neighbours = [self.site.neighbours(i) if self.size > 1 else [] for i in every]
        self.sums = [[0, *accumulate(d for _, d in nearest)] for nearest in self.neighbours]
        beside, start = self.site.beside or (0,) * len(every), indices(inside)
        added = [beside[i] + sum(apart[i][j] for j in start) for i in every]
        self._visit(inside, allowed & ~inside, added, self._pairs(inside))
        return self.best

    @property
    def exhausted(self) -> bool:
        """Whether the search ended before it had considered every set."""
        return self.work >= self.limit

    def _visit(self, inside: int, open_: int, added: list[int], pairs: int) -> None:
        """Every set that is `inside` and some of `open_`; `added[i]` is what node i adds to
        the distances `pairs` of those inside."""
        nodes, left = indices(open_), self.size - count(inside)
        if self.exhausted or not 0 <= left <= len(nodes):
            return
        self.work += len(nodes) + 1
        shares = self._shares(nodes, open_, left, added)
        if self.best and not self._promising(inside, open_, left, pairs, shares):
            return
        if not self.judge.completes(inside, inside | open_):
            return
        if left == 0:
            self._consider(inside, pairs)
            return
        _, _, node = min(zip(shares, [self.preference[i] for i in nodes], nodes))
        rest, apart = open_ & ~(1 << node), self.site.apart[node]
        further = [a + b for a, b in zip(added, apart)]
        self._visit(inside | 1 << node, rest, further, pairs + added[node])
        self._visit(inside, rest, added, pairs)

    def _shares(self, nodes: list[int], open_: int, left: int, added: list[int]) -> list[int]:
        """For each node twice what it adds at least: its distances to those inside, and half
        of its least possible distances to the other further ones (to any, if these are many).
        """
        if left <= 1 or len(nodes) > EXACT_NODES:
            return [2 * added[node] + self.sums[node][max(0, left - 1)] for node in nodes]
        shares = []
        for node in nodes:
            share, others = 2 * added[node], left - 1
            for bit, distance in self.neighbours[node]:
                if open_ & bit:
                    share += distance
                    others -= 1
                    if not others:
                        break
            shares.append(share)
        return shares

    def _promising(self, inside: int, open_: int, left: int, pairs: int, shares: list[int]) -> bool:
        """Whether a set between the two can still beat the best one."""
        penalty = self.judge.penalty(inside, open_, left)
        reachable = indices(inside | open_) if self.site.near else []
        devices = sum(min(row[i] for i in reachable) for row in self.site.near)
        lower = penalty, devices, pairs - (-sum(sorted(shares)[:left]) // 2)
        if lower != self.cost[:3]:
            return lower < self.cost[:3]
        allowed = inside | open_
        if not (
            self.judge.completes(inside, allowed)
            and self.judge.beats(inside, allowed, self.cost[3])
        ):
            return False
        chosen = self.judge.propose(inside, allowed)
        # As close as any can be, and the best of these: nothing more is to be found here
        return not chosen or self._consider(chosen, self._pairs(chosen))[:3] != lower

    def _pairs(self, chosen: int) -> int:
        nodes, apart = indices(chosen), self.site.apart
        beside = self.site.beside or (0,) * len(self.site.ids)
        return sum(beside[a] + sum(apart[a][b] for b in nodes[:i]) for i, a in enumerate(nodes))

    def _consider(self, chosen: int, pairs: int) -> tuple[int, ...]:
        """What a whole set costs; it is taken if that is the least yet."""
        tail = self.judge.tail(chosen)
        if tail is None:
            return ()
        nodes = indices(chosen)
        devices = sum(min(row[i] for i in nodes) for row in self.site.near)
        cost = (self.judge.penalty(chosen, 0, 0), devices, pairs, tail)
        if not self.best or cost < self.cost:
            self.best, self.cost = chosen, cost
        return cost


NO_COST = 1 << 62
