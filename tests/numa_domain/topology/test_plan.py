# SPDX-License-Identifier: Apache-2.0
"""Cells from a count, from the host, or as the domain has them."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.guest.model import Guest, GuestCell, GuestPages, MemoryDevice
from numa_domain.topology.cell import Cell
from numa_domain.topology.plan import plan_cells
from tests.makers import GIB, MIB, by_pairs, host, request, vm


def _refused(guest: Guest, topology: str) -> list[str]:
    with pytest.raises(NumaError) as caught:
        plan_cells(guest, request("0-3", topology), host(8, 8, 8, 8), Nodeset.parse("0-3"))
    return [str(problem) for problem in caught.value.problems]


def _cells(cells: tuple[Cell, ...]) -> list[tuple[str, int]]:
    return [(str(cell.cpus), cell.memory_kib) for cell in cells]


def test_no_topology_and_no_cells_is_none() -> None:
    assert plan_cells(vm(), request("0")) == ()


def test_no_topology_keeps_the_domains_cells() -> None:
    cells = (
        GuestCell(0, Cpuset.parse("0-1"), GIB, mem_access="shared", discard="yes"),
        GuestCell(1, Cpuset(), 3 * GIB, distances={0: 20}),
    )
    guest = vm(4, 2, cells=cells, hugepages=(GuestPages(2048, Nodeset.of([1])),))
    assert plan_cells(guest, request("preferred:0")) == (
        Cell(0, Cpuset.parse("0-1"), GIB, mode="preferred", access="shared", discard="yes"),
        Cell(1, Cpuset(), 3 * GIB, 2048, mode="preferred"),
    )


def test_count_makes_equal_cells() -> None:
    cells = plan_cells(vm(16, 4, 16), request("interleave:0-1", "2"))
    assert cells == (
        Cell(0, Cpuset.parse("0-1,4,6,8,10,12,14"), 8 * GIB, mode="interleave"),
        Cell(1, Cpuset.parse("2-3,5,7,9,11,13,15"), 8 * GIB, mode="interleave"),
    )


def test_count_of_46_vcpus_with_threads_keeps_cores_whole() -> None:
    cells = plan_cells(vm(10, 46, threads=2), request("0", "4"))
    assert [len(cell.cpus) for cell in cells] == [12, 12, 12, 10]
    assert sum(cell.memory_kib for cell in cells) == 10 * GIB


def test_count_cuts_memory_in_huge_pages() -> None:
    cells = plan_cells(vm(10, 4, page=GIB), request("0", "3"))
    assert [(c.memory_kib // GIB, c.page_kib) for c in cells] == [(4, GIB), (3, GIB), (3, GIB)]


def test_count_with_the_hosts_default_huge_page_counts_in_2_mib() -> None:
    cells = plan_cells(vm(1, 2, page=0), request("0", "2"))
    assert [(cell.memory_kib, cell.page_kib) for cell in cells] == [(512 * MIB, 0)] * 2


def test_count_of_more_cells_than_cores_is_refused() -> None:
    assert _refused(vm(4, 4), "5") == [
        "numa_topology: 5 cells cannot be made of 4 running cores (1 thread each); ask for at most "
        "4 cells, or write which vCPUs each has: cpus=0 mem=1G / ..."
    ]
    assert _refused(vm(4, 2, 16, 2), "2") == [
        "numa_topology: 2 cells cannot be made of 1 running core (2 threads each); ask for at most "
        "1 cell, or write which vCPUs each has: cpus=0 mem=1G / ..."
    ]


def test_count_of_more_cells_than_pages_is_refused() -> None:
    assert _refused(vm(2, 4, page=GIB), "3") == [
        "numa_topology: 2 GiB of memory cannot be cut into 3 cells of at least 1 GiB each; ask for "
        "fewer cells, or smaller pages"
    ]


def test_count_of_memory_that_is_no_whole_number_of_pages_is_refused() -> None:
    assert _refused(vm(2.5, 4, page=GIB), "2") == [
        "numa_topology: 2560M is no whole number of 1 GiB pages; make it a multiple of 1 GiB, or "
        "use smaller pages"
    ]


def test_count_with_several_problems_reports_each() -> None:
    assert [text.split(";")[0] for text in _refused(vm(1.5, 1, page=GIB), "2")] == [
        "numa_topology: 2 cells cannot be made of 1 running core (1 thread each)",
        "numa_topology: 1.5 GiB of memory cannot be cut into 2 cells of at least 1 GiB each",
        "numa_topology: 1536M is no whole number of 1 GiB pages",
    ]


def test_host_makes_a_cell_for_each_chosen_node_sized_like_it() -> None:
    machine = host(24, 8, 16, cpus=(4, 8, 0), apart=by_pairs(12, 32))
    cells = plan_cells(vm(12, 12), request("0-2", "host"), machine, Nodeset.parse("0-2"))
    assert cells == (
        Cell(0, Cpuset.parse("0-3"), 6 * GIB, nodes=Nodeset.of([0]), distances=(10, 12, 32)),
        Cell(1, Cpuset.parse("4-11"), 2 * GIB, nodes=Nodeset.of([1]), distances=(12, 10, 32)),
        Cell(2, Cpuset(), 4 * GIB, nodes=Nodeset.of([2]), distances=(32, 32, 10)),
    )


def test_host_leaves_out_nodes_without_memory() -> None:
    machine = host(0, 8, ids=(0, 2), cpus=(0, 8))
    cells = plan_cells(vm(4, 4), request("0,2", "host"), machine, Nodeset.parse("0,2"))
    assert [(cell.id, cell.nodes) for cell in cells] == [(0, Nodeset.of([2]))]


def test_host_nodes_without_cpus_share_the_vcpus_equally() -> None:
    machine = host(8, 8, cpus=0)
    cells = plan_cells(vm(4, 4), request("0-1", "host"), machine, Nodeset.parse("0-1"))
    assert [str(cell.cpus) for cell in cells] == ["0-1", "2-3"]


@pytest.mark.parametrize(
    "apart",
    [None, lambda a, b: 10, lambda a, b: 300],
    ids=["not told", "10 to another node", "more than 255"],
)
def test_host_distances_that_libvirt_refuses_are_left_out(apart: object) -> None:
    machine = host(8, 8, apart=apart)  # type: ignore[arg-type]
    cells = plan_cells(vm(4, 4), request("0-1", "host"), machine, Nodeset.parse("0-1"))
    assert [cell.distances for cell in cells] == [None, None]


def test_host_without_a_node_that_has_memory_is_refused() -> None:
    machine = host(0, 8, 0)
    with pytest.raises(NumaError) as caught:
        plan_cells(vm(), request("0,2", "host"), machine, Nodeset.parse("0,2"))
    assert caught.value.code == "HostCellsLackMemory"
    assert str(caught.value) == (
        "numa_topology: `host` means one cell for each node with memory, and there is none on "
        "nodes 0,2; name nodes with memory in numa_nodeset"
    )


def test_host_without_a_host_is_refused() -> None:
    with pytest.raises(NumaError) as caught:
        plan_cells(vm(), request("0", "host"))
    assert caught.value.code == "HostCellsNeedHost"
    assert str(caught.value) == (
        "numa_topology: `host` means one cell for each host node that is used, and no host is "
        "known here; name a host, or write a count or the cells"
    )


def test_memory_devices_count_where_their_cell_is() -> None:
    devices = (
        MemoryDevice("dimm", GIB, cell=1),
        MemoryDevice("virtio-mem", 2 * GIB, cell=1),
        MemoryDevice("dimm", 4 * GIB),  # libvirt's default is cell 0
        MemoryDevice("nvdimm", 8 * GIB, cell=1),  # a file's, not the node's
        MemoryDevice("dimm", 16 * GIB, cell=1, nodes=Nodeset.of([3])),  # has nodes of its own
    )
    cells = plan_cells(vm(4, 4, devices=devices), request("0", "2"))
    assert [(cell.memory_kib // GIB, cell.extra_kib // GIB) for cell in cells] == [(2, 4), (2, 3)]
    assert cells[1].total_kib == 5 * GIB


@pytest.mark.parametrize("topology", ["2", "cpus=0-1 mem=2G / cpus=2-3 mem=2G"])
def test_new_cells_keep_the_access_that_all_old_cells_have(topology: str) -> None:
    shared = GuestCell(0, Cpuset.of(range(4)), 4 << 20, mem_access="shared", discard="yes")
    guest = _with_cells(shared)
    cells = plan_cells(guest, request(topology=topology))
    assert [(cell.access, cell.discard) for cell in cells] == [("shared", "yes")] * 2


def test_new_cells_of_unlike_old_cells_keep_no_access() -> None:
    one = GuestCell(0, Cpuset.of([0, 1]), 2 << 20, mem_access="shared")
    two = GuestCell(1, Cpuset.of([2, 3]), 2 << 20)
    cells = plan_cells(_with_cells(one, two), request(topology="2"))
    assert [cell.access for cell in cells] == [None, None]


def _with_cells(*cells: GuestCell) -> Guest:
    return Guest(
        name="vm",
        uuid="",
        memory_kib=4 << 20,
        current_memory_kib=4 << 20,
        max_memory_kib=4 << 20,
        vcpus_max=4,
        vcpus_current=Cpuset.of(range(4)),
        cells=cells,
    )


@pytest.mark.parametrize("arch", ["s390x", "s390", "sparc64", "m68k"])
@pytest.mark.parametrize("topology", ["2", "host", "cpus=0-3 mem=8G"])
def test_machine_without_numa_is_told_so(arch: str, topology: str) -> None:
    guest = vm(8, 4, arch=arch)
    assert _refused(guest, topology) == [
        f'numa_topology: machines of {arch} have no NUMA: QEMU says "NUMA is not supported by '
        'this machine-type"; leave numa_topology out; numa_nodeset alone is possible'
    ]
    assert plan_cells(guest, request("0")) == ()
