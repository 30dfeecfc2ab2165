# SPDX-License-Identifier: Apache-2.0
"""Nodes that the engine hides, in every answer that speaks of a host's nodes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest


def engine_nodes(engine, host):
    service = engine.sdk.system_service().hosts_service().host_service(host.id)
    return [node.index for node in service.numa_nodes_service().list()]


def test_host_nodes_that_the_engine_hides_are_shown_as_the_host_told_them(client, engine):
    host = engine.host("xeon-cxl")
    assert engine_nodes(engine, host) == [0, 1]
    found = client.get(f"/api/v1/hosts/{host.id}/numa").json()
    nodes = {node["id"]: node for node in found["nodes"]}
    assert [(i, node["cpus"] == "", node["memory_kib"] >> 20) for i, node in nodes.items()] == [
        (0, False, 62),
        (1, False, 62),
        (2, True, 64),
        (3, True, 128),
    ]
    assert nodes[3]["distances"] == {"0": 24, "1": 14, "2": 26, "3": 10}
    assert nodes[0]["distances"] == {"0": 10, "1": 21, "2": 14, "3": 24}
    told = datetime.fromisoformat(found["hidden"]["at"])
    assert abs(datetime.now(timezone.utc) - told) < timedelta(hours=1)
    assert [nodes[i]["told_at"] for i in nodes] == [None, None, *[found["hidden"]["at"]] * 2]
    assert [warning["code"] for warning in found["warnings"]] == ["NodesAsTold"]


def test_vm_on_a_hidden_node_that_was_told_fits_with_its_age(client, engine):
    vm_id = engine.new_vm(hosts=("xeon-cxl",), memory=80 << 30)
    found = client.post(f"/api/v1/vms/{vm_id}/numa/preview", json={"nodeset": "3"}).json()
    (fit,) = found["hosts"]
    assert fit["fits"], fit
    assert [warning["code"] for warning in fit["warnings"]] == ["CpusMissing", "NodesAsTold"]
    assert '+    <memory mode="strict" nodeset="3"/>' in found["diff"]


@pytest.fixture
def quiet_host(engine):
    """xeon-cxl, whose hooks tell nothing of nodes for the time of a test."""
    store = engine.app.state.engine.store
    host = next(each for each in store.hosts() if each.name == "xeon-cxl")
    hooks = {
        point: {name: c for name, c in scripts.items() if not name.startswith("node:")}
        for point, scripts in host.hooks.items()
    }
    store.save_hosts([replace(host, hooks=hooks)])
    yield host
    store.save_hosts([host])


def test_hidden_nodes_that_nobody_told_of_are_said_everywhere(client, engine, quiet_host):
    said = "the engine does not show 2 more nodes without CPUs: 192 GiB together"
    found = client.get(f"/api/v1/hosts/{quiet_host.id}/numa").json()
    assert (found["hidden"]["count"], found["warnings"][0]["message"]) == (2, said)
    assert found["nodes"][0]["distances"] == {"0": 10, "1": 21}
    cluster = client.get(f"/api/v1/clusters/{quiet_host.cluster_id}/numa").json()
    assert {h["name"]: h["hidden"] for h in cluster["hosts"]}["xeon-cxl"] == 2
    (capacity,) = [each for each in cluster["capacity"] if each["name"] == "xeon-cxl"]
    assert capacity["warnings"][0]["message"] == said
    vm_id = engine.new_vm(hosts=("xeon-cxl",))
    path = f"/api/v1/vms/{vm_id}/numa"
    (fit,) = client.post(f"{path}/preview", json={"nodeset": "0"}).json()["hosts"]
    assert (fit["fits"], fit["warnings"][0]["message"]) == (True, said)
    assert fit["warnings"][0]["remedy"].startswith("the host decides when the VM starts; ")


def test_vm_on_a_node_that_may_be_hidden_is_stored_and_not_said_to_fit(client, engine, quiet_host):
    vm_id = engine.new_vm(hosts=("xeon-cxl",))
    path = f"/api/v1/vms/{vm_id}/numa"
    (fit,) = client.post(f"{path}/preview", json={"nodeset": "2"}).json()["hosts"]
    assert not fit["fits"]
    assert fit["problems"][0]["message"] == (
        "the engine does not show node 2: it shows 2 of this host's 4 nodes"
    )
    headers = {"If-Match": client.get(path).headers["ETag"]}
    answer = client.put(path, json={"nodeset": "2"}, headers=headers)
    assert answer.status_code == 200, answer.text
