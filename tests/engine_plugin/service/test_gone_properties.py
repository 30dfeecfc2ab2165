# SPDX-License-Identifier: Apache-2.0
"""A VM with properties that the engine no longer knows: it can neither start nor be edited."""

from __future__ import annotations

import httpx
import pytest

from engine_plugin.demo import app as engine_app
from engine_plugin.demo import settings as engine_settings

from ..engines import API, Served
from ..engines import Engine as FreshEngine
from .conftest import bearer


@pytest.fixture
def undefined(tmp_path, start_service):
    """An engine restarted with other definitions, and a client of a service before it."""
    first = FreshEngine(tmp_path / "engine")
    first.close()
    settings = engine_settings.Settings(
        data=tmp_path / "engine",
        boot="none",
        definitions={"4.7": "numa_nodeset=^[0-9-]+$", "4.8": "note"},
    )
    served = Served(engine_app.create_app(settings))
    login = {"grant_type": "password", "username": "admin@internal", "password": "demo"}
    answer = httpx.post(
        f"{served.base}/ovirt-engine/sso/oauth/token",
        data={**login, "scope": "ovirt-app-api"},
        headers={"Accept": "application/json"},
    )
    service = start_service(f"{served.base}{API}")
    headers = bearer(answer.json()["access_token"])
    with httpx.Client(base_url=service.base, headers=headers, timeout=30) as client:
        yield client
    served.close()
    served.app.state.close()


def test_vm_with_gone_properties_has_a_problem_in_the_list_and_by_itself(undefined):
    rows = {
        row["name"]: row for row in undefined.get("/api/v1/vms", params={"size": 500}).json()["vms"]
    }
    row = rows["db-strict"]
    assert row["state"] == "problem"
    (problem,) = [each for each in row["problems"] if each["code"] == "PropertiesGone"]
    assert problem["message"].startswith("db-strict has ")
    assert problem["message"].endswith(": it can neither be started nor edited")
    assert "as custom properties at level " in problem["message"]
    assert problem["blames"] == "setup"
    found = undefined.get(f"/api/v1/vms/{row['id']}/numa").json()
    assert problem in found["problems"]
    assert rows["web-small"]["state"] == "none"
