# SPDX-License-Identifier: Apache-2.0
"""Lists, previews, suggestions, hosts and clusters: what is shown of the embedded engine."""

from __future__ import annotations

import pytest

from tests.engine_plugin.engines import with_qemu

GIB_KIB = 1 << 20


def rows(client, **params) -> list[dict]:
    answer = client.get("/api/v1/vms", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["vms"]


def test_list_pages_hold_every_vm_once_in_order(client, engine):
    total = len(engine.vms.list())
    names, page = [], 1
    while found := rows(client, page=page, size=5):
        names += [row["name"] for row in found]
        page += 1
    assert len(names) == total
    assert names == sorted(names, key=str.lower)


def test_list_search_is_oVirts(client):
    assert [row["name"] for row in rows(client, search="name=db-*")] == ["db-auto", "db-strict"]


def test_list_tells_states_and_problems(client, engine):
    found = {row["name"]: row for row in rows(client, size=500)}
    assert found["web-small"]["state"] == "none"
    assert found["db-auto"]["state"] == "set"
    assert found["wrong-host"]["state"] == "problem"
    assert [p["code"] for p in found["wrong-host"]["problems"]] == ["Migratable"]


def test_show_says_what_is_stored_and_matches_its_version(client, engine):
    vm_id = engine.vm("db-strict").id
    answer = client.get(f"/api/v1/vms/{vm_id}/numa")
    assert answer.json()["request"]["canonical"] == {"nodeset": "0-1", "topology": "2"}
    assert answer.json()["guest"] == {
        "memory_kib": 32 * GIB_KIB,
        "max_memory_kib": 128 * GIB_KIB,
        "vcpus": 8,
        "threads": 1,
        "cores": 1,
        "arch": "x86_64",
        "page_kib": None,
    }
    again = client.get(
        f"/api/v1/vms/{vm_id}/numa", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_preview_stored_settings_show_the_hooks_xml(client, engine):
    vm_id = engine.vm("db-strict").id
    found = client.post(f"/api/v1/vms/{vm_id}/numa/preview", json={}).json()
    assert (found["fitting"], found["candidates"]) == (1, 1)
    assert '+    <memory mode="strict" nodeset="0-1"/>' in found["diff"]
    assert '-      <cell id="0" cpus="0-15" memory="33554432"/>' in found["diff"]
    assert found["diff"].startswith("--- oVirt's domain\n+++ with NUMA, on epyc-nps4\n")


def test_preview_other_settings_change_nothing(client, engine):
    vm_id = engine.new_vm(hosts=())
    path = f"/api/v1/vms/{vm_id}/numa"
    before = client.get(path).json()
    host = engine.host("xeon-cxl").id
    found = client.post(f"{path}/preview", json={"nodeset": "1", "host": host}).json()
    assert found["host"] == host
    assert client.get(path).json() == before


def test_preview_host_that_is_no_candidate_is_refused(client, engine):
    vm_id = engine.new_vm(hosts=("epyc-nps4",))
    body = {"nodeset": "0", "host": engine.host("xeon-cxl").id}
    answer = client.post(f"/api/v1/vms/{vm_id}/numa/preview", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "EntityUnknown")


def test_fit_every_candidate_says_yes_or_why_not(client, engine):
    vm_id = engine.new_vm(hosts=(), memory=40 << 30)
    found = client.post(f"/api/v1/vms/{vm_id}/numa/preview", json={"nodeset": "0"}).json()
    hosts = {host["name"]: host for host in found["hosts"]}
    assert found["candidates"] == len(hosts) == 5
    assert hosts["epyc-nps4"]["fits"]
    full = hosts["xeon-full"]
    assert not full["fits"]
    assert full["problems"][0]["code"] == "NoRoom"
    nodes = [reason["node"] for reason in full["reasons"]]
    assert nodes == [0, 1]
    assert full["reasons"][0]["missing_kib"] > 0
    assert full["hook"] is False


def test_fit_page_size_is_known_of_the_host_only(client, engine):
    vm_id = engine.new_vm(hosts=("epyc-nps4",), memory=2 << 30, hugepages="2048")
    found = client.post(f"/api/v1/vms/{vm_id}/numa/preview", json={"nodeset": "0"}).json()
    host = found["hosts"][0]
    codes = [p["code"] for p in (*host["problems"], *host["warnings"])]
    assert ("PagesOfHostOnly" in codes) == host["fits"]


def test_fit_counts_what_running_vms_were_promised(client, engine):
    """Node 6 of a host: most of it goes to a VM that runs, and what is left is too little."""
    host_id = engine.host("epyc-nps4").id
    node = client.get(f"/api/v1/hosts/{host_id}/numa").json()["nodes"][6]
    most = node["memory_kib"] * 1024 // 10 * 8 // (1 << 30) << 30
    holder = engine.new_vm(hosts=("epyc-nps4",), memory=most, numa_nodeset="6", affinity="pinned")
    other = engine.new_vm(hosts=("epyc-nps4",), memory=most)
    path = f"/api/v1/vms/{other}/numa/preview"
    assert client.post(path, json={"nodeset": "6"}).json()["fitting"] == 1
    service = engine.started(holder)
    try:
        found = client.post(path, json={"nodeset": "6"}).json()
        shown = client.get(f"/api/v1/hosts/{host_id}/numa").json()
    finally:
        service.stop()
    assert found["fitting"] == 0
    reason = next(r for r in found["hosts"][0]["reasons"] if r["node"] == 6)
    assert reason["available_kib"] <= node["memory_kib"] - most // 1024
    node = shown["nodes"][6]
    assert node["promised_kib"] == with_qemu(most // 1024)
    assert node["available_kib"] == reason["available_kib"]
    assert node["least_available_kib"] <= node["available_kib"]
    vm = next(vm for vm in shown["vms"] if vm["id"] == holder)
    assert (vm["nodes"], vm["told"]) == ({"6": with_qemu(most // 1024)}, True)


def test_suggest_gives_settings_that_fit(client, engine):
    vm_id = engine.new_vm(hosts=(), memory=100 << 30, cores=16)
    found = client.post(f"/api/v1/vms/{vm_id}/numa/suggest").json()
    request = found["suggestion"]["request"]
    assert found["fitting"] >= 1
    assert found["suggestion"]["why"]
    body = {"nodeset": request["numa_nodeset"], "topology": request.get("numa_topology")}
    again = client.post(f"/api/v1/vms/{vm_id}/numa/preview", json=body).json()
    assert again["fitting"] == found["fitting"]


def test_cluster_health_says_what_is_missing_where(client, engine):
    system = engine.sdk.system_service()
    clusters = {each.name: each.id for each in system.clusters_service().list()}
    lab = client.get(f"/api/v1/clusters/{clusters['numa-lab']}/numa").json()
    hosts = {host["name"]: host for host in lab["hosts"]}
    assert not lab["ok"]
    assert {name: p["state"] for name, p in lab["properties"].items()} == {
        "numa_nodeset": "ok",
        "numa_topology": "ok",
        "numa_restore": "ok",
    }
    assert (hosts["xeon-full"]["hook"], hosts["xeon-full"]["version"]) == ("missing", None)
    assert hosts["epyc-nps4"]["hook"] == "ok"
    assert len({h["version"] for h in hosts.values()} - {None}) == 1
    assert len(lab["capacity"]) == 5
    old = client.get(f"/api/v1/clusters/{clusters['legacy']}/numa").json()
    assert {p["state"] for p in old["properties"].values()} == {"missing"}
    assert "--cver=4.6" in old["command"]


def test_host_nodes_are_those_of_the_engine(client, engine):
    host = engine.host("epyc-nps4")
    found = client.get(f"/api/v1/hosts/{host.id}/numa").json()
    service = engine.sdk.system_service().hosts_service().host_service(host.id)
    nodes = sorted(service.numa_nodes_service().list(), key=lambda node: node.index)
    assert [node["id"] for node in found["nodes"]] == [node.index for node in nodes]
    for shown, node in zip(found["nodes"], nodes):
        assert shown["memory_kib"] == node.memory * 1024
        assert shown["free_kib"] <= shown["memory_kib"]
        assert len(shown["distances"]) == len(nodes)
        assert shown["told_at"] is None
    assert found["hidden"] == {"count": 0, "memory_kib": 0, "told": "", "at": None}
    assert found["warnings"] == []


@pytest.mark.parametrize("kind", ["templates", "vmpools"])
def test_templates_and_pools_are_stored_the_same_way(client, engine, kind):
    system = engine.sdk.system_service()
    service = {"templates": system.templates_service, "vmpools": system.vm_pools_service}[kind]()
    owner = next(each for each in service.list() if each.name != "Blank")
    path = f"/api/v1/{kind}/{owner.id}/numa"
    before = client.get(path)
    assert before.status_code == 200, before.text
    headers = {"If-Match": before.headers["ETag"]}
    answer = client.put(path, json={"nodeset": "auto"}, headers=headers, params={"force": "true"})
    assert answer.status_code == 200, answer.text
    shown = client.get(path).json()
    assert shown["request"]["nodeset"] == "auto"
    assert shown["migration"]["affinity"] == "pinned"
    stale = client.put(path, json={"nodeset": "0"}, headers=headers, params={"force": "true"})
    assert (stale.status_code, stale.json()["code"]) == (412, "MatchFailed")
    answer = client.delete(path, headers={"If-Match": shown["etag"]})
    assert answer.status_code == 200, answer.text
    after = client.get(path).json()
    assert after["request"] is None
    assert after["migration"]["affinity"] == before.json()["migration"]["affinity"] or (
        before.json()["request"] is not None
    )


def test_vm_of_another_user_is_not_shown_from_the_cache(client, client_of, engine):
    """What an administrator has just asked for does not leak to who may see less."""
    power = engine.host("power9").id
    assert client.get(f"/api/v1/hosts/{power}/numa").status_code == 200
    answer = client_of("oscar").get(f"/api/v1/hosts/{power}/numa")
    assert answer.status_code in (403, 404, 409), answer.text
