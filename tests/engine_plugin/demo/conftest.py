# SPDX-License-Identifier: Apache-2.0
"""An embedded engine on a real socket, and the real SDK to talk to it."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import ovirtsdk4 as sdk
import pytest
import uvicorn
from ovirtsdk4 import types

from engine_plugin.demo.app import create_app
from engine_plugin.demo.settings import Settings
from engine_plugin.listener import listen

API = "/ovirt-engine/api"


class Served:
    """A running engine."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings)
        self._server = uvicorn.Server(uvicorn.Config(self.app, log_level="warning"))
        listener = listen("127.0.0.1", 0)
        run = {"sockets": [listener]}
        self._thread = threading.Thread(target=self._server.run, kwargs=run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.url = self.base + API
        self._connections: list[sdk.Connection] = []

    def close(self) -> None:
        for connection in self._connections:
            connection.close(logout=False)
        self._server.should_exit = True
        self._thread.join(10)
        self.app.state.close()

    def sdk(self, user: str = "admin", **options: Any) -> sdk.Connection:
        """A connection of the real SDK, with a login."""
        name = f"{user}@internal"
        connection = sdk.Connection(
            url=self.url, username=name, password="demo", timeout=30, **options
        )
        self._connections.append(connection)
        return connection

    def http(self, user: str = "admin") -> httpx.Client:
        """A bare client, for what the SDK hides."""
        auth = (f"{user}@internal", "demo")
        return httpx.Client(base_url=self.url, auth=auth, timeout=30)

    def hooks_dir(self, host: str) -> Path:
        """Where a host's VDSM finds its hooks."""
        state = self.app.state
        found = next(h for h in state.engine.store.hosts() if h.name == host)
        path: Path = state.machines.of(found).hooks_dir
        return path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    engine = Served(Settings(data=tmp_path_factory.mktemp("engine"), fresh=True, boot="none"))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def admin(served: Served) -> sdk.Connection:
    return served.sdk()


def _unsettled(vm: Any) -> bool:
    if vm.status == types.VmStatus.DOWN:
        return bool(vm.next_run_configuration_exists)
    return vm.status in (types.VmStatus.WAIT_FOR_LAUNCH, types.VmStatus.MIGRATING)


class Vms:
    """VMs of a test's own, and what tests keep asking of them."""

    def __init__(self, connection: sdk.Connection) -> None:
        self.all = connection.system_service().vms_service()
        self.connection = connection

    def __call__(self, name: str = "", cluster: str = "numa-lab", **more: Any) -> Any:
        """A new VM's service."""
        vm = types.Vm(
            name=name or f"test-{uuid.uuid4()}",
            cluster=types.Cluster(name=cluster),
            template=types.Template(name="Blank"),
            **more,
        )
        return self.all.vm_service(self.all.add(vm).id)

    def named(self, name: str) -> Any:
        found = self.all.list(search=f"name={name}")
        assert len(found) == 1
        return self.all.vm_service(found[0].id)

    def host(self, name: str) -> Any:
        hosts = self.connection.system_service().hosts_service()
        return hosts.list(search=f"name={name}")[0]

    def started(self, service: Any, **action: Any) -> Any:
        """The VM after its start has come to an end, up or down."""
        service.start(**action)
        return self.settled(service)

    def stopped(self, service: Any) -> Any:
        """The VM when it is off, and what waited for that counts."""
        service.stop()
        return self.settled(service)

    def settled(self, service: Any) -> Any:
        deadline = time.monotonic() + 30
        while _unsettled(vm := service.get()):
            assert time.monotonic() < deadline, "the VM does not settle"
            time.sleep(0.02)
        return vm

    def events(self, service: Any) -> list[str]:
        """The lines of the audit log about a VM, the oldest first."""
        events = self.connection.system_service().events_service()
        found = events.list(search=f"vm.id={service.get().id}")
        return [event.description for event in reversed(found)]


@pytest.fixture
def vms(admin: sdk.Connection) -> Vms:
    return Vms(admin)


@pytest.fixture
def hook(served: Served) -> Callable[[str, str, str], None]:
    """Puts a script of a test's own at a hook point of a host."""

    def put(host: str, point: str, text: str) -> None:
        folder = served.hooks_dir(host) / point
        folder.mkdir(exist_ok=True)
        script = folder / "60_test"
        script.write_text("#!/bin/sh\n" + text)
        script.chmod(0o755)

    return put


def numa(nodeset: str, topology: str = "") -> list[types.CustomProperty]:
    """The two inputs as custom properties."""
    both = {"numa_nodeset": nodeset, "numa_topology": topology}
    return [types.CustomProperty(name=n, value=v) for n, v in both.items() if v]


def shown(vm: Any) -> dict[str, str]:
    """A VM's custom properties."""
    return {p.name: p.value for p in vm.custom_properties or []}
