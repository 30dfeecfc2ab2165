# SPDX-License-Identifier: Apache-2.0
"""Warnings beside a placement: whole texts, and when there are none."""

from __future__ import annotations

import pytest

from numa_domain.guest.model import Guest
from numa_domain.host.model import HostTopology
from numa_domain.placement.place import place
from tests.makers import host, request, vm

HOST = host(30, 20, 64, cpus=(8, 4, 0))

WAIT = "vCPUs will wait for each other: use more nodes, or fewer vCPUs"
REMOTE = "all memory will be remote: use nodes with CPUs, or make the cell memory-only"


def warnings(
    guest: Guest, nodeset: str | None, topology: str | None = None, machine: HostTopology = HOST
) -> list[str]:
    return [str(w) for w in place(guest, request(nodeset, topology), machine).warnings]


def test_enough_is_no_warning() -> None:
    assert warnings(vm(8, 8), "0") == []
    assert warnings(vm(8, 12), "0-1") == []
    assert warnings(vm(8, 12), "0-1", "2") == []


@pytest.mark.parametrize(
    ("vcpus", "nodeset", "topology", "said"),
    [
        (9, "0", None, f"the VM has 9 vCPUs for 8 online CPUs of node 0; {WAIT}"),
        (
            13,
            "0-1",
            None,
            f"the VM has 13 vCPUs for 12 online CPUs of nodes 0-1; {WAIT}",
        ),
        (
            1,
            "2",
            None,
            f"the VM has 1 vCPU, and there is no online CPU on node 2; {REMOTE}",
        ),
        (10, "0", "2", f"cells 0-1 have 10 vCPUs for 8 online CPUs of node 0; {WAIT}"),
    ],
)
def test_vcpus_that_the_nodes_cannot_run_at_once(
    vcpus: int, nodeset: str, topology: str | None, said: str
) -> None:
    assert warnings(vm(8, vcpus), nodeset, topology) == [f"placement: {said}"]


def test_vcpus_are_those_that_the_guest_starts_with() -> None:
    assert warnings(vm(8, 8, 64), "0") == []


def test_each_group_of_cells_on_the_same_nodes_is_counted() -> None:
    topology = (
        "cpus=0-5 mem=2G nodes=0 / cpus=6-10 mem=2G nodes=0 / cpus=11-15 mem=2G nodes=1 / "
        "mem=2G nodes=2 / cpus=16 mem=2G nodes=2"
    )
    assert warnings(vm(10, 17), None, topology) == [
        f"placement: cells 0-1 have 11 vCPUs for 8 online CPUs of node 0; {WAIT}",
        f"placement: cell 2 has 5 vCPUs for 4 online CPUs of node 1; {WAIT}",
        f"placement: cell 4 has 1 vCPU, and there is no online CPU on node 2; {REMOTE}",
    ]


def test_memory_only_cell_needs_no_cpu() -> None:
    assert warnings(vm(8, 4), None, "cpus=0-3 mem=4G nodes=0 / mem=4G nodes=2") == []


def test_one_online_cpu() -> None:
    assert warnings(vm(1, 2), "0", machine=host(4, cpus=1)) == [
        f"placement: the VM has 2 vCPUs for 1 online CPU of node 0; {WAIT}"
    ]


def test_preferred_memory_that_overflows() -> None:
    assert warnings(vm(32, 4), "preferred:0") == [
        "numa_nodeset: 2 GiB do not fit the preferred node 0 and will lie elsewhere; prefer more "
        "nodes, or accept slower memory"
    ]
    assert warnings(vm(60, 4), "preferred:0-1") == [
        "numa_nodeset: 10 GiB do not fit the preferred nodes 0-1 and will lie elsewhere; prefer "
        "more nodes, or accept slower memory"
    ]


def test_core_whose_threads_are_in_two_cells() -> None:
    topology = "cpus=0,2-3 mem=4G / cpus=1 mem=4G"
    assert warnings(vm(8, 4, threads=2), "0-1", topology) == [
        "numa_topology: the threads of one core, vCPUs 0-1, are in different cells; keep 2 "
        "consecutive vCPUs together: the guest's scheduler expects it"
    ]
    assert warnings(vm(8, 4), "0-1", topology) == []
