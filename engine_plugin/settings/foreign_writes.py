# SPDX-License-Identifier: Apache-2.0
"""Somebody else's update of a VM between our reading and our writing, seen in the engine's log.

The engine's REST API has no versions, and its PUT replaces all custom properties, so such an
update may be lost. Each update is an event; whose it is, its correlation id tells: that of our
request is the id of the request. The update of a pool's VM is logged twice, a second apart (seen
on 4.5), both times with the same correlation id: the second line of an update that was made
before we read is no new one.

    before = updates(session, "vms", id)      ...read, write...
    foreign(before, updates(session, "vms", id), owner, session.request_id)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..engine_api.connection import SafeConnection
from ..engine_api.engine import Session
from ..engine_api.records import Owner

_UPDATED = {"vms": (35, 253), "templates": (49,)}
"""USER_UPDATE_VM, SYSTEM_UPDATE_VM, USER_UPDATE_VM_TEMPLATE in AuditLogType. A template is named
by the events of the VMs that were made from it, too."""
_MOST = 100
_SEARCH = {"vms": "_event_vm_id", "templates": "_event_template_id"}
"""Fields of AuditLogConditionFieldAutoCompleter; with any other name for them the engine gives an
empty list."""
_ECHO = timedelta(seconds=15)


@dataclass(frozen=True)
class Update:
    """An event that tells of an update."""

    index: int
    correlation: str
    """Empty where the engine gives none."""
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

    return session.call("events", ask)


def foreign(
    before: Sequence[Update], after: Sequence[Update], owner: Owner, own: str
) -> list[Update]:
    """Those of `after` that are neither in `before` nor our own."""
    known = max((update.index for update in before), default=0)
    new = [update for update in after if update.index > known and update.correlation != own]
    if owner.pool_id is None:
        return new
    return [update for update in new if not any(_echoes(update, other) for other in before)]


def _echoes(update: Update, earlier: Update) -> bool:
    """Whether it is the second line of an earlier update of a pool's VM."""
    if not update.correlation or update.correlation != earlier.correlation:
        return False
    if update.time is None or earlier.time is None:
        return True
    return update.time - earlier.time < _ECHO
