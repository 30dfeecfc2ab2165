# SPDX-License-Identifier: Apache-2.0
"""When a VM is looked at: after its burst, not in it, and not never."""

from __future__ import annotations

import pytest

from vdsm_hook.affinity.bursts import LATEST, LONGEST, QUIET, SOONEST, Bursts


@pytest.fixture
def bursts() -> Bursts[str]:
    return Bursts()


def test_nothing_is_due_where_nothing_happened(bursts: Bursts[str]) -> None:
    assert bursts.wait(100.0) is None
    assert bursts.take(100.0) == []


def test_vm_is_due_once_its_burst_is_over(bursts: Bursts[str]) -> None:
    for event in range(5):
        bursts.note("a", 10 + event * QUIET / 2)
    last = 10 + 4 * QUIET / 2
    assert bursts.wait(last) == pytest.approx(QUIET)
    assert bursts.take(last + QUIET / 2) == []
    assert bursts.take(last + QUIET) == ["a"]
    assert bursts.wait(last + QUIET) is None


def test_burst_without_end_is_not_waited_for(bursts: Bursts[str]) -> None:
    now = 10.0
    while not bursts.take(now):
        bursts.note("a", now)
        now += QUIET / 4
        assert now < 10 + 2 * LONGEST
    assert now >= 10 + LONGEST


def test_burst_of_one_vm_does_not_hold_up_another(bursts: Bursts[str]) -> None:
    bursts.note("a", 10.0)
    bursts.note("b", 10.0 + QUIET / 2)
    assert bursts.take(10.0 + QUIET) == ["a"]
    assert bursts.take(10.0 + 2 * QUIET) == ["b"]


def test_vm_that_failed_is_tried_again_later_and_later(bursts: Bursts[str]) -> None:
    now, waits = 10.0, []
    for _ in range(12):
        bursts.failed("a", now)
        wait = bursts.wait(now)
        assert wait is not None
        assert bursts.take(now + wait / 2) == []
        waits.append(wait)
        now += wait
        assert bursts.take(now) == ["a"]
        assert bursts.wait(now) is None
    assert waits[:4] == [SOONEST, 2 * SOONEST, 4 * SOONEST, 8 * SOONEST]
    assert waits[-1] == LATEST


def test_vm_that_is_settled_is_not_tried_again(bursts: Bursts[str]) -> None:
    bursts.failed("a", 10.0)
    bursts.settled("a")
    assert bursts.wait(10.0) is None
    bursts.failed("a", 20.0)
    assert bursts.wait(20.0) == SOONEST


def test_vm_that_is_due_twice_is_taken_once(bursts: Bursts[str]) -> None:
    bursts.failed("a", 10.0)
    bursts.note("a", 10.0)
    assert bursts.take(10.0 + SOONEST) == ["a"]


def test_vm_that_took_long_to_fail_is_tried_again_so_much_later(bursts: Bursts[str]) -> None:
    bursts.failed("a", 10.0, took=30.0)
    assert bursts.wait(10.0) == 120.0
    bursts.failed("b", 10.0, took=1000.0)
    bursts.settled("a")
    assert bursts.wait(10.0) == LATEST


def test_of_those_that_failed_one_is_taken_at_a_time_the_oldest_first(bursts: Bursts[str]) -> None:
    """A call of a VM that hangs takes half a minute: bursts that end meanwhile come between."""
    bursts.failed("c", 10.5)
    bursts.failed("a", 10.0)
    bursts.failed("b", 10.2)
    assert bursts.take(20.0) == ["a"]
    assert bursts.wait(20.0) == 0.0
    bursts.note("new", 20.0)
    assert bursts.take(20.0 + QUIET) == ["new", "b"]
    assert bursts.take(30.0) == ["c"]
    assert bursts.wait(30.0) is None
