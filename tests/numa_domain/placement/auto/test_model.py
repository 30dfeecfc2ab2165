# SPDX-License-Identifier: Apache-2.0
"""What nodes have and cells need, by index."""

from __future__ import annotations

from numa_domain.placement.auto.model import UNIT, Site, crowding, fitting, limit
from tests.numa_domain.placement.auto.test_one_node_each import supply, want


def test_site_with_nodes_taken_adds_their_distances() -> None:
    site = Site((0, 1, 2), ((20, 24, 64), (24, 20, 60), (64, 60, 20)))
    assert site.with_taken(0b011).to_taken == (44, 44, 124)
    assert site.with_taken(0b001).with_taken(0b010) == site.with_taken(0b011)


def test_fitting_nodes_hold_the_want_whole() -> None:
    assert fitting(supply(5, 9, 7), want(7, 0b111)) == 0b110
    assert fitting(supply(5, 9, 7), want(7, 0b011)) == 0b010


def test_limit_is_the_mean_and_15_per_cent_or_less_than_the_busiest() -> None:
    assert limit(None, (8, 8), 4) == 0
    assert limit((16 * UNIT, 16 * UNIT), (8, 8), 0) == 2 * UNIT * 115 // 100
    assert limit((0, 40 * UNIT), (8, 8), 0) == 5 * UNIT - 1
    assert limit((0, 9 * UNIT), (0, 8), 0) == (9 * UNIT // 8) * 115 // 100


def test_crowding_counts_half_of_the_vcpus() -> None:
    some = supply(1, 1).replace(cpus=(8, 8), loads=(8 * UNIT, 0), limit=UNIT)
    assert [crowding(some, vcpus, 0) for vcpus in (0, 8)] == [0, UNIT // 2]
    assert [crowding(some, vcpus, 1) for vcpus in (16, 18)] == [0, UNIT // 8]
