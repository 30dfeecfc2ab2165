# SPDX-License-Identifier: Apache-2.0
"""Searches the closest set of nodes, of a given size, that is good enough: branch and bound.

What is good enough is up to a `Judge`. Sets are compared by (penalty from the judge, distance to
passed-through devices, sum of the distances of all pairs, tail from the judge). With up to
`EXACT_NODES` nodes the result is exact: every set is considered unless a bound rules it out. With
more, the search ends after it has looked at `MAX_WORK` nodes. That is a count and not a time, so
that the same input always gives the same result.

    SetSearch(site, judge, 2).run(0b1111)      0b0011: nodes 0 and 1 are the closest pair
"""

from __future__ import annotations

from itertools import accumulate

from .node_bits import NO_NODES, PerNode, count, every, indices

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from .model import Site
    from .node_bits import NodeBits, NodeIndex

    class Judge(Protocol):
        """Says which sets of nodes are good enough, and what they cost apart from distances."""

        def penalty(self, inside: NodeBits, open_: NodeBits, left: int) -> int:
            """A lower bound for the penalty of a set with all of `inside` and `left` more of
            `open_`; exact if `left` is 0.
            """

        def completes(self, inside: NodeBits, allowed: NodeBits) -> bool:
            """False only if no set between `inside` and `allowed` is good enough."""

        def beats(self, inside: NodeBits, allowed: NodeBits, tail: int) -> bool:
            """False only if no set between the two has a smaller tail than this."""

        def propose(self, inside: NodeBits, allowed: NodeBits) -> NodeBits:
            """A set between the two with the smallest tail if one is at hand, else an empty set.
            Called right after `completes` and `beats` for the same nodes.
            """

        def tail(self, chosen: NodeBits) -> int | None:
            """The last part of a set's cost; None if it is not good enough."""


EXACT_NODES = 16
MAX_WORK = 20000


class SetSearch:
    """A single search. `best` is the best set so far, empty if there is none."""

    def __init__(
        self, site: Site, judge: Judge, size: int, most: int | None = None, first: bool = False
    ) -> None:
        """`most` nodes are looked at, if given; `first`: any set that is good enough will do."""
        self.site, self.judge, self.size = site, judge, size
        self.to_taken = site.to_taken or PerNode([0] * len(site.ids))
        self.best: NodeBits = NO_NODES
        self.cost: tuple[int, ...] = (NO_COST, 0, 0, 0)
        if most is None:
            most = MAX_WORK if len(site.ids) > EXACT_NODES else NO_COST
        self.work, self.limit, self.first = 0, most, first

    def run(
        self,
        allowed: NodeBits,
        inside: NodeBits = NO_NODES,
        preference: PerNode[int] | None = None,
    ) -> NodeBits:
        """The best set within `allowed` that has all of `inside`; empty if there is none.

        Among equally good sets, nodes of lower `preference` win, by default those of lower index.
        """
        distances, nodes = self.site.distances, every(len(self.site.ids))
        self.preference = preference or PerNode(range(len(nodes)))
        self.neighbours = [self.site.neighbours(i) if self.size > 1 else [] for i in nodes]
        self.sums = [[0, *accumulate(d for _, d in nearest)] for nearest in self.neighbours]
        to_taken, start = self.to_taken, indices(inside)
        added = PerNode(to_taken[i] + sum(distances[i][j] for j in start) for i in nodes)
        self._visit(inside, allowed & ~inside, added, self._pairs(inside))
        return self.best

    @property
    def exhausted(self) -> bool:
        """Whether the search ended before it had considered every set."""
        return self.work >= self.limit or (self.first and self.best != NO_NODES)

    def _visit(self, inside: NodeBits, open_: NodeBits, added: PerNode[int], pairs: int) -> None:
        """Consider every set with all of `inside` and some of `open_`. `pairs` is the sum of the
        distances inside, `added[i]` is what node i would add to it.
        """
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
        rest, row = open_ & ~(1 << node), self.site.distances[node]
        further = PerNode([a + b for a, b in zip(added, row)])
        self._visit(inside | 1 << node, rest, further, pairs + added[node])
        self._visit(inside, rest, added, pairs)

    def _shares(
        self, nodes: list[NodeIndex], open_: NodeBits, left: int, added: PerNode[int]
    ) -> list[int]:
        """For each open node a lower bound of twice what it adds: its distances to those inside,
        and half of its smallest distances to further open nodes (to any nodes, if there are many).
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

    def _promising(
        self, inside: NodeBits, open_: NodeBits, left: int, pairs: int, shares: list[int]
    ) -> bool:
        """Whether a set between the two can still beat the best one."""
        penalty = self.judge.penalty(inside, open_, left)
        reachable = indices(inside | open_) if self.site.to_devices else []
        devices = sum(min(row[i] for i in reachable) for row in self.site.to_devices)
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
        # No other set is closer, and this is the best of the closest: this branch is done
        return not chosen or self._consider(chosen, self._pairs(chosen))[:3] != lower

    def _pairs(self, chosen: NodeBits) -> int:
        nodes, distances, to_taken = indices(chosen), self.site.distances, self.to_taken
        return sum(
            to_taken[a] + sum(distances[a][b] for b in nodes[:i]) for i, a in enumerate(nodes)
        )

    def _consider(self, chosen: NodeBits, pairs: int) -> tuple[int, ...]:
        """The cost of a set, which becomes the best one if that is the least so far."""
        tail = self.judge.tail(chosen)
        if tail is None:
            return ()
        nodes = indices(chosen)
        devices = sum(min(row[i] for i in nodes) for row in self.site.to_devices)
        cost = (self.judge.penalty(chosen, NO_NODES, 0), devices, pairs, tail)
        if not self.best or cost < self.cost:
            self.best, self.cost = chosen, cost
        return cost


NO_COST = 1 << 62
