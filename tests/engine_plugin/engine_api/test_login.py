# SPDX-License-Identifier: Apache-2.0
"""A login that fails, and who is told to do something about it."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine_plugin.engine_api.config import EngineConfig
from engine_plugin.engine_api.errors import EngineUnreachable, LoginFailed
from engine_plugin.engine_api.login import logged_in
from tests.engine_plugin.engines import Engine
from tests.engine_plugin.service.broken import Broken
from tests.tools import need


def failed(config: EngineConfig, password: str = "demo") -> Exception:
    with pytest.raises(Exception) as caught, logged_in(config, "admin@internal", password):
        pass
    return caught.value


def test_wrong_password_is_the_users(engine: Engine) -> None:
    error = failed(EngineConfig(engine.url), "wrong")
    assert isinstance(error, LoginFailed)
    assert "password" in error.remedy


def test_refused_connection_is_not_the_passwords() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = failed(EngineConfig(f"http://127.0.0.1:{port}/ovirt-engine/api"))
    assert isinstance(error, EngineUnreachable)
    assert error.message == "the engine cannot be reached: nothing listens at its address"


def test_name_that_does_not_resolve_is_not_the_passwords() -> None:
    error = failed(EngineConfig("http://engine.invalid/ovirt-engine/api"))
    assert isinstance(error, EngineUnreachable)
    assert error.message == "the engine cannot be reached: its host name cannot be resolved"


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[str]:
    """An address with a certificate that nobody has issued."""
    key, pem = tmp_path / "key", tmp_path / "pem"
    command = [need("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(pem)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)

    def serve(peer: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(peer, server_side=True) as safe:
            safe.recv(65536)

    with contextlib.closing(Broken(serve, peek=True)) as engine:
        yield engine.url.replace("http:", "https:")


def test_untrusted_certificate_is_not_the_passwords(tls: str) -> None:
    error = failed(EngineConfig(tls))
    assert isinstance(error, EngineUnreachable)
    assert "its certificate was not issued by the configured CA" in error.message
