# SPDX-License-Identifier: Apache-2.0
"""The closest set of so many nodes that can do the job: branch and bound, exact.

Decides which of all node sets of one size costs least. Knows of the job only what its
`Judge` says: whether a part of a set can still be completed, and what a whole set is worth.

Sets are compared by (the judge's penalty, distance of the passed-through devices, sum of the
distances of all pairs, the judge's tail). Up to `EXACT_NODES` nodes every set is considered,
so far as bounds do not rule it out; beyond, the search ends after `MAX_STEPS` steps, a count
and not a time, so that the same input always gives the same answer.
"""

from __future__ import annotations

from .values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Judge(Protocol):
        """What a set of nodes (bits of an int) is good for."""

        def penalty(self, inside: int, open_: int, left: int) -> int:
            """At most what any set costs that is `inside` and `left` more of `open_`; exact
            where `left` is 0."""

        def completes(self, inside: int, allowed: int) -> bool:
            """False only if no set between the two can do the job."""

        def bound(self, inside: int, allowed: int) -> int:
            """At most the tail of any set between the two."""

        def tail(self, chosen: int) -> int | None:
            """What a whole set costs beyond its distances; None if it cannot do the job."""


EXACT_NODES = 16
MAX_STEPS = 4000


class Site(Value):
    """A host for choosing: nodes by index, in order of id."""

    ids: tuple[int, ...]
    apart: tuple[tuple[int, ...], ...]
    """Distances there and back, added: symmetric."""
    near: tuple[tuple[int, ...], ...] = ()
    """For each passed-through device: the distance from each node to the device's node."""

    def closeness(self, chosen: int) -> tuple[int, int]:
        """(distance of devices, sum over pairs) of a set of nodes."""
        nodes = list(indices(chosen))
        pairs = sum(self.apart[a][b] for i, a in enumerate(nodes) for b in nodes[:i])
        return sum(min(row[i] for i in nodes) for row in self.near), pairs


def indices(bits: int) -> list[int]:
    """The positions of the bits that are set, rising."""
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found


class SetSearch:
    """One search. `best` is the set found, 0 where none can do the job."""

    def __init__(self, site: Site, judge: Judge, size: int) -> None:
        self.site, self.judge, self.size = site, judge, size
        self.best, self.cost, self.steps = 0, (NO_COST, 0, 0, 0), 0
        self.limit = MAX_STEPS if len(site.ids) > EXACT_NODES else 0

    def run(self, allowed: int, inside: int = 0, preference: tuple[int, ...] = ()) -> int:
        """The best set within `allowed` that has all of `inside`; ties by `preference`."""
        self.preference = preference or tuple(range(len(self.site.ids)))
        among = indices(allowed)
        self.sums = [self._prefix_sums(i, among) for i in range(len(self.site.ids))]
        start = indices(inside)
        added = [sum(self.site.apart[i][j] for j in start) for i in range(len(self.site.ids))]
        pairs = sum(self.site.apart[a][b] for i, a in enumerate(start) for b in start[:i])
        self._visit(inside, allowed, added, pairs)
        return self.best

    @property
    def exhausted(self) -> bool:
        """Whether the search ended before it had considered every set."""
        return bool(self.limit) and self.steps >= self.limit

    def _prefix_sums(self, node: int, among: list[int]) -> list[int]:
        """Entry r: the least sum of distances to r other nodes."""
        others = sorted(self.site.apart[node][j] for j in among if j != node)
        sums = [0]
        for distance in others:
            sums.append(sums[-1] + distance)
        return sums

    def _visit(self, inside: int, allowed: int, added: list[int], pairs: int) -> None:
        if self.exhausted:
            return
        self.steps += 1
        left = self.size - bin(inside).count("1")
        open_ = allowed & ~inside
        choices = indices(open_)
        if (
            left < 0
            or len(choices) < left
            or not self._promising(inside, open_, left, added, pairs)
        ):
            return
        if not self.judge.completes(inside, allowed):
            return
        if left == 0:
            self._consider(inside, pairs)
            return
        node = min(choices, key=lambda i: (added[i], self.preference[i]))
        apart = self.site.apart[node]
        further = [a + b for a, b in zip(added, apart)]
        self._visit(inside | 1 << node, allowed, further, pairs + added[node])
        self._visit(inside, allowed & ~(1 << node), added, pairs)

    def _promising(self, inside: int, open_: int, left: int, added: list[int], pairs: int) -> bool:
        """Whether a set between the two can still beat the best one."""
        if not self.best:
            return True
        lower = self._lower(inside, open_, left, added, pairs)
        if lower != self.cost[:3]:
            return lower < self.cost[:3]
        return self.judge.bound(inside, inside | open_) < self.cost[3]

    def _lower(
        self, inside: int, open_: int, left: int, added: list[int], pairs: int
    ) -> tuple[int, int, int]:
        """A lower bound: each further node is counted with its distances to those inside and
        half of its least possible distances to the other further ones."""
        nodes = indices(open_)
        doubled = sorted(2 * added[i] + self.sums[i][left - 1] for i in nodes) if left else []
        closest = pairs + -(-sum(doubled[:left]) // 2)
        reachable = nodes + indices(inside)
        devices = sum(min(row[i] for i in reachable) for row in self.site.near)
        return self.judge.penalty(inside, open_, left), devices, closest

    def _consider(self, chosen: int, pairs: int) -> None:
        tail = self.judge.tail(chosen)
        if tail is None:
            return
        devices = self.site.closeness(chosen)[0] if self.site.near else 0
        cost = (self.judge.penalty(chosen, 0, 0), devices, pairs, tail)
        if not self.best or cost < self.cost:
            self.best, self.cost = chosen, cost


NO_COST = 1 << 62
