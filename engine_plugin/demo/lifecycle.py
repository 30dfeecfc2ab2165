# SPDX-License-Identifier: Apache-2.0
"""VMs start and stop: the engine's commands and what it writes into its log.

Decides after RunVmCommand, StopVmCommand, RebootVmCommand and HibernateVmCommand: checks
first and at once, then the work on a thread of its own, with up to three hosts tried. Knows
no HTTP.

    lifecycle.start(user, vm_id)      # returns at once; the VM is "wait_for_launch"
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from . import domain
from .audit import SYSTEM
from .commands import MOST_TRIES, in_status
from .compute import Refused
from .faults import Fault, forbidden, messages, refused
from .migration import Migrations
from .model import Host, User, Vm
from .rules import nextrun, permissions
from .search import Search

_BY_ADMIN = "Exit message: Admin shut down from the engine"


@dataclass(frozen=True)
class RunOnce:
    """What a start says for that run only."""

    properties: tuple[tuple[str, str], ...] | None = None
    host_id: str | None = None
    paused: bool = False


class Lifecycle(Migrations):
    """The commands."""

    def recover(self) -> None:
        """VMs whose start was cut off by the end of the last engine are down, and what was to
        count then does."""
        for status in ("wait_for_launch", "powering_up", "powering_down", "migrating"):
            for vm in self._store.vms_that_are(status):
                self._store.save_vm(nextrun.powered_off(vm))
        waiting = Search.parse("vm", "status=Down and next_run_config_exists=true")
        for vm in self._store.vms(waiting, -1):
            self._apply(vm)

    def start(self, user: User, vm_id: str, once: RunOnce | None = None) -> None:
        """RunVm, RunVmOnce, or the resume of a suspended VM."""
        vm = self._allowed(user, vm_id, permissions.RUN_VM)
        if once and once.properties and not self.engine.may(user, permissions.PROPERTIES, vm):
            raise forbidden()
        with self.engine.locked(vm, "run"):
            vm = self._store.vm(vm_id) or vm
            if vm.state.status == "suspended":
                self._resume(user, vm)
            elif vm.state.status == "paused":
                self._store.save_vm(vm.with_state(status="up"))
                self._log("USER_RESUME_VM", vm, user, self._host(vm))
            else:
                self._begin(user, vm, once or RunOnce(), "USER_STARTED_VM", once is not None)

    def _begin(self, user: User, vm: Vm, once: RunOnce, event: str, run_once: bool) -> None:
        """What is checked first, and that the VM waits for its launch then."""
        with self._told(vm, user, "USER_FAILED_RUN_VM"):
            if vm.state.status != "down":
                raise in_status(vm, "run")
            config = vm.config
            if once.properties is not None:
                config = replace(config, custom_properties=once.properties)
            self.engine.check_properties(config, "run")
            asked = replace(vm, config=config)
            hosts = self._hosts_for(asked, once.host_id)
        properties = self.engine.definitions(config).taken(
            ";".join(f"{name}={value}" for name, value in config.custom_properties)
        )
        with self.scheduler.cluster(config.cluster_id):
            host = self.scheduler.best(asked, hosts)
            if host is None:
                self._log("USER_FAILED_RUN_VM", vm, user, None, due=" ")
                raise messages(400)
            begun = vm.with_state(
                status="wait_for_launch",
                host_id=host.id,
                started=time.time(),
                stop_reason=None,
                run_once=run_once,
                running_properties=properties,
            )
            self._store.save_vm(begun)
        self._log(event, begun, user, host)
        self._submit(begun, self._run, asked, begun, host, user, once)

    def stop(self, user: User, vm_id: str) -> None:
        self._end(user, vm_id, permissions.STOP_VM, "stop", "USER_STOP_VM", " ")

    def shutdown(self, user: User, vm_id: str) -> None:
        """The guests here have no agent to be asked, so they are off at once."""
        event = "USER_INITIATED_SHUTDOWN_VM"
        self._end(user, vm_id, permissions.SHUT_DOWN_VM, "shutdown", event, _BY_ADMIN)

    def reboot(self, user: User, vm_id: str) -> None:
        """With a pending configuration a cold one: off, then a new start with its hooks."""
        vm = self._allowed(user, vm_id, permissions.REBOOT_VM)
        if vm.state.status != "up":
            raise in_status(vm, "restart")
        if vm.pending is None:
            self._log("USER_REBOOT_VM", vm, user, self._host(vm))
            return
        with self.engine.locked(vm, "restart"):
            self._log("USER_INITIATED_SHUTDOWN_VM", vm, user, self._host(vm))
            self._log("USER_REBOOT_VM", vm, user, self._host(vm))
            self._power_off(vm, _BY_ADMIN)
            self._log("COLD_REBOOT_VM_DOWN", vm, user, None)
            self._apply(vm)
            vm = self._store.vm(vm_id) or vm
            self._begin(SYSTEM, vm, RunOnce(), "VDS_INITIATED_RUN_VM", run_once=False)

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

    def _run(self, asked: Vm, vm: Vm, host: Host | None, user: User, once: RunOnce) -> None:
        """The work of a start: host after host until one takes the VM. Each is scheduled anew,
        without those that refused it."""
        refusals: set[str] = set()
        while host is not None:
            tried = vm.with_state(host_id=host.id)
            if refusals:
                self._log("VDS_INITIATED_RUN_VM", tried, user, host)
            try:
                self._create(asked, tried, host, user, once)
                return
            except Refused as error:
                refusals.add(host.id)
                next_host = self._next_host(asked, vm, refusals, once.host_id)
                message = f"Exit message: {error}"
                self._failed(tried, user, host, message, last=next_host is None)
                host = next_host
        self._store.alter_vm(vm, nextrun.powered_off)

    def _create(self, asked: Vm, tried: Vm, host: Host, user: User, once: RunOnce) -> None:
        """On one host. Raises `Refused`."""
        config = asked.config
        cluster, definitions = self.engine.cluster_of(config), self.engine.definitions(config)
        xml = domain.build(tried, config, cluster, host, definitions, paused=once.paused)
        created = self.compute.create(tried, host, xml)
        up = self._alter(
            tried,
            status="paused" if once.paused else "up",
            host_id=host.id,
            engine_xml=xml,
            domain_xml=created.domain_xml,
            report={**created.report, "hooks": list(created.log)},
        )
        self._log("USER_RUN_VM", up, user, host)

    def _next_host(self, asked: Vm, vm: Vm, refusals: set[str], only: str | None) -> Host | None:
        """Where it is tried next; None where nothing is left, or it was tried often enough."""
        if len(refusals) >= MOST_TRIES:
            return None
        with self.scheduler.cluster(asked.config.cluster_id):
            try:
                hosts = self._hosts_for(asked, only, but=refusals)
            except Fault:
                return None
            host = self.scheduler.best(asked, hosts)
            if host is not None:
                self._alter(vm, host_id=host.id)
            return host

    def _failed(self, vm: Vm, user: User, host: Host, message: str, *, last: bool) -> None:
        self._log("VM_DOWN_ERROR", vm, user, host, exit_message=message)
        event = "USER_FAILED_RUN_VM" if last else "USER_INITIATED_RUN_VM_FAILED"
        self._log(event, vm, user, host, due=" ")

    def _resume(self, user: User, vm: Vm) -> None:
        """On any host that fits: the nodeset in the saved domain is not asked."""
        with self.scheduler.cluster(vm.config.cluster_id):
            host = self.scheduler.best(vm, self._hosts_for(vm, None))
        if host is None:
            self._log("USER_FAILED_RUN_VM", vm, user, None, due=" ")
            raise messages(400)
        self._log("USER_STARTED_VM", vm, user, host)
        try:
            self.compute.resume(vm.with_state(host_id=host.id), host)
        except Refused as error:
            self._failed(vm, user, host, f"Exit message: {error}", last=True)
            self._store.alter_vm(vm, nextrun.powered_off)
            return
        self._alter(vm, status="up", host_id=host.id)
        self._log("USER_RESUME_VM", vm, user, host)

    def _end(
        self, user: User, vm_id: str, group: int, action: str, event: str, exit_message: str
    ) -> None:
        vm = self._allowed(user, vm_id, group)
        with self.engine.locked(vm, action) as lock:
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
            off = self._power_off(vm, exit_message)
            if off.pending is not None:
                lock.keep(self.engine.settings.down_seconds, lambda: self._apply(off))

    def _power_off(self, vm: Vm, exit_message: str) -> Vm:
        """It is seen to be down before what waits for that counts."""
        host = self._store.host(vm.state.host_id) if vm.state.host_id else None
        if host is not None:
            self.compute.destroy(vm, host)
        found = self._store.alter_vm(
            vm, lambda now: nextrun.off(now).with_state(stopped=time.time(), stop_reason="")
        )
        if host is not None:
            self._store.log("VM_DOWN", vm=vm, host=host, exit_message=exit_message)
        return found

    def _apply(self, vm: Vm) -> None:
        after = self._store.alter_vm(vm, nextrun.applied)
        self._store.log("SYSTEM_UPDATE_VM", vm=after, user=SYSTEM)
