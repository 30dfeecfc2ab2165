# SPDX-License-Identifier: Apache-2.0
"""Shares: whole cores, current vCPUs before hot-pluggable ones, memory in pages."""

from __future__ import annotations

import pytest

from numa_domain.base.idset import Cpuset
from numa_domain.topology.division import (
    cores,
    deal_rest,
    divide_memory,
    divide_vcpus,
    in_proportion,
    running_cores,
)
from tests.makers import GIB, vm


def _bits(*texts: str) -> list[int]:
    return [Cpuset.parse(text).bits if text else 0 for text in texts]


def _texts(cells: list[Cpuset]) -> list[str]:
    return [str(cell) for cell in cells]


def test_cores_are_consecutive_threads() -> None:
    assert cores(vm(vcpus=6, threads=2)) == _bits("0-1", "2-3", "4-5")


def test_last_core_may_lack_threads() -> None:
    assert cores(vm(vcpus=5, threads=2)) == _bits("0-1", "2-3", "4")


def test_running_cores_have_a_current_vcpu() -> None:
    assert running_cores(vm(vcpus=3, most=8, threads=2)) == _bits("0-1", "2-3")


@pytest.mark.parametrize(
    ("vcpus", "most", "threads", "cells", "expected"),
    [
        (4, 4, 1, 2, ["0-1", "2-3"]),
        (4, 16, 1, 2, ["0-1,4,6,8,10,12,14", "2-3,5,7,9,11,13,15"]),  # as the engine does
        (46, 46, 2, 4, ["0-11", "12-23", "24-35", "36-45"]),  # 12, 12, 12, 10
        (5, 5, 1, 2, ["0-2", "3-4"]),
        (4, 4, 4, 1, ["0-3"]),
        (8, 16, 2, 3, ["0-3,12-13", "4-5,8-9,14-15", "6-7,10-11"]),
        (1, 8, 1, 1, ["0-7"]),
    ],
)
def test_divide_vcpus_equally(
    vcpus: int, most: int, threads: int, cells: int, expected: list[str]
) -> None:
    assert (
        _texts(divide_vcpus(vm(vcpus=vcpus, most=most, threads=threads), [1] * cells)) == expected
    )


def test_divide_vcpus_in_proportion() -> None:
    assert _texts(divide_vcpus(vm(vcpus=12), [8, 16])) == ["0-3", "4-11"]


def test_divide_vcpus_weight_of_zero_gets_none_not_even_later() -> None:
    assert _texts(divide_vcpus(vm(vcpus=4, most=8), [1, 0, 1])) == ["0-1,4,6", "", "2-3,5,7"]


def test_divide_vcpus_half_running_core_stays_whole() -> None:
    # vCPU 3 is not there yet, and the other thread of its core is in cell 1
    assert _texts(divide_vcpus(vm(vcpus=3, most=4, threads=2), [1, 1])) == ["0-1", "2-3"]


def test_deal_rest_core_goes_where_its_threads_are() -> None:
    guest = vm(vcpus=4, most=8, threads=2)
    assert _texts(deal_rest(guest, _bits("0-1,4", "2-3"))) == ["0-1,4-5", "2-3,6-7"]


def test_deal_rest_smaller_cell_first() -> None:
    assert _texts(deal_rest(vm(vcpus=3, most=6), _bits("0-1", "2"))) == ["0-1,4", "2-3,5"]


def test_deal_rest_nobody_takes_nothing() -> None:
    assert _texts(deal_rest(vm(vcpus=2, most=4), _bits("", ""))) == ["", ""]


def test_deal_rest_all_taken_stays() -> None:
    assert _texts(deal_rest(vm(vcpus=4), _bits("0,2", "1,3"))) == ["0,2", "1,3"]


@pytest.mark.parametrize(
    ("kib", "weights", "granule", "expected"),
    [
        (16 * GIB, [1, 1], 2048, [8 * GIB, 8 * GIB]),
        (10 * GIB, [1, 1, 1], GIB, [4 * GIB, 3 * GIB, 3 * GIB]),
        (10 * GIB, [3, 1], GIB, [8 * GIB, 2 * GIB]),
        (5 * 2048 + 7, [1, 1], 2048, [3 * 2048, 2 * 2048 + 7]),  # below a granule: to the last
        (3 * 2048 + 7, [1, 1, 0], 2048, [2 * 2048, 2048 + 7, 0]),
        (2 * 2048, [1000, 1], 2048, [2048, 2048]),  # no cell without memory
    ],
)
def test_divide_memory_loses_nothing(
    kib: int, weights: list[int], granule: int, expected: list[int]
) -> None:
    shares = divide_memory(kib, weights, granule)
    assert shares == expected
    assert sum(shares) == kib


@pytest.mark.parametrize(
    ("total", "weights", "least", "expected"),
    [
        (23, [1, 1, 1, 1], 0, [6, 6, 6, 5]),
        (3, [100, 1], 1, [2, 1]),
        (3, [100, 1], 0, [3, 0]),
        (1, [1, 1], 1, [1, 0]),  # not enough for all
        (0, [1, 1], 1, [0, 0]),
        (7, [0, 1, 1], 1, [0, 4, 3]),
        (10, [1, 2, 3], 1, [2, 3, 5]),
    ],
)
def test_in_proportion(total: int, weights: list[int], least: int, expected: list[int]) -> None:
    assert in_proportion(total, weights, least) == expected
