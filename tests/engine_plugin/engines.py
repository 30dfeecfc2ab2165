# SPDX-License-Identifier: Apache-2.0
"""Applications on real sockets: the embedded engine, and whatever stands before it."""

from __future__ import annotations

import threading
import time
import uuid
from pathlib import Path
from typing import Any

import ovirtsdk4 as sdk
import uvicorn
from ovirtsdk4 import types

from engine_plugin.demo import app as engine_app
from engine_plugin.demo import settings as engine_settings
from numa_domain.host.margins import QEMU_KIB, QEMU_PER_GIB_KIB

API = "/ovirt-engine/api"
GIB = 1 << 30


def with_qemu(kib: int) -> int:
    """What a VM of ordinary pages takes of its nodes, in KiB."""
    return kib + QEMU_KIB + kib * QEMU_PER_GIB_KIB // (1 << 20)


class Served:
    """An application on a free port."""

    def __init__(self, app: Any) -> None:
        self.app = app
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)


class Engine(Served):
    """The embedded engine; `sdk` is the administrator's own connection to it."""

    def __init__(self, folder: Path, **more: Any) -> None:
        settings = engine_settings.Settings(data=folder, fresh=True, boot="none", **more)
        super().__init__(engine_app.create_app(settings))
        self.url = self.base + API
        self.sdk = self.login("admin")

    def login(self, user: str) -> sdk.Connection:
        return sdk.Connection(
            url=self.url, username=f"{user}@internal", password="demo", timeout=30
        )

    def token(self, user: str = "admin") -> str:
        return str(self.login(user).authenticate())

    @property
    def vms(self) -> Any:
        return self.sdk.system_service().vms_service()

    def vm(self, name: str, *, next_run: bool = False) -> Any:
        found = self.vms.list(search=f"name={name}")[0]
        return self.vms.vm_service(found.id).get(next_run=next_run)

    def host(self, name: str) -> Any:
        return self.sdk.system_service().hosts_service().list(search=f"name={name}")[0]

    def new_vm(
        self,
        *,
        hosts: tuple[str, ...] = ("epyc-nps4",),
        affinity: str = "migratable",
        memory: int = 8 * GIB,
        cores: int = 4,
        cluster: str = "numa-lab",
        **properties: str,
    ) -> str:
        """A VM with these custom properties, and its id."""
        given = [types.CustomProperty(name=n, value=v) for n, v in properties.items()]
        policy = types.VmPlacementPolicy(
            affinity=types.VmAffinity(affinity),
            hosts=[types.Host(id=self.host(name).id) for name in hosts],
        )
        vm = types.Vm(
            name=f"t-{uuid.uuid4().hex[:12]}",
            cluster=types.Cluster(name=cluster),
            template=types.Template(name="Blank"),
            memory=memory,
            memory_policy=types.MemoryPolicy(guaranteed=GIB, max=4 * memory),
            cpu=types.Cpu(topology=types.CpuTopology(sockets=1, cores=cores, threads=1)),
            custom_properties=given,
            placement_policy=policy,
        )
        return str(self.vms.add(vm).id)

    def started(self, vm_id: str) -> Any:
        """The VM's service, once it is up."""
        service = self.vms.vm_service(vm_id)
        service.start()
        deadline = time.monotonic() + 30
        while (status := service.get().status) == types.VmStatus.WAIT_FOR_LAUNCH:
            assert time.monotonic() < deadline, "the VM does not start"
            time.sleep(0.02)
        assert status == types.VmStatus.UP
        return service

    def stopped(self, service: Any) -> None:
        """The VM is off, and what waited for that counts: the engine does that a moment later."""
        service.stop()
        deadline = time.monotonic() + 30
        while service.get().next_run_configuration_exists:
            assert time.monotonic() < deadline, "what is pending does not come to count"
            time.sleep(0.02)

    def close(self) -> None:
        super().close()
        self.app.state.close()
