# SPDX-License-Identifier: Apache-2.0
"""`limits.json` says all that leads nowhere in the embedded engine, and nothing that does not."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from lxml import etree

from engine_plugin.demo.limits import Limit, limits, shown
from engine_plugin.demo.rest.links import ACTIONS, LINKS
from engine_plugin.demo.search.columns import column
from engine_plugin.demo.search.words import KINDS, words_of
from engine_plugin.demo.settings import Settings

from .conftest import Served

COLLECTIONS = {
    "vm": "vms",
    "host": "hosts",
    "cluster": "clusters",
    "template": "templates",
    "vm_pool": "vmpools",
    "data_center": "datacenters",
    "scheduling_policy": "schedulingpolicies",
    "user": "users",
    "role": "roles",
}
NO_PATH = "RESTEASY003210"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Of an engine of its own: all actions are tried."""
    engine = Served(Settings(data=tmp_path_factory.mktemp("engine"), fresh=True, boot="none"))
    token = engine.sdk().authenticate()
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/xml"}
    with httpx.Client(base_url=engine.url, headers=headers, timeout=30) as client:
        yield client
    engine.close()


def document(api: httpx.Client, path: str) -> Any:
    return etree.fromstring(api.get(path).content)


def nowhere(api: httpx.Client, method: str, path: str) -> bool:
    headers = {"Content-Type": "application/xml"}
    content = b"<action/>" if method == "POST" else None
    answer = api.request(method, path, content=content, headers=headers)
    return answer.status_code == 404 and NO_PATH in answer.text


def named(kind: str, of: str) -> set[str]:
    found: set[str] = set()
    for limit in limits():
        names: dict[str, tuple[str, ...]] = getattr(limit, of)
        found |= set(names.get(kind, ()))
    return found


@pytest.mark.parametrize("kind", sorted(set(ACTIONS) | set(LINKS)))
def test_links_and_actions_that_lead_nowhere_are_those_of_the_list(kind: str, api: Any) -> None:
    path = _entity(kind, api)
    found = {name for name in LINKS.get(kind, ()) if nowhere(api, "GET", f"{path}/{name}")}
    found |= {name for name in ACTIONS.get(kind, ()) if nowhere(api, "POST", f"{path}/{name}")}
    assert found == named(kind, "nowhere")


def _entity(kind: str, api: httpx.Client) -> str:
    """The path of one of that kind."""
    if kind == "host_numa_node":
        return _first(api, f"{_first(api, '/hosts')}/numanodes")
    if kind == "job":
        return f"/jobs/{uuid.uuid4()}"
    return _first(api, f"/{COLLECTIONS[kind]}")


def _first(api: httpx.Client, path: str) -> str:
    return f"{path}/{document(api, path)[0].get('id')}"


def test_collections_that_lead_nowhere_are_those_of_the_list(api: Any) -> None:
    links = document(api, "").xpath("link[not(contains(@href, '?'))]/@rel")
    assert {name for name in links if nowhere(api, "GET", f"/{name}")} == named("api", "nowhere")


@pytest.mark.parametrize("kind", KINDS)
def test_fields_that_find_nothing_are_those_of_the_list(kind: str) -> None:
    empty = {name for name in words_of(kind).fields if column(kind, name).value == "NULL"}
    assert empty == named(kind, "fields")


@pytest.mark.parametrize("limit", [each for each in limits() if each.sent], ids=lambda e: e.what)
def test_request_that_is_answered_otherwise_is_answered_so(limit: Limit, api: Any) -> None:
    assert limit.sent is not None
    method, path, body, status = limit.sent
    path = path.format(vm=document(api, "/vms?search=status%3Ddown&max=1")[0].get("id"))
    headers = {"Content-Type": "application/xml"}
    assert api.request(method, f"/{path}", content=body, headers=headers).status_code == status


def test_each_limit_says_why_and_where() -> None:
    for limit in limits():
        assert limit.what
        assert limit.reason
        assert limit.answers or limit.nowhere or limit.fields or limit.sent


def test_list_is_shown_by_the_command() -> None:
    lines = list(shown())
    assert max(map(len, lines)) <= 100
    command = [sys.executable, "-m", "engine_plugin.demo", "--what-it-is-not"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == lines
    assert [limit.what for limit in limits() if limit.what not in lines] == []
    assert any(line.startswith("  vm: nics watchdogs") for line in lines)
