# SPDX-License-Identifier: Apache-2.0
"""A server of ours, and clients that take their time."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ..conftest import free_port

ROOT = Path(__file__).parents[3]
LIMIT = 10.0


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where `ovirt-numa serve` listens, before an engine that is not there."""
    found = free_port()
    environ = {
        **os.environ,
        "OVIRT_NUMA_ENGINE_URL": "https://engine.invalid",
        "OVIRT_NUMA_PORT": str(found),
    }
    command = [sys.executable, "-m", "engine_plugin.cli", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{found}/healthz")
            break
        except httpx.HTTPError:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
    yield found
    process.terminate()
    process.wait(15)


def closed_after(peer: socket.socket, trickle: bytes = b"") -> float:
    """Seconds until the server ends the connection, to which a byte is sent now and then."""
    begun = time.monotonic()
    peer.settimeout(0.5)
    while time.monotonic() - begun < 2 * LIMIT:
        try:
            if trickle:
                peer.sendall(trickle)
            if peer.recv(1000) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - begun


@pytest.mark.parametrize(
    ("begins", "trickle"),
    [
        (b"", b""),
        (b"GET /healthz HTTP/1.1\r\nHost: numa\r\nX-Slow: ", b"a"),
        (b"GET /healthz HTTP/1.1\r\nHost: numa\r\n\r\nGET /heal", b""),
    ],
    ids=["nothing comes", "the head trickles in", "a second head does not end"],
)
def test_connection_without_a_whole_head_is_closed(
    port: int, begins: bytes, trickle: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", port)) as peer:
        peer.sendall(begins)
        assert closed_after(peer, trickle) < LIMIT + 3


def test_body_that_was_answered_before_its_end_is_not_waited_for(port: int) -> None:
    """Its length is a lie; nobody is let in with it, and it would keep a connection for ever."""
    with socket.create_connection(("127.0.0.1", port)) as peer:
        peer.sendall(b"PUT /api/v1/x HTTP/1.1\r\nHost: numa\r\nContent-Length: 60000\r\n\r\n")
        assert peer.recv(1000).startswith(b"HTTP/1.1 401 ")
        assert closed_after(peer, b"a") < LIMIT + 3


def test_connection_is_kept_for_the_next_request(port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(3):
            answer = client.get("/healthz")
            assert answer.status_code == 200
            time.sleep(0.3)
        assert "connection" not in answer.headers
