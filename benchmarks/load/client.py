# SPDX-License-Identifier: Apache-2.0
"""Bare clients of the engine and the service, and their processes.

with started(["engine_plugin.demo", "--port", "8080"], 8080) as pid:
    Client(8080, login(8080), "application/xml").get("/ovirt-engine/api/vms")
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent.parent
API = "/ovirt-engine/api"


class Client:
    """One kept connection; answers are read and thrown away."""

    def __init__(self, port: int, token: str, kind: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._headers = {"Authorization": f"Bearer {token}", "Accept": kind}

    def get(self, path: str) -> bytes:
        self._connection.request("GET", path, headers=self._headers)
        return self._read()

    def post(self, path: str, body: dict[str, Any]) -> bytes:
        headers = {**self._headers, "Content-Type": "application/json"}
        self._connection.request("POST", path, json.dumps(body), headers)
        return self._read()

    def put(self, path: str, body: dict[str, Any]) -> bytes:
        headers = {**self._headers, "Content-Type": "application/json", "If-Match": "*"}
        self._connection.request("PUT", path, json.dumps(body), headers)
        return self._read()

    def _read(self) -> bytes:
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise SystemExit(f"{response.status}: {body[:500]!r}")
        return body


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@contextmanager
def started(arguments: Sequence[str], port: int, **environment: str) -> Iterator[int]:
    """A server of ours, once it listens; its process id."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"{' '.join(arguments)} does not start") from None
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def login(port: int, user: str = "admin") -> str:
    form = {"grant_type": "password", "scope": "ovirt-app-api"}
    answer = httpx.post(
        f"http://127.0.0.1:{port}/ovirt-engine/sso/oauth/token",
        data={**form, "username": f"{user}@internal", "password": "demo"},
        headers={"Accept": "application/json"},
    )
    return str(answer.json()["access_token"])


def resident_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise SystemExit("no VmRSS")
