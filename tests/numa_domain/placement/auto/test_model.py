# SPDX-License-Identifier: Apache-2.0
"""What nodes have and cells need, by index."""

from __future__ import annotations

from numa_domain.placement.auto.model import Site, fitting
from tests.numa_domain.placement.auto.test_one_node_each import supply, want


def test_site_with_nodes_taken_adds_their_distances() -> None:
    site = Site((0, 1, 2), ((20, 24, 64), (24, 20, 60), (64, 60, 20)))
    assert site.with_taken(0b011).to_taken == (44, 44, 124)
    assert site.with_taken(0b001).with_taken(0b010) == site.with_taken(0b011)


def test_fitting_nodes_hold_the_want_whole() -> None:
    assert fitting(supply(5, 9, 7), want(7, 0b111)) == 0b110
    assert fitting(supply(5, 9, 7), want(7, 0b011)) == 0b010
