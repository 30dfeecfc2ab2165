# SPDX-License-Identifier: Apache-2.0
"""Stage 1 of `auto`: each cell a node of its own, the best way."""

from __future__ import annotations

from numa_domain.placement.auto.model import Site, Supply, Want, in_order
from numa_domain.placement.auto.node_bits import indices
from numa_domain.placement.auto.one_node_each import burden, own_nodes

PAGE = 2048


def supply(
    *rooms: int,
    cpus: tuple[int, ...] | None = None,
    apart: tuple[tuple[int, ...], ...] | None = None,
    near: tuple[tuple[int, ...], ...] = (),
    pages: tuple[int, ...] | None = None,
) -> Supply:
    n = len(rooms)
    rows = apart or tuple(tuple(20 if i == j else 40 for j in range(n)) for i in range(n))
    by_page = {0: rooms} if pages is None else {0: rooms, PAGE: pages}
    return Supply(Site(tuple(range(n)), rows, near), by_page, cpus or (8,) * n)


def want(kib: int, nodes: int, vcpus: int = 1, page: int = 0) -> Want:
    return Want(kib, page, vcpus, nodes)


def chosen(supply: Supply, *wants: Want) -> list[list[int]] | None:
    found = own_nodes(supply, wants)
    return None if found is None else [indices(nodes) for nodes in found]


def test_burden_is_vcpus_too_many_then_memory_beside_cpus() -> None:
    some = supply(9, 9, cpus=(4, 0))
    assert burden(some, want(1, 0b11, vcpus=6), 0) == 2 << 8
    assert burden(some, want(1, 0b11, vcpus=4), 0) == 0
    assert burden(some, want(1, 0b11, vcpus=0), 0) == 1
    assert burden(some, want(1, 0b11, vcpus=0), 1) == 0


def test_own_is_none_where_cells_are_rivals() -> None:
    assert chosen(supply(9, 5, 5), want(7, 0b111), want(8, 0b111)) is None
    assert chosen(supply(9, 9), want(1, 0b11), want(1, 0b11), want(1, 0b11)) is None


def test_own_finds_the_only_way() -> None:
    wants = [want(3, 0b111), want(9, 0b111), want(6, 0b111)]
    assert chosen(supply(6, 3, 9), *wants) == [[1], [2], [0]]


def test_own_nodes_are_the_fullest_that_hold_the_cells() -> None:
    assert chosen(supply(10, 30, 20, 5), want(4, 0b1111), want(9, 0b1111)) == [[3], [0]]


def test_own_closest_nodes_come_before_the_fullest() -> None:
    apart = ((20, 24, 64, 64), (24, 20, 64, 64), (64, 64, 20, 24), (64, 64, 24, 20))
    some = supply(10, 30, 20, 20, apart=apart)
    assert chosen(some, want(4, 0b1111), want(4, 0b1111)) == [[0], [1]]
    assert chosen(supply(30, 10, 30, 10, apart=apart), *[want(4, 0b1111)] * 2) == [[0], [1]]
    # both pairs are equally close: then the one with least free
    assert chosen(supply(20, 20, 10, 11, apart=apart), *[want(4, 0b1111)] * 2) == [[2], [3]]


def test_own_devices_come_before_closeness() -> None:
    apart = ((20, 24, 64), (24, 20, 64), (64, 64, 20))
    some = supply(9, 9, 9, apart=apart, near=((32, 32, 10),))
    assert [2] in (chosen(some, want(4, 0b111), want(4, 0b111)) or [])


def test_own_cpus_come_before_all_else() -> None:
    some = supply(9, 30, 9, cpus=(8, 2, 8), near=((32, 10, 32),))
    assert chosen(some, want(4, 0b111, vcpus=4)) in ([[0]], [[2]])
    # where no node has enough, the one that has most of them
    assert chosen(some, want(4, 0b111, vcpus=9)) in ([[0]], [[2]])


def test_own_memory_only_cells_go_to_nodes_without_cpus() -> None:
    some = supply(30, 9, 9, cpus=(8, 8, 0))
    assert chosen(some, want(4, 0b111, vcpus=0)) == [[2]]
    assert chosen(some, want(4, 0b111, vcpus=2), want(4, 0b111, vcpus=0)) == [[1], [2]]


def test_own_scarce_cpus_are_shared_out_best() -> None:
    # 6 vCPUs on 6 CPUs and 3 on 2 are one too many; the other way round would be four
    some = supply(9, 9, cpus=(6, 2))
    assert chosen(some, want(4, 0b11, vcpus=3), want(4, 0b11, vcpus=6)) == [[1], [0]]


def test_own_pages_of_different_sizes() -> None:
    some = supply(9, 9, 1, pages=(0, 8, 8))
    assert chosen(some, want(8, 0b011, page=PAGE), want(9, 0b111)) == [[1], [0]]
    assert chosen(some, want(8, 0b111, page=PAGE), want(9, 0b010)) == [[2], [1]]


def test_own_candidates_are_kept_to() -> None:
    wants = [want(4, 0b0011), want(4, 0b0001), want(4, 0b1110)]
    found = chosen(supply(9, 9, 9, 30), *wants)
    assert found == [[1], [0], [2]]


def test_own_equal_cells_lie_on_rising_nodes() -> None:
    assert chosen(supply(9, 30, 20), *[want(4, 0b111)] * 3) == [[0], [1], [2]]


def test_in_order_sorts_equal_wants_only() -> None:
    a, b = want(1, 0b111), want(2, 0b111)
    assert in_order([a, b, a, a], [0b100, 0b001, 0b010, 0b010]) == [0b010, 0b001, 0b010, 0b100]
