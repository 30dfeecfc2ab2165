# SPDX-License-Identifier: Apache-2.0
"""What a host tells of itself, against the captures, in the types that an engine reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine_plugin.demo import topologies
from tests.engine_plugin.demo.vdsm_host.client import Client
from tests.engine_plugin.demo.vdsm_host.conftest import NAMES
from tests.engine_plugin.demo.vdsm_host.hosts import Hosts


@pytest.mark.parametrize("name", NAMES)
def test_numa_nodes_are_the_captured_ones(name: str, engine: Callable[[str], Client]) -> None:
    found = engine(name).call("Host.getCapabilities")["numaNodes"]
    captured = topologies.load(name).nodes
    assert {int(i): (tuple(n["cpus"]), n["totalMemory"]) for i, n in found.items()} == {
        n.id: (n.cpus, str(n.memory_kib // 1024)) for n in captured
    }


@pytest.mark.parametrize("name", NAMES)
def test_distances_are_by_the_order_of_the_nodes(
    name: str, engine: Callable[[str], Client]
) -> None:
    found = engine(name).call("Host.getCapabilities")["numaNodeDistance"]
    nodes = topologies.load(name).nodes
    for node in nodes:
        row = found[str(node.id)]
        assert row[nodes.index(node)] == 10
        assert len(row) == len(nodes)
        assert not node.distances or row == [node.distances[other.id] for other in nodes]


def test_ids_may_be_sparse_and_nodes_without_cpus(engine: Callable[[str], Client]) -> None:
    found = engine("power9").call("Host.getCapabilities")["numaNodes"]
    assert list(found) == ["0", "8", "250", "251", "252", "253", "254", "255"]
    assert [i for i, node in found.items() if not node["cpus"]] == list(found)[2:]


def test_a_node_without_memory_is_told_as_full(engine: Callable[[str], Client]) -> None:
    client = engine("epyc-2of8")
    assert client.call("Host.getCapabilities")["numaNodes"]["0"]["totalMemory"] == "0"
    found = client.call("Host.getStats")["numaNodeMemFree"]["0"]
    assert (found["memFree"], found["memPercent"]) == ("0", 100)


@pytest.mark.parametrize("name", NAMES)
def test_free_memory_of_every_node_is_in_the_statistics(
    name: str, engine: Callable[[str], Client]
) -> None:
    found = engine(name).call("Host.getStats")
    nodes = topologies.load(name).nodes
    free = {int(i): node["memFree"] for i, node in found["numaNodeMemFree"].items()}
    assert free == {node.id: str(node.free_kib // 1024) for node in nodes}
    assert found["memFree"] == sum(node.free_kib for node in nodes) // 1024


def test_cpu_statistics_are_of_the_nodes_with_cpus(engine: Callable[[str], Client]) -> None:
    """The engine makes a node's statistics, those of its memory too, of its CPUs'."""
    found = engine("xeon-cxl").call("Host.getStats")["cpuStatistics"]
    assert {cpu["nodeIndex"] for cpu in found.values()} == {0, 1}
    assert found["207"] == {
        "nodeIndex": 1,
        "cpuUser": "1.00",
        "cpuSys": "0.50",
        "cpuIdle": "98.50",
    }


def test_huge_pages_are_told_per_node_and_for_the_host(engine: Callable[[str], Client]) -> None:
    client = engine("epyc-nps4")
    capabilities, statistics = client.call("Host.getCapabilities"), client.call("Host.getStats")
    assert capabilities["hugepages"] == [2048, 1048576]
    assert set(capabilities["numaNodes"]["3"]["hugepages"]) == {"4", "2048", "1048576"}
    assert statistics["numaNodeMemFree"]["3"]["hugepages"]["2048"] == {"freePages": "0"}
    assert statistics["hugepages"]["2048"]["vm.free_hugepages"] == 0


def test_a_pool_of_huge_pages_is_no_ordinary_memory() -> None:
    from dataclasses import replace

    from engine_plugin.demo.vdsm_host.capabilities import numa_nodes, page_sizes, pages
    from engine_plugin.demo.vdsm_host.statistics import huge_pages

    plain = topologies.load("xeon-full")
    node = replace(plain.nodes[0], memory_kib=8 << 20, pages={2048: (1024, 1000)})
    topology = replace(plain, nodes=(node, plain.nodes[1]))
    assert page_sizes(topology) == {2048}
    assert pages(node, topology)[4][0] == (6 << 20) // 4
    assert numa_nodes(topology)["0"]["hugepages"]["2048"] == {"totalPages": "1024"}
    assert huge_pages(topology)["2048"]["free_hugepages"] == 1000


@pytest.mark.parametrize("name", NAMES)
def test_every_online_cpu_has_its_place(name: str, engine: Callable[[str], Client]) -> None:
    found = engine(name).call("Host.getCapabilities")
    places = {cpu["cpu_id"]: cpu for cpu in found["cpuTopology"]}
    assert found["onlineCpus"] == ",".join(map(str, sorted(places)))
    assert found["cpuThreads"] == str(len(places))
    topology = topologies.load(name)
    assert {p["socket_id"] for p in places.values()} == set(range(topology.sockets))
    assert all(p["cpu_id"] in _cpus(topology, p["numa_cell_id"]) for p in places.values())


def _cpus(topology: topologies.Topology, node_id: int) -> tuple[int, ...]:
    return next(node.cpus for node in topology.nodes if node.id == node_id)


def test_hooks_are_told_with_checksums_alike_on_all_hosts(
    engine: Callable[[str], Client],
) -> None:
    one = engine("epyc-nps4").call("Host.getCapabilities")["hooks"]
    two = engine("xeon-cxl").call("Host.getCapabilities")["hooks"]
    told, also = one.pop("ovirt_numa"), two.pop("ovirt_numa")
    assert one == two
    assert list(one["before_vm_start"]) == ["50_numa"]
    assert len(one["before_vm_start"]["50_numa"]["checksum"]) == 64
    own = ("affinity:", "settings:")
    alike = [name for name in told if name in also and not name.startswith(own)]
    assert alike == ["hooks-0.1.0-grammar-1"]


def test_the_hook_at_after_get_caps_names_the_nodes(engine: Callable[[str], Client]) -> None:
    found = engine("xeon-cxl").call("Host.getCapabilities")["hooks"]["ovirt_numa"]
    nodes = [name for name in found if name.startswith("node")]
    assert len(nodes) == 4
    assert "cpus:none_kib:67108864_" in nodes[2]


def test_a_hook_that_is_put_there_later_is_told(
    engine: Callable[[str], Client], hook: Callable[[str, str, str], Any]
) -> None:
    hook("spr-snc4", "before_vm_start", "exit 0\n")
    found = engine("spr-snc4").call("Host.getCapabilities")["hooks"]["before_vm_start"]
    assert list(found) == ["50_numa", "60_test"]


def test_the_management_network_is_a_bridge_and_up(
    engine: Callable[[str], Client], hosts: Hosts
) -> None:
    client = engine("epyc-nps4")
    found = client.call("Host.getCapabilities")
    network = found["networks"]["ovirtmgmt"]
    assert (network["bridged"], network["switch"], network["ipv4defaultroute"]) == (
        True,
        "legacy",
        True,
    )
    assert found["bridges"]["ovirtmgmt"]["ports"] == list(found["nics"]) == ["eth0"]
    states = {n["state"] for n in client.call("Host.getStats")["network"].values()}
    assert states == {"up"}


def test_hosts_have_ids_of_their_own(engine: Callable[[str], Client]) -> None:
    found = {engine(name).call("Host.getCapabilities")["uuid"] for name in NAMES}
    assert len(found) == len(NAMES)


def test_levels_are_those_of_an_engine_4_5(engine: Callable[[str], Client]) -> None:
    found = engine("epyc-nps4").call("Host.getCapabilities")
    assert found["clusterLevels"] == ["4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8"]
    assert found["packages2"]["vdsm"] == {"version": "4.50.7", "release": "1.el9"}


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("Host.ping2", True),
        ("Host.setMOMPolicyParameters", True),
        ("Host.getAllVmIoTunePolicies", {}),
        ("Host.getAllTasksInfo", {}),
        ("Host.getAllVmStats", []),
        ("Host.getVMList", []),
        ("Host.dumpxmls", {}),
        ("Host.getDeviceList", []),
    ],
)
def test_what_an_engine_asks_of_an_idle_host(
    method: str, expected: Any, engine: Callable[[str], Client]
) -> None:
    assert engine("spr-snc4").call(method) == expected


def test_the_machine_itself_is_among_its_devices(engine: Callable[[str], Client]) -> None:
    found = engine("spr-snc4").call("Host.hostdevListByCaps")
    assert found == {
        "computer": {"params": {"capability": "system", "product": "captured spr-snc4"}}
    }
    assert engine("spr-snc4").call("Host.getHardwareInfo")["systemFamily"] == "stand-in"
