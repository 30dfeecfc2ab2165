# SPDX-License-Identifier: Apache-2.0
"""Changes of many VMs: 202, how far they are, what is left, and what is not overwritten unseen."""

from __future__ import annotations

import gc
import time
import uuid
from dataclasses import replace

import httpx
import pytest
from ovirtsdk4 import types

from engine_plugin.engine_api.session import Session
from engine_plugin.settings.fit import Fits

from ..engines import Engine
from .conftest import bearer

MANY = 40


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """One of its own: a pool of 40, whose VMs' locks last as briefly as those of others."""
    found = Engine(tmp_path_factory.mktemp("engine"), pool_seconds=0.01)
    store = found.app.state.engine.store
    first = store.vms_in_pool(found.vm("desktop-1").vm_pool.id)[0]
    for number in range(3, MANY + 1):
        config = replace(first.config, name=f"desktop-{number:02}")
        store.save_vm(replace(first, id=str(uuid.uuid4()), config=config))
    yield found
    found.close()


@pytest.fixture
def client(engine, start_service):
    service = start_service(engine.url)
    headers = bearer(engine.token())
    with httpx.Client(base_url=service.base, headers=headers, timeout=30) as found:
        yield found


@pytest.fixture
def pool(engine, client):
    (found,) = engine.sdk.system_service().vm_pools_service().list(search="name=desktops")
    path = f"/api/v1/vmpools/{found.id}/numa"
    wait(client, client.delete(path, params={"overwrite": "true"}, headers={"If-Match": "*"}))
    return found


def wait(client, answer: httpx.Response) -> dict:
    assert answer.status_code == 202, answer.text
    deadline = time.monotonic() + 60
    while True:
        found = client.get(answer.headers["Location"]).json()
        if found["state"] != "running":
            return found
        assert time.monotonic() < deadline, found["counts"]
        time.sleep(0.05)


def put(client, pool, nodeset: str, **params: str) -> httpx.Response:
    path = f"/api/v1/vmpools/{pool.id}/numa"
    headers = {"If-Match": client.get(path).headers["ETag"]}
    body = {"nodeset": nodeset}
    return client.put(path, json=body, headers=headers, params={"force": "true", **params})


def nodesets(engine, pool) -> dict[str, str | None]:
    found = {}
    for vm in engine.vms.list(search=f"pool={pool.name}"):
        values = {p.name: p.value for p in vm.custom_properties or []}
        found[vm.id] = values.get("numa_nodeset")
    return found


def test_large_pool_becomes_a_job_that_tells_how_far_it_is(client, engine, pool):
    answer = put(client, pool, "0")
    begun = answer.json()
    assert answer.headers["Location"] == begun["href"] == f"/api/v1/jobs/{begun['id']}"
    assert (begun["total"], begun["action"], begun["about"]["id"]) == (MANY, "store", pool.id)
    found = wait(client, answer)
    assert (found["state"], found["counts"]["done"]) == ("done", MANY)
    assert set(nodesets(engine, pool).values()) == {"0"}
    newest, *_ = client.get("/api/v1/jobs").json()["jobs"]
    assert (newest["id"], newest["vms"]) == (begun["id"], [])


def test_members_that_differ_are_shown_and_not_overwritten_unseen(client, engine, pool):
    wait(client, put(client, pool, "0"))
    odd = engine.vm("desktop-05").id
    client.put(
        f"/api/v1/vms/{odd}/numa",
        json={"nodeset": "3"},
        headers={"If-Match": "*"},
        params={"force": "true"},
    )
    found = wait(client, put(client, pool, "1"))
    shown = {vm["id"]: vm for vm in found["vms"]}[odd]
    assert (shown["state"], shown["request"]["nodeset"]) == ("differs", "3")
    assert found["counts"] == {
        "waiting": 0, "done": MANY - 1, "unchanged": 0, "differs": 1, "failed": 0,
    }  # fmt: skip
    assert nodesets(engine, pool)[odd] == "3"
    resumed = client.post(f"{found['href']}/resume", params={"overwrite": "true"})
    assert wait(client, resumed)["counts"]["done"] == MANY
    assert set(nodesets(engine, pool).values()) == {"1"}


def test_job_that_is_stopped_goes_on_where_it_was(client, engine, pool):
    answer = put(client, pool, "2")
    href = answer.headers["Location"]
    time.sleep(0.3)
    running = client.delete(href)
    assert (running.status_code, running.json()["code"]) == (409, "JobRuns")
    assert client.post(f"{href}/stop").status_code == 200
    stopped = wait(client, answer)
    assert stopped["state"] == "stopped"
    assert 0 < stopped["counts"]["waiting"] < MANY
    done = [vm for vm in stopped["vms"] if vm["state"] == "done"]
    found = wait(client, client.post(f"{href}/resume"))
    assert found["counts"]["done"] == MANY
    assert [vm["id"] for vm in found["vms"][: len(done)]] == [vm["id"] for vm in done]
    assert client.delete(href).json()["counts"]["done"] == MANY
    assert client.get(href).status_code == 404


def test_same_change_sent_again_leaves_what_has_it_alone(client, engine, pool):
    wait(client, put(client, pool, "0"))
    assert wait(client, put(client, pool, "0"))["counts"]["unchanged"] == MANY


def test_vm_that_cannot_be_written_does_not_end_the_job(client, engine, pool):
    """Somebody makes it one that has virtual NUMA nodes of oVirt's own."""
    odd = engine.vm("desktop-07").id
    cores = types.Cpu(cores=[types.Core(index=0)])
    nodes = engine.vms.vm_service(odd).numa_nodes_service()
    nodes.add(types.VirtualNumaNode(index=0, memory=512, cpu=cores))
    found = wait(client, put(client, pool, "0"))
    nodes.node_service(nodes.list()[0].id).remove()
    shown = {vm["id"]: vm for vm in found["vms"]}[odd]
    assert (shown["state"], shown["problems"][0]["code"]) == ("failed", "NativeNodes")
    assert (found["state"], found["counts"]["done"]) == ("done", MANY - 1)
    assert wait(client, client.post(f"{found['href']}/resume"))["counts"]["done"] == MANY


def test_job_is_found_where_its_location_says_behind_httpd_too(client, engine):
    vm_id = engine.new_vm()
    body = {"search": f"name={engine.vms.vm_service(vm_id).get().name}", "nodeset": "0"}
    headers = {"X-Forwarded-Host": "engine.example.org"}
    answer = client.post("/api/v1/jobs", json=body, headers=headers)
    assert answer.headers["Location"] == f"/ovirt-engine-numa{answer.json()['href']}"
    assert answer.json()["href"] == f"/api/v1/jobs/{answer.json()['id']}"


def test_search_stores_with_all_that_it_finds(client, engine):
    ids = [engine.new_vm() for _ in range(3)]
    other = engine.new_vm(affinity="pinned", numa_nodeset="5")
    names = [engine.vms.vm_service(each).get().name for each in [*ids, other]]
    search = " or ".join(f"name={name}" for name in names)
    answer = client.post("/api/v1/jobs", json={"search": search, "nodeset": "0"})
    found = wait(client, answer)
    states = {vm["id"]: vm["state"] for vm in found["vms"]}
    assert states == {**dict.fromkeys(ids, "done"), other: "differs"}
    answer = client.post("/api/v1/jobs", json={"search": search, "action": "remove"})
    found = wait(client, answer)
    assert found["counts"]["done"] == 4
    assert [vm["request"] for vm in found["vms"]] == [None] * 4


def test_job_is_its_users_alone(client, engine, pool):
    answer = put(client, pool, "0")
    headers = bearer(engine.token("carol"))
    base = str(client.base_url)
    with httpx.Client(base_url=base, headers=headers, timeout=30) as carol:
        refused = carol.get(answer.headers["Location"])
        assert (refused.status_code, refused.json()["code"]) == (404, "JobUnknown")
        assert carol.get("/api/v1/jobs").json() == {"jobs": []}
    wait(client, answer)


def test_small_pool_is_a_job_where_the_client_prefers_that(client, engine):
    found = engine.sdk.system_service().vm_pools_service().list(search="name=desktops")[0]
    path = f"/api/v1/vmpools/{found.id}/numa"
    answer = client.delete(path, headers={"If-Match": "*", "Prefer": "respond-async"})
    assert answer.status_code == 202
    wait(client, answer)


@pytest.mark.parametrize("search", ["  ", "page 2", 'name="'])
def test_search_that_chooses_nothing_begins_no_job(client, search):
    answer = client.post("/api/v1/jobs", json={"search": search, "action": "remove"})
    assert (answer.status_code, answer.json()["code"]) == (422, "SearchMalformed")


def test_job_that_has_ended_holds_nothing_of_the_hosts(client, engine):
    """What it keeps of each VM is what it tells: with 500 hosts the rest would be megabytes."""
    ids = [engine.new_vm() for _ in range(3)]
    cores = types.Cpu(cores=[types.Core(index=0)])
    node = types.VirtualNumaNode(index=0, memory=512, cpu=cores)
    engine.vms.vm_service(ids[0]).numa_nodes_service().add(node)
    search = " or ".join(f"name={engine.vms.vm_service(each).get().name}" for each in ids)
    before = counted()
    found = wait(client, client.post("/api/v1/jobs", json={"search": search, "nodeset": "0"}))
    assert sorted(vm["state"] for vm in found["vms"]) == ["done", "done", "failed"]
    assert counted() <= before


def counted() -> int:
    """Judgements of a VM on hosts, and sessions, that something holds."""
    gc.collect()
    return sum(isinstance(each, (Fits, Session)) for each in gc.get_objects())
