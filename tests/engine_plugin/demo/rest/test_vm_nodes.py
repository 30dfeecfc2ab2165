# SPDX-License-Identifier: Apache-2.0
"""Native virtual NUMA nodes through REST: order, and the engine's validation."""

from __future__ import annotations

from typing import Any

import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types

MIB = 1 << 20


@pytest.fixture
def vm(vms: Any) -> Any:
    topology = types.CpuTopology(sockets=4)
    return vms(memory=4096 * MIB, cpu=types.Cpu(topology=topology))


def node(index: int, memory: int = 1024, cpus: Any = (), **more: Any) -> types.VirtualNumaNode:
    cores = [types.Core(index=i) for i in (cpus or [index])]
    pins = [types.NumaNodePin(index=i) for i in more.pop("pins", [])]
    return types.VirtualNumaNode(
        index=index,
        memory=memory,
        cpu=types.Cpu(cores=cores),
        numa_node_pins=pins or None,
        **more,
    )


def refused(act: Any) -> tuple[int, str]:
    with pytest.raises(sdk.Error) as error:
        act()
    return error.value.code, error.value.fault.detail


def test_nodes_added_in_order_are_listed(vm: Any) -> None:
    nodes = vm.numa_nodes_service()
    nodes.add(node(0, cpus=[0, 1]))
    nodes.add(node(1, cpus=[2, 3], numa_tune_mode=types.NumaTuneMode.STRICT))
    found = nodes.list()
    assert [(n.index, n.memory, [c.index for c in n.cpu.cores]) for n in found] == [
        (0, 1024, [0, 1]),
        (1, 1024, [2, 3]),
    ]
    assert [n.numa_tune_mode.value for n in found] == ["interleave", "strict"]


def test_add_of_a_later_index_first_is_refused(vm: Any) -> None:
    assert refused(lambda: vm.numa_nodes_service().add(node(1))) == (
        400,
        "[Expected a continuous sequence of 0-0 for 1 numa nodes. Missing indices 0. Assign"
        " indices with increasing order starting from 0 to your virtual numa nodes.]",
    )


def test_removal_of_a_lower_index_first_is_refused(vm: Any) -> None:
    nodes = vm.numa_nodes_service()
    nodes.add(node(0))
    nodes.add(node(1))
    first, second = nodes.list()
    code, detail = refused(nodes.node_service(first.id).remove)
    assert (code, detail.startswith("[Expected a continuous sequence of 0-0")) == (400, True)
    nodes.node_service(second.id).remove()
    nodes.node_service(first.id).remove()
    assert nodes.list() == []


@pytest.mark.parametrize(
    ("made", "code", "text"),
    [
        (
            node(0, memory=5000),
            400,
            "[The NUMA nodes' total memory of 5000 exceeds the VM's total memory of 4096.]",
        ),
        (
            node(0, cpus=[4]),
            400,
            "[A NUMA node has an invalid CPU index: 4. Indexes must be between 0 and 3.]",
        ),
        (
            node(0, numa_tune_mode=types.NumaTuneMode.PREFERRED),
            400,
            "[Preferred NUMA tune mode is allowed for a single pinned Virtual NUMA Node.]",
        ),
        (node(0, pins=[0]), 409, "[Cannot edit VM. VM must be pinned to at least one host.]"),
    ],
)
def test_illegal_node_is_refused_in_the_engines_words(
    vm: Any, made: Any, code: int, text: str
) -> None:
    assert refused(lambda: vm.numa_nodes_service().add(made)) == (code, text)


def test_cpu_in_two_nodes_is_refused(vm: Any) -> None:
    nodes = vm.numa_nodes_service()
    nodes.add(node(0, cpus=[0, 1]))
    assert refused(lambda: nodes.add(node(1, cpus=[1, 2]))) == (
        400,
        "[CPUs with the following indexes are assigned to two or more NUMA nodes: 1.]",
    )


def test_more_nodes_than_cpus_are_refused(vms: Any) -> None:
    nodes = vms(memory=4096 * MIB).numa_nodes_service()
    nodes.add(node(0))
    assert refused(lambda: nodes.add(node(1, cpus=[1])))[1] == (
        "[Cannot edit VM. Assigned 2 NUMA nodes for 1 CPU cores. Cannot assign more NUMA nodes"
        " than CPU cores.]"
    )


def test_pin_to_a_node_that_the_host_lacks_is_refused(vms: Any, vm: Any) -> None:
    hosts = [types.Host(name="xeon-cxl")]
    vm.update(types.Vm(placement_policy=types.VmPlacementPolicy(hosts=hosts)))
    assert refused(lambda: vm.numa_nodes_service().add(node(0, pins=[7]))) == (
        400,
        "[Host NUMA node with index 7 does not exist for host 'xeon-cxl'.]",
    )


def test_strict_node_larger_than_the_hosts_is_refused(vms: Any) -> None:
    vm = vms(memory=90 * 1024 * MIB)
    hosts = [types.Host(name="spr-snc4")]
    vm.update(types.Vm(placement_policy=types.VmPlacementPolicy(hosts=hosts)))
    strict = node(0, memory=80_000, pins=[1], numa_tune_mode=types.NumaTuneMode.STRICT)
    assert refused(lambda: vm.numa_nodes_service().add(strict))[1] == (
        "[NUMA node memory incompatibility error exists for VM's NUMA node with index 0 and"
        " host's NUMA node with index 1 for host 'spr-snc4'.]"
    )


def test_missing_field_is_named(served: Any, vm: Any) -> None:
    with served.http() as http:
        answer = http.post(
            f"/vms/{vm.get().id}/numanodes",
            content="<vm_numa_node><index>0</index><cpu/></vm_numa_node>",
        )
    assert answer.status_code == 400
    detail = "Parameter 'node.memory' is mandatory but was not provided."
    assert f"<detail>{detail}</detail>" in answer.text
    assert "<reason>Input validation failed.</reason>" in answer.text


def test_memory_of_a_vm_below_its_nodes_is_refused(vm: Any) -> None:
    vm.numa_nodes_service().add(node(0, memory=4096))
    smaller = types.Vm(memory=2048 * MIB, memory_policy=types.MemoryPolicy(guaranteed=1024 * MIB))
    assert refused(lambda: vm.update(smaller))[1] == (
        "[The NUMA nodes' total memory of 4096 exceeds the VM's total memory of 2048.]"
    )


def test_node_is_changed_and_shown(vm: Any) -> None:
    nodes = vm.numa_nodes_service()
    made = nodes.add(node(0))
    nodes.node_service(made.id).update(types.VirtualNumaNode(memory=2048))
    assert nodes.node_service(made.id).get().memory == 2048
    assert nodes.node_service(made.id).get().cpu.cores[0].index == 0


def test_nodes_of_an_unknown_vm_are_an_empty_list(vms: Any) -> None:
    unknown = vms.all.vm_service("11111111-2222-3333-4444-555555555555")
    assert unknown.numa_nodes_service().list() == []
