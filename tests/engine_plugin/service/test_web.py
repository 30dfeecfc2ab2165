# SPDX-License-Identifier: Apache-2.0
"""Around a request: limits, headers, log lines, metrics, and what a token leaves behind."""

from __future__ import annotations

import io
import json
import logging
import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from engine_plugin.service import log

from .conftest import bearer


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the service writes to its log."""
    stream = io.StringIO()
    logger = logging.getLogger("ovirt_numa")
    before = logger.handlers[:], logger.level, logger.propagate
    log.configure(stream)
    yield stream
    logger.handlers[:], logger.level, logger.propagate = before


def logged(stream: io.StringIO) -> list[dict]:
    """The lines of one change: a request's own follows the answer, which the client has by then."""
    deadline = time.monotonic() + 10
    while len(stream.getvalue().splitlines()) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def put(client: httpx.Client, vm_id: str, body: dict[str, str], **more) -> httpx.Response:
    return client.put(f"/api/v1/vms/{vm_id}/numa", json=body, **more)


def test_log_change_has_request_and_audit_line_with_the_user(engine, client, lines):
    vm_id = engine.new_vm()
    put(client, vm_id, {"nodeset": "0"}, headers={"X-Request-Id": "req-7"})
    audit, request = logged(lines)
    assert audit["event"] == "audit"
    assert {key: audit[key] for key in ("action", "request_id", "outcome", "target")} == {
        "action": "store",
        "request_id": "req-7",
        "outcome": "ok",
        "target": f"vms/{vm_id}",
    }
    assert audit["user"].startswith("admin@internal")
    assert audit["settings"] == {"numa_nodeset": "0"}
    assert (request["event"], request["status"], request["user"]) == ("request", 200, audit["user"])
    assert request["path"] == f"/api/v1/vms/{vm_id}/numa"


def test_log_refused_change_is_audited_too(engine, client, lines):
    vm_id = engine.new_vm(numa_nodeset="0")
    put(client, vm_id, {"nodeset": "1"})
    assert [line.get("outcome") for line in logged(lines)] == ["MatchMissing", None]
    assert logged(lines)[1]["problem"] == "MatchMissing"


def test_log_and_answers_never_have_the_token(engine, service, client, admin_token, lines):
    vm_id = engine.new_vm()
    texts = [
        put(client, vm_id, {"nodeset": "0"}).text,
        put(client, vm_id, {"nodeset": "x"}).text,
        client.get("/metrics").text,
        httpx.get(f"{service.base}/api/v1/vms", headers={"Authorization": "Bearer x y"}).text,
    ]
    assert admin_token not in lines.getvalue()
    assert all(admin_token not in text for text in texts)


def test_answer_headers_keep_it_out_of_caches_and_frames(client):
    found = client.get("/api/v1/vms", headers={"Origin": "https://elsewhere.example"}).headers
    assert found["cache-control"] == "no-store"
    assert found["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in found
    assert found["content-security-policy"].startswith("default-src 'none'")


def test_preflight_is_refused(client):
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "PUT"}
    answer = client.options("/api/v1/vms", headers=headers)
    assert answer.status_code == 405
    assert "access-control-allow-origin" not in answer.headers


def test_body_too_large_is_refused_before_it_is_read(engine, client):
    vm_id = engine.new_vm()
    answer = put(client, vm_id, {"nodeset": "0" * 70_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "BodyTooLarge")


def test_body_too_large_in_chunks_is_refused(engine, client):
    vm_id = engine.new_vm()

    def chunks() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 1000

    answer = client.put(f"/api/v1/vms/{vm_id}/numa", content=chunks())
    assert (answer.status_code, answer.json()["code"]) == (413, "BodyTooLarge")


def test_query_too_large_is_refused(client):
    answer = client.get("/api/v1/vms", params={"search": "a" * 9000})
    assert (answer.status_code, answer.json()["where"]) == (413, "query")


@pytest.mark.parametrize(
    ("search", "reason"),
    [
        ("name=a sortby id desc", "sorting and paging are parameters of their own"),
        ("name=a page 7", "sorting and paging are parameters of their own"),
        ("name=a;drop", "it has characters that no condition needs"),
        ('name="a', "a quote is not closed"),
    ],
)
def test_search_that_could_be_more_is_refused(client, search, reason):
    answer = client.get("/api/v1/vms", params={"search": search})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(
        f"search: {search!r} cannot be searched for: {reason}"
    )


def test_request_id_of_the_caller_is_kept_where_it_is_harmless(client):
    good = client.get("/healthz", headers={"X-Request-Id": "abc-1"})
    bad = client.get("/healthz", headers={"X-Request-Id": "a b\t<script>"})
    assert good.headers["x-request-id"] == "abc-1"
    assert bad.headers["x-request-id"].isalnum()


def test_unknown_path_and_method_are_problems(client):
    answer = client.get("/api/v2/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "PathUnknown")
    answer = client.patch("/api/v1/vms")
    assert (answer.status_code, answer.json()["code"]) == (405, "MethodUnknown")
    assert answer.headers["content-type"] == "application/problem+json"


def test_body_with_unknown_member_says_which(engine, client):
    answer = put(client, engine.new_vm(), {"nodset": "0"})
    assert (answer.status_code, answer.json()["where"]) == (422, "nodset")


def test_metrics_count_requests_by_route_and_engine_calls(client, engine):
    client.get(f"/api/v1/vms/{engine.new_vm()}/numa")
    text = client.get("/metrics").text
    line = 'ovirt_numa_requests_total{method="GET",route="/api/v1/vms/{id}/numa",status="200"}'
    assert line in text
    assert 'ovirt_numa_engine_call_seconds_count{outcome="ok"}' in text


def test_head_that_trickles_in_does_not_hold_others(service):
    host, port = service.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(b"PUT /api/v1/vms HTTP/1.1\r\nContent-Length: 100\r\nHost: x\r\n\r\n{")
        assert httpx.get(f"{service.base}/healthz", timeout=2).status_code == 200


@pytest.mark.parametrize("path", ["/metrics", "/openapi.json"])
@pytest.mark.parametrize("proxied", [{"X-Forwarded-For": "192.0.2.7"}, {"Via": "1.1 proxy"}])
def test_counters_and_description_are_not_for_everybody_through_a_proxy(
    service, admin_token, path, proxied
):
    assert httpx.get(service.base + path).status_code == 200
    assert httpx.get(service.base + path, headers=proxied).status_code == 401
    assert httpx.get(service.base + path, headers={**proxied, **bearer("x")}).status_code == 401
    token = {**proxied, **bearer(admin_token)}
    assert httpx.get(service.base + path, headers=token).status_code == 200
    assert httpx.get(service.base + "/healthz", headers=proxied).status_code == 200
