# SPDX-License-Identifier: Apache-2.0
"""Somebody else's update of a VM between our reading and our writing, seen in the engine's log.

The engine's REST API has no versions, and an update replaces all custom properties, so such an
update may be lost. Each update is an event; whose it is, its correlation id tells: that of our
request is the id of the request. The update of a pool's VM is logged twice, a second apart (seen
on 4.5), both times with the same correlation id: the second line of an update that was made
before we read is no new one.

    before = updates(session, "vms", id)      ...read, write...
    foreign(before, updates(session, "vms", id), vm, session.request_id)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from ..engine_api.update_events import Update
from ..engine_api.vm_config import VmConfig

_ECHO = timedelta(seconds=15)


def foreign(
    before: Sequence[Update], after: Sequence[Update], vm: VmConfig, own: str
) -> list[Update]:
    """Those of `after` that are neither in `before` nor our own."""
    known = max((update.index for update in before), default=0)
    new = [update for update in after if update.index > known and update.correlation != own]
    if vm.pool_id is None:
        return new
    return [update for update in new if not any(_echoes(update, other) for other in before)]


def _echoes(update: Update, earlier: Update) -> bool:
    """Whether it is the second line of an earlier update of a pool's VM."""
    if not update.correlation or update.correlation != earlier.correlation:
        return False
    if update.time is None or earlier.time is None:
        return True
    return update.time - earlier.time < _ECHO
