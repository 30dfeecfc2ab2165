# SPDX-License-Identifier: Apache-2.0
"""A VM goes from one host to another, or does not.

Decides after MigrateVmCommand: what forbids it, and which hosts are tried. Knows no HTTP.

    migrations.migrate(user, vm_id, to=None, force=False)    # returns at once
"""

from __future__ import annotations

from collections.abc import Sequence

from .commands import MOST_TRIES, Commands
from .compute import Refused
from .faults import messages, refused
from .model import Host, User, Vm
from .rules import permissions, scheduling


class Migrations(Commands):
    """MigrateVm and MigrateVmToServer."""

    def migrate(self, user: User, vm_id: str, to: str | None, force: bool) -> None:
        """Refused for a pinned VM before any host hears of it."""
        vm = self._allowed(user, vm_id, permissions.MIGRATE_VM)
        with self._told(vm, user, "VM_MIGRATION_FAILED"):
            others = self._targets(vm, to, force)
        source = self._host(vm)
        self._log("VM_MIGRATION_START", vm, user, source, to=others[0].name)
        self._alter(vm, status="migrating")
        self._submit(vm, self._migrate, vm, user, source, others[:MOST_TRIES])

    def _targets(self, vm: Vm, to: str | None, force: bool) -> list[Host]:
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
        with self.scheduler.cluster(vm.config.cluster_id):
            left = self.scheduler.ranked(vm, others)
        if not left:
            raise messages(400)
        return left

    def _migrate(self, vm: Vm, user: User, source: Host, hosts: Sequence[Host]) -> None:
        for i, host in enumerate(hosts):
            try:
                self.compute.migrate(vm, source, host)
            except Refused:
                last = i == len(hosts) - 1
                event = "VM_MIGRATION_FAILED" if last else "VM_MIGRATION_TRYING_RERUN"
                self._log(event, vm, user, source, to=host.name, due=" ")
                continue
            self._alter(vm, status="up", host_id=host.id)
            self._log("VM_MIGRATION_DONE", vm, user, source, to=host.name)
            return
        self._alter(vm, status="up")
