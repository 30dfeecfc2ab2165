# SPDX-License-Identifier: Apache-2.0
"""Levels of the grammar: every part has one, and a request needs the highest of its parts."""

from __future__ import annotations

import pytest

from numa_domain.request.grammar_level import LEVEL, SINCE, level, parts
from numa_domain.request.parts import MODES, NODESET, TOPOLOGY, CellRequest
from tests.makers import request


def test_every_mode_and_field_has_a_level() -> None:
    words = {f"mode: {mode}" for mode in MODES} | {f"field: {f}" for f in CellRequest._fields}
    assert words <= SINCE.keys()
    assert {part.partition(":")[0] for part in SINCE} == {NODESET, TOPOLOGY, "mode", "field"}


def test_no_part_is_above_what_is_read_here() -> None:
    assert max(SINCE.values()) == LEVEL


def test_parts_of_a_request_are_named_once_or_more() -> None:
    found = request("preferred:^1", "cpus=0-1 mem=1G / mem=1G mode=restrictive nodes=2")
    assert set(parts(found)) == {
        "numa_nodeset: except",
        "mode: preferred",
        "numa_topology: cells",
        "field: cpus",
        "field: memory_kib",
        "field: nodes",
        "field: mode",
        "mode: restrictive",
    }


@pytest.mark.parametrize(
    ("nodeset", "topology", "needs"),
    [
        (None, None, 0),
        ("0-1", None, 1),
        (None, "2", 1),
        ("interleave:0-1", None, 3),
        ("0", "cpus=0 mem=1G dist=10", 2),
        ("0", "cpus=0 mem=1G mode=interleave", 3),
    ],
)
def test_level_is_that_of_the_newest_part(
    nodeset: str | None, topology: str | None, needs: int
) -> None:
    newer = {**SINCE, "field: distances": 2, "mode: interleave": 3}
    assert level(request(nodeset, topology), newer) == needs


def test_level_of_this_releases_settings_is_the_first() -> None:
    assert level(request("auto:2", "host")) == 1
