# SPDX-License-Identifier: Apache-2.0
"""Cells that an admin wrote: every problem, each in its place, and what may be left out."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.guest.model import Guest
from numa_domain.topology.cell import Cell
from numa_domain.topology.plan import plan_cells
from tests.makers import GIB, request, vm


def _plan(guest: Guest, topology: str, nodeset: str | None = "0") -> tuple[Cell, ...]:
    return plan_cells(guest, request(nodeset, topology))


def _refused(guest: Guest, topology: str, nodeset: str | None = "0") -> list[str]:
    with pytest.raises(NumaError) as caught:
        _plan(guest, topology, nodeset)
    return [str(problem) for problem in caught.value.problems]


def test_cells_as_written() -> None:
    topology = (
        "cpus=0-1 mem=1G nodes=0 page=2M dist=10,21 access=shared / "
        "cpus=2-3 mem=2G mode=preferred dist=21,10 / mem=1G"
    )
    with pytest.raises(NumaError):
        _plan(vm(4, 4), topology)  # three cells, rows of two
    cells = _plan(vm(4, 4), topology.replace("10,21", "10,21,30").replace("21,10", "21,10,30"))
    assert cells == (
        Cell(
            id=0,
            cpus=Cpuset.parse("0-1"),
            memory_kib=GIB,
            page_kib=2048,
            nodes=Nodeset.of([0]),
            distances=(10, 21, 30),
            access="shared",
        ),
        Cell(1, Cpuset.parse("2-3"), 2 * GIB, mode="preferred", distances=(21, 10, 30)),
        Cell(2, Cpuset(), GIB, distances=(30, 30, 10)),
    )


def test_hotpluggable_vcpus_are_dealt_out() -> None:
    cells = _plan(vm(4, 4, 16), "cpus=0-1 mem=2G / cpus=2-3 mem=2G")
    assert [str(cell.cpus) for cell in cells] == ["0-1,4,6,8,10,12,14", "2-3,5,7,9,11,13,15"]


def test_hotpluggable_vcpus_may_be_named() -> None:
    cells = _plan(vm(4, 4, 8), "cpus=0-1,6-7 mem=2G / cpus=2-3 mem=1G / mem=1024M")
    assert [str(cell.cpus) for cell in cells] == ["0-1,5-7", "2-4", ""]


def test_memory_that_is_not_written_shares_what_is_left() -> None:
    cells = _plan(vm(16, 4), "cpus=0-1 mem=4G / cpus=2 / cpus=3")
    assert [cell.memory_kib // GIB for cell in cells] == [4, 6, 6]


def test_memory_that_is_not_written_comes_in_pages() -> None:
    cells = _plan(vm(16, 4), "cpus=0-1 mem=5G / cpus=2 page=2G / cpus=3 mem=1G")
    assert [cell.memory_kib // GIB for cell in cells] == [5, 10, 1]


def test_page_of_4k_is_ordinary_memory_in_a_vm_of_huge_pages() -> None:
    cells = _plan(vm(4, 4, page=2048), "cpus=0-1 mem=2G page=4K / cpus=2-3 mem=2G")
    assert [cell.page_kib for cell in cells] == [None, 2048]


def test_distances_not_written_mirror_those_that_are() -> None:
    cells = _plan(vm(4, 3), "cpus=0 dist=10,15,30 / cpus=1 / cpus=2")
    assert [cell.distances for cell in cells] == [(10, 15, 30), (15, 10, 20), (30, 20, 10)]


def test_distances_written_nowhere_are_none() -> None:
    assert [cell.distances for cell in _plan(vm(4, 2), "cpus=0 / cpus=1")] == [None, None]


VCPUS = (
    "add what is missing: the VM starts with vCPUs 0-3, and each has to be in a cell",
    "leave each vCPU in one cell",
    "its ids end at 3: remove what is beyond, or give the VM more vCPUs",
)


@pytest.mark.parametrize(
    ("topology", "said"),
    [
        ("cpus=0-1 / cpus=3", [f"numa_topology: no cell has vCPU 2; {VCPUS[0]}"]),
        ("cpus=0 / mem=1G", [f"numa_topology: no cell has vCPUs 1-3; {VCPUS[0]}"]),
        (
            "cpus=0-2 / cpus=2-3",
            [f"numa_topology, cell 1, cpus: cell 0 has vCPU 2 too; {VCPUS[1]}"],
        ),
        (
            "cpus=0-3 / cpus=1-2",
            [f"numa_topology, cell 1, cpus: cell 0 has vCPUs 1-2 too; {VCPUS[1]}"],
        ),
        ("cpus=0-4", [f"numa_topology, cell 0, cpus: the VM has no vCPU 4; {VCPUS[2]}"]),
        (
            "cpus=0-3 / cpus=8-9",
            [f"numa_topology, cell 1, cpus: the VM has no vCPUs 8-9; {VCPUS[2]}"],
        ),
        (
            "cpus=0-1,9 / cpus=1",
            [
                f"numa_topology, cell 0, cpus: the VM has no vCPU 9; {VCPUS[2]}",
                f"numa_topology, cell 1, cpus: cell 0 has vCPU 1 too; {VCPUS[1]}",
                f"numa_topology: no cell has vCPUs 2-3; {VCPUS[0]}",
            ],
        ),
    ],
)
def test_vcpus_that_are_not_covered_exactly(topology: str, said: list[str]) -> None:
    assert _refused(vm(4, 4), topology) == said


@pytest.mark.parametrize(
    ("topology", "said"),
    [
        (
            "cpus=0-1 mem=2G / cpus=2-3 mem=1G",
            "the cells have 3 GiB together and the VM 4 GiB: 1 GiB too little; make the cells sum "
            "to 4 GiB, or leave `mem` out of one cell",
        ),
        (
            "cpus=0-3 mem=5G",
            "the cells have 5 GiB together and the VM 4 GiB: 1 GiB too much; make the cells sum "
            "to 4 GiB, or leave `mem` out of one cell",
        ),
        (
            "cpus=0-1 mem=4G / cpus=2-3",
            "the other cells have 4 GiB of the VM's 4 GiB: nothing is left for cell 1; give the "
            "others less",
        ),
        (
            "cpus=0-1 mem=6G / cpus=2 / cpus=3",
            "the other cells have 6 GiB of the VM's 4 GiB: nothing is left for cells 1-2; give the "
            "others less",
        ),
    ],
)
def test_memory_that_does_not_sum(topology: str, said: str) -> None:
    assert _refused(vm(4, 4), topology) == [f"numa_topology: {said}"]


def test_cell_of_no_memory() -> None:
    assert _refused(vm(4, 4), "cpus=0-3 mem=4G / mem=0") == [
        "numa_topology, cell 1, mem: the cell has no memory; give it some, or remove the cell"
    ]


def test_memory_that_libvirt_would_round() -> None:
    assert _refused(vm(4, 4), "cpus=0-3 mem=1025K / mem=4193279K") == [
        "numa_topology, cell 0, mem: 1025K is not a multiple of 1 MiB, to which libvirt would "
        "round it up; write a multiple of 1 MiB",
        "numa_topology, cell 1, mem: 4193279K is not a multiple of 1 MiB, to which libvirt would "
        "round it up; write a multiple of 1 MiB",
    ]


def test_memory_on_power_comes_in_256_mib() -> None:
    guest = vm(4, 4, arch="ppc64le")
    assert _refused(guest, "cpus=0-3 mem=4000M / mem=96M") == [
        "numa_topology, cell 0, mem: 4000M is not a multiple of 256 MiB, to which libvirt would "
        "round it up; write a multiple of 256 MiB",
        "numa_topology, cell 1, mem: 96M is not a multiple of 256 MiB, to which libvirt would "
        "round it up; write a multiple of 256 MiB",
    ]
    assert [c.memory_kib for c in _plan(guest, "cpus=0-3 mem=3G / mem=1G")] == [3 * GIB, GIB]


def test_memory_of_a_vm_that_is_no_whole_mib_is_left_alone() -> None:
    guest = vm(4, 4).replace(memory_kib=4 * GIB + 3)
    cells = _plan(guest, f"cpus=0-3 mem=2G / mem={2 * GIB + 3}K")
    assert [cell.memory_kib for cell in cells] == [2 * GIB, 2 * GIB + 3]


def test_page_that_does_not_divide_its_cell() -> None:
    assert _refused(vm(4, 4), "cpus=0-3 mem=2560M page=1G / mem=1536M page=2M") == [
        "numa_topology, cell 0, page: 2560M is no whole number of 1 GiB pages; make it a "
        "multiple of 1 GiB, or use smaller pages"
    ]


@pytest.mark.parametrize(
    ("topology", "said"),
    [
        (
            "cpus=0-3 dist=10 / mem=1G",
            "numa_topology, cell 0, dist: 1 distance for 2 cells; write one distance for each "
            "cell, 10 for the cell itself",
        ),
        (
            "cpus=0-3 dist=10,20,30 / mem=1G",
            "numa_topology, cell 0, dist: 3 distances for 2 cells; write one distance for each "
            "cell, 10 for the cell itself",
        ),
        (
            "cpus=0-3 / mem=1G dist=20,11",
            "numa_topology, cell 1, dist: the distance of cell 1 to itself is 11; write 10, which "
            "every cell has to itself and to no other",
        ),
        (
            "cpus=0-3 dist=10,10 / mem=1G",
            "numa_topology, cell 0, dist: the distance of cell 0 to cell 1 is 10, which is a "
            "cell's to itself; write 11 to 255",
        ),
    ],
)
def test_distances_that_are_no_matrix(topology: str, said: str) -> None:
    assert _refused(vm(4, 4), topology) == [said]


MIXED = (
    "numa_topology: mode restrictive stands beside {}, which libvirt does not allow; use "
    "restrictive for all of the VM, or for none"
)


@pytest.mark.parametrize(
    ("nodeset", "topology", "others"),
    [
        ("0", "cpus=0-3 mode=restrictive", "strict"),
        ("restrictive:0", "cpus=0-3 mode=preferred", "preferred"),
        (None, "cpus=0-1 mode=restrictive / cpus=2 mode=interleave / cpus=3", "interleave, strict"),
    ],
)
def test_mode_restrictive_beside_others(nodeset: str | None, topology: str, others: str) -> None:
    assert _refused(vm(4, 4), topology, nodeset) == [MIXED.format(others)]


@pytest.mark.parametrize(
    ("nodeset", "topology"),
    [
        ("restrictive:0", "cpus=0-1 / cpus=2-3"),
        (None, "cpus=0-1 mode=restrictive / cpus=2-3 mode=restrictive"),
        ("0", "cpus=0-1 mode=preferred / cpus=2-3 mode=interleave"),
    ],
)
def test_modes_that_may_stand_together(nodeset: str | None, topology: str) -> None:
    assert len(_plan(vm(4, 4), topology, nodeset)) == 2


def test_every_problem_is_reported_at_once() -> None:
    found = _refused(vm(4, 4), "cpus=0-1 mem=1025K dist=10 / cpus=1 mode=restrictive page=1G")
    assert [text.split(":")[0] for text in found] == [
        "numa_topology, cell 1, cpus",
        "numa_topology",
        "numa_topology, cell 0, mem",
        "numa_topology, cell 1, page",
        "numa_topology, cell 0, dist",
        "numa_topology",
    ]
