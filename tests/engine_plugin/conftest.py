# SPDX-License-Identifier: Apache-2.0
"""An embedded engine; and `ovirt-numa demo` as a process: engine, service, portal on one port."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from .engines import Engine

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    found = Engine(tmp_path_factory.mktemp("engine"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address where `ovirt-numa demo` serves engine and service."""
    port, data = free_port(), tmp_path_factory.mktemp("demo")
    words = ["demo", "--port", str(port), "--data", str(data), "--fresh", "--boot", "none"]
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine_plugin.cli", *words], cwd=ROOT, stderr=log, stdout=log
        )
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{port}/ovirt-engine-numa/healthz")
            break
        assert process.poll() is None, (data / "log").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(15)
