# SPDX-License-Identifier: Apache-2.0
"""The engine's certificate, and the CA that is configured for it."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.engine_plugin.service.broken import (
    reply,
)
from tests.tools import need

VM = "/api/v1/vms/0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90/numa"
FAULT = (
    "<fault><detail>[Cannot edit VM. VM is locked.]</detail><reason>Operation Failed</reason>"
    "</fault>"
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two certificates for 127.0.0.1, each its own CA."""
    folder = tmp_path_factory.mktemp("tls")
    for name in ("engine", "other"):
        subprocess.run(
            [
                *(need("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
                *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
                *("-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.pem")),
            ],
            check=True,
            capture_output=True,
        )
    return folder


@pytest.mark.parametrize(
    ("ca", "code", "reason"),
    [
        ("engine.pem", "EntityUnknown", "the engine has no"),
        ("other.pem", "EngineUnreachable", "its certificate was not issued by the configured CA"),
    ],
)
def test_engine_certificate_is_checked_against_the_configured_ca(
    broken, start_service, authority, ca, code, reason
):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "engine.pem", authority / "engine.key")
    heard: list[bytes] = []

    def serve(peer: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(peer, server_side=True) as safe:
            heard.append(safe.recv(65536))
            safe.sendall(reply("404 Not Found"))

    engine = broken(serve, peek=True)
    service = start_service(
        engine.url.replace("http:", "https:"), ca_file=str(authority / ca), call_seconds=5.0
    )
    answer = httpx.get(service.base + VM, headers={"Authorization": "Bearer t0ken"}, timeout=20)
    assert answer.json()["code"] == code
    assert reason in answer.json()["detail"]
    assert any(b"t0ken" in data for data in heard) is (code == "EntityUnknown")
