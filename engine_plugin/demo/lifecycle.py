# SPDX-License-Identifier: Apache-2.0
"""VMs start, stop, move: the engine's commands and what it writes into its log.

Decides after RunVmCommand, StopVmCommand, MigrateVmCommand and HibernateVmCommand: checks
first and at once, then the work on a thread of its own, with up to three hosts tried. Knows
no HTTP.

    lifecycle.start(user, vm_id)      # returns at once; the VM is "wait_for_launch"
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from . import domain
from .compute import Compute, Refused
from .correlation import carried
from .engine import Engine
from .faults import Fault, forbidden, messages, refused
from .model import Host, User, Vm, VmConfig
from .rules import nextrun, permissions, scheduling

MOST_TRIES = 3
"""MaxRerunVmOnVdsCount."""


@dataclass(frozen=True)
class RunOnce:
    """What a start says for that run only."""

    properties: tuple[tuple[str, str], ...] | None = None
    host_id: str | None = None
    paused: bool = False


class Lifecycle:
    """The commands. Work that takes time runs in a few threads, as VDSM has a few slots."""

    def __init__(self, engine: Engine, compute: Compute) -> None:
        self.engine, self.compute = engine, compute
        self._store = engine.store
        self._workers = ThreadPoolExecutor(4, thread_name_prefix="host")

    def close(self) -> None:
        self._workers.shutdown(wait=True, cancel_futures=True)
        self.engine.locks.close()

    def recover(self) -> None:
        """VMs whose start was cut off by the end of the last engine are down."""
        for status in ("wait_for_launch", "powering_up", "powering_down", "migrating"):
            for vm in self._store.vms_that_are(status):
                self._store.save_vm(nextrun.powered_off(vm))

    def start(self, user: User, vm_id: str, once: RunOnce | None = None) -> None:
        """RunVm, RunVmOnce, or the resume of a suspended VM."""
        vm = self._allowed(user, vm_id, permissions.RUN_VM)
        if once and once.properties and not self.engine.may(user, permissions.PROPERTIES, vm):
            raise forbidden()
        with self.engine.locked(vm, "run"):
            vm = self._store.vm(vm_id) or vm
            if vm.state.status == "suspended":
                self._resume(user, vm)
                return
            if vm.state.status == "paused":
                self._store.save_vm(vm.with_state(status="up"))
                self._log("USER_RESUME_VM", vm, user, self._host(vm))
                return
            if vm.state.status != "down":
                raise refused("VM is running.", action="run")
            config = vm.config
            if once and once.properties is not None:
                config = replace(config, custom_properties=once.properties)
            self.engine.check_properties(config, "run")
            hosts = self._hosts_for(replace(vm, config=config), once.host_id if once else None)
            properties = self.engine.definitions(config).taken(
                ";".join(f"{name}={value}" for name, value in config.custom_properties)
            )
            begun = vm.with_state(
                status="wait_for_launch",
                host_id=hosts[0].id,
                started=time.time(),
                stop_reason=None,
                run_once=once is not None,
                running_properties=properties,
            )
            self._store.save_vm(begun)
        self._log("USER_STARTED_VM", begun, user, hosts[0])
        paused = bool(once and once.paused)
        self._submit(begun, self._run, begun, config, user, hosts[:MOST_TRIES], paused)

    def stop(self, user: User, vm_id: str) -> None:
        self._end(user, vm_id, permissions.STOP_VM, "stop", "USER_STOP_VM")

    def shutdown(self, user: User, vm_id: str) -> None:
        """The guests here have no agent to be asked, so they are off at once."""
        event = "USER_INITIATED_SHUTDOWN_VM"
        self._end(user, vm_id, permissions.SHUT_DOWN_VM, "shutdown", event)

    def reboot(self, user: User, vm_id: str) -> None:
        """With a pending configuration a cold one: off, then a new start with its hooks."""
        vm = self._allowed(user, vm_id, permissions.REBOOT_VM)
        if vm.state.status != "up":
            status = vm.state.status.title().replace("_", "")
            raise messages(409, f"Cannot restart VM because the VM is in {status} status.")
        self._log("USER_REBOOT_VM", vm, user, self._host(vm))
        if vm.pending is not None:
            self._power_off(vm)
            self.start(user, vm_id)

    def suspend(self, user: User, vm_id: str) -> None:
        vm = self._allowed(user, vm_id, permissions.HIBERNATE_VM)
        with self.engine.locked(vm, "hibernate"):
            if vm.state.status != "up":
                raise refused("VM is not up.", action="hibernate")
            host = self._host(vm)
            self._log("USER_SUSPEND_VM", vm, user, host)
            try:
                self.compute.suspend(vm, host)
            except Refused:
                self._log("USER_FAILED_SUSPEND_VM", vm, user, host)
                return
            self._alter(vm, status="suspended", host_id=None)
        self._log("USER_SUSPEND_VM_OK", vm, user, host)

    def migrate(self, user: User, vm_id: str, to: str | None, force: bool) -> None:
        """Refused for a pinned VM before any host hears of it."""
        vm = self._allowed(user, vm_id, permissions.MIGRATE_VM)
        if vm.config.affinity == "pinned":
            raise refused("VM is pinned to Host.", action="migrate")
        if vm.config.affinity == "user_migratable" and not force:
            raise refused(
                "VM is non migratable and user did not specify the force-migration flag",
                action="migrate",
            )
        if not vm.running:
            raise refused("VM is not running.", action="migrate")
        others = [h for h in self._hosts_for(vm, to, "migrate") if h.id != vm.state.host_id]
        if not others:
            raise scheduling.no_hosts("migrate")
        source = self._host(vm)
        self._log("VM_MIGRATION_START", vm, user, source, to=others[0].name)
        self._alter(vm, status="migrating")
        self._submit(vm, self._migrate, vm, user, source, others[:MOST_TRIES])

    def _submit(self, vm: Vm, work: Callable[..., None], *args: Any) -> None:
        """Work on a thread; a VM whose thread broke down is down, and the log says why."""

        def ended(future: Future[None]) -> None:
            error = future.exception()
            if error is not None:
                logging.getLogger(__name__).error("VM %s", vm.config.name, exc_info=error)
                self._store.alter_vm(vm, nextrun.powered_off)

        self._workers.submit(carried(work), *args).add_done_callback(ended)

    def _run(
        self, vm: Vm, config: VmConfig, user: User, hosts: Sequence[Host], paused: bool
    ) -> None:
        """The work of a start: host after host until one takes the VM."""
        cluster = self.engine.cluster_of(config)
        for i, host in enumerate(hosts):
            tried = vm.with_state(host_id=host.id)
            if i:
                self._alter(vm, host_id=host.id)
                self._log("VDS_INITIATED_RUN_VM", tried, user, host)
            definitions = self.engine.definitions(config)
            xml = domain.build(tried, config, cluster, host, definitions, paused=paused)
            try:
                created = self.compute.create(tried, host, xml)
            except Refused as error:
                self._failed(tried, user, host, f"Exit message: {error}", last=i == len(hosts) - 1)
                continue
            up = self._alter(
                tried,
                status="paused" if paused else "up",
                host_id=host.id,
                engine_xml=xml,
                domain_xml=created.domain_xml,
                report={**created.report, "hooks": list(created.log)},
            )
            self._log("USER_RUN_VM", up, user, host)
            return
        self._store.alter_vm(vm, nextrun.powered_off)

    def _alter(self, vm: Vm, **state: Any) -> Vm:
        """Another state; whatever was stored meanwhile stays."""
        return self._store.alter_vm(vm, lambda now: now.with_state(**state))

    def _failed(self, vm: Vm, user: User, host: Host, message: str, *, last: bool) -> None:
        self._log("VM_DOWN_ERROR", vm, user, host, exit_message=message)
        event = "USER_FAILED_RUN_VM" if last else "USER_INITIATED_RUN_VM_FAILED"
        self._log(event, vm, user, host)

    def _migrate(self, vm: Vm, user: User, source: Host, hosts: Sequence[Host]) -> None:
        for i, host in enumerate(hosts):
            try:
                self.compute.migrate(vm, source, host)
            except Refused:
                last = i == len(hosts) - 1
                event = "VM_MIGRATION_FAILED" if last else "VM_MIGRATION_TRYING_RERUN"
                self._log(event, vm, user, source, to=host.name)
                continue
            self._alter(vm, status="up", host_id=host.id)
            self._log("VM_MIGRATION_DONE", vm, user, source, to=host.name)
            return
        self._alter(vm, status="up")

    def _resume(self, user: User, vm: Vm) -> None:
        """On any host that fits: the nodeset in the saved domain is not asked."""
        host = self._hosts_for(vm, None)[0]
        self._log("USER_STARTED_VM", vm, user, host)
        try:
            self.compute.resume(vm.with_state(host_id=host.id), host)
        except Refused as error:
            self._failed(vm, user, host, f"Exit message: {error}", last=True)
            self._store.alter_vm(vm, nextrun.powered_off)
            return
        self._alter(vm, status="up", host_id=host.id)
        self._log("USER_RESUME_VM", vm, user, host)

    def _end(self, user: User, vm_id: str, group: int, action: str, event: str) -> None:
        vm = self._allowed(user, vm_id, group)
        with self.engine.locked(vm, action):
            vm = self._store.vm(vm_id) or vm
            if vm.state.status == "down":
                self._log("VM_ALREADY_DOWN", vm, user, None)
                return
            if vm.state.status not in ("up", "paused", "suspended"):
                raise refused("VM is not running.", action=action)
            if vm.state.status == "suspended":
                self._log("USER_STOP_SUSPENDED_VM", vm, user, None)
            else:
                self._log(event, vm, user, self._host(vm))
            self._power_off(vm)

    def _power_off(self, vm: Vm) -> None:
        host = self._store.host(vm.state.host_id) if vm.state.host_id else None
        if host is not None:
            self.compute.destroy(vm, host)
        off = self._store.alter_vm(
            vm,
            lambda now: nextrun.powered_off(now).with_state(stopped=time.time(), stop_reason=""),
        )
        if vm.pending is not None:
            self._store.log("SYSTEM_UPDATE_VM", vm=off)

    def _allowed(self, user: User, vm_id: str, group: int) -> Vm:
        vm = self.engine.vm_for(user, vm_id)
        if not self.engine.may(user, group, vm):
            raise forbidden()
        return vm

    def _hosts_for(self, vm: Vm, only: str | None, action: str = "run") -> list[Host]:
        hosts = self._store.hosts_in(vm.config.cluster_id)
        if only is not None:
            hosts = [h for h in hosts if h.id == only]
        if action == "migrate":
            hosts = [h for h in hosts if h.id != vm.state.host_id]
            if not hosts:
                raise scheduling.no_hosts(action)
        return scheduling.choose(vm, hosts, self._store.committed_mb(), action)

    def _host(self, vm: Vm) -> Host:
        found = self._store.host(vm.state.host_id or "")
        if found is None:
            raise Fault(409, "Operation Failed", f"[VM {vm.config.name} is on no host]")
        return found

    def _log(self, name: str, vm: Vm, user: User, host: Host | None, **facts: Any) -> None:
        self._store.log(name, user=user, vm=vm, host=host, **facts)
