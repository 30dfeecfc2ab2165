# SPDX-License-Identifier: Apache-2.0
"""The engine's log about a VM or a template: who changed its configuration, and when.

The engine itself searches by VM and by the number of the last line that is known, so that what else
it writes meanwhile, however much, is not even read.

    log = newest(session, "vms", "0d5f...")
    since(session, "vms", "0d5f...", log.last)[0].user         "admin@internal"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from . import bulk
from .connection import SafeConnection
from .session import Session

_UPDATED: Mapping[str, frozenset[int]] = {
    "vms": frozenset({35, 253, 250, 46, 71, 94, 95, 47, 1190, 100, 650, 651}),
    "templates": frozenset({49}),
}
"""AuditLogType: USER_UPDATE_VM, SYSTEM_UPDATE_VM, USER_UPDATE_VM_CLUSTER_DEFAULT_HOST_CLEARED
(ChangeVMCluster); a snapshot that is previewed, committed, restored, or left again, which brings
its own configuration; USER_UPDATE_VM_TEMPLATE. A template is named by the lines of its VMs, too."""
_FAILED = frozenset({58, 252, 109})
"""USER_FAILED_UPDATE_VM, SYSTEM_FAILED_UPDATE_VM, USER_FAILED_UPDATE_VM_TEMPLATE."""
_APPLIED = 253
_KNOWN = 50
_SEARCH = {"vms": "_event_vm_id", "templates": "_event_template_id"}
"""Fields of AuditLogConditionFieldAutoCompleter; with any other name for them the engine gives an
empty list."""


@dataclass(frozen=True)
class Update:
    """A line that tells of an update, or of one that failed."""

    index: int
    correlation: str
    """The correlation id; empty where the engine gives none."""
    user: str
    time: datetime | None
    code: int = 35

    @classmethod
    def of(cls, event: bulk.Element) -> Update:
        when = bulk.text(event, "time")
        return cls(
            index=int(bulk.text(event, "index") or event.get("id") or 0),
            correlation=bulk.text(event, "correlation_id") or "",
            user=_user(event),
            time=None if when is None else datetime.fromisoformat(when),
            code=int(bulk.text(event, "code") or 0),
        )

    @property
    def failed(self) -> bool:
        return self.code in _FAILED

    @property
    def applied(self) -> bool:
        """The engine's own: what waited for the VM's end counts now."""
        return self.code == _APPLIED


@dataclass(frozen=True)
class Log:
    """What stands in the log at one moment."""

    last: int
    """The number of its last line about the VM; 0 where there is none."""
    updates: tuple[Update, ...]
    """Among the newest lines."""


def newest(session: Session, kind: str, entity_id: str) -> Log:
    lines = _lines(session, f"{_SEARCH[kind]}={entity_id}", {"max": str(_KNOWN)})
    found = tuple(line for line in lines if line.code in _UPDATED[kind])
    return Log(max((line.index for line in lines), default=0), found)


def since(session: Session, kind: str, entity_id: str, last: int) -> list[Update]:
    """All updates after a line, and those that failed, the newest first."""
    lines = _lines(session, f"{_SEARCH[kind]}={entity_id}", {"from": str(last)})
    return [line for line in lines if line.code in _UPDATED[kind] or line.failed]


def _lines(session: Session, search: str, query: Mapping[str, str]) -> list[Update]:
    def ask(connection: SafeConnection) -> list[Update]:
        found = bulk.read(connection, "/events", {"search": search, **query}, "events")
        return [Update.of(event) for event in found.iterfind("event")]

    return session.call("list events", "list of events", ask)


def _user(event: bulk.Element) -> str:
    """ "admin@internal-authz", or "SYSTEM"."""
    return bulk.text(event, "user/name") or bulk.text(event, "user/user_name") or "somebody"
