# SPDX-License-Identifier: Apache-2.0
"""A host's settings, as a name in VDSM's list of hooks."""

from __future__ import annotations

import pytest

from numa_domain.base.idset import Cpuset
from numa_domain.host.settings import HostSettings, Unread
from numa_domain.host.told_settings import ToldSettings, read, write

ALL = ToldSettings(
    HostSettings(
        numa_balancing=1,
        zone_reclaim=0,
        ksm_run=1,
        merge_across_nodes=True,
        ksm_sharing=4096,
        huge_pages="madvise",
        demotion=False,
        isolated=Cpuset.parse("4-5,9"),
        nohz_full=Cpuset.parse("4"),
        sockets=2,
        numad=77,
        unread=(Unread("numa_balancing", "", ""),),
    ),
    {2048: {0: 512, 1: 0}, 1 << 20: {0: 4, 1: 4}},
    1_796_000_000,
)
NONE = ToldSettings(HostSettings(), {}, 1_796_000_000)


@pytest.mark.parametrize("told", [ALL, NONE])
def test_what_is_written_is_read_among_others(told: ToldSettings) -> None:
    assert read(["hooks-0.1.0-grammar-1", write(told), "affinity:1_since:1_at:2"]) == told


def test_name_has_nothing_at_which_the_engine_would_cut_it() -> None:
    assert not set(write(ALL)) & set("=,{} \n")


def test_of_two_the_later_is_read_and_later_fields_are_passed_over() -> None:
    later = write(ALL.replace(at=ALL.at + 1)) + "_colour:blue"
    found = read([write(ALL), later])
    assert found is not None
    assert found.at == ALL.at + 1


@pytest.mark.parametrize(
    "name",
    [
        "settings:1",
        "settings:1_at:x",
        "settings:1_at:-1",
        "settings:1_numad:1e9_at:1",
        "settings:1_isolated:a-b_at:1",
        "settings:1_pools:2048_at:1",
        "settings:1_pools:x0.1_at:1",
        "settings:1_at:99999999999999999",
        f"settings:1_at:1_{'x' * 20_000}",
    ],
)
def test_what_is_no_such_name_is_nothing(name: str) -> None:
    assert read([name]) is None


def test_mode_of_huge_pages_that_nobody_knows_is_not_told() -> None:
    found = read(["settings:1_thp:<script>_at:1"])
    assert found is not None
    assert found.settings.huge_pages is None
