# SPDX-License-Identifier: Apache-2.0
"""An engine that restarts: what its clients see."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaits
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine_plugin.demo.settings import Settings

from .conftest import Served

OLD = (
    "<html><head><title>Error</title></head><body>invalid_grant: The provided authorization"
    " grant for the auth code has expired.</body></html>"
)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    engine = Served(Settings(data=tmp_path, boot="none"))
    yield engine
    engine.close()


def bearer(engine: Served) -> httpx.Client:
    token = engine.sdk().authenticate()
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/xml"}
    return httpx.Client(base_url=engine.url, headers=headers, timeout=30)


def test_engine_that_is_down_is_a_503_of_httpd(own: Any) -> None:
    with bearer(own) as http:
        own.app.state.outage.to("stopped")
        answer = http.get("/vms?max=1")
        login = httpx.post(own.base + "/ovirt-engine/sso/oauth/token", data={"scope": "x"})
    assert (answer.status_code, login.status_code) == (503, 503)
    assert answer.headers["content-type"] == "text/html; charset=iso-8859-1"
    assert "<title>503 Service Unavailable</title>" in answer.text
    assert not {"correlation-id", "retry-after"} & set(answer.headers)


def test_engine_that_starts_is_a_504_then_knows_no_old_token(own: Any) -> None:
    with bearer(own) as http:
        own.app.state.outage.to("starting")
        assert http.get("/vms?max=1").status_code == 504
        own.app.state.outage.to("up")
        answer = http.get("/vms?max=1")
    assert (answer.status_code, answer.text) == (401, OLD)
    with bearer(own) as http:
        assert http.get("/vms?max=1").status_code == 200


def test_engine_that_hangs_answers_when_it_is_up(own: Any) -> None:
    """httpd holds what it has passed on; the token is asked for after the wait."""
    with bearer(own) as http, ThreadPoolExecutor(1) as pool:
        own.app.state.outage.to("hanging")
        with pytest.raises(httpx.ReadTimeout):
            http.get("/vms?max=1", timeout=0.3)
        waiting = pool.submit(http.get, "/vms?max=1")
        with pytest.raises(StillWaits):
            waiting.result(0.3)
        own.app.state.outage.to("up")
        assert waiting.result(10).status_code == 401


def test_stage_can_be_switched_by_hand(own: Any) -> None:
    said = httpx.post(own.base + "/demo/engine?stage=stopped")
    assert (said.status_code, said.json()) == (200, {"stage": "stopped"})
    assert httpx.get(own.url + "/vms").status_code == 503
    assert httpx.get(own.base + "/demo").status_code == 200
    wrong = httpx.post(own.base + "/demo/engine?stage=down")
    assert wrong.json() == {"error": "stage is one of up, stopped, hanging, starting"}
    assert wrong.status_code == 400


def test_request_without_a_token_is_told_so_in_other_words(own: Any) -> None:
    answer = httpx.get(own.url + "/vms")
    assert answer.text == (
        "<html><head><title>Error</title></head><body>Unauthorized</body></html>"
    )
    assert answer.headers["www-authenticate"] == 'Basic realm="RESTAPI"'
