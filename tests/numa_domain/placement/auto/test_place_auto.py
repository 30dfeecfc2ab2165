# SPDX-License-Identifier: Apache-2.0
"""`auto` for a VM on a host: cells, fixed nodes, devices, modes, counts."""

from __future__ import annotations

from typing import Any

import pytest

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.guest.model import Guest, GuestCell, Memnode, MemoryDevice
from numa_domain.host.model import HostTopology
from numa_domain.placement.auto.stage_order import Rules, choose
from numa_domain.placement.memory_fit import Demand, charged
from numa_domain.placement.model import Placement
from numa_domain.placement.place import place
from tests.makers import GIB, by_pairs, host, request, vm

SOCKETS = by_pairs()


def placed(
    guest: Guest, nodeset: str, topology: str | None, machine: HostTopology, **rules: Any
) -> Placement:
    return place(guest, request(nodeset, topology), machine, **rules)


def nodes(
    guest: Guest, nodeset: str, topology: str | None, machine: HostTopology, **rules: Any
) -> list[str]:
    return [str(c.nodes) for c in placed(guest, nodeset, topology, machine, **rules).cells]


def whole(guest: Guest, nodeset: str, machine: HostTopology, **rules: Any) -> str:
    return str(placed(guest, nodeset, None, machine, **rules).nodes)


def own_cells(**more: Any) -> Guest:
    cells = (
        GuestCell(0, Cpuset.parse("0-1"), 4 * GIB),
        GuestCell(1, Cpuset.parse("2-3"), 4 * GIB),
    )
    return vm(8, 4, cells=cells, **more)


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


def test_node_without_cpus_is_for_memory_only_cells() -> None:
    cxl = host(20, 20, 64, cpus=(8, 8, 0))
    assert whole(vm(8), "auto", cxl) == "0"
    topology = "cpus=0-3 mem=8G / mem=8G"
    assert nodes(vm(16), "auto", topology, cxl) == ["0", "2"]


def test_vm_too_large_for_nodes_with_cpus_has_one_of_them_at_least() -> None:
    cxl = host(20, 20, 64, cpus=(8, 8, 0), apart=lambda a, b: 14 if {a, b} == {1, 2} else 24)
    assert whole(vm(50), "auto", cxl) == "1-2"
    assert nodes(vm(90), "auto", "2", cxl) == ["0,2", "1-2"]


def test_vm_goes_to_a_node_without_cpus_where_nothing_else_works() -> None:
    placement = placed(vm(50), "auto", None, host(20, 20, 64, cpus=(8, 8, 0)), spread=False)
    assert str(placement.nodes) == "2"
    assert [warning.code for warning in placement.warnings] == ["CpusMissing"]


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


def test_vcpus_of_other_vms_count() -> None:
    """Node 0 is the fullest; with 16 vCPUs more than node 1 it is passed over."""
    machine = host(10, 30).replace(vcpus={Nodeset.of([0]): 32, Nodeset.of([1]): 16})
    assert whole(vm(8), "auto", host(10, 30)) == "0"
    assert whole(vm(8), "auto", machine) == "1"


def test_vcpus_on_several_nodes_are_shared_out() -> None:
    machine = host(10, 30, 30).replace(vcpus={Nodeset.parse("0-1"): 32, Nodeset.of([2]): 16})
    assert whole(vm(8), "auto", machine) == "0"


def test_eight_vms_do_not_all_go_to_the_node_with_most_free() -> None:
    machine = host(128, 512)
    for _ in range(8):
        placement = placed(vm(8, 8), "auto", None, machine)
        machine = _started(machine, placement)
    assert sum(machine.vcpus.values()) == 64
    assert max(machine.vcpus.values()) <= 40  # a quarter above the mean


def test_more_vcpus_than_a_node_has_cpus_take_more_nodes() -> None:
    machine = host(60, 60, 60, 60, apart=SOCKETS)
    cpus = len(machine.nodes[0].cpus)
    assert whole(vm(8, 2 * cpus), "auto", machine) == "0-1"
    assert whole(vm(8, 3 * cpus), "auto", machine) == "0-2"
    assert whole(vm(8, 5 * cpus), "auto", machine) == "0-3"
    assert whole(vm(8, 5 * cpus), "auto:1", machine) == "0"


def test_three_near_nodes_are_taken_before_two_far_ones() -> None:
    free = (60, 20, 20, 20)
    machine = host(*free, *free, apart=lambda a, b: 12 if a // 4 == b // 4 else 32)
    assert whole(vm(96), "auto", machine) in ("0-2", "0,2-3")


def _started(machine: HostTopology, placement: Placement) -> HostTopology:
    vcpus = dict(machine.vcpus)
    for nodes_, count in placement.vcpus.items():
        vcpus[nodes_] = vcpus.get(nodes_, 0) + count
    return charged(machine, placement.charges).replace(vcpus=vcpus)


def eight(*free: float) -> HostTopology:
    """Two sockets of four nodes."""
    return host(*free, apart=lambda a, b: 12 if a // 4 == b // 4 else 32)


def test_cells_of_more_nodes_than_cells_have_some_each() -> None:
    assert nodes(vm(16, 4), "auto:4", "2", eight(*[20] * 8)) == ["0-1", "2-3"]
    assert nodes(vm(16, 4), "auto:6", "2", eight(*[20] * 8)) in (["0-2", "4-6"], ["0-2", "3-5"])


def test_cells_with_more_vcpus_than_a_node_has_cpus_take_more_nodes() -> None:
    assert nodes(vm(16, 32), "auto", "2", eight(*[20] * 8)) == ["0-1", "2-3"]
    assert nodes(vm(16, 16), "auto", "2", eight(*[20] * 8)) == ["0", "1"]


def test_cells_share_a_node_rather_than_cross_the_sockets() -> None:
    assert nodes(vm(16, 4), "auto", "2", eight(30, 2, 2, 2, 30, 2, 2, 2)) == ["0", "0"]
    # where all nodes are sockets, each cell has its own
    assert nodes(vm(16, 4), "auto", "2", host(30, 30, apart=lambda a, b: 32)) == ["0", "1"]


def test_cpus_of_nodes_without_memory_are_used_where_they_are_needed() -> None:
    """As a Threadripper 2990WX, or a socket with one DIMM: node 0 has the memory of 0 and 1."""
    machine = host(60, 0, 60, 0, cpus=4, apart=SOCKETS)
    assert place(vm(8, 4), request("0"), machine).cpus == {0: "0-3"}
    placement = place(vm(8, 8), request("0"), machine)
    assert (placement.cpus, placement.warnings) == ({0: "0-7"}, ())
    assert whole(vm(8, 8), "auto", machine) == "0"
    assert whole(vm(8, 16), "auto", machine) == "0,2"
    assert place(vm(8, 16), request("all"), machine).cpus == {0: "0-7", 2: "8-15"}


def test_isolated_cpus_do_not_count_and_are_not_used() -> None:
    machine = host(10, 30)
    isolated = machine.nodes[0].replace(unusable=Cpuset.parse("2-7"))
    machine = machine.replace(nodes={**machine.nodes, 0: isolated})
    assert whole(vm(8, 2), "auto", machine) == "0"
    assert whole(vm(8, 4), "auto", machine) == "1"
    placement = place(vm(8, 4), request("0"), machine)
    assert placement.cpus == {0: "0-1"}
    assert [str(warning) for warning in placement.warnings] == [
        "placement: the VM has 4 vCPUs for 2 online CPUs of node 0; vCPUs will wait for each other:"
        " use more nodes, or fewer vCPUs"
    ]


def pinned(guest: Guest, **pins: str) -> Guest:
    """`v0="8"`: vCPU 0 has that pin."""
    return guest.replace(own_pins={int(v[1:]): Cpuset.parse(cpus) for v, cpus in pins.items()})


def test_vm_goes_to_the_node_of_its_pins() -> None:
    assert whole(pinned(vm(8), v0="8"), "auto", host(30, 20)) == "1"
    assert whole(pinned(vm(8), v0="0-7,16", v3="16-20"), "auto", host(30, 20, 10)) == "2"
    assert whole(vm(8, vcpu_cpuset=Cpuset.parse("8-9")), "auto", host(30, 20)) == "1"
    assert whole(pinned(vm(8), v0="0-15"), "auto", host(20, 30)) == "0"


def test_vm_whose_pins_lie_on_several_nodes_has_these() -> None:
    guest = pinned(vm(8), v0="0", v1="8")
    assert whole(guest, "auto", host(30, 20, 30)) == "0-1"


def test_vm_that_does_not_fit_the_node_of_its_pins_has_that_and_others() -> None:
    guest = pinned(vm(35), v0="8")
    assert whole(guest, "auto", host(20, 18, 20, 19, apart=SOCKETS)) == "0-1"
    assert whole(guest, "auto", host(20, 10, 20, 19)) == "0-2"
    with pytest.raises(NumaError):
        whole(guest, "auto:1", host(20, 18, 40, 19))


def test_cells_go_to_the_nodes_of_their_pins() -> None:
    guest = pinned(vm(8), v0="24", v3="8")
    assert nodes(guest, "auto", "2", host(30, 20, 20, 20)) == ["3", "1"]
    assert nodes(pinned(own_cells(), v0="8"), "auto", None, host(30, 20)) == ["1", "0"]


def test_pins_that_a_placement_wrote_bind_nothing() -> None:
    guest = vm(8, vcpu_pins={0: Cpuset.parse("8")})
    assert whole(guest, "auto", host(20, 30)) == "0"


def test_pins_to_cpus_that_no_node_has_bind_nothing() -> None:
    assert whole(pinned(vm(8), v0="99"), "auto", host(20, 30)) == "0"


def test_vm_is_close_to_the_cpus_of_its_threads() -> None:
    guest = vm(8, own_thread_pins=(Cpuset.parse("24-25"),))
    assert whole(guest, "auto", host(30, 20, 20, 20)) == "3"
    everywhere = vm(8, own_thread_pins=(Cpuset.parse("0-31"),))
    assert whole(everywhere, "auto", host(30, 20, 20, 20)) == "1"


def test_host_cells_are_as_many_as_the_devices_need() -> None:
    guest = own_cells(devices=(MemoryDevice("dimm", GIB, 1),))
    assert nodes(guest, "auto", "host", host(10, 20, 30)) == ["0", "1"]
    assert nodes(own_cells(), "auto", "host", host(10, 20, 30)) == ["0"]
