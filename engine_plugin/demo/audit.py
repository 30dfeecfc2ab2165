# SPDX-License-Identifier: Apache-2.0
"""The audit log: what the engine tells its administrators, line by line.

Decides the codes, severities and words of the lines (AuditLogMessages.properties). Never
decides when one is due.

    >>> line("VM_DOWN_ERROR", vm="db1", exit_message="Exit message: no").text
    'VM db1 is down with error. Exit message: no.'
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Any

from . import correlation
from .database import Database
from .model import Event, Host, User, Vm, VmConfig
from .search import Search

_LINES: dict[str, tuple[int, str, str]] = {
    "USER_VDC_LOGIN": (
        30,
        "normal",
        "User {user} connecting from '{source}' using session '{session}' logged in.",
    ),
    "USER_UPDATE_CLUSTER": (811, "normal", "Host cluster {cluster} was updated by {user}"),
    "USER_ADD_CLUSTER_POLICY": (
        9910,
        "normal",
        "Scheduling Policy {policy} was added. (User: {user})",
    ),
    "USER_UPDATE_CLUSTER_POLICY": (
        9912,
        "normal",
        "Scheduling Policy {policy} was updated. (User: {user})",
    ),
    "USER_REMOVE_CLUSTER_POLICY": (
        9914,
        "normal",
        "Scheduling Policy {policy} was removed. (User: {user})",
    ),
    "FAILED_TO_CONNECT_TO_SCHEDULER_PROXY": (
        9920,
        "error",
        "Failed to connect to external scheduler proxy. External filters, scoring functions and"
        " load balancing will not be performed.",
    ),
    "EXTERNAL_SCHEDULER_PLUGIN_ERROR": (
        10500,
        "error",
        "Running the external scheduler plugin '{plugin}' failed: '{error}'",
    ),
    "EXTERNAL_SCHEDULER_ERROR": (
        10501,
        "error",
        "Running the external scheduler failed: '{error}'",
    ),
    "USER_ADD_VM": (34, "normal", "VM {vm} was created by {user}."),
    "USER_UPDATE_VM": (35, "normal", "VM {vm} configuration was updated by {user}."),
    "SYSTEM_UPDATE_VM": (253, "normal", "VM {vm} configuration was updated by system."),
    "USER_FAILED_UPDATE_VM": (58, "error", "Failed to update VM {vm} (User: {user})."),
    "USER_UPDATE_VM_TEMPLATE": (
        49,
        "normal",
        "Template {template} configuration was updated by {user}.",
    ),
    "USER_UPDATE_VM_POOL_WITH_VMS": (
        344,
        "normal",
        "VM Pool {pool} was updated by {user}, 0 VMs were added.",
    ),
    "USER_UPDATE_VM_CLUSTER_DEFAULT_HOST_CLEARED": (
        250,
        "normal",
        "{vm} cluster was updated by {user}, Default host was reset to auto assign.",
    ),
    "VM_ALREADY_DOWN": (
        254,
        "normal",
        "VM {vm} is already Down, Stop VM was skipped. User: {user}.",
    ),
    "USER_REMOVE_VM_FINISHED": (113, "normal", "VM {vm} was successfully removed by {user}."),
    "USER_STARTED_VM": (153, "normal", "VM {vm} was started by {user} (Host: {host})."),
    "VDS_INITIATED_RUN_VM": (506, "normal", "Trying to restart VM {vm} on Host {host}"),
    "USER_RUN_VM": (32, "normal", "VM {vm} started on Host {host}"),
    "USER_INITIATED_RUN_VM_FAILED": (151, "warning", "Failed to run VM {vm} on Host {host}."),
    "USER_FAILED_RUN_VM": (54, "error", "Failed to run VM {vm}{due} (User: {user})."),
    "VM_DOWN": (61, "normal", "VM {vm} is down. {exit_message}"),
    "VM_DOWN_ERROR": (119, "error", "VM {vm} is down with error. {exit_message}."),
    "USER_STOP_VM": (33, "normal", "VM {vm} powered off by {user} (Host: {host})."),
    "USER_STOP_SUSPENDED_VM": (
        111,
        "normal",
        "Suspended VM {vm} has had its save state cleared by {user}.",
    ),
    "USER_INITIATED_SHUTDOWN_VM": (
        73,
        "normal",
        "VM shutdown initiated by {user} on VM {vm} (Host: {host}).",
    ),
    "USER_REBOOT_VM": (157, "normal", "VM {vm} is rebooting. Rebooted by: {user}"),
    "USER_SUSPEND_VM": (
        501,
        "normal",
        "Suspending VM {vm} was initiated by User {user} (Host: {host}).",
    ),
    "USER_SUSPEND_VM_OK": (503, "normal", "VM {vm} on Host {host} is suspended."),
    "USER_FAILED_SUSPEND_VM": (502, "error", "Failed to suspend VM {vm} (Host: {host})."),
    "USER_RESUME_VM": (40, "normal", "VM {vm} was resumed by {user} (Host: {host})."),
    "VM_MIGRATION_START": (
        62,
        "normal",
        "Migration started (VM: {vm}, Source: {host}, Destination: {to}, User: {user}). ",
    ),
    "VM_MIGRATION_DONE": (
        63,
        "normal",
        "Migration completed (VM: {vm}, Source: {host}, Destination: {to}, "
        "Duration: 1 second, Total: 1 second, Actual downtime: 12ms)",
    ),
    "VM_MIGRATION_TRYING_RERUN": (
        128,
        "warning",
        "Failed to migrate VM {vm} to Host {to}. Trying to migrate to another Host.",
    ),
    "VM_MIGRATION_FAILED": (65, "error", "Migration failed{due} (VM: {vm}, Source: {host})."),
    "COLD_REBOOT_VM_DOWN": (9611, "normal", "VM {vm} is down as a part of cold reboot process"),
    "NUMA_ADD_VM_NUMA_NODE_SUCCESS": (1300, "normal", "Add VM NUMA node successfully."),
    "NUMA_UPDATE_VM_NUMA_NODE_SUCCESS": (1310, "normal", "Update VM NUMA node successfully."),
    "NUMA_REMOVE_VM_NUMA_NODE_SUCCESS": (1320, "normal", "Remove VM NUMA node successfully."),
}


_UNKNOWN = "<UNKNOWN>"
"""What the engine writes for a name that it does not have."""
_MONITORED = ("VM_DOWN", "VM_DOWN_ERROR", "COLD_REBOOT_VM_DOWN")
"""What it notices by itself: no user and no request stands behind it."""
SYSTEM = User("", "SYSTEM", "", ())
"""Who does what nobody asked for."""


@dataclass(frozen=True)
class Line:
    """A line before it has an id and a time."""

    code: int
    severity: str
    text: str


def line(name: str, **facts: str) -> Line:
    code, severity, words = _LINES[name]
    return Line(code, severity, words.format(**facts))


def _correlation(name: str, user: User | None) -> str:
    if name in _MONITORED:
        return ""
    return f"{random.getrandbits(32):x}" if user is SYSTEM else correlation.current()


class AuditLog(Database):
    """The table `event`."""

    def log(
        self,
        name: str,
        *,
        user: User | None = None,
        vm: Vm | None = None,
        host: Host | None = None,
        template: tuple[str, VmConfig] | None = None,
        **facts: str,
    ) -> None:
        """Add the line `name` about these; `facts` fill what else its words need.

        With a VM go its template and its cluster, with a template its cluster.
        """
        names = {
            "user": user.shown if user else "",
            "vm": vm.config.name if vm else "",
            "host": host.name if host else _UNKNOWN,
            "template": template[1].name if template else "",
        }
        new = line(name, **{**names, **facts})
        user = None if name in _MONITORED else user
        config = vm.config if vm else template[1] if template else None
        row = {
            "code": new.code,
            "severity": new.severity,
            "time": time.time(),
            "text": new.text,
            "correlation": _correlation(name, user),
            "user": user.shown if user else "",
            "user_id": (user.id or None) if user else None,
            "vm": vm.id if vm else None,
            "vm_name": names["vm"] or None,
            "host": host.id if host else None,
            "host_name": host.name if host else None,
            "template": vm.config.template_id if vm else template[0] if template else None,
            "cluster": config.cluster_id if config else None,
        }
        self.add_event(row)

    def add_event(self, row: dict[str, Any]) -> None:
        """A line as it is; the names of its template and cluster are looked up."""
        columns = [*row, "template_name", "cluster_name"]
        marks = [f":{name}" for name in row]
        for kind in ("template", "cluster"):
            marks.append(f"(SELECT name FROM entity WHERE kind='{kind}' AND id=:{kind})")
        with self.transaction():
            self._db.execute(
                f"INSERT INTO event ({', '.join(columns)}) VALUES ({', '.join(marks)})", row
            )

    def events(self, search: Search, most: int, after: int = 0) -> list[Event]:
        """A page of lines, the newest first, of those that came after one."""
        where, values = search.where()
        order = ", ".join(part for part in (search.order(), "id DESC") if part)
        sql = f"SELECT * FROM event WHERE id > ? AND {where} ORDER BY {order} LIMIT ? OFFSET ?"
        rows = self._db.execute(sql, [after, *values, most, search.offset(most)])
        return [Event(*row) for row in rows]

    def event(self, event_id: int) -> Event | None:
        row = self._db.execute("SELECT * FROM event WHERE id = ?", (event_id,)).fetchone()
        return Event(*row) if row else None
