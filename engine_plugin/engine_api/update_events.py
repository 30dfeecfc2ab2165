# SPDX-License-Identifier: Apache-2.0
"""The engine's log of updates of a VM or a template.

updates(session, "vms", "0d5f...")[0].user          "admin@internal"
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .connection import SafeConnection
from .session import Session

_UPDATED = {"vms": (35, 253), "templates": (49,)}
"""USER_UPDATE_VM, SYSTEM_UPDATE_VM, USER_UPDATE_VM_TEMPLATE in AuditLogType. A template is named
by the events of the VMs that were made from it, too."""
_MOST = 100
_SEARCH = {"vms": "_event_vm_id", "templates": "_event_template_id"}
"""Fields of AuditLogConditionFieldAutoCompleter; with any other name for them the engine gives an
empty list."""


@dataclass(frozen=True)
class Update:
    """An event that tells of an update."""

    index: int
    correlation: str
    """The correlation id; empty where the engine gives none."""
    user: str
    time: datetime | None

    @classmethod
    def of(cls, event: Any) -> Update:
        user = event.user.name if event.user else None
        return cls(
            index=int(event.index or event.id),
            correlation=str(event.correlation_id or ""),
            user=str(user or "somebody"),
            time=event.time,
        )


def updates(session: Session, kind: str, entity_id: str) -> list[Update]:
    """The last updates of the VM or template, the newest first."""
    search = f"{_SEARCH[kind]}={entity_id}"

    def ask(connection: SafeConnection) -> list[Update]:
        events = connection.system_service().events_service().list(search=search, max=_MOST)
        return [Update.of(event) for event in events if event.code in _UPDATED[kind]]

    return session.call("list events", "list of events", ask)
