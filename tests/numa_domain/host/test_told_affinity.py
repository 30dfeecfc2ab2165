# SPDX-License-Identifier: Apache-2.0
"""Whether vCPUs are held, as a name in VDSM's list of hooks."""

from __future__ import annotations

import pytest

from numa_domain.host.told_affinity import ToldAffinity, read, write

TOLD = ToldAffinity(True, 1_796_000_000, 1_796_000_500)
GOOD = "affinity:1_since:1796000000_at:1796000500"


@pytest.mark.parametrize("told", [TOLD, ToldAffinity(False, 0, 1_796_000_500)])
def test_what_is_written_is_read_among_others(told: ToldAffinity) -> None:
    assert read(["hooks-0.1.0-grammar-1", write(told), "node:0_at:1", "50_numa"]) == told


def test_name_has_nothing_at_which_the_engine_cuts() -> None:
    assert write(TOLD) == GOOD
    assert not set("{}=, ") & set(GOOD)


def test_field_of_a_later_release_is_passed_over() -> None:
    assert read([f"{GOOD}_vms:3"]) == TOLD


def test_last_of_several_counts() -> None:
    later = "affinity:0_since:0_at:1796000501"
    assert read([GOOD, later]) == ToldAffinity(False, 0, 1_796_000_501)


@pytest.mark.parametrize(
    "name",
    [
        "affinity",
        "affinity:",
        "affinity:1",
        "affinity:1_since:1796000000",
        "affinity:yes_since:1_at:1",
        "affinity:1_since:-1_at:1",
        f"affinity:1_since:1_at:{'9' * 16}",
        "affinity:1_since:\u0664_at:1",
        f"{GOOD}_{'x' * 200}",
    ],
)
def test_what_is_damaged_is_nothing(name: str) -> None:
    assert read([name]) is None
