# SPDX-License-Identifier: Apache-2.0
"""`auto` for a VM on a host: cells, devices, modes, counts."""

from __future__ import annotations

from numa_domain.base.idset import Nodeset
from numa_domain.placement.auto.stage_order import Rules, choose
from numa_domain.placement.memory_fit import Demand
from tests.makers import GIB, host, vm
from tests.numa_domain.placement.auto.asking import (
    SOCKETS,
    eight,
    nodes,
    placed,
    whole,
)


def test_vm_goes_to_the_fullest_node_that_holds_it() -> None:
    assert whole(vm(8), "auto", host(10, 30, 20)) == "0"


def test_vm_too_large_for_a_node_takes_the_smallest_close_set() -> None:
    assert whole(vm(35), "auto", host(20, 18, 20, 19, apart=SOCKETS)) == "0-1"
    assert whole(vm(75), "auto", host(20, 18, 20, 19, apart=SOCKETS)) == "0-3"


def test_vm_of_so_many_nodes() -> None:
    assert whole(vm(4), "auto:2", host(10, 10, 20, 20, apart=SOCKETS)) == "0-1"


def test_two_cells_have_a_node_each() -> None:
    assert nodes(vm(16), "auto", "2", host(30, 2, 12, 9)) == ["2", "3"]


def test_cells_share_nodes_where_these_are_too_few() -> None:
    assert nodes(vm(32), "auto", "4", host(30, 30)) == ["0", "0", "1", "1"]


def test_cells_spread_where_they_fit_no_node() -> None:
    machine = host(20, 20, 20, 20, apart=SOCKETS)
    assert nodes(vm(60), "auto", "2", machine) == ["0-1", "2-3"]


def test_placement_has_modes_charges_and_memnodes() -> None:
    placement = placed(vm(16), "preferred:auto", "2", host(30, 20, 10))
    assert (placement.mode, str(placement.nodes)) == ("preferred", "1-2")
    assert placement.charges == {1: {0: 8 * GIB}, 2: {0: 8 * GIB}}
    assert [cell.memnode for cell in placement.cells] == [True, True]
    assert placement.cpus == {1: "8-15", 2: "16-23"}


def test_host_topology_has_a_cell_for_each_node_that_is_needed() -> None:
    machine = host(20, 18, 20, 19, apart=SOCKETS)
    assert nodes(vm(16), "auto", "host", machine) == ["1"]
    assert nodes(vm(35), "auto", "host", machine) == ["0", "1"]


def test_host_topology_is_sized_by_what_is_free_where_a_node_is_filled() -> None:
    machine = host(10, 50, 50, total_gib=64)
    placement = placed(vm(105, 6), "auto", "host", machine)
    sizes = [cell.cell.memory_kib / GIB for cell in placement.cells]
    assert sum(sizes) == 105
    assert sizes[0] <= 10
    roomy = placed(vm(105, 6), "auto", "host", host(40, 50, 50, total_gib=64))
    assert {round(cell.cell.memory_kib / GIB) for cell in roomy.cells} == {35}


def test_device_draws_the_vm_near() -> None:
    address = "0000:3b:00.0"
    machine = host(10, 20, 30, apart=SOCKETS, devices={address: 2})
    assert whole(vm(8), "auto", machine) == "0"
    assert whole(vm(8, pci=(address,)), "auto", machine) == "2"
    assert whole(vm(8, pci=("0000:00:00.0",)), "auto", machine) == "0"  # its node is unknown
    assert nodes(
        vm(8, pci=(address,)), "auto", "2", host(30, 20, 10, 9, apart=SOCKETS, devices={address: 2})
    ) == ["2", "3"]


def test_device_on_a_node_without_room_draws_the_vm_to_its_neighbour() -> None:
    machine = host(30, 30, 2, 10, apart=SOCKETS, devices={"0000:3b:00.0": 2})
    assert whole(vm(8, pci=("0000:3b:00.0",)), "auto", machine) == "3"


def test_interleaved_vm_has_even_shares() -> None:
    placement = placed(vm(30), "interleave:auto", None, host(20, 16, 14))
    assert placement.charges == {0: {0: 15 * GIB}, 1: {0: 15 * GIB}}


def test_preferred_vm_that_fits_nowhere_goes_where_most_is_free() -> None:
    placement = placed(vm(60), "preferred:auto", None, host(10, 30, cpus=8))
    assert str(placement.nodes) == "1"
    assert [warning.code for warning in placement.warnings] == ["MemoryOverflows"]
    assert whole(vm(60), "preferred:auto:2", host(10, 30, 20)) == "1-2"
    assert whole(vm(60), "preferred:auto", host(10, 30, cpus=(8, 0))) == "0"


def test_preferred_cell_gives_way_to_a_strict_one() -> None:
    topology = "cpus=0-1 mem=25G mode=preferred / cpus=2-3 mem=20G"
    placement = placed(vm(45), "auto", topology, host(22, 4))
    assert str(placement.cells[1].nodes) == "0"
    assert placement.charges[0] == {0: 22 * GIB}
    assert [warning.code for warning in placement.warnings] == ["MemoryOverflows"]


def test_huge_pages_decide_where_there_are_any() -> None:
    machine = host(64, 64, 64, pages={1: {2048: 4096}, 2: {2048: 2048}})
    assert whole(vm(8, page=2048), "auto", machine) == "1"
    assert whole(vm(12, page=2048), "auto", machine) == "1-2"


def test_same_input_same_answer() -> None:
    machine = host(*[20] * 8, apart=SOCKETS)
    assert len({str(nodes(vm(32), "auto", "4", machine)) for _ in range(5)}) == 1


def test_choose_knows_sparse_ids() -> None:
    machine = host(9, 30, 20, ids=(0, 8, 252))
    demands = [Demand(0, 8 * GIB, 0, Nodeset.parse("0,8,252"), "strict", 1)]
    assert choose(machine, demands, Rules()) == [Nodeset.of([0])]
    assert choose(machine, demands, Rules(count=2)) == [Nodeset.of([0, 252])]
    assert choose(machine, demands * 2, Rules(exclusive=True), [252]) in (
        [Nodeset.of([8]), Nodeset.of([252])],
        [Nodeset.of([0]), Nodeset.of([252])],
    )


def test_three_near_nodes_are_taken_before_two_far_ones() -> None:
    free = (60, 20, 20, 20)
    machine = host(*free, *free, apart=lambda a, b: 12 if a // 4 == b // 4 else 32)
    assert whole(vm(96), "auto", machine) in ("0-2", "0,2-3")


def test_cells_of_more_nodes_than_cells_have_some_each() -> None:
    assert nodes(vm(16, 4), "auto:4", "2", eight(*[20] * 8)) == ["0-1", "2-3"]
    assert nodes(vm(16, 4), "auto:6", "2", eight(*[20] * 8)) in (["0-2", "4-6"], ["0-2", "3-5"])


def test_cells_share_a_node_rather_than_cross_the_sockets() -> None:
    assert nodes(vm(16, 4), "auto", "2", eight(30, 2, 2, 2, 30, 2, 2, 2)) == ["0", "0"]
    # where all nodes are sockets, each cell has its own
    assert nodes(vm(16, 4), "auto", "2", host(30, 30, apart=lambda a, b: 32)) == ["0", "1"]
