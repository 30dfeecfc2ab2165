# SPDX-License-Identifier: Apache-2.0
"""`auto` beside what has its nodes: cells that name some, memnodes, memory devices."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.guest.model import GuestCell, Memnode, MemoryDevice
from tests.makers import GIB, host, vm
from tests.numa_domain.placement.auto.asking import (
    SOCKETS,
    nodes,
    own_cells,
    placed,
    whole,
)


def test_domains_cells_each_get_a_node() -> None:
    placement = placed(own_cells(), "auto", None, host(20, 30))
    assert [str(cell.nodes) for cell in placement.cells] == ["0", "1"]
    assert not placement.topology_changed


def test_domains_single_cell_is_the_vm() -> None:
    guest = vm(8, 4, cells=(GuestCell(0, Cpuset.parse("0-3"), 8 * GIB),))
    placement = placed(guest, "auto", None, host(5, 30))
    assert [str(cell.nodes) for cell in placement.cells] == ["1"]
    assert [cell.memnode for cell in placement.cells] == [False]


def test_domains_memnodes_stay_where_its_cells_do() -> None:
    guest = own_cells(memnodes=(Memnode(0, "strict", Nodeset.of([2])),))
    assert nodes(guest, "auto", None, host(5, 30, 20)) == ["2", "0"]


def test_domains_memnodes_and_nodes_go_with_its_cells() -> None:
    guest = own_cells(
        memnodes=(Memnode(0, "strict", Nodeset.of([2])),),
        memory_mode="strict",
        memory_nodes=Nodeset.of([2]),
    )
    assert nodes(guest, "auto", "2", host(20, 30, 10)) == ["0", "2"]


def test_domains_nodes_do_not_bind_a_vm_that_asks_for_auto() -> None:
    guest = vm(8, memory_mode="strict", memory_nodes=Nodeset.of([0]))
    assert whole(guest, "auto", host(30, 10)) == "1"


def test_memory_devices_need_room_too() -> None:
    guest = vm(8, 4, devices=(MemoryDevice("dimm", 16 * GIB, cell=1),))
    assert nodes(guest, "auto", "2", host(30, 12, 12)) in (["1", "0"], ["2", "0"])
    cells = own_cells(devices=(MemoryDevice("dimm", 16 * GIB, cell=1),))
    assert nodes(cells, "auto", "host", host(15, 30)) == ["0", "1"]


def test_cell_that_names_nodes_has_them_and_the_others_go_elsewhere() -> None:
    topology = "cpus=0-1 mem=4G nodes=0 / cpus=2-3 mem=4G"
    assert nodes(vm(8), "auto", topology, host(30, 20, 10)) == ["0", "2"]
    assert nodes(vm(8), "auto", topology, host(30, 3, 3)) == ["0", "0"]


def test_cell_beside_one_that_names_nodes_is_close_to_it() -> None:
    topology = "cpus=0-1 mem=4G nodes=0 / cpus=2-3 mem=4G"
    assert nodes(vm(8), "auto", topology, host(30, 10, 30, 30, apart=SOCKETS)) == ["0", "1"]


def test_cell_that_names_nodes_takes_its_memory_first() -> None:
    topology = "cpus=0-1 mem=24G nodes=0 / cpus=2-3 mem=8G"
    assert nodes(vm(32), "auto", topology, host(30, 9)) == ["0", "1"]
    with pytest.raises(NumaError):
        nodes(vm(32), "auto", topology, host(30, 1))


def test_cell_that_names_a_node_that_is_not_there() -> None:
    topology = "cpus=0-1 mem=4G nodes=7 / cpus=2-3 mem=4G"
    with pytest.raises(NumaError) as caught:
        nodes(vm(8), "auto", topology, host(30, 20))
    assert str(caught.value) == (
        "numa_topology, cell 0, nodes: the host has no node 7; its nodes are 0-1: name some of "
        "these, or auto, or choose another host"
    )


def test_exclusive_keeps_off_the_nodes_that_cells_name() -> None:
    topology = "cpus=0-1 mem=4G nodes=0 / cpus=2-3 mem=4G"
    assert nodes(vm(8), "auto", topology, host(30, 5), exclusive=True) == ["0", "1"]
    with pytest.raises(NumaError):
        nodes(vm(8), "auto", topology, host(30, 3), exclusive=True)


def test_candidates_are_kept_to() -> None:
    candidates = {0: Nodeset.parse("1-2"), 1: Nodeset.parse("1")}
    machine = host(30, 20, 10)
    assert nodes(vm(8), "auto", "2", machine, candidates=candidates) == ["2", "1"]
    with pytest.raises(NumaError) as caught:
        nodes(vm(8), "auto", "2", machine, candidates={1: Nodeset.parse("9")})
    assert str(caught.value) == (
        "cell 1, nodes: the host has no node 9; its nodes are 0-2: name some of these, or auto, or "
        "choose another host"
    )


def test_cell_with_several_nodes_shifts_out_of_the_way_of_one_without() -> None:
    # On node 0 first, it would leave no node whole for the other
    topology = "cpus=0-1 mem=8G nodes=0-1 / cpus=2-3 mem=12G"
    placement = placed(vm(20), "auto", topology, host(12, 8))
    assert str(placement.cells[1].nodes) == "0"
    assert placement.charges == {0: {0: 12 * GIB}, 1: {0: 8 * GIB}}


def test_preferred_cell_with_nodes_gives_way_to_one_without() -> None:
    topology = "cpus=0-1 mem=8G nodes=0 mode=preferred / cpus=2-3 mem=12G"
    placement = placed(vm(20), "auto", topology, host(12, 8))
    assert str(placement.cells[1].nodes) == "0"
    assert [warning.code for warning in placement.warnings] == ["MemoryOverflows"]


@pytest.mark.parametrize("mode", ["", "preferred:", "interleave:", "restrictive:"])
@pytest.mark.parametrize("rest", [4, 400])
def test_node_that_the_host_lacks_is_refused_whether_or_not_the_rest_fits(
    mode: str, rest: int
) -> None:
    topology = f"cpus=0-1 mem=1G nodes=7 / cpus=2-3 mem={rest}G"
    with pytest.raises(NumaError) as caught:
        placed(vm(1 + rest, 4), f"{mode}auto", topology, host(8, 8))
    assert str(caught.value) == (
        "numa_topology, cell 0, nodes: the host has no node 7; its nodes are 0-1: name some of "
        "these, or auto, or choose another host"
    )


def test_host_cells_are_as_many_as_the_devices_need() -> None:
    guest = own_cells(devices=(MemoryDevice("dimm", GIB, 1),))
    assert nodes(guest, "auto", "host", host(10, 20, 30)) == ["0", "1"]
    assert nodes(own_cells(), "auto", "host", host(10, 20, 30)) == ["0"]


def test_page_size_of_a_memory_device_counts_where_its_cell_goes() -> None:
    """The cell would fit node 0, which is fuller; the DIMM's pages are on node 1."""
    guest = vm(4, devices=(MemoryDevice("dimm", 2 * GIB, cell=0, page_kib=2048),))
    machine = host(10, 20, pages={1: {2048: 1024}})
    assert whole(guest, "auto", machine) == "1"
    cells = own_cells(devices=(MemoryDevice("dimm", 2 * GIB, cell=1, page_kib=2048),))
    machine = host(20, 20, 20, pages={0: {2048: 1024}})
    assert nodes(cells, "auto", None, machine)[1] == "0"
    with pytest.raises(NumaError):
        nodes(cells, "auto", None, host(20, 20, pages={0: {2048: 1023}}))
