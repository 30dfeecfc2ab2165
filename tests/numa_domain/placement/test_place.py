# SPDX-License-Identifier: Apache-2.0
"""Placement on nodes that the request names: what it means here, and what is refused."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.guest.model import Guest, GuestCell, GuestPages, Memnode, MemoryDevice
from numa_domain.host.model import HostTopology
from numa_domain.placement.model import Placement, PlacementError
from numa_domain.placement.place import place, place_or_none
from tests.makers import GIB, host, request, vm

HOST = host(30, 20, 10, 5)


def placed(
    nodeset: str | None = None,
    topology: str | None = None,
    guest: Guest | None = None,
    machine: HostTopology = HOST,
) -> Placement:
    return place(guest or vm(8, 4), request(nodeset, topology), machine)


def refused(
    nodeset: str | None = None,
    topology: str | None = None,
    guest: Guest | None = None,
    machine: HostTopology = HOST,
) -> NumaError:
    with pytest.raises(NumaError) as caught:
        placed(nodeset, topology, guest, machine)
    return caught.value


def nodes(placement: Placement) -> list[str]:
    return [str(cell.nodes) for cell in placement.cells]


def two_cells(**more: object) -> Guest:
    cells = (
        GuestCell(0, Cpuset.parse("0-1"), 4 * GIB),
        GuestCell(1, Cpuset.parse("2-3"), 4 * GIB),
    )
    return vm(8, 4, cells=cells, **more)


@pytest.mark.parametrize(
    ("nodeset", "mode", "expected"),
    [
        ("0", "strict", "0"),
        ("0-1,3", "strict", "0-1,3"),
        ("preferred:2", "preferred", "2"),
        ("interleave:0-1", "interleave", "0-1"),
        ("restrictive:all", "restrictive", "0-3"),
        ("^0", "strict", "1-3"),
        ("^0,^3", "strict", "1-2"),
    ],
)
def test_vm_without_topology_is_bound_as_a_whole(nodeset: str, mode: str, expected: str) -> None:
    placement = placed(nodeset)
    assert (placement.mode, str(placement.nodes), placement.cells) == (mode, expected, ())
    assert not placement.topology_changed
    assert set(placement.cpus) == set(placement.nodes or ())


def test_cpus_of_the_nodes_are_told() -> None:
    assert placed("0,2").cpus == {0: "0-7", 2: "16-23"}


def test_charges_say_what_is_promised() -> None:
    assert placed("1").charges == {1: {0: 8 * GIB}}
    assert placed("interleave:0-3").charges == {i: {0: 2 * GIB} for i in range(4)}


def test_all_leaves_out_nodes_without_memory() -> None:
    assert str(placed("all", machine=host(30, 0, 10)).nodes) == "0,2"


def test_count_of_cells_shares_the_vms_nodes() -> None:
    placement = placed("0-1", "2")
    assert nodes(placement) == ["0-1", "0-1"]
    assert [cell.memnode for cell in placement.cells] == [True, True]
    assert placement.topology_changed


def test_host_cells_have_a_node_each() -> None:
    placement = placed("0-1", "host", machine=host(30, 20, 10))
    assert nodes(placement) == ["0", "1"]


def test_cells_have_their_own_nodes_and_modes() -> None:
    topology = "cpus=0-1 mem=3G nodes=1 / cpus=2-3 mem=5G mode=preferred"
    placement = placed("0,2", topology)
    assert nodes(placement) == ["1", "0,2"]
    assert [cell.cell.mode for cell in placement.cells] == ["strict", "preferred"]
    assert (placement.mode, str(placement.nodes)) == ("strict", "0-2")


def test_cells_alone_make_the_vms_nodes_if_all_are_bound() -> None:
    bound = placed(None, "cpus=0-1 mem=3G nodes=1 / cpus=2-3 mem=5G nodes=0")
    assert (bound.mode, str(bound.nodes)) == ("strict", "0-1")
    free = placed(None, "cpus=0-1 mem=3G nodes=1 / cpus=2-3 mem=5G")
    assert (free.mode, free.nodes) == ("strict", None)
    assert [cell.nodes for cell in free.cells] == [Nodeset.of([1]), None]
    assert free.charges == {1: {0: 3 * GIB}}
    modes = placed(None, "cpus=0-1 nodes=1 mode=preferred / cpus=2-3 nodes=0")
    assert (modes.mode, modes.nodes) == ("strict", None)


def test_topology_alone_binds_nothing() -> None:
    placement = placed(None, "2")
    assert (placement.nodes, [cell.nodes for cell in placement.cells]) == (None, [None, None])
    assert placement.charges == {}


def test_domains_cells_stay_and_take_the_vms_nodes() -> None:
    placement = placed("0-1", guest=two_cells())
    assert nodes(placement) == ["0-1", "0-1"]
    assert [cell.memnode for cell in placement.cells] == [False, False]
    assert not placement.topology_changed


def test_domains_memnodes_stay_where_its_cells_do() -> None:
    memnodes = (Memnode(1, "preferred", Nodeset.of([2])),)
    placement = placed("0", guest=two_cells(memnodes=memnodes))
    assert nodes(placement) == ["0", "2"]
    assert placement.cells[1].cell.mode == "preferred"
    assert str(placement.nodes) == "0,2"


def test_domains_memnodes_go_with_its_cells() -> None:
    memnodes = (Memnode(1, "strict", Nodeset.of([2])),)
    assert nodes(placed("0", "2", guest=two_cells(memnodes=memnodes))) == ["0", "0"]


def test_domains_nodes_hold_cells_that_the_request_does_not_bind() -> None:
    guest = two_cells(memory_mode="strict", memory_nodes=Nodeset.of([1]))
    placement = placed(None, "2", guest=guest)
    assert nodes(placement) == ["1", "1"]
    assert [cell.memnode for cell in placement.cells] == [False, False]
    assert placement.nodes is None


def test_huge_pages_are_taken_from_the_pool() -> None:
    machine = host(30, 30, pages={1: {GIB: 8}})
    assert placed("1", guest=vm(8, 4, page=GIB), machine=machine).charges == {1: {GIB: 8 * GIB}}
    error = refused("0", guest=vm(8, 4, page=GIB), machine=machine)
    assert str(error) == (
        "numa_nodeset: the VM needs 8 GiB on node 0, where 0 KiB are free in 1 GiB pages: 8 GiB "
        "missing; fits on node 1"
    )


@pytest.mark.parametrize(
    ("pools", "page"),
    [({2048: 9999}, 2048), ({GIB: 9999}, GIB), ({2048: 9999, GIB: 9999}, 2048), ({}, 2048)],
)
def test_default_huge_page_is_that_of_the_host(pools: dict[int, int], page: int) -> None:
    guest = vm(8, 4, page=0)
    machine = host(30, pages={0: pools})
    if pools:
        assert placed("0", guest=guest, machine=machine).charges == {0: {page: 8 * GIB}}
    else:
        assert refused("0", guest=guest, machine=machine).code == "NoRoom"


def test_huge_pages_of_one_cell() -> None:
    machine = host(30, pages={0: {2048: 2048}})
    guest = two_cells(hugepages=(GuestPages(2048, Nodeset.of([1])),))
    assert placed("0", guest=guest, machine=machine).charges == {0: {0: 4 * GIB, 2048: 4 * GIB}}


def test_huge_pages_are_taken_whole_for_each_cell() -> None:
    # 3 MiB are two pages of 2 MiB, so that two cells of 3 MiB need four
    cells = tuple(GuestCell(i, Cpuset.of([i]), 3072) for i in range(2))
    guest = vm(0.005859375, 2, cells=cells, hugepages=(GuestPages(2048),))
    assert str(refused("0", guest=guest, machine=host(1, pages={0: {2048: 3}}))) == (
        "numa_nodeset: cells 0-1 need 8 MiB on node 0, where 6 MiB are free in 2 MiB pages: 2 MiB "
        "missing; fits with 2 MiB for each of cells 0-1"
    )
    placement = placed("0", guest=guest, machine=host(1, pages={0: {2048: 4}}))
    assert placement.charges == {0: {2048: 8192}}


def test_dimms_come_from_their_cells_nodes() -> None:
    guest = vm(8, 4, devices=(MemoryDevice("dimm", 3 * GIB, cell=1),))
    placement = placed(None, "cpus=0-1 mem=4G nodes=0 / cpus=2-3 mem=4G nodes=1", guest)
    assert placement.charges == {0: {0: 4 * GIB}, 1: {0: 7 * GIB}}


def test_node_that_the_host_lacks_is_refused_in_every_mode() -> None:
    for mode in ("strict", "preferred", "interleave", "restrictive"):
        error = refused(f"{mode}:0,7-8")
        assert isinstance(error, PlacementError)
        assert str(error) == (
            "numa_nodeset: the host has no nodes 7-8; its nodes are 0-3: name some of these, or "
            "auto, or choose another host"
        )


def test_node_that_the_host_lacks_is_refused_where_it_stands() -> None:
    assert refused("^9").where == "numa_nodeset"
    topology = "cpus=0-1 mem=4G nodes=0 / cpus=2-3 mem=4G nodes=4"
    assert str(refused(None, topology)) == (
        "numa_topology, cell 1, nodes: the host has no node 4; its nodes are 0-3: name some of "
        "these, or auto, or choose another host"
    )
    guest = two_cells(memnodes=(Memnode(1, "strict", Nodeset.of([5])),))
    assert str(refused(None, None, guest)) == (
        "numatune, memnode of cell 1: the host has no node 5; its nodes are 0-3: name some of "
        "these, or auto, or choose another host"
    )


def test_no_node_with_memory_left_is_refused() -> None:
    error = refused("^0,^2", machine=host(8, 0, 8))
    assert error.code == "NodesLackMemory"
    assert str(error) == (
        "numa_nodeset: no node with memory is left; the host has memory on nodes 0,2: leave some "
        "of that, or write auto"
    )


def test_cells_that_fit_one_by_one_but_not_together_are_refused() -> None:
    error = refused("2-3", "3", vm(18, 3))
    assert error.code == "NoRoom"
    assert str(error) == (
        "numa_nodeset: cells 0-2 need 18 GiB on nodes 2-3, where 15 GiB are free: 3 GiB missing; "
        "fits on nodes 0-2, or with 5 GiB for each of cells 0-2"
    )


def test_restrictive_beside_the_domains_memnodes_is_refused() -> None:
    guest = two_cells(memnodes=(Memnode(1, "preferred", Nodeset.of([1])),))
    error = refused("restrictive:0", guest=guest)
    assert error.code == "MemnodeModesMixed"
    assert str(error) == (
        "numa_nodeset: mode restrictive would stand beside preferred of the VM's memnodes; libvirt "
        "does not allow that: use one of the others, or remove the VM's own pinning"
    )


def test_illegal_request_is_refused_before_the_host_is_asked() -> None:
    assert refused("0", "9").code == "CellsExceedCores"


@pytest.mark.parametrize("nodeset", ["0-1", "1", "auto", "auto:2", "9", "preferred:1", "auto:9"])
@pytest.mark.parametrize("gib", [1, 8, 40, 500])
def test_place_or_none_finds_what_place_finds(nodeset: str, gib: int) -> None:
    guest, asked = vm(gib, 4), request(nodeset)
    found = place_or_none(guest, asked, HOST)
    try:
        expected = place(guest, asked, HOST)
    except PlacementError:
        assert found is None
    else:
        assert found is not None
        assert (found.cells, found.charges) == (expected.cells, expected.charges)
