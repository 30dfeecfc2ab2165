# SPDX-License-Identifier: Apache-2.0
"""An embedded engine that asks our scheduler, with hosts that are alike."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ovirtsdk4 as sdk
from ovirtsdk4 import types

from engine_plugin.demo import app as engine_app
from engine_plugin.demo.scheduler import ENABLED, REPLY, URL, Scheduler
from engine_plugin.demo.seed import LAB
from engine_plugin.demo.settings import Settings
from tests.engine_plugin.engines import API, GIB, Engine, Served

from .conftest import Asking, until


class Whole(Engine):
    """Engine and scheduler; `alike` hosts of two kinds, both of eight nodes with some 60 GiB."""

    def __init__(self, folder: Path, alike: int = 0, *, filtered: bool = True) -> None:
        hosts = 6 + alike
        settings = Settings(data=folder, fresh=True, boot="none", hosts=hosts)
        Served.__init__(self, engine_app.create_app(settings))
        self.url = self.base + API
        self.sdk = self.login("admin")
        self.store = self.app.state.engine.store
        self.asking: Asking | None = None
        self.refusals: list[str] = []
        if alike:
            self._only_alike()
        if filtered:
            self.asking = Asking(self.url, folder)
            self.asked_from_now_on(self.asking.port)
            self.policy()

    def _only_alike(self) -> None:
        named = [host for host in self.store.hosts_in(LAB) if not host.name[-4:].isdigit()]
        self.store.save_hosts(replace(host, status="maintenance") for host in named)

    def asked_from_now_on(self, port: int) -> None:
        """The options are set, and the engine is restarted, as far as its scheduling goes."""
        for name, value in (
            (ENABLED, "true"), (URL, f"http://127.0.0.1:{port}/"), (REPLY, "5000")
        ):  # fmt: skip
            self.store.save_document("config", name, name, {"name": name, "value": value})
        lifecycle = self.app.state.lifecycle
        lifecycle.scheduler = Scheduler(self.app.state.engine)
        assert lifecycle.scheduler.discovered.wait(10)

    def policy(self, factor: int = 20) -> None:
        """A policy with our units, and it counts in the lab."""
        system = self.sdk.system_service()
        units = {unit.name: unit.id for unit in system.scheduling_policy_units_service().list()}
        policies = system.scheduling_policies_service()
        made = policies.add(types.SchedulingPolicy(name="numa"))
        own = policies.policy_service(made.id)
        fit, room = (types.SchedulingPolicyUnit(id=units[n]) for n in ("numa_fit", "numa_room"))
        own.filters_service().add(types.Filter(scheduling_policy_unit=fit, position=0))
        own.weights_service().add(types.Weight(scheduling_policy_unit=room, factor=factor))
        system.clusters_service().cluster_service(LAB).update(
            types.Cluster(scheduling_policy=types.SchedulingPolicy(id=made.id))
        )

    def uneven(self) -> None:
        """Every other host runs a large VM without settings, so that the engine by itself prefers
        the rest."""
        alike = [host for host in self.store.hosts_in(LAB) if host.status == "up"]
        large = [
            self.new_vm(hosts=(host.name,), memory=120 * GIB, affinity="pinned")
            for host in alike[::2]
        ]
        self.storm(large)
        assert self.statuses(large) == {"up": len(large)}

    def storm(self, vm_ids: Sequence[str], threads: int = 4) -> None:
        """All started, several at a time, and waited for until each is up or down."""
        waiting = [*vm_ids]
        guard = threading.Lock()

        def work() -> None:
            connection = self.login("admin")
            vms = connection.system_service().vms_service()
            while True:
                with guard:
                    if not waiting:
                        return
                    vm_id = waiting.pop(0)
                try:
                    vms.vm_service(vm_id).start()
                except sdk.Error as error:
                    self.refusals.append(str(error))

        workers = [threading.Thread(target=work) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        until(lambda: not self.store.vms_that_are("wait_for_launch"), 300)

    def statuses(self, vm_ids: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for vm_id in vm_ids:
            vm = self.store.vm(vm_id)
            found[vm.state.status] = found.get(vm.state.status, 0) + 1
        return found

    def per_host(self) -> list[int]:
        """How many VMs are on each host that has some."""
        hosts = self.store.hosts_in(LAB)
        return sorted(n for n in (len(self.store.vms_on(host.id)) for host in hosts) if n)

    def events(self, *codes: int) -> list[str]:
        found: Any = self.sdk.system_service().events_service().list(max=1000)
        return [event.description for event in found if event.code in codes]

    def close(self) -> None:
        if self.asking is not None:
            self.asking.close()
        super().close()
