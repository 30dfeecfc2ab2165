# SPDX-License-Identifier: Apache-2.0
"""Previews and suggestions for a VM that is not saved yet, and what they say for pictures."""

from __future__ import annotations

from tests.engine_plugin.engines import with_qemu

GIB_KIB = 1 << 20


def draft(client, engine, cluster="numa-lab", what="preview", **body):
    clusters = engine.sdk.system_service().clusters_service()
    found = next(each for each in clusters.list() if each.name == cluster)
    return client.post(f"/api/v1/clusters/{found.id}/numa/{what}", json=body)


def host_of(answer, name: str) -> dict:
    return next(host for host in answer.json()["hosts"] if host["name"] == name)


def test_draft_of_a_new_vm_is_placed_on_every_host_of_its_cluster(client, engine):
    vm = {"memory_kib": 8 * GIB_KIB, "vcpus": 4}
    answer = draft(client, engine, nodeset="auto:1", vm=vm)
    assert answer.status_code == 200, answer.text
    placement = host_of(answer, "epyc-nps4")["placement"]
    node = placement["nodes"]
    assert placement["charges"] == {node: {"0": with_qemu(8 * GIB_KIB)}}
    assert answer.json()["candidates"] == 5


def test_draft_counts_the_size_that_it_is_given_and_not_the_stored_one(client, engine):
    vm_id = engine.new_vm(hosts=(), memory=4 << 30)
    host = [engine.host("epyc-nps4").id]
    vm = {"id": vm_id, "memory_kib": 1000 * GIB_KIB, "vcpus": 6, "threads": 1, "hosts": host}
    found = draft(client, engine, nodeset="0", vm=vm).json()
    assert (found["fitting"], found["candidates"]) == (0, 1)
    assert found["guest"]["vcpus"] == 6
    needed = found["hosts"][0]["problems"][0]["facts"]["needed"]
    assert needed == "1005.92 GiB (5.92 GiB of them for QEMU)"


def test_draft_in_another_cluster_is_judged_by_that_ones_hosts(client, engine):
    vm_id = engine.new_vm(hosts=())
    found = draft(client, engine, "power", nodeset="all", vm={"id": vm_id, "hosts": []}).json()
    assert [host["name"] for host in found["hosts"]] == ["power9"]


def test_draft_with_huge_pages_needs_them(client, engine):
    vm = {"memory_kib": 8 * GIB_KIB, "vcpus": 4, "page_kib": 2048}
    found = draft(client, engine, nodeset="0", vm=vm).json()
    codes = {p["code"] for host in found["hosts"] for p in host["problems"] + host["warnings"]}
    assert "PagesOfHostOnly" in codes or "NoRoom" in codes


def test_draft_without_settings_is_refused(client, engine):
    answer = draft(client, engine, vm={"vcpus": 2})
    assert (answer.status_code, answer.json()["code"]) == (422, "NothingAsked")


def test_draft_of_a_host_that_is_no_id_is_refused(client, engine):
    answer = draft(client, engine, nodeset="0", vm={"hosts": ["epyc-nps4"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "IdMalformed")


def test_draft_is_suggested_what_fits(client, engine):
    found = draft(client, engine, what="suggest", vm={"memory_kib": 8 * GIB_KIB, "vcpus": 4})
    assert found.json()["suggestion"]["request"] == {"numa_nodeset": "auto:1"}


def test_problems_have_the_facts_that_fill_their_words(client, engine):
    vm = {"memory_kib": 8 * GIB_KIB, "vcpus": 4}
    answer = draft(client, engine, nodeset="7", vm=vm)
    problem = host_of(answer, "xeon-cxl")["problems"][0]
    assert problem["code"] == "NodeUnknown"
    assert problem["facts"] == {"missing": "7", "nodes": "0-3"}
