# SPDX-License-Identifier: Apache-2.0
"""What the engine says instead of an answer, told on in a sentence: refusals, no time, too much."""

from __future__ import annotations

import contextlib

import httpx
import pytest

from tests.engine_plugin.service.broken import (
    Broken,
    reply,
    say,
)

VM = "/api/v1/vms/0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90/numa"
FAULT = (
    "<fault><detail>[Cannot edit VM. VM is locked.]</detail><reason>Operation Failed</reason>"
    "</fault>"
)


def test_search_that_the_engine_refuses_is_the_requests_fault(broken, start_service):
    service = start_service(broken(say(reply("400 Bad Request", FAULT))).url)
    answer = httpx.get(
        f"{service.base}/api/v1/vms",
        params={"search": "x=7"},
        headers={"Authorization": "Bearer t"},
        timeout=20,
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "SearchMalformed")


@pytest.mark.parametrize(
    ("status", "detail"),
    [
        (
            "404 Not Found",
            "the engine was asked to list VMs, and its answer cannot be read: nothing is there"
            " (HTTP 404)",
        ),
        ("403 Forbidden", "the engine does not let this user list VMs: it gives no reason"),
        ("500 Internal Server Error", "the engine fails with 500 when asked to list VMs"),
    ],
)
def test_list_that_does_not_come_is_told_in_a_sentence(broken, start_service, status, detail):
    service = start_service(broken(say(reply(status))).url)
    answer = httpx.get(f"{service.base}/api/v1/vms", headers={"Authorization": "Bearer t"})
    assert answer.json()["problems"][0]["message"] == detail


@pytest.mark.parametrize(
    "body",
    ["<vms>" + "<a/>" * 1_100_000 + "</vms>", "<vms>" + "<a b=''/>" * 600_000 + "</vms>"],
    ids=["tags", "attributes"],
)
def test_answer_of_too_many_elements_is_refused_before_it_is_read(start_service, body):
    with contextlib.closing(Broken(say(reply("200 OK", body)))) as engine:
        service = start_service(engine.url)
        answer = httpx.get(
            f"{service.base}/api/v1/vms", headers={"Authorization": "Bearer t"}, timeout=30
        )
    assert (answer.status_code, answer.json()["code"]) == (502, "EngineUnreadable")
    assert "tags and attributes" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("status", "said", "code", "retry"),
    [
        ("429 Too Many Requests", "7", "EngineOverloaded", "7"),
        ("429 Too Many Requests", None, "EngineOverloaded", "5"),
        ("503 Service Unavailable", "90", "EngineStarting", "90"),
        ("503 Service Unavailable", "Fri, 31 Dec 1999 23:59:59 GMT", "EngineStarting", "30"),
    ],
)
def test_engine_that_has_no_time_is_told_with_when_to_try_again(
    broken, start_service, status, said, code, retry
):
    head = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n"
    head += f"Retry-After: {said}\r\n\r\n" if said else "\r\n"
    service = start_service(broken(say(head.encode())).url)
    answer = httpx.get(service.base + VM, headers={"Authorization": "Bearer t"}, timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert answer.headers["retry-after"] == retry


def test_engine_content_type_is_not_told_on_as_it_is(broken, start_service):
    kind = 'text/html; x="<script>alert(1)</script>" see https://evil.example'
    service = start_service(broken(say(reply("200 OK", "<html/>", kind))).url)
    answer = httpx.get(service.base + VM, headers={"Authorization": "Bearer t"}, timeout=20)
    assert "the answer is text/html, not XML" in answer.json()["detail"]
    assert "evil" not in answer.text


def test_list_without_a_search_that_is_refused_blames_no_search(broken, start_service):
    service = start_service(broken(say(reply("400 Bad Request", FAULT))).url)
    answer = httpx.get(
        f"{service.base}/api/v1/vms", headers={"Authorization": "Bearer t"}, timeout=20
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "EngineRefused")
