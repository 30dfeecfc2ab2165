# SPDX-License-Identifier: Apache-2.0
"""`auto` and CPUs: vCPUs of other VMs, too few CPUs, nodes without any, isolated ones."""

from __future__ import annotations

from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.host.model import HostTopology
from numa_domain.placement.memory_fit import charged
from numa_domain.placement.model import Placement
from numa_domain.placement.place import place
from tests.makers import host, request, vm
from tests.numa_domain.placement.auto.asking import (
    SOCKETS,
    eight,
    nodes,
    placed,
    whole,
)


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
    assert max(machine.vcpus.values()) <= 40  # 15 % above the mean, or what the busiest had


def test_more_vcpus_than_a_node_has_cpus_take_more_nodes() -> None:
    machine = host(60, 60, 60, 60, apart=SOCKETS)
    cpus = len(machine.nodes[0].cpus)
    assert whole(vm(8, 2 * cpus), "auto", machine) == "0-1"
    assert whole(vm(8, 3 * cpus), "auto", machine) == "0-2"
    assert whole(vm(8, 5 * cpus), "auto", machine) == "0-3"
    assert whole(vm(8, 5 * cpus), "auto:1", machine) == "0"


def _started(machine: HostTopology, placement: Placement) -> HostTopology:
    vcpus = dict(machine.vcpus)
    for nodes_, count in placement.vcpus.items():
        vcpus[nodes_] = vcpus.get(nodes_, 0) + count
    return charged(machine, placement.charges).replace(vcpus=vcpus)


def test_cells_with_more_vcpus_than_a_node_has_cpus_take_more_nodes() -> None:
    assert nodes(vm(16, 32), "auto", "2", eight(*[20] * 8)) == ["0-1", "2-3"]
    assert nodes(vm(16, 16), "auto", "2", eight(*[20] * 8)) == ["0", "1"]


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


def cxl(*free: float) -> HostTopology:
    """Two sockets, each with a CXL expander that is nearer than the other socket."""
    near = {frozenset({0, 2}): 14, frozenset({1, 3}): 14, frozenset({0, 1}): 21}
    return host(*free, cpus=(8, 8, 0, 0), apart=lambda a, b: near.get(frozenset({a, b}), 24))


def test_cells_keep_their_sockets_though_memory_without_cpus_is_nearer() -> None:
    assert nodes(vm(8), "auto", "2", cxl(60, 60, 64, 128)) == ["0", "1"]


def test_cells_that_need_memory_without_cpus_leave_each_other_some_beside_cpus() -> None:
    found = nodes(vm(280, 8), "auto", "4", cxl(60, 60, 64, 128))
    assert sorted(found) == ["0,2", "0-1", "1,3", "1,3"]


def test_node_that_does_not_become_the_busiest_is_taken_though_busier_than_the_mean() -> None:
    busy = {Nodeset.of([0]): 28, Nodeset.of([1]): 40}
    machine = host(10, 30, 30).replace(vcpus=busy)
    assert whole(vm(8, 8), "auto", machine) == "0"  # 4 a CPU; node 1 has 5
    assert whole(vm(8, 24), "auto:1", machine) == "2"  # 5 a CPU
    assert whole(vm(8, 23), "auto:1", machine) == "0"
