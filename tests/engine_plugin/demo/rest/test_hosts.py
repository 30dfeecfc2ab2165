# SPDX-License-Identifier: Apache-2.0
"""Hosts through REST: nodes, statistics with the engine's slip, hooks, refresh."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from numa_domain.host import hook_list as told_nodes
from numa_domain.release import Release


@pytest.fixture
def hosts(admin: Any) -> Any:
    return admin.system_service().hosts_service()


def service(hosts: Any, name: str) -> Any:
    return hosts.host_service(hosts.list(search=f"name={name}")[0].id)


def nodes(hosts: Any, name: str, **options: Any) -> list[Any]:
    found: list[Any] = service(hosts, name).numa_nodes_service().list(**options)
    return found


def test_nodes_are_those_of_the_captured_host(hosts: Any) -> None:
    found = nodes(hosts, "spr-snc4")
    assert [n.index for n in found] == list(range(8))
    assert [c.index for c in found[1].cpu.cores] == list(range(14, 28))
    assert (found[0].memory, found[0].node_distance) == (63565, "10 12 12 12 21 21 21 21")


def test_nodes_without_cpus_are_hidden_and_their_distances_are_not(hosts: Any) -> None:
    found = nodes(hosts, "xeon-cxl")
    assert [(n.index, n.node_distance) for n in found] == [
        (0, "10 21 14 24"),
        (1, "21 10 24 14"),
    ]


def test_hidden_node_is_not_found_by_its_id(hosts: Any, served: Any) -> None:
    host = next(h for h in served.app.state.engine.store.hosts() if h.name == "xeon-cxl")
    with served.http() as http:
        shown, hidden = (
            http.get(f"/hosts/{host.id}/numanodes/{node.id}").status_code
            for node in (host.nodes[1], host.nodes[2])
        )
    assert (shown, hidden) == (200, 404)


def test_sparse_node_ids_are_kept(hosts: Any) -> None:
    assert [n.index for n in nodes(hosts, "power9")] == [0, 8]


def test_distances_of_a_host_without_a_table_are_the_kernels(hosts: Any) -> None:
    assert nodes(hosts, "epyc-2of8")[1].node_distance == "20 10 20 20 20 20 20 20"


def test_distances_that_the_host_did_not_tell_are_zeros_of_the_others(served: Any) -> None:
    store = served.app.state.engine.store
    host = next(h for h in store.hosts() if h.name == "xeon-full")
    silent = replace(host, nodes=tuple(replace(n, distances=()) for n in host.nodes))
    store.save_hosts([silent])
    try:
        with served.http() as http:
            text = http.get(f"/hosts/{host.id}/numanodes").text
    finally:
        store.save_hosts([host])
    assert text.count("<node_distance>0</node_distance>") == 2


def test_pools_of_huge_pages_that_are_empty_are_told_as_zero(hosts: Any) -> None:
    found = {s.name: s for s in service(hosts, "xeon-full").statistics_service().list()}
    empty = [f"hugepages.{size}.{of}" for size in (2048, 1048576) for of in ("free", "total")]
    assert [found[name].values[0].datum for name in empty] == [0.0] * 4
    assert found["hugepages.2048.free"].host is None


def test_hooks_are_in_the_order_of_hash_maps(hosts: Any) -> None:
    found = service(hosts, "epyc-nps4").hooks_service().list()
    points = list(dict.fromkeys(hook.event_name for hook in found))
    assert points[:2] == ["before_vm_start", "before_vm_dehibernate"]


def test_node_without_memory_has_zero(hosts: Any) -> None:
    found = {n.index: n.memory for n in nodes(hosts, "epyc-2of8")}
    assert [i for i, memory in found.items() if memory] == [1, 5]


def test_statistics_of_a_node_are_mib_though_they_say_bytes(hosts: Any, admin: Any) -> None:
    node = nodes(hosts, "spr-snc4")[0]
    found = {s.name: s for s in admin.follow_link(node.statistics)}
    assert sorted(found) == [
        "cpu.current.idle",
        "cpu.current.system",
        "cpu.current.user",
        "memory.free",
        "memory.total",
        "memory.used",
    ]
    free = found["memory.free"]
    assert (free.unit.value, free.values[0].datum) == ("bytes", 61356.0)
    assert found["memory.used"].values[0].datum == 63565.0 - 61356.0


def test_followed_statistics_come_with_the_nodes(hosts: Any) -> None:
    found = nodes(hosts, "epyc-nps4", follow="statistics")
    free = [next(s for s in n.statistics if s.name == "memory.free") for n in found]
    assert [s.values[0].datum for s in free][:2] == [62780.0, 61774.0]


def test_statistics_of_a_host_are_bytes(hosts: Any) -> None:
    found = {s.name: s for s in service(hosts, "xeon-full").statistics_service().list()}
    assert found["memory.total"].values[0].datum == float((128837 + 129021) << 20)


def test_nodes_of_an_unknown_host_are_an_empty_list(hosts: Any) -> None:
    unknown = hosts.host_service("11111111-2222-3333-4444-555555555555")
    assert unknown.numa_nodes_service().list() == []


def test_hooks_are_listed_with_their_points(hosts: Any) -> None:
    found = service(hosts, "spr-snc4").hooks_service().list()
    points = {h.event_name: h for h in found}
    assert {"before_vm_start", "before_vm_migrate_source", "after_vm_destroy"} <= set(points)
    points.pop("ovirt_numa")
    assert {h.name for h in points.values()} == {"50_numa"}
    told = [h.name for h in found if h.event_name == "ovirt_numa"]
    assert [Release.of_name(name) for name in told if name.startswith("hooks-")] == [Release()]
    assert len(told_nodes.read(told).host.nodes) == 8
    assert len(points["before_vm_start"].md5) == 64  # a SHA-256, whatever its name


def test_same_hook_has_the_same_checksum_on_all_hosts(hosts: Any) -> None:
    found = [service(hosts, name).hooks_service().list() for name in ("spr-snc4", "xeon-cxl")]
    sums = [[h.md5 for h in hooks if not h.name.startswith("node:")] for hooks in found]
    assert sums[0] == sums[1]


def test_host_without_the_hook_has_none(hosts: Any) -> None:
    assert service(hosts, "xeon-full").hooks_service().list() == []


def _checksums(host: Any) -> dict[str, str]:
    """Of our script at each point: the nodes that the host tells of have new names each time."""
    hooks = host.hooks_service().list()
    return {h.event_name: h.md5 for h in hooks if h.name == "50_numa"}


def test_changed_hook_is_seen_after_a_refresh_alone(served: Any, hosts: Any) -> None:
    host = service(hosts, "xeon-cxl")
    script = served.hooks_dir("xeon-cxl") / "before_vm_start/50_numa"
    before = _checksums(host)
    text = script.read_bytes()
    script.write_bytes(text + b"# changed\n")
    try:
        assert _checksums(host) == before
        host.refresh()
        after = _checksums(host)
        changed = {point for point in before if before[point] != after[point]}
        assert changed == {"before_vm_start"}
    finally:
        script.write_bytes(text)
        host.refresh()
    assert _checksums(host) == before


def test_host_has_its_cluster_and_size(hosts: Any, admin: Any) -> None:
    host = hosts.list(search="name=epyc-nps4")[0]
    topology = host.cpu.topology
    assert (topology.sockets, topology.cores, topology.threads) == (2, 64, 2)
    assert host.numa_supported is True
    assert admin.follow_link(host.cluster).name == "numa-lab"
