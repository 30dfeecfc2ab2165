# SPDX-License-Identifier: Apache-2.0
"""Pools: the engine updates their VMs asynchronously, and a change can end half-way."""

from __future__ import annotations

import time

import httpx
import pytest
from ovirtsdk4 import types

from .conftest import Engine, bearer


@pytest.fixture
def engine(tmp_path):
    """One of its own, whose only pool nobody else changes."""
    found = Engine(tmp_path / "engine")
    yield found
    found.close()


@pytest.fixture
def client(engine, start_service):
    service = start_service(engine.url)
    headers = bearer(engine.token())
    with httpx.Client(base_url=service.base, headers=headers, timeout=30) as found:
        yield found


@pytest.fixture
def pool(engine):
    (found,) = engine.sdk.system_service().vm_pools_service().list(search="name=desktops")
    return found


def members(engine, pool) -> list:
    return sorted(engine.vms.list(search=f"pool={pool.name}"), key=lambda vm: vm.name)


def put(client, pool, nodeset: str):
    path = f"/api/v1/vmpools/{pool.id}/numa"
    headers = {"If-Match": client.get(path).headers["ETag"]}
    return client.put(path, json={"nodeset": nodeset}, headers=headers, params={"force": "true"})


def test_pool_is_changed_twice_in_a_row_without_a_word_of_others(client, engine, pool):
    for nodeset in ("0", "1"):
        answer = put(client, pool, nodeset)
        assert answer.status_code == 200, answer.text
        assert [vm["warnings"] for vm in answer.json()["vms"]] == [[], []]
    path = f"/api/v1/vmpools/{pool.id}/numa"
    etag = client.get(path).headers["ETag"]
    answer = client.delete(path, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text


def test_vm_of_a_pool_that_stays_locked_is_told_as_that(client, engine, pool, monkeypatch):
    """The engine keeps its lock for 1.3 s, and we wait for 0.3 s here."""
    member = members(engine, pool)[0]
    monkeypatch.setattr("engine_plugin.service.engine._PATIENCE", 0.3)
    path = f"/api/v1/vms/{member.id}/numa"
    etag = client.get(path).headers["ETag"]
    first = client.put(path, json={"nodeset": "0"}, headers={"If-Match": etag})
    assert first.status_code == 200, first.text
    second = client.put(path, json={"nodeset": "1"}, headers={"If-Match": first.headers["ETag"]})
    assert (second.status_code, second.json()["code"]) == (409, "EngineOccupied")
    assert second.json()["remedy"] == (
        "it is busy with the same object: try again when that is over"
    )
    assert "permission" not in second.text


def test_pool_that_is_changed_in_part_says_what_is_and_what_is_left(client, engine, pool):
    first, second = members(engine, pool)
    service = engine.vms.vm_service(second.id)
    other = types.VmPlacementPolicy(
        affinity=types.VmAffinity.MIGRATABLE, hosts=[types.Host(id=engine.host("xeon-full").id)]
    )
    service.update(types.Vm(placement_policy=other))
    time.sleep(1.5)
    path = f"/api/v1/vmpools/{pool.id}/numa"
    headers = {"If-Match": client.get(path).headers["ETag"]}
    answer = client.put(path, json={"nodeset": "0"}, headers=headers)
    found = answer.json()
    assert (answer.status_code, found["code"], found["blames"]) == (409, "PoolPartly", "setup")
    assert found["done"] == [first.id]
    assert found["left"] == [second.id]
    assert found["detail"].startswith(
        f"vmpools, cluster numa-lab: 1 of the 2 VMs of the pool {pool.name} are changed"
        f" ({first.name}), and the next, {second.id}, is not: {second.name} could start without"
    )
    assert found["remedy"].endswith("then send the same again: what is changed stays so")
    assert put(client, pool, "0").status_code == 200
