# SPDX-License-Identifier: Apache-2.0
"""Somebody else's update of a VM around our own, seen in the engine's log.

The engine's REST API has no versions, and an update replaces all custom properties, so such an
update may be lost. Each update is an event; whose it is, its correlation id tells: that of our
write is one that nobody else has. The engine writes the line while it holds its lock on the VM, so
lines stand in the order of the writes. The update of a pool's VM is logged twice, a second apart
(seen on 4.5), both times with the same correlation id: the second line of an update that was made
before we read is no new one.

    log = newest(session, "vms", id)      ...read, write...
    Around.of(log, since(session, "vms", id, log.last), vm, correlation).between
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from ..engine_api.update_events import Log, Update
from ..engine_api.vm_config import VmConfig

_ECHO = timedelta(seconds=15)


@dataclass(frozen=True)
class Around:
    """Others' updates since a moment, in order."""

    between: tuple[Update, ...]
    """Before our own."""
    later: tuple[Update, ...]
    seen: bool
    """Whether the log shows our own at all; else it may hide others' from this user, too."""

    @classmethod
    def of(cls, log: Log, after: Sequence[Update], vm: VmConfig, own: str) -> Around:
        """`vm` is what we read before our write."""
        done = [update for update in after if not update.failed]
        ours = min((each.index for each in done if each.correlation == own), default=None)
        found = sorted(foreign(log.updates, done, vm, own), key=lambda update: update.index)
        if ours is None:
            return cls(tuple(found), (), seen=False)
        between = tuple(each for each in found if each.index < ours)
        if vm.next_run and all(each.applied for each in between):
            between = ()  # the VM has ended: what we read of its next start counts now
        return cls(between, tuple(each for each in found if each.index > ours), seen=True)


NOTHING = Around((), (), seen=False)


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
