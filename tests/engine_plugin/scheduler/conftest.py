# SPDX-License-Identifier: Apache-2.0
"""A scheduler beside an embedded engine, on real sockets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine_plugin.demo.seed import LAB
from engine_plugin.scheduler.model.watcher import Pace
from engine_plugin.scheduler.running import Running
from engine_plugin.scheduler.settings import Settings
from tests.engine_plugin.engines import Engine

from .apache import Client, filtering, scoring

PACE = Pace(events=0.05, busy=0.02, figures=0.5, hooks=0.5, lists=0.2)


def account_file(folder: Path, user: str = "rita@internal", password: str = "demo") -> Path:
    """With a read-only administrator, as setup writes it."""
    path = folder / "scheduler.account"
    path.touch(mode=0o600)
    path.write_text(f"username={user}\npassword={password}\n")
    return path


def until(true: Callable[[], Any], seconds: float = 10.0) -> Any:
    """What it comes to, as soon as that is something."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "it does not come about"
        time.sleep(0.01)
    return found


class Asking:
    """A scheduler that runs, and the engine's client for it."""

    def __init__(self, url: str, folder: Path, *, warm: bool = True, **settings: Any) -> None:
        account = settings.pop("account", None) or account_file(folder)
        given = Settings(url, port=0, account=account, state=folder, **settings)
        self.running = Running(given, PACE)
        self._thread = threading.Thread(target=self.running.server.serve_forever, daemon=True)
        self._thread.start()
        self.port = self.running.server.port
        self.client = Client(self.port)
        if warm:
            until(lambda: self.running.world.complete, 30)

    def filter(self, hosts: list[str], vm_id: str) -> tuple[list[str], dict[str, list[str]]]:
        parameters = {"CpuOverCommitDurationMinutes": "2", "HighUtilization": "80"}
        found = self.client.execute("runFilters", ["numa_fit"], hosts, vm_id, parameters)
        return filtering(found)

    def score(self, hosts: list[str], vm_id: str) -> dict[str, int]:
        found = self.client.execute("runCostFunctions", [["numa_room", 2]], hosts, vm_id, {})
        return {host: int(score) for host, score, _ in scoring(found)}

    def close(self) -> None:
        self.client.close()
        self.running.server.shutdown()
        self.running.close()
        self._thread.join(5)


@pytest.fixture
def asking(engine: Engine, tmp_path: Path) -> Iterator[Asking]:
    found = Asking(engine.url, tmp_path)
    yield found
    found.close()


@pytest.fixture(scope="session")
def hosts(engine: Engine) -> dict[str, str]:
    """Of the lab: name -> id."""
    found = engine.app.state.engine.store.hosts_in(LAB)
    return {host.name: host.id for host in found}


def changed_hook(engine: Engine, name: str, has_hook: bool) -> None:
    """A host gets or loses the hook, as after a refresh of its capabilities."""
    store, machines = engine.app.state.engine.store, engine.app.state.machines
    host = next(each for each in store.hosts() if each.name == name)
    hooks = machines.hooks(host) if has_hook else {}
    store.save_hosts([replace(host, has_hook=has_hook, hooks=hooks)])
