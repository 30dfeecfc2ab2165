# SPDX-License-Identifier: Apache-2.0
"""Cells that follow sockets, and what is said of those that do not."""

from __future__ import annotations

import pytest

from numa_domain.guest.model import CpuTopology, Guest
from numa_domain.placement.place import place
from numa_domain.topology.plan import plan_cells
from tests.makers import host, request, vm


def guest(
    running: int, sockets: int, cores: int, threads: int = 1, dies: int = 1, **more: object
) -> Guest:
    topology = CpuTopology(sockets, dies=dies, cores=cores, threads=threads)
    most = sockets * dies * cores * threads
    return vm(8, running, most, **more).replace(topology=topology)


def cells(of: Guest, topology: str) -> list[str]:
    return [str(cell.cpus) for cell in plan_cells(of, request(None, topology))]


def warned(of: Guest, topology: str) -> list[str]:
    found = place(of, request("0", topology), host(30, cpus=64)).warnings
    return [str(warning) for warning in found]


@pytest.mark.parametrize(
    ("of", "count", "expected"),
    [
        (guest(8, 8, 4), 2, ["0-3,8-11,16-19,24-27", "4-7,12-15,20-23,28-31"]),
        (guest(8, 4, 2), 3, ["0-3", "4-5", "6-7"]),
        (guest(8, 4, 2), 2, ["0-3", "4-7"]),
        (guest(16, 2, 8), 4, ["0-3", "4-7", "8-11", "12-15"]),
        (guest(6, 2, 3), 4, ["0-1", "2", "3-4", "5"]),
        (guest(8, 1, 4, dies=2), 2, ["0-3", "4-7"]),
        (guest(12, 2, 3, dies=2), 4, ["0-2", "3-5", "6-8", "9-11"]),
        (guest(16, 2, 4, threads=2), 2, ["0-7", "8-15"]),
        (guest(4, 2, 8), 2, ["0-1,4,6,8,10,12,14", "2-3,5,7,9,11,13,15"]),
        (guest(4, 16, 1), 2, ["0-1,4,6,8,10,12,14", "2-3,5,7,9,11,13,15"]),
        (guest(10, 4, 4), 2, ["0-7", "8-15"]),
    ],
)
def test_cells_follow_sockets_then_dies_then_cores(
    of: Guest, count: int, expected: list[str]
) -> None:
    assert cells(of, str(count)) == expected


def test_vcpus_that_are_plugged_later_follow_sockets_too() -> None:
    topology = "cpus=0-3 mem=4G / cpus=4-7 mem=4G"
    assert cells(guest(8, 8, 4), topology) == ["0-3,8-11,16-19,24-27", "4-7,12-15,20-23,28-31"]


def test_socket_in_several_cells_is_warned_of_with_a_topology_that_suits() -> None:
    assert warned(guest(4, 1, 4), "2") == [
        "numa_topology: the vCPUs of one socket, 0-3, are in cells 0-1; the guest's kernel warns "
        "that they share a cache across nodes, and then ignores that cache: give the VM 2 sockets "
        "of 2 cores"
    ]
    assert warned(guest(8, 2, 4), "4")[0].endswith("give the VM 4 sockets of 2 cores")
    assert warned(guest(6, 1, 3, threads=2), "2")[0].endswith(
        "give the VM as many sockets as cells, or ask for fewer cells"
    )
    assert "the vCPUs of one die, 0-3," in warned(guest(8, 1, 4, dies=2), "4")[0]


@pytest.mark.parametrize(
    ("of", "topology", "better"),
    [
        (guest(8, 2, 4), "cpus=0-2 mem=4G / cpus=3-7 mem=4G", "socket: cpus=0-3 / cpus=4-7"),
        (
            guest(8, 2, 4),
            "cpus=0,2,4,6 mem=4G / cpus=1,3,5,7 mem=4G",
            "socket: cpus=0-3 / cpus=4-7",
        ),
        (guest(8, 1, 4, dies=2), "cpus=0-2 mem=4G / cpus=3-7 mem=4G", "die: cpus=0-3 / cpus=4-7"),
        (guest(8, 4, 2), "cpus=0-2 mem=4G / cpus=3-7 mem=4G", "socket: cpus=0-3 / cpus=4-7"),
        (
            guest(16, 8, 2),
            " / ".join(f"cpus={i},{i + 8} mem=1G" for i in range(8)),
            "socket: cpus=0-1 / cpus=2-3 / cpus=4-5 / cpus=6-7 / ...",
        ),
    ],
)
def test_cells_that_cut_what_the_vm_could_keep_whole_are_told_how(
    of: Guest, topology: str, better: str
) -> None:
    """Not to give the VM the sockets that it has."""
    (told,) = warned(of, topology)
    assert told.endswith(f": write cells of whole {better.replace(':', 's:', 1)}")


@pytest.mark.parametrize(
    ("of", "topology"),
    [
        (guest(4, 4, 1), "2"),
        (guest(4, 16, 1), "2"),
        (guest(4, 2, 2), "2"),
        (guest(8, 1, 4, dies=2), "2"),
        (guest(4, 1, 4), "1"),
        (guest(4, 1, 4), "cpus=0-3 mem=4G / mem=4G"),
        (vm(8, 4).replace(topology=None), "2"),
    ],
)
def test_sockets_that_are_whole_are_no_matter(of: Guest, topology: str) -> None:
    assert warned(of, topology) == []


def test_cell_without_a_running_vcpu_is_warned_of() -> None:
    topology = "cpus=0-3 mem=4G / cpus=4-7 mem=4G"
    assert warned(guest(4, 8, 1), topology) == [
        "numa_topology, cell 1: no vCPU of cell 1, 4-7, is plugged when the VM starts; Windows "
        "crashes at boot: give each cell one of the vCPUs 0-3, or start with more"
    ]
    assert warned(guest(5, 8, 1), topology) == []


@pytest.mark.parametrize(
    ("mode", "free", "charges"),
    [("preferred", 2, {0: {0: 2097152}, 1: {0: 6291456}}), ("interleave", 30, None)],
)
def test_vms_own_mode_counts_where_only_a_topology_is_given(
    mode: str, free: int, charges: dict[int, dict[int, int]] | None
) -> None:
    nodes = request("0" if mode == "preferred" else "0-1", None).target.nodes  # type: ignore[union-attr]
    of = vm(8, 4, memory_mode=mode, memory_nodes=nodes)
    found = place(of, request(None, "2"), host(free, 30))
    assert [placed.cell.mode for placed in found.cells] == [mode, mode]
    assert found.nodes is None
    if charges:
        assert found.charges == charges
    else:
        assert {n: kib[0] for n, kib in found.charges.items()} == {0: 4194304, 1: 4194304}
