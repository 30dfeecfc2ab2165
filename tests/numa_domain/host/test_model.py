# SPDX-License-Identifier: Apache-2.0
"""The host as a value: what its nodes can promise, and how far they are from one another."""

from __future__ import annotations

from numa_domain.base.idset import Cpuset
from numa_domain.host.model import HostTopology, Node, PagePool
from tests.hosts import load_hosts


def node(id: int, **fields: object) -> Node:
    return Node(**{"id": id, "cpus": Cpuset(), "memory_kib": 1000, "free_kib": 800, **fields})


def test_load_hosts_all_nineteen_are_there() -> None:
    hosts = load_hosts()
    assert len(hosts) == 19
    assert all(host.nodes for host in hosts.values())


def test_load_hosts_offline_cpus_belong_to_no_node() -> None:
    power9 = load_hosts()["hwloc:nvidiagpunumanodes"]
    assert [str(n.cpus) for n in power9.nodes.values()] == ["0-15", "88-103", *[""] * 6]
    assert list(power9.nodes) == [0, 8, *range(250, 256)]
    assert power9.nodes[8].distances == {0: 40, 8: 10, **dict.fromkeys(range(250, 256), 80)}


def test_load_hosts_mib_are_read_as_kib() -> None:
    host = load_hosts()["numactl:pve-wiki-2s"]
    assert (host.nodes[1].memory_kib, host.nodes[1].free_kib) == (129021 * 1024, 63 * 1024)


def test_available_is_free_and_reclaimable_less_promised() -> None:
    assert node(0, reclaimable_kib=100, promised_kib=300).available_kib == 600
    assert node(0, promised_kib=900).available_kib == 0
    assert PagePool(10, 8, 3).available == 5
    assert PagePool(10, 2, 3).available == 0


def test_memory_nodes_are_those_that_have_some() -> None:
    host = load_hosts()["numactl:epyc7401-2of8"]
    assert str(host.memory_nodes) == "1,5"


def test_distance_not_told_is_the_other_way_round_or_acpi_default() -> None:
    host = HostTopology.of([node(0, distances={0: 10, 1: 21}), node(1), node(2)])
    assert host.distance(0, 1) == 21
    assert host.distance(1, 0) == 21
    assert host.distance(1, 2) == 20
    assert host.distance(2, 2) == 10


def test_of_puts_nodes_in_order_and_drops_what_refers_to_none() -> None:
    host = HostTopology.of(
        [node(8, distances={0: 40, 8: 10, 9: 80}), node(0)],
        {"0000:3b:00.0": 8, "0000:5e:00.0": 9},
    )
    assert list(host.nodes) == [0, 8]
    assert host.nodes[8].distances == {0: 40, 8: 10}
    assert host.devices == {"0000:3b:00.0": 8}
