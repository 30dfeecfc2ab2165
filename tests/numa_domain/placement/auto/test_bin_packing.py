# SPDX-License-Identifier: Apache-2.0
"""Several cells on a node: found where there is a packing, seen where there is none, and even."""

from __future__ import annotations

import random
from itertools import product

from numa_domain.placement.auto.bin_packing import Packing
from numa_domain.placement.auto.model import Supply, Want, fitting
from tests.numa_domain.placement.auto.test_one_node_each import PAGE, supply, want


def pack(some: Supply, *wants: Want, least: int = 0, most: int | None = None) -> list[int] | None:
    edges = [fitting(some, each) for each in wants]
    packing = Packing(some, wants, edges, (1 << len(some.cpus)) - 1, least, most)
    if not packing.fill():
        return None
    packing.even_out()
    return packing.places


def test_packing_shares_nodes() -> None:
    places = pack(supply(30, 10, 10), *[want(8, 0b111)] * 4, least=3)
    assert sorted(places or []) == [0, 0, 1, 2]


def test_packing_is_none_where_sums_forbid_it() -> None:
    assert pack(supply(10, 10), *[want(6, 0b11)] * 3) is None


def test_packing_is_none_where_the_largest_are_rivals() -> None:
    wants = [want(20, 0b111), want(11, 0b111), *[want(1, 0b111)] * 9]
    assert pack(supply(30, 10, 10), *wants) is None


def test_packing_that_only_just_works() -> None:
    # 7+3, 6+4, 5+5: where most is left first would fail
    wants = [want(size, 0b111) for size in (5, 7, 3, 6, 4, 5)]
    places = pack(supply(10, 10, 10), *wants)
    assert places is not None
    for node in range(3):
        assert sum(w.kib for w, place in zip(wants, places) if place == node) == 10


def test_packing_uses_as_many_nodes_as_it_has_to() -> None:
    wants = [want(1, 0b1111)] * 4
    assert len(set(pack(supply(9, 9, 9, 9), *wants, least=4) or [])) == 4
    assert len(set(pack(supply(9, 9, 9, 9), *wants, least=2, most=2) or [])) == 2
    assert pack(supply(2, 2, 2, 2), *wants, most=1) is None
    assert pack(supply(9, 9), *[want(1, 0b01)] * 3, least=2) is None


def test_packing_page_sizes_do_not_compete() -> None:
    wants = [want(9, 0b1), want(8, 0b1, page=PAGE)]
    assert pack(supply(9, pages=(8,)), *wants) == [0, 0]
    assert pack(supply(9, pages=(7,)), *wants) is None


def test_packing_spreads_vcpus_before_memory() -> None:
    places = pack(supply(100, 90), *[want(1, 0b11, vcpus=2)] * 4, least=2)
    assert sorted(places or []) == [0, 0, 1, 1]


def test_packing_puts_memory_only_cells_beside_no_cpus() -> None:
    some = supply(30, 12, cpus=(8, 0))
    memory = want(4, 0b11, vcpus=0)
    assert pack(some, want(4, 0b01, vcpus=2), memory, memory, least=2) == [0, 1, 1]


def test_packing_evens_out_by_exchange() -> None:
    places = pack(supply(20, 20), *[want(size, 0b11, vcpus=0) for size in (9, 8, 5, 4)], least=2)
    assert places is not None
    sums = [sum(s for s, p in zip((9, 8, 5, 4), places) if p == node) for node in (0, 1)]
    assert sorted(sums) == [13, 13]


def test_packing_equals_trying_everything() -> None:
    chance = random.Random(5)
    found = 0
    for _ in range(1500):
        rooms = [chance.randint(3, 12) for _ in range(chance.randint(1, 4))]
        sizes = [chance.randint(1, 9) for _ in range(chance.randint(1, 6))]
        every = (1 << len(rooms)) - 1
        wants = [
            want(size, chance.choice((every, every, chance.randint(1, every)))) for size in sizes
        ]
        least = chance.choice((0, 0, 2, 3))
        possible = any(
            len(set(places)) >= least
            and all(w.allowed >> p & 1 for w, p in zip(wants, places))
            and all(
                sum(s for s, p in zip(sizes, places) if p == i) <= room
                for i, room in enumerate(rooms)
            )
            for places in product(range(len(rooms)), repeat=len(sizes))
        )
        places = pack(supply(*rooms), *wants, least=least)
        assert (places is not None) == possible
        if places is not None:
            found += 1
            assert len(set(places)) >= least
            for i, room in enumerate(rooms):
                assert sum(s for s, p in zip(sizes, places) if p == i) <= room
    assert 300 < found < 1400
