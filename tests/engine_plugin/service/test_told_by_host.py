# SPDX-License-Identifier: Apache-2.0
"""What only a host knows: where `auto` has put a VM, and how its own settings are."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from numa_domain.release import DIRECTORY


def host_shown(client, engine, name="epyc-nps4"):
    answer = client.get(f"/api/v1/hosts/{engine.host(name).id}/numa")
    assert answer.status_code == 200, answer.text
    return answer.json()


def refreshed(client, engine, name="epyc-nps4"):
    return client.post(f"/api/v1/hosts/{engine.host(name).id}/numa/refresh")


@pytest.fixture
def auto_vm(engine):
    """A VM on `auto:1` that runs on epyc-nps4."""
    vm_id = engine.new_vm(
        hosts=("epyc-nps4",), memory=2 << 30, numa_nodeset="auto:1", affinity="pinned"
    )
    service = engine.started(vm_id)
    yield vm_id
    service.stop()


def test_vm_that_auto_has_placed_is_shown_once_the_host_was_asked_again(client, engine, auto_vm):
    path = f"/api/v1/vms/{auto_vm}/numa"
    before = client.get(path).json()["lies"]
    assert (before["state"], before["nodes"]) == ("before", None)
    answer = refreshed(client, engine)
    assert answer.status_code == 200, answer.text
    told = client.get(path).json()["lies"]
    assert told["state"] == "told"
    assert told["at"] is not None
    vm = next(vm for vm in answer.json()["vms"] if vm["id"] == auto_vm)
    assert (vm["told"], vm["nodes"], vm["lies"]) == (False, {}, told)
    assert told["nodes"] in {str(node["id"]) for node in answer.json()["nodes"]}


def test_what_was_told_before_the_vm_began_is_not_where_it_lies(client, engine, auto_vm):
    refreshed(client, engine)
    service = engine.sdk.system_service().vms_service().vm_service(auto_vm)
    service.stop()
    engine.started(auto_vm)
    store = engine.app.state.engine.store
    host = next(each for each in store.hosts() if each.name == "epyc-nps4")
    old = {
        point: {
            name.rpartition("_at:")[0] + "_at:1000" if name.startswith("vm:") else name: checksum
            for name, checksum in scripts.items()
        }
        for point, scripts in host.hooks.items()
    }
    store.save_hosts([replace(host, hooks=old)])
    assert client.get(f"/api/v1/vms/{auto_vm}/numa").json()["lies"]["state"] == "before"


def with_told(engine, told):
    """The hooks of epyc-nps4 with this name for a VM; what was there before is given back."""
    store = engine.app.state.engine.store
    host = next(each for each in store.hosts() if each.name == "epyc-nps4")
    hooks = {point: dict(scripts) for point, scripts in host.hooks.items()}
    hooks[DIRECTORY][told] = ""
    store.save_hosts([replace(host, hooks=hooks)])
    return host


@pytest.mark.parametrize(
    ("has", "nodeset", "said"),
    [
        ("0.900000+3.262144+5.262144", "0", True),
        ("0.900000+3.131000", "0", False),
        ("0.900000+3.262144", "preferred:0", False),
    ],
)
def test_vm_whose_memory_lies_elsewhere_is_in_trouble(client, engine, has, nodeset, said):
    vm_id = engine.new_vm(
        hosts=("epyc-nps4",), memory=2 << 30, numa_nodeset=nodeset, affinity="pinned"
    )
    service = engine.started(vm_id)
    host = with_told(engine, f"vm:{vm_id}_on:0_has:{has}_at:{int(time.time()) + 60}")
    try:
        name = service.get().name
        (row,) = client.get("/api/v1/vms", params={"search": f"name={name}"}).json()["vms"]
        shown = client.get(f"/api/v1/vms/{vm_id}/numa").json()
    finally:
        engine.app.state.engine.store.save_hosts([host])
        service.stop()
    problems = ["LiesElsewhere"] if said else []
    assert [each["code"] for each in row["problems"]] == problems
    assert [each["code"] for each in shown["problems"]] == problems
    assert row["state"] == ("problem" if said else "set")
    if said:
        assert row["problems"][0]["message"] == (
            "512 MiB of its memory are on nodes 3,5, and it is bound to node 0"
        )


def test_vm_that_does_not_run_lies_nowhere(client, engine):
    vm_id = engine.new_vm(hosts=(), numa_nodeset="auto:1", affinity="pinned")
    assert client.get(f"/api/v1/vms/{vm_id}/numa").json()["lies"] is None


def test_host_says_what_to_change_in_its_settings(client, engine):
    advice = host_shown(client, engine)["advice"]
    assert [each["name"] for each in advice["settings"]][:1] == ["nodes"]
    assert advice["at"] is not None


def test_host_with_ksm_across_nodes_is_told_to_change_it(client, engine):
    store = engine.app.state.engine.store
    host = next(each for each in store.hosts() if each.name == "epyc-nps4")
    with_ksm = {
        point: {
            "settings:1_ksm:1_merge:1_saved:7_pools:1048576x0.4+1.0_at:1796000000"
            if name.startswith("settings:")
            else name: checksum
            for name, checksum in scripts.items()
        }
        for point, scripts in host.hooks.items()
    }
    store.save_hosts([replace(host, hooks=with_ksm)])
    try:
        advice = host_shown(client, engine)["advice"]
    finally:
        store.save_hosts([host])
    assert [each["code"] for each in advice["problems"]] == ["KsmAcrossNodes", "PoolsUneven"]
    assert advice["problems"][1]["facts"]["page"] == "1G"
    assert {"name": "ksm", "value": "run 1, 7 pages saved, merge_across_nodes 1"} in advice[
        "settings"
    ]
    assert advice["at"] == "2026-11-30T00:53:20+00:00"


def test_host_with_older_hooks_gives_no_advice(client, engine):
    assert host_shown(client, engine, "xeon-full")["advice"] is None


def test_user_who_may_not_ask_the_host_again_is_refused(client_of, engine):
    answer = refreshed(client_of("rita"), engine)
    assert answer.status_code in (403, 409)
    assert answer.json()["code"] in ("EngineForbids", "EngineRefused")
