# SPDX-License-Identifier: Apache-2.0
"""A write that is not answered in time, and may be carried out yet."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import httpx
import pytest
from ovirtsdk4 import types

from engine_plugin.settings import unanswered

from ..conftest import ROOT, free_port
from .conftest import bearer
from .somebody import path, sets, stands


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


def test_write_of_a_service_that_is_killed_meanwhile_holds_the_next(
    engine, client_of, between, tmp_path, admin_token
):
    """Its successor knows of it, and what lands late overwrites nobody's."""
    vm_id, port = engine.new_vm(), free_port()
    held = between.at("PUT", f"/vms/{vm_id}", hold=6.0)
    settings = {"ENGINE_URL": between.url, "PLAIN_HTTP": "true", "LOCK_DIR": tmp_path / "locks"}
    killed = subprocess.Popen(
        [sys.executable, "-m", "engine_plugin.cli", "serve", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, **{f"OVIRT_NUMA_{name}": str(each) for name, each in settings.items()}},
        stderr=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    until(lambda: httpx.get(f"{base}/healthz").is_success)
    body, headers = {"nodeset": "0"}, bearer(admin_token)
    asks = threading.Thread(target=ends, args=(f"{base}{path(vm_id)}", body, headers))
    asks.start()
    until(lambda: held.met)
    killed.kill()
    killed.wait(10)
    asks.join(10)
    refused = client_of().put(path(vm_id), json={"nodeset": "1"}, headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["code"]) == (409, "OutcomePending")
    until(lambda: stands(engine, vm_id).get("numa_nodeset") == "0")
    answer = client_of().put(path(vm_id), json={"nodeset": "1"}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    assert stands(engine, vm_id)["numa_nodeset"] == "1"


def ends(url: str, body: dict[str, str], headers: dict[str, str]) -> None:
    """Asks, and hears nothing."""
    with contextlib.suppress(httpx.HTTPError):
        httpx.put(url, json=body, headers=headers, timeout=30)


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(httpx.HTTPError):
            if holds():
                return
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_clock_that_is_set_forward_gives_up_no_write(engine, client_of, between, monkeypatch):
    vm_id, hour_later = engine.new_vm(), time.time() + 3600
    between.at("PUT", f"/vms/{vm_id}", answer=504)
    client = client_of()
    assert client.put(path(vm_id), json={"nodeset": "0"}).status_code == 504
    monkeypatch.setattr(unanswered.time, "time", lambda: hour_later)
    refused = client.put(path(vm_id), json={"nodeset": "1"})
    assert (refused.status_code, refused.json()["code"]) == (409, "OutcomePending")


def test_write_that_somebody_waits_for_is_no_problem_yet(engine, client_of, between):
    vm_id = engine.new_vm()
    seen = []

    def look() -> None:
        seen.append(other.get(path(vm_id)).json()["problems"])

    other = client_of()
    between.at("PUT", f"/vms/{vm_id}", before=look)
    assert client_of().put(path(vm_id), json={"nodeset": "0"}).status_code == 200
    assert seen == [[]]
