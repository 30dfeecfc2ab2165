# SPDX-License-Identifier: Apache-2.0
"""The closest set of nodes: against every set, for judges that forbid, prefer and penalise."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from numa_domain.placement.auto.model import Site
from numa_domain.placement.auto.node_bits import count, indices, most_of
from numa_domain.placement.auto.node_set_search import SetSearch


class AnySet:
    """A judge to whom sets differ by the sum of some worths, if they hold enough."""

    def __init__(self, worths: list[int], cpus: list[int], size: int, least: int = 0) -> None:
        self.worths, self.cpus, self.size, self.least = worths, cpus, size, least

    def penalty(self, inside: int, open_: int, left: int) -> int:
        return max(0, 9 - most_of(self.cpus, inside, open_, left))

    def completes(self, inside: int, allowed: int) -> bool:
        left = self.size - count(inside)
        return most_of(self.worths, inside, allowed & ~inside, left) >= self.least

    def beats(self, inside: int, allowed: int, tail: int) -> bool:
        return -most_of(self.worths, inside, allowed & ~inside, self.size - count(inside)) < tail

    def propose(self, inside: int, allowed: int) -> int:
        if self.least:
            return 0
        others = sorted(indices(allowed & ~inside), key=lambda i: -self.worths[i])
        return inside | sum(1 << i for i in others[: self.size - count(inside)])

    def tail(self, chosen: int) -> int | None:
        worth = sum(self.worths[i] for i in indices(chosen))
        return -worth if worth >= self.least else None


def _site(chance: random.Random, nodes: int) -> Site:
    apart = [[20] * nodes for _ in range(nodes)]
    for a, b in combinations(range(nodes), 2):
        apart[a][b] = apart[b][a] = chance.choice((24, 42, chance.randint(22, 80)))
    near = [
        tuple(chance.randint(10, 40) for _ in range(nodes)) for _ in range(chance.choice((0, 0, 2)))
    ]
    beside = tuple(chance.randint(0, 60) for _ in range(nodes)) if chance.random() < 0.3 else ()
    return Site(tuple(range(nodes)), tuple(map(tuple, apart)), tuple(near), beside or None)


def _cost(site: Site, judge: AnySet, chosen: tuple[int, ...]) -> tuple[int, ...]:
    beside = site.to_taken or (0,) * len(site.ids)
    bits = sum(1 << i for i in chosen)
    tail = judge.tail(bits)
    assert tail is not None
    return (
        judge.penalty(bits, 0, 0),
        sum(min(row[i] for i in chosen) for row in site.to_devices),
        sum(site.distances[a][b] for a, b in combinations(chosen, 2))
        + sum(beside[i] for i in chosen),
        tail,
    )


@pytest.mark.parametrize("seed", range(300))
def test_search_finds_the_least_of_all_sets(seed: int) -> None:
    chance = random.Random(seed)
    nodes = chance.randint(1, 8)
    size = chance.randint(1, nodes)
    site = _site(chance, nodes)
    worths = [chance.randint(0, 9) for _ in range(nodes)]
    cpus = [chance.choice((0, 1, 4)) for _ in range(nodes)]
    judge = AnySet(worths, cpus, size, chance.choice((0, 0, 3 * size, 8 * size)))
    allowed = chance.getrandbits(nodes) | 1
    sets = [
        chosen
        for chosen in combinations(indices(allowed), size)
        if judge.tail(sum(1 << i for i in chosen)) is not None
    ]
    found = SetSearch(site, judge, size).run(allowed)
    if not sets:
        assert found == 0
    else:
        best = min(_cost(site, judge, chosen) for chosen in sets)
        assert _cost(site, judge, tuple(indices(found))) == best


def test_search_keeps_what_is_inside() -> None:
    site = Site((0, 1, 2), ((20, 24, 64), (24, 20, 64), (64, 64, 20)))
    judge = AnySet([1, 1, 1], [9, 9, 9], 2)
    assert SetSearch(site, judge, 2).run(0b111) == 0b011
    assert SetSearch(site, judge, 2).run(0b111, inside=0b100) in (0b101, 0b110)


def test_search_of_equal_sets_is_by_preference() -> None:
    flat = Site((0, 1, 2), ((20, 40, 40), (40, 20, 40), (40, 40, 20)))
    judge = AnySet([5, 5, 5], [9, 9, 9], 1)
    assert SetSearch(flat, judge, 1).run(0b111) == 0b001
    assert SetSearch(flat, judge, 1).run(0b111, preference=(2, 1, 0)) == 0b100


def test_search_beyond_the_exact_size_ends_and_has_a_set() -> None:
    chance = random.Random(3)
    site = _site(chance, 64)
    judge = AnySet([chance.randint(0, 9) for _ in range(64)], [9] * 64, 24)
    search = SetSearch(site, judge, 24)
    chosen = search.run((1 << 64) - 1)
    assert count(chosen) == 24
    assert search.exhausted
    assert chosen == SetSearch(site, judge, 24).run((1 << 64) - 1)


def test_search_of_16_nodes_is_never_cut_short() -> None:
    chance = random.Random(4)
    search = SetSearch(_site(chance, 16), AnySet([1] * 16, [9] * 16, 8), 8)
    assert count(search.run(0xFFFF)) == 8
    assert not search.exhausted
