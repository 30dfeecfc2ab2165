# SPDX-License-Identifier: Apache-2.0
"""The service before an embedded engine, both on real sockets, and clients of each."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine_plugin.service.app import create_app
from engine_plugin.service.settings import Settings

from ..between import Between
from ..engines import Engine, Served
from .broken import Broken

Start = Callable[..., Served]


@pytest.fixture
def start_service(tmp_path: Path) -> Iterator[Start]:
    """A service before any address, with any settings."""
    with contextlib.ExitStack() as stack:

        def start(url: str, **settings: Any) -> Served:
            given = {"lock_dir": str(tmp_path / "locks"), **settings}
            served = Served(create_app(Settings(engine_url=url, **given)))
            stack.callback(served.close)
            return served

        yield start


@pytest.fixture(scope="session")
def service(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One that forgets at once what it learned of hosts, so that tests see each other's VMs."""
    folder = str(tmp_path_factory.mktemp("locks"))
    settings = Settings(engine_url=engine.url, lock_dir=folder, warm_seconds=0, hooks_seconds=0)
    served = Served(create_app(settings))
    yield served
    served.close()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="session")
def admin_token(engine: Engine) -> str:
    return engine.token()


@pytest.fixture
def client(service: Served, admin_token: str) -> Iterator[httpx.Client]:
    """The administrator's client of the service."""
    with httpx.Client(base_url=service.base, headers=bearer(admin_token), timeout=30) as found:
        yield found


@pytest.fixture
def client_of(service: Served, engine: Engine) -> Iterator[Callable[[str], httpx.Client]]:
    """A client of the service for any user of the engine."""
    with contextlib.ExitStack() as stack:

        def make(user: str) -> httpx.Client:
            headers = bearer(engine.token(user))
            return stack.enter_context(
                httpx.Client(base_url=service.base, headers=headers, timeout=30)
            )

        yield make


@pytest.fixture
def between(engine: Engine) -> Iterator[Between]:
    """A place between service and engine."""
    with Between(engine.base) as found:
        yield found


@pytest.fixture
def crossed(between: Between, start_service: Start, admin_token: str) -> Iterator[httpx.Client]:
    """A client of a service whose conversation with the engine goes through `between`."""
    service = start_service(between.url)
    with httpx.Client(base_url=service.base, headers=bearer(admin_token), timeout=60) as found:
        yield found


@pytest.fixture
def broken() -> Iterator[Callable[..., Broken]]:
    with contextlib.ExitStack() as stack:

        def make(act: Callable[[socket.socket], None], peek: bool = False) -> Broken:
            return stack.enter_context(contextlib.closing(Broken(act, peek)))

        yield make
