# SPDX-License-Identifier: Apache-2.0
"""Stage 2 of `auto`: which nodes are shared, as many and as close as can be."""

from __future__ import annotations

from numa_domain.placement.auto.model import Supply, Want
from numa_domain.placement.auto.node_bits import indices
from numa_domain.placement.auto.shared_nodes import shared_nodes
from tests.numa_domain.placement.auto.test_one_node_each import supply, want

SOCKETS = ((20, 24, 64, 64), (24, 20, 64, 64), (64, 64, 20, 24), (64, 64, 24, 20))


def shared(some: Supply, *wants: Want, nodes: int | None = None) -> list[int] | None:
    found = shared_nodes(some, wants, nodes)
    return None if found is None else [indices(each)[0] for each in found]


def test_shared_uses_as_many_nodes_as_possible() -> None:
    places = shared(supply(30, 10, 10), *[want(8, 0b111)] * 4)
    assert places == [0, 0, 1, 2]


def test_shared_is_none_where_a_cell_fits_no_node() -> None:
    assert shared(supply(10, 10), want(11, 0b11), want(1, 0b11)) is None


def test_shared_is_none_where_there_is_no_packing() -> None:
    assert shared(supply(10, 10), *[want(6, 0b11)] * 3) is None


def test_shared_rivals_for_one_node_leave_another_empty() -> None:
    places = shared(supply(40, 10, 10), want(20, 0b111), want(19, 0b111), want(1, 0b111))
    assert places is not None
    assert places[:2] == [0, 0]
    assert places[2] in (1, 2)


def test_shared_of_so_many_nodes_takes_the_closest() -> None:
    places = shared(supply(9, 9, 12, 12, apart=SOCKETS), *[want(4, 0b1111)] * 4, nodes=2)
    assert places == [2, 2, 3, 3]  # as close as 0 and 1, and with more room


def test_shared_takes_nodes_with_cpus_enough_before_close_ones() -> None:
    some = supply(9, 9, 9, 9, apart=SOCKETS, cpus=(2, 2, 2, 8))
    places = shared(some, *[want(4, 0b1111, vcpus=2)] * 4, nodes=2)
    assert places is not None
    assert 3 in places


def test_shared_of_more_nodes_than_can_be_used_is_none() -> None:
    assert shared(supply(40, 3, 3), *[want(8, 0b111)] * 3, nodes=2) is None


def test_shared_equal_cells_lie_on_rising_nodes() -> None:
    assert shared(supply(12, 12), *[want(4, 0b11)] * 4) == [0, 0, 1, 1]
