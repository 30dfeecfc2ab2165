# SPDX-License-Identifier: Apache-2.0
"""What our write replaced, from what was read before, during and after it."""

from __future__ import annotations

from dataclasses import replace

from engine_plugin.settings import crossing

from .vms import vm

BEFORE = vm(properties={"sap_agent": "true"})
THEIRS = vm(properties={"sap_agent": "true", "sndbuf": "5"})
WRITTEN = vm(properties={"sap_agent": "true", "numa_nodeset": "0"}, affinity="pinned")
LATER = vm(properties={"viodiskcache": "none"}, affinity="pinned")


def replaced(*states, alone: bool = True):
    return crossing.replaced(BEFORE, WRITTEN, states, alone=alone)


def test_state_that_is_neither_before_nor_ours_is_what_we_replaced():
    assert replaced(BEFORE, THEIRS, WRITTEN) == THEIRS
    assert replaced(BEFORE, BEFORE, WRITTEN) is None
    assert replaced() is None


def test_answer_that_comes_late_is_of_before_us_where_nobody_wrote_after():
    assert replaced(BEFORE, WRITTEN, THEIRS) == THEIRS


def test_what_came_after_ours_is_not_what_we_replaced():
    assert replaced(BEFORE, WRITTEN, LATER, alone=False) is None
    assert replaced(THEIRS, WRITTEN, LATER, alone=False) == THEIRS


def test_last_of_several_is_what_we_replaced():
    second = replace(THEIRS, properties={"sap_agent": "true", "sndbuf": "6"})
    assert replaced(THEIRS, second, WRITTEN) == second


def test_status_and_place_are_nothing_that_somebody_set():
    moved = replace(BEFORE, status="up", host_id="h", next_run=True)
    assert replaced(moved, WRITTEN) is None


def test_taken_is_what_they_changed_and_is_not_there():
    assert crossing.taken(BEFORE, THEIRS, WRITTEN) == {"sndbuf": "5"}
    less = replace(BEFORE, properties={}, host_ids=("h",), memory_kib=1 << 20)
    assert crossing.taken(BEFORE, less, WRITTEN) == {
        "hosts": ["h"], "memory_kib": 1 << 20, "sap_agent": None,
    }  # fmt: skip
    assert crossing.taken(BEFORE, THEIRS, THEIRS) == {}
