# SPDX-License-Identifier: Apache-2.0
"""A stand-in's host: its captured nodes, its own folder with hooks, and the VMs on it.

Decides what belongs to one host, and tells the engine of its VMs. Knows no protocol: a
server puts its own `notify` there.

    host.run_hooks("before_vm_start", vm)       # the XML that the hooks leave
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

from ..machines import Machine
from ..topologies import Topology
from ..vdsm import HookFailed, HookResult, run_hooks, scripts_of, vdsmd_environment
from . import vm as status
from .capabilities import capabilities
from .libvirt_domain import Libvirt
from .network import Place
from .rpc import Failed, no_such_vm
from .statistics import Load, statistics
from .storage import Storage
from .vm import Vm, event_time

_log = logging.getLogger(__name__)
_Told = TypeVar("_Told")
_STARTS_AT_ONCE = 4
"""VDSM's own limit (max_vms_creations)."""


class VdsmHost:
    """One host. Its VMs are values, replaced under a lock."""

    def __init__(
        self,
        place: Place,
        topology: Topology,
        machine: Machine,
        storage: Storage,
        libvirt: Libvirt | None = None,
    ) -> None:
        self.place, self.topology, self.machine = place, topology, machine
        self.storage, self.libvirt = storage, libvirt
        self.neighbours: Mapping[str, VdsmHost] = {}
        """The hosts that a VM can migrate to, by "address:port"."""
        self.notify: Callable[[str, dict[str, Any]], None] = lambda event, params: None
        self.workers = ThreadPoolExecutor(_STARTS_AT_ONCE, thread_name_prefix=self.name)
        self._booted = time.time()
        self._vms: dict[str, Vm] = {}
        self._busy: dict[str, threading.Lock] = {}
        self._lock = threading.RLock()

    @property
    def name(self) -> str:
        return self.place.name

    def capabilities(self) -> dict[str, Any]:
        """With the installed hooks in it: point, script, checksum."""
        hooks = {
            point: {script: {"checksum": checksum} for script, checksum in scripts.items()}
            for point, scripts in self.machine.hooks().items()
        }
        return capabilities(self.topology, self.place, hooks, self._booted)

    def statistics(self) -> dict[str, Any]:
        domains = self.storage.watched(self.name)
        return statistics(self.topology, self.place, self._load(), self._booted, domains)

    def vms(self) -> list[Vm]:
        with self._lock:
            return list(self._vms.values())

    def vm(self, vm_id: str) -> Vm:
        with self._lock:
            found = self._vms.get(vm_id)
        if found is None:
            raise no_such_vm(vm_id)
        return found

    def add(self, vm: Vm) -> None:
        with self._lock:
            if vm.id in self._vms:
                raise Failed(4, "Virtual machine already exists")
            self._vms[vm.id] = vm

    def change(self, vm: Vm, **changes: Any) -> Vm:
        """The VM with another status; what else became of it meanwhile stays."""
        with self._lock:
            found = replace(self.vm(vm.id), **changes)
            self._vms[vm.id] = found
        return found

    def alone(self, vm_id: str) -> threading.Lock:
        """Held by what starts, stops or moves a VM: one at a time."""
        with self._lock:
            return self._busy.setdefault(vm_id, threading.Lock())

    def forget(self, vm: Vm) -> None:
        with self._lock:
            self._vms.pop(vm.id, None)
            self._busy.pop(vm.id, None)

    def tell(self, vm: Vm) -> Vm:
        """Notify the engine of a VM's status."""
        params = {vm.id: vm.event(), "notify_time": event_time()}
        _log.info("%s: VM %s is %s", self.name, vm.name, vm.status)
        self.notify(f"|virt|VM_status|{vm.id}", params)
        return vm

    def run_hooks(self, point: str, vm: Vm) -> str:
        """The VM's XML after the hooks of a point; raises `HookFailed`."""
        return self._run(point, vm.xml, vm_id=vm.id, properties=vm.properties)

    def told(self, what: str, tell: Callable[[], _Told]) -> _Told:
        """What the host tells, after the hooks for it: `what` is "caps", "stats", "vm_stats"..."""
        try:
            self._run(f"before_get_{what}", "{}")
        except HookFailed as error:
            raise Failed(1500, error.exit_message) from error
        found = tell()
        if not scripts_of(self.machine.hooks_dir, f"after_get_{what}"):
            return found
        after: _Told = json.loads(self._run(f"after_get_{what}", json.dumps(found)))
        return after

    def _run(self, point: str, data: str, **of_vm: Any) -> str:
        hooks_dir, environ = self.machine.hooks_dir, vdsmd_environment()
        try:
            result = run_hooks(hooks_dir, point, data, environ=environ, **of_vm)
        except HookFailed as error:
            self._log_runs(error.result)
            raise
        self._log_runs(result)
        return result.data

    def keep(self, vm: Vm) -> None:
        """Leave the domain where one can look at it."""
        folder = self.machine.folder / "vms"
        folder.mkdir(exist_ok=True)
        name = re.sub(r"[^\w.-]", "_", vm.name)
        (folder / f"{name}.xml").write_text(vm.xml, encoding="utf-8")

    def _log_runs(self, result: HookResult) -> None:
        for run in result.runs:
            _log.info("%s %s", self.name, run)

    def _load(self) -> Load:
        words = [vm.status for vm in self.vms()]
        return Load(
            vms=len(words),
            up=words.count(status.UP),
            incoming=words.count(status.MIGRATION_DESTINATION),
            outgoing=words.count(status.MIGRATION_SOURCE),
        )
