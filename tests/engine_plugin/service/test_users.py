# SPDX-License-Identifier: Apache-2.0
"""Users to whom the engine does not show everything: what they are not shown is said."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from engine_plugin.demo.model import User

from ..engines import Engine, Served
from ..relay import Relay
from .conftest import Start, bearer

UNSEEN = "the engine shows this user no host of cluster numa-lab"


@pytest.fixture
def unseen(engine: Engine, start_service: Start) -> Iterator[Served]:
    """A service before an engine that shows nobody a host."""
    with contextlib.closing(Relay(engine.base)) as relay:
        relay.answer(r"GET .*/api/hosts\?", 200, "<hosts/>", Content_Type="application/xml")
        yield start_service(relay.url)


def test_cluster_without_a_host_to_be_seen_is_not_well(engine: Engine, unseen: Served) -> None:
    cluster = engine.host("epyc-nps4").cluster.id
    path = f"{unseen.base}/api/v1/clusters/{cluster}/numa"
    found = httpx.get(path, headers=bearer(engine.token()), timeout=30).json()
    assert found["ok"] is False
    assert [each["message"] for each in found["problems"]] == [UNSEEN]


def test_fit_and_suggestion_without_a_host_to_be_seen_say_why(
    engine: Engine, unseen: Served
) -> None:
    vm_id = engine.new_vm(hosts=())
    base, headers = f"{unseen.base}/api/v1/vms/{vm_id}/numa", bearer(engine.token())
    found = httpx.post(f"{base}/preview", json={"nodeset": "0"}, headers=headers, timeout=30).json()
    assert (found["candidates"], found["fitting"]) == (0, 0)
    assert [each["message"] for each in found["problems"]] == [UNSEEN]
    found = httpx.post(f"{base}/suggest", headers=headers, timeout=30).json()
    assert (found["candidates"], found["fitting"], found["host"]) == (0, 0, None)


def test_option_that_is_not_shown_is_said(engine: Engine, start_service: Start) -> None:
    with contextlib.closing(Relay(engine.base)) as relay:
        relay.answer(r"/options/UserDefinedVMProperties", 404)
        service = start_service(relay.url)
        cluster = engine.host("epyc-nps4").cluster.id
        path = f"{service.base}/api/v1/clusters/{cluster}/numa"
        found = httpx.get(path, headers=bearer(engine.token()), timeout=30).json()
    assert found["ok"] is False
    assert "UserDefinedVMProperties" in found["problems"][0]["message"]


def test_search_counts_for_who_is_no_administrator(engine: Engine, start_service: Start) -> None:
    """Although the engine, asked for a page by name, ignores it for them."""
    name = str(engine.vms.vm_service(engine.new_vm()).get().name)
    engine.new_vm()
    service = start_service(engine.url)
    with httpx.Client(base_url=service.base, headers=bearer(engine.token("oscar"))) as user:
        found = user.get("/api/v1/vms", params={"search": f"name={name}"}).json()
        assert [vm["name"] for vm in found["vms"]] == [name]
        found = user.get("/api/v1/vms", params={"search": "name=t-*", "size": 1, "page": 2}).json()
        assert len(found["vms"]) == 1
        assert found["more"] is True


def test_job_of_who_is_no_administrator_is_for_what_the_search_finds(
    engine: Engine, start_service: Start
) -> None:
    """And not for every VM that they see."""
    name = str(engine.vms.vm_service(engine.new_vm()).get().name)
    service = start_service(engine.url)
    headers = bearer(engine.token("oscar"))
    with httpx.Client(base_url=service.base, headers=headers, timeout=30) as user:
        body = {"search": f"name={name}", "action": "remove"}
        found = user.post("/api/v1/jobs", json=body).json()
        assert [vm["name"] for vm in found["vms"]] == [name]


def test_hosts_of_other_clusters_that_a_search_does_not_leave_out_do_not_count(
    engine: Engine, start_service: Start
) -> None:
    """Nor are they asked for again and again: to who is no administrator an engine shows all that
    they see, on every page."""
    cluster = engine.host("epyc-nps4").cluster.id
    rows = "".join(
        f'<host id="{uuid.UUID(int=i)}"><name>h{i}</name><status>up</status>'
        f'<cluster id="{cluster if i < 3 else uuid.UUID(int=i)}"/></host>'
        for i in range(600)
    )
    with contextlib.closing(Relay(engine.base)) as relay:
        text = f"<hosts>{rows}</hosts>"
        relay.answer(r"GET .*/api/hosts\?", 200, text, Content_Type="application/xml")
        service = start_service(relay.url, request_seconds=10)
        path = f"{service.base}/api/v1/clusters/{cluster}/numa"
        found = httpx.get(path, headers=bearer(engine.token("oscar")), timeout=30).json()
    assert [host["name"] for host in found["hosts"]] == ["h0", "h1", "h2"]


@pytest.fixture
def passing(engine: Engine) -> Iterator[str]:
    """An administrator, for a while."""
    store = engine.app.state.engine.store
    user = User(str(uuid.uuid4()), "passing@internal", "demo", (("SuperUser", "system"),))
    store.save_user(user)
    yield user.id
    store.save_user(replace(user, roles=()))


def test_role_that_was_taken_away_counts_within_a_second(
    engine: Engine, start_service: Start, passing: str
) -> None:
    """Who is no administrator any more is answered by the engine, and not from what those share."""
    host = engine.host("epyc-nps4")
    token = engine.token("passing")
    with contextlib.closing(Relay(engine.base)) as relay:
        service = start_service(relay.url, warm_seconds=60)

        def asked() -> int:
            before = len(relay.asked)
            path = f"{service.base}/api/v1/clusters/{host.cluster.id}/numa"
            httpx.get(path, headers=bearer(token), timeout=30)
            return sum("/numanodes" in each for each in relay.asked[before:])

        assert asked() > 0
        assert asked() == 0
        engine.app.state.engine.store.save_user(User(passing, "passing@internal", "demo", ()))
        engine.app.state.sessions._users.clear()  # it reads users once
        time.sleep(1.1)
        assert asked() > 0
