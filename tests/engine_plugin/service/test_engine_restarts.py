# SPDX-License-Identifier: Apache-2.0
"""The engine restarts: what its web server and it answer meanwhile, and what we make of it."""

from __future__ import annotations

import httpx
import pytest

from ..engines import Engine
from .conftest import bearer


@pytest.fixture
def own_engine(tmp_path):
    found = Engine(tmp_path / "engine")
    yield found
    found.close()


def test_restarting_engine_is_told_as_one_with_a_time_to_come_back(own_engine, start_service):
    engine, token = own_engine, own_engine.token()
    path = f"/api/v1/vms/{engine.vm('db-strict').id}/numa"
    service = start_service(engine.url)
    with httpx.Client(base_url=service.base, headers=bearer(token), timeout=30) as client:
        assert client.get(path).status_code == 200
        for stage, code in (("stopped", 503), ("starting", 504)):
            engine.app.state.outage.to(stage)
            answer = client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, "EngineStarting")
            assert answer.headers["Retry-After"] == "30"
            assert f"says {code} when asked to read VM" in answer.json()["detail"]
            assert "engine.log" not in answer.text
        engine.app.state.outage.to("up")
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "TokenRejected")
        assert "the engine has been restarted since" in answer.json()["detail"]
        fresh = bearer(engine.token())
        assert client.get(path, headers=fresh).status_code == 200
