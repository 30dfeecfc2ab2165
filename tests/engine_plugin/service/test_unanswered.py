# SPDX-License-Identifier: Apache-2.0
"""A write that is not answered in time, and may be carried out yet."""

from __future__ import annotations

import time

import httpx
import pytest
from ovirtsdk4 import types

from ..between import Between
from .conftest import bearer
from .test_lost import path, sets, stands


@pytest.fixture
def between(engine):
    with Between(engine.base) as found:
        yield found


@pytest.fixture
def client_of(between, start_service, admin_token):
    """Clients of services that wait for the engine for a second, and answer in four."""
    opened = []

    def make(url: str | None = None, token: str = admin_token) -> httpx.Client:
        service = start_service(url or between.url, call_seconds=1.0, request_seconds=4.0)
        client = httpx.Client(base_url=service.base, headers=bearer(token), timeout=60)
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()


def name_of(engine, vm_id: str) -> str:
    return engine.vms.vm_service(vm_id).get().name


def test_write_that_lands_late_overwrites_nobodys(engine, client_of, between):
    """Ours lands 12 s later; who writes meanwhile, through another process too, is told."""
    first, second, vm_id = client_of(), client_of(), engine.new_vm()
    held = between.at("PUT", f"/vms/{vm_id}", hold=12.0)
    started = time.monotonic()
    answer = first.put(path(vm_id), json={"nodeset": "0"})
    found = answer.json()
    assert (answer.status_code, found["code"], found["stored"]) == (504, "OutcomeUnknown", None)
    name = name_of(engine, vm_id)
    assert found["detail"] == (
        f"engine: the settings of {name} may have been stored, or be stored yet: the engine was"
        f" asked to store the settings of {name}, and did not answer within 1 s; read them again"
        f" in a while; until it is known, other changes of {name} wait for it"
    )
    for client in (first, second):
        refused = client.put(path(vm_id), json={"nodeset": "1"})
        assert (refused.status_code, refused.json()["code"]) == (409, "OutcomePending")
    shown = [problem["code"] for problem in first.get(path(vm_id)).json()["problems"]]
    assert shown == ["OutcomePending"]
    time.sleep(max(0.0, started + 13 - time.monotonic()))
    assert second.get(path(vm_id)).json()["problems"] == []
    assert stands(engine, vm_id)["numa_nodeset"] == "0"
    answer = second.put(path(vm_id), json={"nodeset": "1"}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    assert (held.met, stands(engine, vm_id)["numa_nodeset"]) == (1, "1")


def test_write_whose_answer_is_lost_is_known_by_reading(engine, client_of, between):
    vm_id = engine.new_vm()
    between.at("PUT", f"/vms/{vm_id}", cut=True)
    answer = client_of().put(path(vm_id), json={"nodeset": "0"})
    assert answer.status_code == 200, answer.text
    assert stands(engine, vm_id)["numa_nodeset"] == "0"


def test_write_that_lands_while_it_is_asked_for_is_answered_as_stored(engine, client_of, between):
    vm_id = engine.new_vm()
    between.at("PUT", f"/vms/{vm_id}", hold=1.5)
    answer = client_of().put(path(vm_id), json={"nodeset": "0"})
    assert answer.status_code == 200, answer.text


def test_write_that_the_engine_refuses_late_is_not_stored(engine, client_of, between):
    """What becomes of it stands in the log, too: USER_FAILED_UPDATE_VM, or it is an hour old."""
    vm_id = engine.new_vm()
    between.at("PUT", f"/vms/{vm_id}", answer=504)
    client = client_of()
    answer = client.put(path(vm_id), json={"nodeset": "0"})
    assert (answer.status_code, answer.json()["code"]) == (504, "OutcomeUnknown")
    assert client.put(path(vm_id), json={"nodeset": "1"}).status_code == 409
    sets(engine, vm_id, sndbuf="1")
    assert client.put(path(vm_id), json={"nodeset": "1"}).status_code == 409


def test_write_that_was_never_sent_holds_nobody(engine, client_of, start_service):
    """Nothing listens there: what did not go out cannot land."""
    client = client_of("http://127.0.0.1:1/ovirt-engine/api")
    answer = client.put(path(engine.new_vm()), json={"nodeset": "0"})
    assert (answer.status_code, answer.json()["code"]) == (502, "EngineUnreachable")


def test_write_of_which_nothing_is_heard_is_given_up(engine, client_of, between, monkeypatch):
    """After a quarter of an hour; here after four seconds."""
    monkeypatch.setattr("engine_plugin.settings.unanswered._LONGEST", 4.0)
    client, vm_id = client_of(), engine.new_vm()
    between.at("PUT", f"/vms/{vm_id}", answer=504)
    assert client.put(path(vm_id), json={"nodeset": "0"}).status_code == 504
    time.sleep(3.0)
    answer = client.put(path(vm_id), json={"nodeset": "1"})
    assert answer.status_code == 200, answer.text


def test_write_that_the_engine_answers_with_nonsense_is_read_back(engine, client_of, between):
    """It was carried out, and only the answer broke."""
    vm_id = engine.new_vm()
    between.at("PUT", f"/vms/{vm_id}", spoil=500)
    answer = client_of().put(path(vm_id), json={"nodeset": "0"})
    assert answer.status_code == 200, answer.text


def test_other_vms_do_not_wait(engine, client_of, between):
    client, vm_id = client_of(), engine.new_vm()
    between.at("PUT", f"/vms/{vm_id}", answer=504)
    assert client.put(path(vm_id), json={"nodeset": "0"}).status_code == 504
    others = [engine.new_vm() for _ in range(3)]
    assert {client.put(path(each), json={"nodeset": "0"}).status_code for each in others} == {200}
    assert engine.vms.vm_service(vm_id).get().placement_policy.affinity == (
        types.VmAffinity.MIGRATABLE
    )
