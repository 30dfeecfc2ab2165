# SPDX-License-Identifier: Apache-2.0
"""The choice of a host, and its words where there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine_plugin.demo.faults import Fault
from engine_plugin.demo.model import Host, HostNode, Vm, VmConfig, VmNode
from engine_plugin.demo.rules import scheduling


def host(name: str, free_mb: int = 8192, **more: object) -> Host:
    nodes = (
        HostNode(f"{name}-0", 0, (0, 1), 16384, free_mb // 2),
        HostNode(f"{name}-1", 1, (2, 3), 16384, free_mb // 2),
    )
    return Host(name, name, "c", "t", nodes, **more)  # type: ignore[arg-type]  # given by tests


def vm(**more: object) -> Vm:
    return Vm("7", VmConfig("db1", "c", **more))  # type: ignore[arg-type]  # given by tests


def names(found: list[Host]) -> list[str]:
    return [h.name for h in found]


def reason(v: Vm, h: Host) -> str:
    found = scheduling.reason(v, h, 0)
    assert found is not None
    return f"{found[0]}: {found[1]}"


def test_emptiest_host_comes_first() -> None:
    hosts = [host("a", 4096), host("b", 9000), host("c", 8000)]
    assert names(scheduling.choose(vm(), hosts, {"b": 2000})) == ["c", "b", "a"]


def test_preferred_host_comes_first_without_being_a_must() -> None:
    hosts = [host("a"), host("b", 2048)]
    assert names(scheduling.choose(vm(host_ids=("b",)), hosts, {})) == ["b", "a"]


def test_pinned_vm_has_only_its_hosts() -> None:
    hosts = [host("a"), host("b")]
    pinned = vm(host_ids=("b",), affinity="pinned")
    assert names(scheduling.choose(pinned, hosts, {})) == ["b"]


def test_pinned_vm_without_hosts_may_start_anywhere() -> None:
    assert len(scheduling.choose(vm(affinity="pinned"), [host("a"), host("b")], {})) == 2


def test_hosts_that_are_not_up_do_not_count() -> None:
    hosts = [host("a", status="maintenance")]
    with pytest.raises(Fault) as error:
        scheduling.choose(vm(), hosts, {})
    assert error.value.detail == (
        "[Cannot run VM. There is no host that satisfies current scheduling constraints. See"
        " below for details:, There are no hosts to use. Check that the cluster contains at least"
        " one host in Up state.]"
    )


def test_memory_of_running_vms_is_taken() -> None:
    with pytest.raises(Fault) as error:
        scheduling.choose(vm(memory_mb=4096), [host("a")], {"a": 5000})
    assert error.value.detail == (
        "[Cannot run VM. There is no host that satisfies current scheduling constraints. See"
        " below for details:, The host a did not satisfy internal filter Memory because its"
        " available memory is too low (3192 MB) to run the VM.]"
    )


def test_too_many_vcpus_are_told() -> None:
    assert reason(vm(sockets=5), host("a")) == (
        "CPU: it has an insufficient amount of CPU cores to run the VM"
    )


def test_pins_on_missing_cpus_are_told() -> None:
    assert reason(vm(cpu_pinning="0#2-5"), host("a")) == (
        "CpuPinning: it is either missing online CPU core(s) or the requested CPU core(s) are"
        " exclusively pinned by another VM. Unavailable cores are: 4, 5"
    )


def test_native_node_that_does_not_fit_is_told() -> None:
    node = VmNode("n", 0, 5000, (0,), "strict", (1,))
    assert reason(vm(nodes=(node,)), host("a")) == (
        "NUMA: cannot accommodate memory of VM's pinned virtual NUMA nodes within host's physical"
        " NUMA nodes."
    )
    preferred = replace(node, mode="preferred")
    assert scheduling.reason(vm(nodes=(preferred,)), host("a"), 0) is None


def test_nodeset_in_a_property_is_invisible() -> None:
    assert scheduling.reason(vm(custom_properties=(("numa_nodeset", "9"),)), host("a"), 0) is None
