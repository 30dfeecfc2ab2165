# SPDX-License-Identifier: Apache-2.0
"""What `auto` has to answer, by trying everything. Written from the rules, not from the code.

Decides nothing for the product: it is the other opinion. The rules are those of the
documentation: cells with vCPUs go to nodes with CPUs, if that is possible in any way; each
cell on a node of its own; else cells share nodes, as many nodes as possible; else a cell
spreads over the nodes that are closest on average. Within each of these: the least trouble with
CPUs, nearest to the devices, closest together, least loaded beyond the limit, fullest.

    >>> best(case).stage, best(case).cost
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, permutations, product
from typing import NamedTuple

from numa_domain.base.idset import Nodeset
from numa_domain.host.model import HostTopology, Node
from numa_domain.placement.memory_fit import Demand

from .cases import Case

Places = tuple[frozenset[int], ...]
"""For each cell its nodes."""


class Best(NamedTuple):
    """The stage that succeeds first, and the least cost in it."""

    stage: str
    """"own", "shared", "one" (one cell on several nodes), "several", or "none"."""
    cost: tuple[int, ...] = ()


BESIDE_CPUS = (1,)
"""The cost of cells that spread so that each that may has a node with CPUs."""


def free(node: Node, page_kib: int) -> int:
    if page_kib == 0:
        return max(0, node.free_kib + node.reclaimable_kib - node.promised_kib)
    pool = node.pages.get(page_kib)
    return max(0, pool.free - pool.promised) * page_kib if pool else 0


def best(case: Case) -> Best:
    """What the rules say of a case of few nodes and cells."""
    with_cpus = {i for i, node in case.host.nodes.items() if node.cpus}
    narrow = [
        frozenset(d.nodes) & with_cpus if d.vcpus else frozenset(d.nodes) for d in case.demands
    ]
    wide = [frozenset(d.nodes) for d in case.demands]
    first = _stages(case, narrow)
    if first.stage != "none" or wide == narrow:
        return first
    mixed = _beside_cpus(case, wide, with_cpus)
    return mixed if mixed.stage != "none" else _stages(case, wide)


def _beside_cpus(case: Case, nodes: Sequence[frozenset[int]], with_cpus: set[int]) -> Best:
    """Spread, so that each cell with vCPUs has at least one node with CPUs, if any may be its."""
    rules, several = case.rules, len(nodes) > 1
    if not rules.spread or (rules.exclusive and several):
        return Best("none")
    must = [among & with_cpus if d.vcpus else frozenset() for d, among in zip(case.demands, nodes)]
    if several:
        fits = _spreadable(case, nodes, rules.count, must)
        return Best("several", BESIDE_CPUS) if fits else Best("none")
    costs = [
        one_cost(case, {*chosen})
        for chosen in _every_set(case, nodes[0], rules.count)
        if not must[0] or must[0] & {*chosen}
    ]
    return Best("one", closest(case, nodes[0], costs)) if costs else Best("none")


def closest(case: Case, nodes: Iterable[int], costs: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    """Of the best sets of each size the one with most CPUs, if they are needed, then with the least
    mean distance; up to twice as many nodes as are needed, or more for CPUs.
    """
    by_size: dict[int, tuple[int, ...]] = {}
    for cost in costs:
        by_size[cost[0]] = min(cost, by_size.get(cost[0], cost))
    vcpus = case.demands[0].vcpus
    page = case.demands[0].page_kib
    useful = [case.host.nodes[i] for i in nodes if free(case.host.nodes[i], page)]
    all_cpus = sum(len(node.cpus) for node in case.host.nodes.values() if node.id in {*nodes})
    enough = max(0, vcpus - all_cpus)
    found: tuple[tuple[int, Fraction], tuple[int, ...]] | None = None
    for size in range(1, len(useful) + 1):
        if found is not None and found[0][0] <= enough and size > 2 * min(by_size):
            break
        if size in by_size:
            cost = by_size[size]
            own = sum(2 * case.host.distance(i, i) for i in case.host.nodes) // len(case.host.nodes)
            key = cost[1], Fraction(own * size + 2 * cost[3], size**2)
            if found is None or key < found[0]:
                found = key, cost
    assert found is not None
    return found[1]


def _stages(case: Case, nodes: Sequence[frozenset[int]]) -> Best:
    count, cells = case.rules.count, len(nodes)
    if count in (None, cells):
        cost = _least(_own(case, nodes), lambda p: _near_cost(case, p), lambda p: _tight(case, p))
        alone = cells == 1 and count is None and case.rules.spread
        if cost and not (alone and cost[0]):
            return Best("own", cost)
    if case.rules.exclusive and cells > 1:
        return Best("none")
    if cells > 1 and (count is None or count <= cells):
        used = {frozenset(places) for places in _packed(case, nodes, count)}
        if used:
            return Best("shared", min(shared_cost(case, tuple(places)) for places in used))
    if not case.rules.spread:
        return Best("none")
    if cells == 1:
        costs = [one_cost(case, {*chosen}) for chosen in _every_set(case, nodes[0], count)]
        return Best("one", closest(case, nodes[0], costs)) if costs else Best("none")
    nothing: list[frozenset[int]] = [frozenset()] * cells
    return Best("several" if _spreadable(case, nodes, count, nothing) else "none")


def _least(
    every: Iterable[tuple[int, ...]],
    cost: Callable[[tuple[int, ...]], tuple[int, ...]],
    then: Callable[[tuple[int, ...]], tuple[int, int]],
) -> tuple[int, ...]:
    """The least cost and, of these, the least of what is compared then; () of nothing."""
    by_cost: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for places in every:
        by_cost.setdefault(cost(places), []).append(places)
    if not by_cost:
        return ()
    least = min(by_cost)
    return (*least, *min(map(then, by_cost[least])))


def _own(case: Case, nodes: Sequence[frozenset[int]]) -> Iterator[tuple[int, ...]]:
    for places in permutations(case.host.nodes, len(nodes)):
        if all(
            place in among and free(case.host.nodes[place], d.page_kib) >= d.kib
            for place, among, d in zip(places, nodes, case.demands)
        ):
            yield places


def _packed(
    case: Case, nodes: Sequence[frozenset[int]], count: int | None
) -> Iterator[tuple[int, ...]]:
    """Every way to put each cell on one node that does not promise too much."""
    left = {
        (i, d.page_kib): free(node, d.page_kib)
        for i, node in case.host.nodes.items()
        for d in case.demands
    }
    places: list[int] = []

    def put(cell: int) -> Iterator[tuple[int, ...]]:
        if cell == len(nodes):
            if count is None or len(set(places)) == count:
                yield tuple(places)
            return
        demand = case.demands[cell]
        for node in nodes[cell]:
            if left[node, demand.page_kib] >= demand.kib:
                left[node, demand.page_kib] -= demand.kib
                places.append(node)
                yield from put(cell + 1)
                places.pop()
                left[node, demand.page_kib] += demand.kib

    return put(0)


def _every_set(case: Case, nodes: frozenset[int], count: int | None) -> Iterator[tuple[int, ...]]:
    """Every set that holds the one cell, of nodes that have something free."""
    demand = case.demands[0]
    room = {i: free(case.host.nodes[i], demand.page_kib) for i in nodes}
    useful = sorted(i for i in nodes if room[i])
    for size in range(1, len(useful) + 1) if count is None else (count,):
        for chosen in combinations(useful, size):
            if demand.mode == "interleave":
                holds = all(room[i] >= share(demand, size) for i in chosen)
            else:
                holds = sum(room[i] for i in chosen) >= demand.kib
            if holds:
                yield chosen


def share(demand: Demand, size: int) -> int:
    """Of interleaved memory, in whole pages: any of the nodes may get one page more."""
    page = demand.page_kib or 4
    pages = -(-demand.kib // page)
    return -(-pages // size) * page


def _spreadable(
    case: Case,
    nodes: Sequence[frozenset[int]],
    count: int | None,
    must: Sequence[frozenset[int]],
) -> bool:
    """Whether several cells fit in any way, each with one of the nodes that it must have."""
    if count is None:
        return spreads(case, nodes, must)
    pages, theirs = {d.page_kib for d in case.demands}, frozenset().union(*nodes)
    useful = [i for i in sorted(theirs) if any(free(case.host.nodes[i], p) for p in pages)]
    for chosen in combinations(useful, count):
        common = [among & {*chosen} for among in nodes]
        if all(common) and _met(common, must) and holds(case, common):
            return True
    if case.demands[0].mode == "interleave":
        raise TooLarge  # each on some of them: not promised to be found
    return False


def _met(places: Sequence[frozenset[int]], must: Sequence[frozenset[int]]) -> bool:
    return all(not needed or needed & place for needed, place in zip(must, places))


def spreads(case: Case, nodes: Sequence[frozenset[int]], must: Sequence[frozenset[int]]) -> bool:
    """Whether cells that may lie on any of their nodes all fit; interleaved ones evenly on
    some set of theirs."""
    if any(not among for among in nodes):
        return False
    if case.demands[0].mode != "interleave":
        # a cell that lies elsewhere may be bound to what it must have as well
        return lies(case.host, list(zip(case.demands, nodes)))
    if 1 << len(case.host.nodes) * len(nodes) > 5000:
        raise TooLarge
    return any(_met(sets, must) and holds(case, sets) for sets in product(*map(_subsets, nodes)))


class TooLarge(Exception):
    """More than can be tried."""


def _subsets(among: frozenset[int]) -> list[frozenset[int]]:
    every = sorted(among)
    return [frozenset(c) for size in range(1, len(every) + 1) for c in combinations(every, size)]


def holds(case: Case, places: Sequence[Iterable[int]]) -> bool:
    """Whether cells lie on exactly these nodes without promising too much."""
    bound = []
    for demand, among in zip(case.demands, places):
        nodes = frozenset(among)
        if demand.mode == "interleave":
            part = share(demand, len(nodes))
            bound += [(demand.replace(kib=part), frozenset([i])) for i in nodes]
        else:
            bound.append((demand, nodes))
    return lies(case.host, bound)


def lies(host: HostTopology, bound: Sequence[tuple[Demand, frozenset[int]]]) -> bool:
    """Gale's theorem: all fits if and only if every group of cells fits the nodes of all of
    them. Groups are told apart by their nodes: the demands within a set of nodes."""
    for page in {demand.page_kib for demand, _ in bound}:
        of_page = [(d.kib, among) for d, among in bound if d.page_kib == page]
        named = frozenset().union(*(among for _, among in of_page))
        for chosen in _subsets(named):
            needed = sum(kib for kib, among in of_page if among <= chosen)
            if needed > sum(free(host.nodes[i], page) for i in chosen):
                return False
    return True


# What a placement costs: tuples, of which the least is best.


def _devices(case: Case, nodes: set[int]) -> int:
    return sum(min(case.host.distance(i, d) for i in nodes) for d in case.devices)


def _pairs(case: Case, nodes: set[int]) -> int:
    apart = case.host.distance
    return sum(apart(a, b) + apart(b, a) for a, b in combinations(sorted(nodes), 2))


def _squares(case: Case, places: Sequence[int]) -> int:
    total = 0
    for page in {d.page_kib for d in case.demands}:
        for i, node in case.host.nodes.items():
            taken = sum(
                d.kib for d, p in zip(case.demands, places) if p == i and d.page_kib == page
            )
            total += (free(node, page) - taken) ** 2
    return total


def own_cost(case: Case, places: Sequence[int]) -> tuple[int, ...]:
    """vCPUs too many; memory-only cells beside CPUs; devices; pairs; load; what stays in pieces."""
    return (*_near_cost(case, places), *_tight(case, places))


def _tight(case: Case, places: Sequence[int]) -> tuple[int, int]:
    load = sum(crowd(case, p, d.vcpus) for d, p in zip(case.demands, places))
    return load, -_squares(case, places)


def crowd(case: Case, node: int, vcpus: int) -> int:
    """How far half of these vCPUs would take a node's load above what is allowed: 15 % more than
    the mean, which has half of all the VM's, or less than the busiest node has now. In 65,536ths of
    a vCPU for each CPU. Nothing counts if there are no other VMs.
    """
    cpus = {i: len(n.cpus) for i, n in case.host.nodes.items()}
    if not case.host.vcpus or not vcpus or not cpus[node]:
        return 0
    on = {i: 65536 * case.host.vcpus.get(Nodeset.of([i]), 0) for i in cpus}
    whole = sum(on.values()) + 32768 * sum(d.vcpus for d in case.demands)
    mean = whole // sum(cpus.values())
    busiest = max(on[i] // cpus[i] for i in cpus if cpus[i])
    allowed = max(mean + mean * 15 // 100, busiest - 1)
    return max(0, (on[node] + 32768 * vcpus) // cpus[node] - allowed)


def _near_cost(case: Case, places: Sequence[int]) -> tuple[int, ...]:
    cpus = {i: len(node.cpus) for i, node in case.host.nodes.items()}
    excess = sum(max(0, d.vcpus - cpus[p]) for d, p in zip(case.demands, places) if d.vcpus)
    beside = sum(1 for d, p in zip(case.demands, places) if not d.vcpus and cpus[p])
    used = set(places)
    return excess, beside, _devices(case, used), _pairs(case, used)


def shared_cost(case: Case, places: Sequence[int]) -> tuple[int, ...]:
    """Most nodes; vCPUs beyond all CPUs of the nodes; devices; pairs. Evenness apart."""
    used = set(places)
    cpus = sum(len(case.host.nodes[i].cpus) for i in used)
    excess = max(0, sum(d.vcpus for d in case.demands) - cpus)
    return -len(used), excess, _devices(case, used), _pairs(case, used)


def evenness(case: Case, places: Sequence[int]) -> tuple[int, int, int, int]:
    """vCPUs too many on their nodes; memory-only cells beside CPUs; how crowded CPUs are; sum
    of squares: what comes after `shared_cost`, and is not promised to be least."""
    cpus = {i: len(node.cpus) for i, node in case.host.nodes.items()}
    on = {i: sum(d.vcpus for d, p in zip(case.demands, places) if p == i) for i in case.host.nodes}
    excess = sum(max(0, on[i] - cpus[i]) for i in on)
    beside = sum(1 for d, p in zip(case.demands, places) if not d.vcpus and cpus[p])
    crowded = sum(64 * on[i] ** 2 // max(1, cpus[i]) for i in on)
    return excess, beside, crowded, _squares(case, places)


def most_even(case: Case) -> tuple[int, int, int, int]:
    """The least evenness that a case has whose best stage is "shared"."""
    with_cpus = {i for i, node in case.host.nodes.items() if node.cpus}
    every = [frozenset(d.nodes) for d in case.demands]
    narrow = [n & with_cpus if d.vcpus else n for n, d in zip(every, case.demands)]
    for nodes in (narrow, every):
        packed = list(_packed(case, nodes, case.rules.count))
        if packed:
            least = min(shared_cost(case, places) for places in packed)
            best = [places for places in packed if shared_cost(case, places) == least]
            return min(evenness(case, places) for places in best)
    raise AssertionError("no packing")


def one_cost(case: Case, nodes: set[int]) -> tuple[int, ...]:
    """Number of nodes; vCPUs too many; devices; pairs; the worst node's load and free memory."""
    demand = case.demands[0]
    cpus = sum(len(case.host.nodes[i].cpus) for i in nodes)
    excess = max(0, demand.vcpus - cpus)
    part = -(-demand.vcpus // len(nodes))
    load, room = max(
        (crowd(case, i, part), free(case.host.nodes[i], demand.page_kib)) for i in nodes
    )
    return len(nodes), excess, _devices(case, nodes), _pairs(case, nodes), load, room
