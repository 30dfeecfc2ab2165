# SPDX-License-Identifier: Apache-2.0
"""Pools: the engine updates their VMs asynchronously, and a change can end half-way."""

from __future__ import annotations

import time

import httpx
import pytest
from ovirtsdk4 import types

from ..engines import Engine
from .conftest import bearer

LOCKED = 3.0
"""Seconds; a real engine's 1.3 are over before a slow machine has come to look."""


@pytest.fixture
def engine(tmp_path):
    """One of its own, whose only pool nobody else changes."""
    found = Engine(tmp_path / "engine", pool_seconds=LOCKED)
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


def locked(engine, vm) -> None:
    """For as long as the embedded engine goes on with the update of a pool's VM."""
    engine.vms.vm_service(vm.id).update(types.Vm(description=f"at {time.time()}"))


@pytest.fixture
def impatient(monkeypatch):
    """A service that waits for a lock of the engine for a short time only."""
    monkeypatch.setattr("engine_plugin.engine_api.session._PATIENCE", 0.3)


def test_vm_of_a_pool_that_stays_locked_is_told_as_that(client, engine, pool, impatient):
    member = members(engine, pool)[0]
    path = f"/api/v1/vms/{member.id}/numa"
    headers = {"If-Match": client.get(path).headers["ETag"]}
    locked(engine, member)
    body = {"nodeset": "0"}
    answer = client.put(path, json=body, headers=headers, params={"force": "true"})
    assert (answer.status_code, answer.json()["code"]) == (409, "EngineOccupied")
    assert answer.json()["remedy"] == (
        "it is busy with the same object: try again when that is over"
    )
    assert "permission" not in answer.text


def test_pool_that_is_changed_in_part_says_what_is_and_what_is_left(
    client, engine, pool, impatient
):
    first, second = members(engine, pool)
    path = f"/api/v1/vmpools/{pool.id}/numa"
    headers = {"If-Match": client.get(path).headers["ETag"]}
    locked(engine, second)
    body = {"nodeset": "0"}
    answer = client.put(path, json=body, headers=headers, params={"force": "true"})
    found = answer.json()
    assert (answer.status_code, found["code"], found["blames"]) == (409, "PoolPartly", "engine")
    assert (found["done"], found["left"]) == ([first.id], [second.id])
    assert found["detail"] == (
        "vmpools, engine: 1 of the 2 VMs of the pool desktops are changed (desktop-1), and the"
        f" next, {second.id}, is not: the engine cannot store the settings of desktop-2 at the"
        " moment: Cannot edit VM. VM is being updated; it is busy with the same object: try again"
        " when that is over; then send the same again: what is changed stays so"
    )
    time.sleep(LOCKED + 0.2)
    again = put(client, pool, "0")
    assert again.status_code == 200, again.text
    assert [vm["request"]["nodeset"] for vm in again.json()["vms"]] == ["0", "0"]


def test_pool_with_a_vm_of_other_settings_says_so_and_overwrites_only_if_told(client, engine, pool):
    first, second = members(engine, pool)
    path = f"/api/v1/vmpools/{pool.id}/numa"
    for vm, nodeset in ((first, "0"), (second, "1")):
        body, params = {"nodeset": nodeset}, {"force": "true"}
        answer = client.put(f"/api/v1/vms/{vm.id}/numa", json=body, params=params)
        assert answer.status_code == 200, answer.text
    shown = client.get(path).json()
    assert (shown["request"]["nodeset"], [p["message"] for p in shown["problems"]]) == (
        "0",
        [
            "the pool desktops has 1 VM with other settings than its first, which it shows:"
            " desktop-2"
        ],
    )
    refused = put(client, pool, "2")
    assert (refused.status_code, refused.json()["code"]) == (409, "PoolDiffers")
    assert refused.json()["differing"] == [
        {"id": second.id, "name": "desktop-2", "nodeset": "1", "topology": None}
    ]
    assert refused.json()["hint"] == "?overwrite=true"
    assert client.get(path).json()["request"]["nodeset"] == "0"
    time.sleep(LOCKED + 0.2)
    headers, params = {"If-Match": "*"}, {"force": "true", "overwrite": "true"}
    stored = client.put(path, json={"nodeset": "2"}, headers=headers, params=params)
    assert [vm["request"]["nodeset"] for vm in stored.json()["vms"]] == ["2", "2"]
    assert client.get(path).json()["problems"] == []
