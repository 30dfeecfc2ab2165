# SPDX-License-Identifier: Apache-2.0
"""An engine that misbehaves, on a real socket: a clear problem in time, and the service lives."""

from __future__ import annotations

import socket
import threading
import time

import httpx
import pytest

from tests.engine_plugin.service.broken import (
    bye,
    drip,
    flood,
    hang,
    reply,
    reset,
    say,
)

VM = "/api/v1/vms/0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90/numa"
FAULT = (
    "<fault><detail>[Cannot edit VM. VM is locked.]</detail><reason>Operation Failed</reason>"
    "</fault>"
)


ID = "0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90"
ABOUT = f"VM {ID}"
HTML = "text/html"
SLOW = (
    504,
    "EngineSlow",
    f"engine: the engine was asked to read {ABOUT}, and did not answer within 1 s; try again; if it"
    " stays so, look into its engine.log",
)


def unreachable(reason: str) -> tuple[int, str, str]:
    return (
        502,
        "EngineUnreachable",
        f"engine: the engine cannot be reached: {reason}; check that it runs, and the address and"
        " CA certificate that are configured for it",
    )


def broke(code: int, reason: str = "") -> tuple[int, str, str]:
    return (
        502,
        "EngineBroke",
        f"engine: the engine fails with {code} when asked to read {ABOUT}{reason}; look into its"
        " engine.log; Correlation-Id is req-1",
    )


def starting(code: int) -> tuple[int, str, str]:
    return (
        503,
        "EngineStarting",
        f"engine: the engine does not answer its web server, which says {code} when asked to read"
        f" {ABOUT}; try again in a minute: it is starting or restarting; if it stays so, look at"
        " the service ovirt-engine on the engine's machine",
    )


def unreadable(reason: str | None = None) -> tuple[int, str, str | None]:
    return (
        502,
        "EngineUnreadable",
        reason
        and f"engine: the engine was asked to read {ABOUT}, and its answer cannot be read:"
        f" {reason}; check that the configured address leads to the REST API of an oVirt engine",
    )


REJECTED = (
    401,
    "TokenRejected",
    "Authorization: the engine does not accept the token: it has expired, was issued elsewhere, or"
    " the engine has been restarted since; log in to oVirt again",
)
FORBIDS = (
    403,
    "EngineForbids",
    f"engine: the engine does not let this user read {ABOUT}: Cannot edit VM. VM is locked; ask an"
    " administrator for the permission",
)
UNKNOWN = (
    404,
    "EntityUnknown",
    f"engine: the engine has no {ABOUT}, or does not show it to this user; check the name or id,"
    " and the user's permissions",
)
REFUSED = (
    409,
    "EngineOccupied",
    f"engine: the engine cannot read {ABOUT} at the moment: Cannot edit VM. VM is locked; it is"
    " busy with the same object: try again when that is over",
)
MOVED = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
OTHER = '<host id="1"><name>h</name></host>'
WORD = f'<vm id="{ID}"><name>x</name><memory>much</memory></vm>'
CASES = {
    "hangs": (hang, SLOW),
    "drips": (drip, SLOW),
    "resets": (reset, unreachable("the connection was cut")),
    "ends": (bye, unreachable("it ended the connection without an answer")),
    "floods": (flood, unreachable("its answer is larger than any that is expected")),
    "401": (say(reply("401 Unauthorized", "<html>login</html>", HTML)), REJECTED),
    "403": (say(reply("403 Forbidden", FAULT)), FORBIDS),
    "404": (say(reply("404 Not Found")), UNKNOWN),
    "409": (say(reply("409 Conflict", FAULT)), REFUSED),
    "500": (say(reply("500 Internal Server Error")), broke(500)),
    "502 with a page": (say(reply("502 Bad Gateway", "<html/>", HTML)), starting(502)),
    "503 with a page": (say(reply("503 Service Unavailable", "<html/>", HTML)), starting(503)),
    "503 with nothing": (say(reply("503 Service Unavailable")), starting(503)),
    "504 with a page": (say(reply("504 Gateway Timeout", "<html/>", HTML)), starting(504)),
    "200 with a page": (
        say(reply("200 OK", "<html>hello</html>", HTML)),
        unreadable("the answer is text/html, not XML"),
    ),
    "redirects": (say(MOVED), broke(302)),
    "cuts its XML off": (say(reply("200 OK", "<vm><name>db1</na")), unreadable()),
    "ends within its answer": (
        say(reply("200 OK", "<vm><name>db1", more=50)),
        unreachable("it ended the connection within its answer"),
    ),
    "is no engine": (say(reply("200 OK", "<rss/>")), unreadable()),
    "answers another entity": (
        say(reply("200 OK", OTHER)),
        unreadable("it is a Host, not a Vm"),
    ),
    "answers a fault with 200": (
        say(reply("200 OK", FAULT)),
        unreadable("it is a Fault, not a Vm"),
    ),
    "has a word for a number": (say(reply("200 OK", WORD)), unreadable()),
}


@pytest.mark.parametrize("case", CASES)
def test_engine_fails_problem_is_clear_and_in_time(broken, start_service, case):
    act, (status, code, detail) = CASES[case]
    engine = broken(act)
    service = start_service(engine.url, call_seconds=1.0, request_seconds=2.0, answer_bytes=1 << 20)
    headers = {"Authorization": "Bearer secret-token", "X-Request-Id": "req-1"}
    started = time.monotonic()
    answer = httpx.get(service.base + VM, headers=headers, timeout=20)
    assert time.monotonic() - started < 10  # of the 20 s that the client would wait
    found = answer.json()
    assert (answer.status_code, found["code"], found["status"]) == (status, code, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert found["instance"] == "urn:ovirt-numa:request:req-1"
    assert found["remedy"]
    if detail is not None:
        assert found["detail"] == detail
    assert "secret-token" not in answer.text
    assert httpx.get(service.base + "/healthz", timeout=5).status_code == 200


def test_engine_refuses_connections_problem_names_it(start_service):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    service = start_service(f"http://127.0.0.1:{port}/ovirt-engine/api")
    answer = httpx.get(service.base + VM, headers={"Authorization": "Bearer t"}, timeout=20)
    assert (answer.status_code, answer.json()["detail"]) == (
        502,
        "engine: the engine cannot be reached: nothing listens at its address; check that it"
        " runs, and the address and CA certificate that are configured for it",
    )


def test_engine_hangs_many_requests_all_end_in_time_and_health_answers(broken, start_service):
    service = start_service(
        broken(hang).url, call_seconds=1.0, request_seconds=2.0, threads=4, waiting=8
    )
    answers: list[tuple[int, float]] = []

    def ask() -> None:
        started = time.monotonic()
        found = httpx.get(service.base + VM, headers={"Authorization": "Bearer t"}, timeout=20)
        answers.append((found.status_code, time.monotonic() - started))

    threads = [threading.Thread(target=ask) for _ in range(30)]
    for thread in threads:
        thread.start()
    assert httpx.get(service.base + "/healthz", timeout=5).status_code == 200
    for thread in threads:
        thread.join()
    assert {status for status, _ in answers} == {503, 504}
    assert max(seconds for _, seconds in answers) < 8


def test_engine_rejects_token_nobody_logs_in_or_out(broken, start_service):
    engine = broken(say(reply("401 Unauthorized", "<html/>", "text/html")))
    service = start_service(engine.url)
    httpx.get(service.base + VM, headers={"Authorization": "Bearer t0ken"}, timeout=20)
    assert engine.heard.count(b"HTTP/1.1\r\n") == 1
    assert b"sso" not in engine.heard
    assert b"Authorization: Bearer t0ken\r\n" in engine.heard


@pytest.mark.parametrize("token", ["a b", "a\tb", "a;b", "x" * 5000, "\u00e9"])
def test_token_malformed_never_reaches_the_engine(broken, start_service, token):
    engine = broken(say(reply("200 OK", "<vm/>")))
    service = start_service(engine.url)
    headers = [(b"Authorization", b"Bearer " + token.encode("latin-1"))]
    answer = httpx.get(service.base + VM, headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (401, "TokenMissing")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert engine.heard == b""


@pytest.mark.parametrize(
    "vm_id",
    ["..%2fhosts", "1?next_run=true%23", "0d5f3a52", "0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90%0d%0a"],
)
def test_id_malformed_never_reaches_the_engine(broken, start_service, vm_id):
    engine = broken(say(reply("200 OK", "<vm/>")))
    service = start_service(engine.url)
    url = f"{service.base}/api/v1/vms/{vm_id}/numa"
    answer = httpx.get(url, headers={"Authorization": "Bearer t"}, timeout=20)
    assert answer.status_code in (404, 422)
    assert engine.heard == b""
