# SPDX-License-Identifier: Apache-2.0
"""The CPUs that VDSM shares, and what follows of them for a VM of which nothing is remembered."""

from __future__ import annotations

import pytest

from numa_domain.affinity.holding import decide
from numa_domain.affinity.shared_pool import assumed, taken
from tests.captures import Capture

from .test_holding import cpus, host, placed, policy

CORES = frozenset(map(cpus, ("0,6", "1,7", "2,8", "3,9", "4,10", "5,11")))


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("none", ""),
        ("manual", ""),
        ("dedicated", "0-3"),
        ("isolate-threads", "0-3,6-9"),
        ("siblings", "0-3,6-9"),
        ("new-one", "0-3"),
    ],
)
def test_vm_has_cpus_to_itself_by_its_policy(name: str, own: str) -> None:
    capture = Capture("cells")
    for old, new in policy(name).items():
        capture.change("cells.xml", old, new)
    assert taken(capture.xml, CORES) == cpus(own)


def test_pin_that_was_made_of_the_pool_is_known_as_such() -> None:
    vm = placed({0: "0-1", 1: "1", 2: "3", 3: "0-1,3-5"})
    found = decide(vm, host(), assumed(vm, host(), cpus("0-1,3-5")))
    assert [str(vcpu.allowed) for vcpu in found] == ["0-1,3-5", "1", "0-1,3-5", "0-1,3-5"]
    assert [str(vcpu.pin) for vcpu in found] == ["0-1", "1", "3", "3"]


def test_nothing_is_assumed_without_a_pool() -> None:
    assert assumed(placed("0-1"), host(), cpus("")) == {}


def test_vcpus_far_from_their_memory_are_as_before() -> None:
    vm = placed("0-1,4-5")
    found = decide(vm, host(), assumed(vm, host(), cpus("0-1,4-5")))
    assert [vcpu.state for vcpu in found] == ["held", "held", "away", "away"]
