# SPDX-License-Identifier: Apache-2.0
"""Users to whom the engine does not show everything: what they are not shown is said."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import httpx
import pytest

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
