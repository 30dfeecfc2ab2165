# SPDX-License-Identifier: Apache-2.0
"""A host as the engine reaches it: VDSM's verbs, with the hooks where VDSM runs them.

Decides which hook points a verb has, in which order, and what the engine is told when one
fails. Knows no permission, no status and no store.

    Compute(machines, guests).create(vm, host, engine_xml)   -> Created, or Refused
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import Any

from .guest import GuestFailed
from .guests import Guests
from .machines import Machines
from .model import Host, Vm
from .settings import Settings
from .vdsm import HookFailed, HookResult, edited_by_vdsm, run_hooks, vdsmd_environment


class Refused(Exception):
    """VDSM did not do it; the text is VDSM's exit message."""


@dataclass(frozen=True)
class Created:
    """A VM that runs."""

    domain_xml: str
    report: dict[str, Any]
    log: tuple[str, ...]
    """The lines that VDSM logs about the hooks."""


class Compute:
    """All hosts."""

    def __init__(self, settings: Settings, machines: Machines, guests: Guests) -> None:
        self._machines, self._guests = machines, guests
        self._seconds = settings.hook_seconds

    def create(self, vm: Vm, host: Host, engine_xml: str) -> Created:
        """VM.create: before_vm_start, then libvirt, then after_vm_start."""
        try:
            before = self._run(vm, host, "before_vm_start", edited_by_vdsm(engine_xml))
            report = self._guests.run(before.data)
        except (Refused, GuestFailed) as error:
            self._gone(vm, host)  # the engine sends a destroy for every VM that is down
            raise Refused(str(error)) from error
        machine = self._machines.of(host)
        machine.vm_runs(vm.id)
        after = self._run(vm, host, "after_vm_start", before.data)
        log = tuple(str(run) for run in (*before.runs, *after.runs))
        return Created(before.data, report, log)

    def destroy(self, vm: Vm, host: Host) -> None:
        """VM.destroy: the process goes, then after_vm_destroy runs and cannot fail."""
        self._gone(vm, host)

    def migrate(self, vm: Vm, source: Host, destination: Host) -> None:
        """VM.migrate: refused by a hook of the source or of the destination, or done."""
        self._run(vm, source, "before_vm_migrate_source", vm.state.domain_xml)
        try:
            self._run(vm, destination, "before_vm_migrate_destination", vm.state.domain_xml)
        except Refused as error:
            raise Refused(f"Destination hook failed: {error}") from error
        self._machines.of(destination).vm_runs(vm.id)
        self._machines.of(source).vm_gone(vm.id)
        self._run(vm, source, "after_vm_migrate_source", vm.state.domain_xml)

    def suspend(self, vm: Vm, host: Host) -> None:
        """VM.hibernate: before_vm_hibernate may refuse; then the process is gone."""
        self._run(vm, host, "before_vm_hibernate", vm.state.domain_xml)
        self._machines.of(host).vm_gone(vm.id)

    def resume(self, vm: Vm, host: Host) -> None:
        """VM.create of a suspended VM: both hooks may refuse, their output is ignored."""
        self._run(vm, host, "before_vm_start", vm.state.domain_xml)
        self._run(vm, host, "before_vm_dehibernate", vm.state.domain_xml, FROM_SNAPSHOT="False")
        self._machines.of(host).vm_runs(vm.id)

    def _gone(self, vm: Vm, host: Host) -> None:
        self._machines.of(host).vm_gone(vm.id)
        self._run(vm, host, "after_vm_destroy", vm.state.domain_xml)

    def _run(self, vm: Vm, host: Host, point: str, xml: str, **params: str) -> HookResult:
        properties = dict(vm.state.running_properties)
        try:
            return run_hooks(
                self._machines.of(host).hooks_dir,
                point,
                xml,
                vm_id=vm.id,
                properties=properties,
                params=params,
                environ=vdsmd_environment(),
                timeout=self._seconds,
            )
        except HookFailed as error:
            raise Refused(error.exit_message) from error
        except subprocess.TimeoutExpired as error:
            text = f"a hook did not end within {self._seconds:g} s (VDSM would wait for ever)"
            raise Refused(text) from error
