# SPDX-License-Identifier: Apache-2.0
"""Stage 3 of `auto`: cells on several nodes, the fewest and closest."""

from __future__ import annotations

from numa_domain.base.idset import Nodeset
from numa_domain.host.model import HostTopology
from numa_domain.placement.auto.model import Supply, Want
from numa_domain.placement.auto.node_bits import indices
from numa_domain.placement.auto.spread import spread_several
from numa_domain.placement.auto.spread_one import spread_one
from numa_domain.placement.memory_fit import Demand
from tests.makers import GIB, host
from tests.numa_domain.placement.auto.test_one_node_each import supply, want
from tests.numa_domain.placement.auto.test_shared_nodes import SOCKETS


def one(some: Supply, each: Want, size: int | None = None) -> list[int]:
    return indices(spread_one(some, each, size))


def several(
    rooms: tuple[float, ...],
    *wants: Want,
    size: int | None = None,
    cpus: tuple[int, ...] | None = None,
    apart: tuple[tuple[int, ...], ...] | None = None,
) -> list[list[int]] | None:
    """Wants and rooms in GiB."""
    machine: HostTopology = host(*rooms, cpus=cpus or 8)
    some = supply(*(int(room * GIB) for room in rooms), cpus=cpus, apart=apart)
    large = [each.replace(kib=each.kib * GIB) for each in wants]
    demands = [
        Demand(
            i,
            each.kib,
            0,
            Nodeset.of(indices(each.allowed)),
            "interleave" if each.interleaved else "strict",
        )
        for i, each in enumerate(large)
    ]
    found = spread_several(machine, some, large, demands, size)
    return None if found is None else [indices(nodes) for nodes in found]


def test_one_takes_the_fewest_nodes() -> None:
    assert one(supply(10, 10, 10, 25), want(25, 0b1111)) == [3]
    assert one(supply(10, 10, 10, 15), want(25, 0b1111)) in ([0, 3], [1, 3], [2, 3])


def test_one_takes_the_closest_of_these() -> None:
    assert one(supply(10, 10, 15, 15, apart=SOCKETS), want(20, 0b0111)) == [0, 1]


def test_one_takes_the_fullest_of_the_closest() -> None:
    assert one(supply(10, 10, 15, 15, apart=SOCKETS), want(20, 0b1111)) == [0, 1]


def test_one_takes_cpus_enough_before_closeness() -> None:
    some = supply(10, 10, 10, 10, apart=SOCKETS, cpus=(1, 1, 1, 8))
    assert 3 in one(some, want(20, 0b1111, vcpus=9))


def test_one_of_so_many_nodes() -> None:
    assert one(supply(10, 30, 10, apart=None), want(5, 0b111), 2) == [0, 2]
    assert one(supply(10, 10, 0), want(5, 0b111), 3) == []


def test_one_that_no_nodes_hold() -> None:
    assert one(supply(10, 10), want(21, 0b11)) == []
    assert one(supply(10, 10), want(11, 0b01)) == []


def test_one_interleaved_needs_even_shares() -> None:
    each = want(24, 0b111).replace(interleaved=True)
    assert one(supply(20, 12, 12), each) == [1, 2]
    assert one(supply(20, 8, 8), each) == [0, 1, 2]
    assert one(supply(20, 7, 8), each) == []


def test_one_that_runs_has_a_node_with_cpus() -> None:
    some = supply(30, 10, 10, cpus=(0, 8, 0))
    assert one(some, want(25, 0b111)) == [0, 1]
    assert one(some, want(25, 0b111).replace(needs_cpus=True)) == [0, 1]


def test_several_are_whole_where_they_can_be() -> None:
    assert several((30, 20, 20), want(40, 0b111), want(8, 0b111)) == [[1, 2], [0]]


def test_several_keep_each_cells_nodes_close() -> None:
    found = several((10, 10, 10, 10), want(15, 0b1111), want(15, 0b1111), apart=SOCKETS)
    assert sorted(found or []) == [[0, 1], [2, 3]]


def test_several_stay_in_a_socket_that_holds_them() -> None:
    # 2 and 3 have least memory of all pairs that hold a cell, but 0 and 1 hold no other
    free = (59, 62, 61, 63, 61, 62, 63, 62)
    apart = [[20 if a == b else 24 if a // 4 == b // 4 else 42 for b in range(8)] for a in range(8)]
    cells = want(123, 0xFF), want(123, 0xFF)
    assert several(free, *cells, apart=tuple(map(tuple, apart))) == [[4, 6], [5, 7]]


def test_several_do_not_crowd_nodes_whose_cpus_are_taken() -> None:
    rooms, cells = (42, 126, 126, 126), [want(94, 0b1111).replace(vcpus=8)] * 4
    *whole, spread = sorted(several(rooms, *cells) or [], key=len)
    assert whole == [[1], [2], [3]]
    assert 0 in spread  # the others hold it too, but node 0 has CPUs left


def test_several_are_found_by_flow_where_greed_fails() -> None:
    # the large one laid on its roomiest nodes first would leave nothing for the small one
    assert several((10, 10, 1), want(11, 0b111), want(10, 0b010)) is not None


def test_several_that_do_not_fit_together() -> None:
    assert several((10, 10), want(15, 0b11), want(6, 0b11)) is None
    assert several((10, 10), want(5, 0b01), want(6, 0b01)) is None


def test_several_on_common_nodes() -> None:
    wants = want(15, 0b1111), want(3, 0b1111)
    assert several((10, 10, 10, 10), *wants, size=2, apart=SOCKETS) == [[0, 1], [1]]
    assert several((10, 10, 4, 4), *wants, size=2) == [[0, 1], [1]]
    assert several((10, 7, 7, 7), *wants, size=2) is None


def test_several_on_common_nodes_each_on_those_it_may() -> None:
    assert several((10, 10, 10), want(12, 0b111), want(8, 0b010), size=2) in (
        [[0, 1], [1]],
        [[1, 2], [1]],
    )


def test_several_interleaved() -> None:
    even = [want(size, 0b111).replace(interleaved=True) for size in (20, 8)]
    found = several((12, 12, 12), *even)
    assert found is not None
    left = [12.0] * 3
    for each, nodes in zip(even, found):
        for i in nodes:
            left[i] -= each.kib / len(nodes)
    assert min(left) >= 0
    assert several((12, 12, 1), *even) is None


def test_several_that_run_have_a_node_with_cpus() -> None:
    wants = [want(12, 0b1111).replace(needs_cpus=True)] * 2
    found = several((10, 10, 12, 12), *wants, cpus=(8, 8, 0, 0))
    assert found is not None
    assert all(set(nodes) & {0, 1} for nodes in found)
    # also where all their memory has to lie elsewhere
    found = several((0, 0, 12, 12), *wants, cpus=(8, 8, 0, 0))
    assert found is not None
    assert all(set(nodes) & {0, 1} for nodes in found)
