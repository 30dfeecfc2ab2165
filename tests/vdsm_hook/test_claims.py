# SPDX-License-Identifier: Apache-2.0
"""VMs whose memory may lie on several nodes: what they were promised is owed by these together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sysfs_tree import write_sysfs
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import GIB, Machine, two_nodes

SPREAD, OTHER, THIRD = (f"0d5f3a52-6b1c-4f0e-9a43-00000000000{i}" for i in range(3))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def _start(machine: Machine, vm_id: str, gib: int, nodeset: str, topology: str = "") -> str:
    xml = engine_domain(vcpus=4, memory_gib=gib, vm_id=vm_id)
    return machine.start(xml, nodeset, topology, vm_id).line


@pytest.mark.parametrize(("nodeset", "topology"), [("all", ""), ("0-1", "2"), ("auto:2", "")])
def test_half_touched_on_each_node_owes_nothing(
    machine: Machine, nodeset: str, topology: str
) -> None:
    assert _start(machine, SPREAD, 12, nodeset, topology) == ""
    both = f"N0={6 * GIB * 1024} N1={6 * GIB * 1024}"
    machine.vm_process(4711, SPREAD, anon=both)
    write_sysfs(two_nodes(free_gib=10), machine.sysfs)
    assert _start(machine, OTHER, 9, "0") == ""


def test_untouched_memory_is_owed_by_the_nodes_together(machine: Machine) -> None:
    """Of 32 GiB 12 are promised: 16 on one node are to be had, but not 16 on one and 5 beside."""
    assert _start(machine, SPREAD, 12, "all") == ""
    assert _start(machine, OTHER, 16, "1") == ""
    assert "12 GiB more promised to other VMs" in _start(machine, THIRD, 5, "0")
    assert _start(machine, THIRD, 4, "0") == ""


def test_auto_sees_what_may_lie_on_any_node(machine: Machine) -> None:
    assert _start(machine, SPREAD, 20, "all") == ""
    assert "(20 GiB more promised to other VMs): 1 GiB missing" in _start(
        machine, OTHER, 13, "auto"
    )
    assert _start(machine, OTHER, 12, "auto:1") == ""
