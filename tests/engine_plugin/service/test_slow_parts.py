# SPDX-License-Identifier: Apache-2.0
"""One part of the engine that is slow, and does not take the rest with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from ..engines import Engine, Served
from ..relay import Relay
from .conftest import Start, bearer


@pytest.fixture
def relay(engine: Engine) -> Iterator[Relay]:
    found = Relay(engine.base)
    yield found
    found.close()


def api(service: Served, token: str) -> httpx.Client:
    return httpx.Client(base_url=service.base, headers=bearer(token), timeout=60)


def hosts_of(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return {host["name"]: host for host in answer.json()["hosts"]}


@pytest.mark.parametrize(
    ("part", "how"),
    [
        ("numanodes", Relay.hold),
        ("numanodes", Relay.stall),
        ("hooks", Relay.stall),
        ("statistics", Relay.hold),
    ],
)
def test_host_that_does_not_answer_is_left_alone_and_the_rest_is_judged(
    engine: Engine, relay: Relay, start_service: Start, part: str, how: Any
) -> None:
    host = engine.host("spr-snc4")
    how(relay, rf"/hosts/{host.id}/{part}", seconds=30)
    service = start_service(relay.url, host_seconds=0.5, warm_seconds=0, hooks_seconds=0)
    vm_id = engine.new_vm(hosts=())
    body = {"topology": "cpus=0-3 mem=8G page=2M"}
    with api(service, engine.token()) as client:
        begun = time.monotonic()
        first = hosts_of(client.post(f"/api/v1/vms/{vm_id}/numa/preview", json=body))
        assert time.monotonic() - begun < 15
        since = len(relay.asked)
        second = hosts_of(client.post(f"/api/v1/vms/{vm_id}/numa/preview", json=body))
        again = [each for each in relay.asked[since:] if f"/hosts/{host.id}/{part}" in each]
        assert again == [], "it is left alone"
    assert first.keys() == second.keys()
    assert "epyc-nps4" in first
    if part != "hooks":
        assert second["spr-snc4"]["problems"][0]["message"] == (
            "spr-snc4 was not asked: the engine has just not answered about it within 0.5 s"
        )


def test_settings_are_stored_although_one_host_does_not_answer(
    engine: Engine, relay: Relay, start_service: Start
) -> None:
    host = engine.host("spr-snc4")
    relay.hold(rf"/hosts/{host.id}/", seconds=30)
    service = start_service(relay.url, host_seconds=0.5, request_seconds=6)
    vm_id = engine.new_vm(hosts=("epyc-nps4", "spr-snc4"))
    with api(service, engine.token()) as client:
        answer = client.put(f"/api/v1/vms/{vm_id}/numa", json={"nodeset": "0"})
    assert answer.status_code == 200, answer.text
    assert "whether the hook is on spr-snc4 is not known" in answer.json()["notes"]


def test_many_hosts_that_do_not_answer_cost_half_of_the_time_at_most(
    engine: Engine, relay: Relay, start_service: Start
) -> None:
    relay.hold(r"/hosts/[^/]+/(numanodes|hooks)", seconds=30)
    service = start_service(relay.url, host_seconds=2, request_seconds=6, parallel=1)
    vm_id = engine.new_vm(hosts=())
    with api(service, engine.token()) as client:
        begun = time.monotonic()
        found = hosts_of(client.post(f"/api/v1/vms/{vm_id}/numa/preview", json={"nodeset": "0"}))
        assert time.monotonic() - begun < 6.5
    said = " ".join(host["problems"][0]["message"] for host in found.values())
    assert "the time of this request did not suffice" in said


def asked_by(service: Served, vm_id: str, tokens: list[str]) -> list[int]:
    """The statuses of a preview that all of these ask for at once."""
    statuses: list[int] = []

    def ask(token: str) -> None:
        with api(service, token) as client:
            path = f"/api/v1/vms/{vm_id}/numa/preview"
            statuses.append(client.post(path, json={"nodeset": "0"}).status_code)

    threads = [threading.Thread(target=ask, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def test_many_administrators_are_answered_by_asking_once(
    engine: Engine, relay: Relay, start_service: Start
) -> None:
    service = start_service(relay.url)
    vm_id = engine.new_vm(hosts=())
    tokens = [engine.token() for _ in range(20)]
    assert asked_by(service, vm_id, tokens) == [200] * 20
    nodes = [each for each in relay.asked if "numanodes?follow" in each]
    assert len(nodes) == len(set(nodes)), "each host once"


def test_one_user_who_is_no_administrator_is_answered_by_asking_once_too(
    engine: Engine, relay: Relay, start_service: Start
) -> None:
    """With 20 tokens, each of a login of its own."""
    service = start_service(relay.url)
    vm_id = engine.new_vm(hosts=())
    tokens = [engine.token("oscar") for _ in range(20)]
    assert asked_by(service, vm_id, tokens) == [200] * 20
    asked = [each for each in relay.asked if "/api/hosts?" in each]
    assert 1 <= len(asked) < 10, "once, and again after some seconds"


def test_what_an_administrator_was_answered_is_not_for_other_users(
    engine: Engine, start_service: Start
) -> None:
    service = start_service(engine.url)
    host = engine.host("epyc-nps4").id
    with api(service, engine.token()) as admin, api(service, engine.token("oscar")) as user:
        assert admin.get(f"/api/v1/hosts/{host}/numa").status_code == 200
        assert user.get(f"/api/v1/hosts/{host}/numa").status_code != 200


def test_time_of_the_request_that_is_over_is_not_told_as_the_engines(
    engine: Engine, relay: Relay, start_service: Start
) -> None:
    relay.hold(r"GET /ovirt-engine/api/vms\?", seconds=30)
    service = start_service(relay.url, request_seconds=3, call_seconds=10)
    with api(service, engine.token()) as client:
        begun = time.monotonic()
        answer = client.get("/api/v1/vms")
        assert time.monotonic() - begun < 4
    assert (answer.status_code, answer.json()["title"]) == (504, "Time over")
    assert answer.json()["detail"] == (
        "request: the 3 s that a request may take were over when the engine was to list VMs; try"
        " again: what is known by then is not asked again"
    )
