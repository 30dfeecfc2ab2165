# SPDX-License-Identifier: Apache-2.0
"""The life of a VM on a host, in VDSM's order: hooks, libvirt, status, notification.

Decides when which hook point runs and what the engine hears when one fails: a VM that cannot
start was created all the same, and is then down with the hook's line. Knows no JSON.

    create(host, engine_xml, {})    # at once; the start goes on in a thread
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from ..vdsm import HookFailed, edited_by_vdsm
from . import vm as status
from .host import VdsmHost
from .libvirt_domain import LibvirtRefused
from .rpc import Failed, no_such_vm
from .vm import (
    BY_ADMIN,
    MIGRATED,
    MOVED,
    MOVING,
    NOT_MOVED,
    ON_REBOOT,
    Exit,
    Vm,
    start_failed,
)

_log = logging.getLogger(__name__)


def create(host: VdsmHost, engine_xml: str, kept: Mapping[str, Any]) -> Vm:
    """VM.create answers before anything is tried."""
    vm = Vm.of_engine(engine_xml, kept)
    host.add(vm)
    _work(host, _start, vm)
    return vm


def destroy(host: VdsmHost, vm_id: str) -> None:
    """VM.destroy: of a running VM, or of what is left of one that is down."""
    with host.alone(vm_id):
        vm = host.vm(vm_id)
        host.run_hooks("before_vm_destroy", replace(vm, xml=""))
        _release(host, vm)
        if vm.status != status.DOWN:
            _down(host, vm, BY_ADMIN)
        host.forget(vm)


def shutdown(host: VdsmHost, vm_id: str) -> None:
    """VM.shutdown: a guest without disks obeys at once."""
    vm = host.vm(vm_id)
    if vm.status == status.DOWN:
        raise no_such_vm(vm_id)
    _work(host, _power_off, host.change(vm, status=status.POWERING_DOWN))


def reboot(host: VdsmHost, vm_id: str) -> None:
    """VM.reset, VM.shutdown with reboot: QEMU goes on, unless the engine wants a cold one."""
    with host.alone(vm_id):
        vm = host.vm(vm_id)
        if vm.destroy_on_reboot:
            _release(host, vm)
            _down(host, vm, ON_REBOOT)


def pause(host: VdsmHost, vm_id: str) -> None:
    _hooks(host, "before_vm_pause", host.vm(vm_id))
    vm = host.tell(host.change(host.vm(vm_id), status=status.PAUSED))
    _hooks(host, "after_vm_pause", vm)


def resume(host: VdsmHost, vm_id: str) -> None:
    _hooks(host, "before_vm_cont", host.vm(vm_id))
    vm = host.tell(host.change(host.vm(vm_id), status=status.UP))
    _hooks(host, "after_vm_cont", vm)


def migrate(host: VdsmHost, vm_id: str, destination: str) -> None:
    """VM.migrate answers at once as well; a hook that refuses leaves the VM up where it is."""
    vm = host.vm(vm_id)
    if vm.status != status.UP:
        raise Failed(12, "Fatal error during migration")
    vm = host.tell(host.change(vm, status=status.MIGRATION_SOURCE, migration=MOVING))
    _work(host, lambda host, vm: _migrate(host, vm, destination), vm)


def _start(host: VdsmHost, vm: Vm) -> None:
    vm = host.change(vm, xml=edited_by_vdsm(vm.xml))
    try:
        vm = host.change(vm, xml=host.run_hooks("before_vm_start", vm))
        host.keep(vm)
        if host.libvirt is not None:
            host.libvirt.start(vm.xml)
    except HookFailed as error:
        _down(host, host.change(vm, xml=error.result.data), start_failed(error.exit_message))
        return
    except LibvirtRefused as error:
        _down(host, vm, start_failed(str(error)))
        return
    host.machine.vm_runs(vm.id)
    vm = host.change(vm, external=vm.started())
    host.run_hooks("after_vm_start", vm)
    host.tell(host.change(vm, status=status.PAUSED if vm.paused else status.UP))


def _power_off(host: VdsmHost, vm: Vm) -> None:
    _release(host, vm)
    _down(host, vm, BY_ADMIN)


def _migrate(host: VdsmHost, vm: Vm, destination: str) -> None:
    try:
        host.run_hooks("before_vm_migrate_source", vm)
        target = _neighbour(host, destination)
        arrived = _arrive(target, vm)
    except (HookFailed, Failed) as error:
        why = error.exit_message if isinstance(error, HookFailed) else error
        _log.warning("%s: VM %s stays: %s", host.name, vm.name, why)
        host.tell(host.change(vm, status=status.UP, migration=NOT_MOVED))
        return
    host.machine.vm_gone(vm.id)
    host.run_hooks("after_vm_migrate_source", vm)
    _down(host, vm, MIGRATED)
    target.tell(target.change(arrived, status=status.UP, migration=MOVED))
    target.run_hooks("after_vm_migrate_destination", arrived)


def _arrive(target: VdsmHost, vm: Vm) -> Vm:
    """VM.migrationCreate on the other side."""
    arrived = replace(vm, status=status.MIGRATION_DESTINATION)
    target.add(arrived)
    try:
        target.run_hooks("before_vm_migrate_destination", arrived)
    except HookFailed:
        target.forget(arrived)
        raise
    target.machine.vm_runs(vm.id)
    return arrived


def _neighbour(host: VdsmHost, destination: str) -> VdsmHost:
    """The host of this process at the address that the engine names."""
    name, _, port = destination.rpartition(":")
    try:
        address = socket.gethostbyname(name)
    except OSError:
        address = name
    found = host.neighbours.get(f"{address}:{port}")
    if found is None:
        raise Failed(10, f"Could not connect to peer VDS: {destination} is none of this process")
    return found


def _release(host: VdsmHost, vm: Vm) -> None:
    """The process goes, then after_vm_destroy runs, once, and cannot fail."""
    if host.vm(vm.id).released:
        return
    vm = host.change(vm, released=True)
    if host.libvirt is not None and vm.exit is not MIGRATED:
        host.libvirt.destroy(vm.id)
    host.machine.vm_gone(vm.id)
    host.run_hooks("after_vm_destroy", vm)


def _down(host: VdsmHost, vm: Vm, why: Exit) -> None:
    _log.info("%s: VM %s: %s (code=%d)", host.name, vm.name, why.message, why.reason)
    host.tell(host.change(vm, status=status.DOWN, exit=why))


def _hooks(host: VdsmHost, point: str, vm: Vm) -> None:
    """A point at which the engine waits for the hooks, and hears itself that one failed."""
    try:
        host.run_hooks(point, vm)
    except HookFailed as error:
        raise Failed(1500, error.exit_message) from error


def _work(host: VdsmHost, work: Callable[[VdsmHost, Vm], None], vm: Vm) -> None:
    """In a thread; a VM whose thread broke down is down, and the engine hears why."""

    def run() -> None:
        with host.alone(vm.id):
            work(host, vm)

    def ended(future: Future[None]) -> None:
        error = future.exception()
        if error is not None:
            _log.error("%s: VM %s", host.name, vm.name, exc_info=error)
            _down(host, vm, start_failed(repr(error)))

    host.workers.submit(run).add_done_callback(ended)
