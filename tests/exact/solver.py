# SPDX-License-Identifier: Apache-2.0
"""The other opinion for cases too large to try everything: scipy's solvers.

Decides the same as `brute.py`, for up to 16 nodes and 16 cells: matchings by
linear_sum_assignment, packings by HiGHS as an integer program, flows as a linear one, and all
node sets of one size by numpy. Written from the rules, not from the code.

    >>> best(case)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
from scipy.optimize import LinearConstraint, linear_sum_assignment, linprog, milp

from . import brute
from .brute import BESIDE_CPUS, Best, TooLarge, free
from .cases import Case

FORBIDDEN = 1e15
Array = Any  # numpy.typing needs the shape and type that nothing here depends on


def best(case: Case) -> Best:
    """What the rules say of a case."""
    with_cpus = {i for i, node in case.host.nodes.items() if node.cpus}
    narrow = [
        frozenset(d.nodes) & with_cpus if d.vcpus else frozenset(d.nodes) for d in case.demands
    ]
    first = _Stages(case, narrow).best()
    wide = [frozenset(d.nodes) for d in case.demands]
    if first.stage != "none" or wide == narrow:
        return first
    mixed = _Stages(case, wide).beside_cpus()
    return mixed if mixed.stage != "none" else _Stages(case, wide).best()


@cache
def _subsets(nodes: int, size: int) -> Array:
    return np.array(list(combinations(range(nodes), size)), dtype=int).reshape(-1, size)


class _Stages:
    """One pass through the stages, for these nodes of each cell."""

    def __init__(self, case: Case, nodes: Sequence[frozenset[int]]) -> None:
        self.case, self.ids = case, list(case.host.nodes)
        self.nodes = nodes
        apart = case.host.distance
        self.apart = np.array([[apart(a, b) + apart(b, a) for b in self.ids] for a in self.ids])
        self.near = np.array([[apart(a, d) for a in self.ids] for d in case.devices], dtype=int)
        self.cpus = np.array([len(node.cpus) for node in case.host.nodes.values()])
        self.vcpus = sum(d.vcpus for d in case.demands)
        self.room = {
            page: np.array([free(node, page) for node in case.host.nodes.values()], dtype=object)
            for page in {d.page_kib for d in case.demands}
        }
        self.fits = np.array(
            [
                [i in among and self.room[d.page_kib][at] >= d.kib for at, i in enumerate(self.ids)]
                for d, among in zip(case.demands, nodes)
            ]
        )

    def best(self) -> Best:
        count, cells = self.case.rules.count, len(self.nodes)
        found = None
        if self.case.host.vcpus:
            raise TooLarge
        if count in (None, cells):
            found = self._own()
            alone = cells == 1 and count is None and self.case.rules.spread
            found = None if found and alone and found.cost[0] else found
        if found is None and self.case.rules.exclusive and cells > 1:
            return Best("none")
        if found is None and cells > 1 and (count is None or count <= cells):
            found = self._shared(count)
        if found is None and self.case.rules.spread:
            found = self._one(count) if cells == 1 else self._several(count)
        return found or Best("none")

    def beside_cpus(self) -> Best:
        """Spread, so that each cell with vCPUs has at least one node with CPUs, if it may."""
        rules, cells = self.case.rules, len(self.nodes)
        if not rules.spread or (rules.exclusive and cells > 1):
            return Best("none")
        if cells == 1:
            return self._one(rules.count, True) or Best("none")
        return Best("several", BESIDE_CPUS) if self._several(rules.count) else Best("none")

    # Each cell a node of its own

    def _own(self) -> Best | None:
        cells, nodes = self.fits.shape
        if cells > nodes:
            return None
        burden = np.array([[self._burden(d, i) for i in range(nodes)] for d in self.case.demands])
        costs = np.where(self.fits, burden, FORBIDDEN)
        least = _assigned(costs)
        if least >= FORBIDDEN:
            return None
        unit = 4
        sizes = np.array([d.kib // unit for d in self.case.demands], dtype=float)
        rooms = np.array([self.room[d.page_kib] // unit for d in self.case.demands], dtype=float)
        even = np.where(self.fits, 2 * sizes[:, None] * rooms, FORBIDDEN * FORBIDDEN)
        at_best: tuple[int, int] | None = None
        squares = 0
        for chosen, devices, pairs in self._by_closeness(cells):
            if at_best is not None and (devices, pairs) > at_best:
                break
            if _assigned(costs[:, chosen]) != least:
                continue
            if at_best is None:
                at_best, squares = (devices, pairs), self._even(costs, even, chosen)
            else:
                squares = min(squares, self._even(costs, even, chosen))
        assert at_best is not None
        return Best("own", (int(least) >> 8, int(least) & 255, *at_best, 0, squares))

    def _burden(self, demand: Any, at: int) -> int:
        if demand.vcpus:
            return max(0, demand.vcpus - int(self.cpus[at])) << 8
        return 1 if self.cpus[at] else 0

    def _even(self, costs: Array, even: Array, chosen: Array) -> int:
        """The greatest sum of squares of what stays free, over matchings of least burden."""
        burden, squares = costs[:, chosen], even[:, chosen]
        allowed = squares[squares < FORBIDDEN]
        scale = float(allowed.max() - allowed.min() + 1) * len(squares)
        rows, columns = linear_sum_assignment(burden * scale + squares)
        places = [0] * len(rows)
        for row, column in zip(rows, columns):
            places[row] = self.ids[chosen[column]]
        return brute.own_cost(self.case, places)[-1]

    def _by_closeness(self, size: int) -> Iterator[tuple[Array, int, int]]:
        """Every set of so many nodes (by index), the closest first."""
        sets = _subsets(len(self.ids), size)
        devices, pairs = self._closeness(sets)
        for at in np.lexsort((pairs, devices)):
            yield sets[at], int(devices[at]), int(pairs[at])

    def _closeness(self, sets: Array) -> tuple[Array, Array]:
        pairs = np.zeros(len(sets), dtype=int)
        for a, b in combinations(range(sets.shape[1]), 2):
            pairs += self.apart[sets[:, a], sets[:, b]]
        devices = np.zeros(len(sets), dtype=int)
        for row in self.near:
            devices += row[sets].min(axis=1)
        return devices, pairs

    # Several cells on a node

    def _shared(self, count: int | None) -> Best | None:
        sizes: Sequence[int] = (count,) if count is not None else ()
        if count is None:
            most = self._most_used()
            if not most:
                return None
            sizes = (most,)
        for size in sizes:
            sets = _subsets(len(self.ids), size)
            excess = np.maximum(0, self.vcpus - self.cpus[sets].sum(axis=1))
            devices, pairs = self._closeness(sets)
            for at in np.lexsort((pairs, devices, excess)):
                if self._packable(sets[at]):
                    return Best(
                        "shared", (-size, int(excess[at]), int(devices[at]), int(pairs[at]))
                    )
        return None

    def _packable(self, chosen: Array) -> bool:
        return self._pack(list(chosen), len(chosen)) is not None

    def _most_used(self) -> int:
        return self._pack(list(range(len(self.ids))), 0) or 0

    def _pack(self, nodes: list[int], least: int) -> int | None:
        """The most nodes of these that a packing uses, at least so many; None if there is none."""
        cells, n = len(self.fits), len(nodes)
        if not self.fits[:, nodes].any(axis=1).all():
            return None
        pairs = cells * n  # x[cell, node], then used[node]
        rows, low, high = [], [], []

        def require(row: Array, at_least: float, at_most: float) -> None:
            rows.append(row)
            low.append(at_least)
            high.append(at_most)

        for cell in range(cells):
            row = np.zeros(pairs + n)
            row[cell * n : cell * n + n] = 1
            require(row, 1, 1)
        for page, room in self.room.items():
            for at, node in enumerate(nodes):
                row = np.zeros(pairs + n)
                for cell, d in enumerate(self.case.demands):
                    if d.page_kib == page:
                        row[cell * n + at] = d.kib / 1024
                require(row, 0, float(room[node]) / 1024)
        for at in range(n):
            row = np.zeros(pairs + n)
            row[at:pairs:n] = 1
            row[pairs + at] = -1
            require(row, 0, np.inf)
        row = np.zeros(pairs + n)
        row[pairs:] = 1
        require(row, least, n)
        upper = np.concatenate([self.fits[:, nodes].astype(float).ravel(), np.ones(n)])
        goal = np.concatenate([np.zeros(pairs), -np.ones(n)])
        answer = milp(
            goal,
            integrality=np.ones(pairs + n),
            bounds=(np.zeros(pairs + n), upper),
            constraints=LinearConstraint(np.array(rows), low, high),
        )
        return None if answer.x is None else round(-answer.fun)

    # A cell on several nodes

    def _one(self, count: int | None, beside_cpus: bool = False) -> Best | None:
        demand, among = self.case.demands[0], self.nodes[0]
        room = np.array(self.room[demand.page_kib], dtype=float)
        useful = np.array([i in among and room[at] > 0 for at, i in enumerate(self.ids)])
        costs = []
        for size in range(1, int(useful.sum()) + 1) if count is None else (count,):
            sets = _subsets(len(self.ids), size)
            sets = sets[useful[sets].all(axis=1)]
            with_cpus = useful & (self.cpus > 0)
            if beside_cpus and demand.vcpus and any(self.case.host.nodes[i].cpus for i in among):
                sets = sets[with_cpus[sets].any(axis=1)]
            if demand.mode == "interleave":
                sets = sets[room[sets].min(axis=1, initial=np.inf) >= brute.share(demand, size)]
            else:
                sets = sets[room[sets].sum(axis=1) >= demand.kib]
            if len(sets):
                devices, pairs = self._closeness(sets)
                excess = np.maximum(0, demand.vcpus - self.cpus[sets].sum(axis=1))
                worst = room[sets].max(axis=1)
                at = np.lexsort((worst, pairs, devices, excess))[0]
                nodes = {self.ids[i] for i in sets[at]}
                costs.append(brute.one_cost(self.case, nodes))
        return Best("one", brute.closest(self.case, among, costs)) if costs else None

    def _several(self, count: int | None) -> Best | None:
        if self.case.demands[0].mode == "interleave" or count is not None:
            raise TooLarge
        return Best("several") if self._flows() else None

    def _flows(self) -> bool:
        return all(
            flows(
                [d.kib for d in self.case.demands if d.page_kib == page],
                [
                    [self.ids.index(i) for i in among]
                    for d, among in zip(self.case.demands, self.nodes)
                    if d.page_kib == page
                ],
                [int(r) for r in room],
            )
            for page, room in self.room.items()
        )


def holds(case: Case, places: Sequence[Iterable[int]]) -> bool:
    """Whether cells lie on exactly these nodes without promising too much."""
    ids = list(case.host.nodes)
    for page in {d.page_kib for d in case.demands}:
        needs, nodes = [], []
        for demand, among in zip(case.demands, places):
            at = [ids.index(i) for i in among]
            if demand.page_kib == page and demand.mode == "interleave":
                needs += [brute.share(demand, len(at))] * len(at)
                nodes += [[i] for i in at]
            elif demand.page_kib == page:
                needs.append(demand.kib)
                nodes.append(at)
        if not flows(needs, nodes, [free(node, page) for node in case.host.nodes.values()]):
            return False
    return True


def flows(needs: Sequence[int], nodes: Sequence[Sequence[int]], rooms: Sequence[int]) -> bool:
    """Whether needs that may be cut in pieces fit their nodes: a linear program, in MiB."""
    columns = [(cell, node) for cell, among in enumerate(nodes) for node in among]
    if not all(nodes):
        return False
    given = np.zeros((len(needs), len(columns)))
    taken = np.zeros((len(rooms), len(columns)))
    for at, (cell, node) in enumerate(columns):
        given[cell, at] = 1
        taken[node, at] = 1
    answer = linprog(
        np.zeros(len(columns)),
        A_ub=taken,
        b_ub=np.array(rooms) / 1024,
        A_eq=given,
        b_eq=np.array(needs) / 1024,
    )
    return bool(answer.status == 0)


def _assigned(costs: Array) -> float:
    rows, columns = linear_sum_assignment(costs)
    return float(costs[rows, columns].sum())
