# SPDX-License-Identifier: Apache-2.0
"""Many who wait, and nobody who takes the places of others."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from ..engines import Engine, Served
from ..relay import Relay
from .conftest import Start, bearer

MOST = 12
"""Places of the service here: threads and waiting."""


@pytest.fixture
def relay(engine: Engine) -> Iterator[Relay]:
    found = Relay(engine.base)
    yield found
    found.close()


def client_of(service: Served, token: str) -> httpx.Client:
    return httpx.Client(base_url=service.base, headers=bearer(token), timeout=60)


@contextlib.contextmanager
def slow_bodies(service: Served, path: str, count: int, token: str | None) -> Iterator[None]:
    """Requests whose bodies never come."""
    parts = urlsplit(service.base)
    head = f"PUT {path} HTTP/1.1\r\nHost: numa\r\nContent-Length: 100\r\n"
    head += "Content-Type: application/json\r\n"
    head += f"Authorization: Bearer {token}\r\n\r\n" if token else "\r\n"
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            peer = socket.create_connection((parts.hostname, parts.port))
            stack.enter_context(contextlib.closing(peer))
            peer.sendall(head.encode() + b"{")
        time.sleep(0.5)
        yield


def test_writes_that_wait_for_one_vm_hold_up_no_reader(
    engine: Engine, relay: Relay, start_service: Start
) -> None:
    service = start_service(relay.url, threads=4, request_seconds=40)
    busy, other = engine.new_vm(), engine.new_vm()
    relay.hold(rf"PUT .*/vms/{busy}", seconds=30)
    statuses: list[int] = []

    def write() -> None:
        with client_of(service, engine.token()) as client:
            answer = client.put(
                f"/api/v1/vms/{busy}/numa", json={"nodeset": "0"}, headers={"If-Match": "*"}
            )
            statuses.append(answer.status_code)

    threads = [threading.Thread(target=write) for _ in range(20)]
    for thread in threads:
        thread.start()
    time.sleep(3)
    with client_of(service, engine.token()) as client:
        begun = time.monotonic()
        assert client.get(f"/api/v1/vms/{other}/numa").status_code == 200
        assert time.monotonic() - begun < 15
        begun = time.monotonic()
        answer = client.put(f"/api/v1/vms/{other}/numa", json={"nodeset": "0"})
        assert answer.status_code == 200, "nor a write to another VM"
        assert time.monotonic() - begun < 15
    relay.clear()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {200, 503}
    assert 200 in statuses


@pytest.mark.parametrize("token", [None, "no-token-of-this-engine", "a valid one"])
def test_bodies_that_do_not_come_take_no_places(
    engine: Engine, start_service: Start, token: str | None
) -> None:
    service = start_service(engine.url, threads=4, waiting=MOST - 4)
    vm_id = engine.new_vm()
    sent = engine.token("oscar") if token == "a valid one" else token
    with (
        slow_bodies(service, f"/api/v1/vms/{vm_id}/numa", 60, sent),
        client_of(service, engine.token()) as client,
    ):
        for _ in range(3):
            assert client.get(f"/api/v1/vms/{vm_id}/numa").status_code == 200


def test_request_without_a_token_is_refused_before_its_body_is_read(
    engine: Engine, start_service: Start
) -> None:
    service = start_service(engine.url)
    parts = urlsplit(service.base)
    with socket.create_connection((parts.hostname, parts.port), timeout=5) as peer:
        peer.sendall(b"PUT /api/v1/vms/x/numa HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")
        assert peer.recv(100).startswith(b"HTTP/1.1 401 ")


def test_token_that_the_engine_forgot_is_a_stranger_again(
    engine: Engine, start_service: Start
) -> None:
    service = start_service(engine.url)
    connection = engine.login("admin")
    token = str(connection.authenticate())
    with client_of(service, token) as client:
        assert client.get("/api/v1/vms").status_code == 200
        connection.close()  # the SDK revokes it
        time.sleep(1.1)
        assert client.get("/api/v1/vms").status_code == 401
        assert client.get("/api/v1/vms").status_code == 401


def test_reader_waits_no_longer_than_a_request_may_take(
    engine: Engine, relay: Relay, start_service: Start
) -> None:
    service = start_service(relay.url, threads=1, request_seconds=2, call_seconds=30)
    vm_id = engine.new_vm()
    token = engine.token()
    with client_of(service, token) as client:
        client.get("/api/v1/vms")
    relay.hold(rf"GET .*/vms/{vm_id}", seconds=20)
    seconds: list[float] = []
    statuses: list[int] = []

    def read() -> None:
        with client_of(service, token) as client:
            begun = time.monotonic()
            statuses.append(client.get(f"/api/v1/vms/{vm_id}/numa").status_code)
            seconds.append(time.monotonic() - begun)

    threads = [threading.Thread(target=read) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(seconds) < 3
    assert set(statuses) <= {503, 504}
