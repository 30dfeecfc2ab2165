# SPDX-License-Identifier: Apache-2.0
"""What an administrator should know beside what was asked for, in words.

remarks.said(change, found)     ["the migration mode stays user_migratable, which somebody ..."]
"""

from __future__ import annotations

from ..engine_api.vm_config import VmConfig
from . import change as changes
from .change import Change

UNREMEMBERED = (
    "the former migration mode is not remembered: the engine does not know the property"
    " numa_restore"
)
UNPINNED = (
    "cpu_tune, which an earlier release set, is removed: numa-affinity on the host holds the vCPUs"
)
STILL_PINNED = (
    "cpu_tune stays: it is not, or not to be seen as, what an earlier release set with the settings"
)
UNPERMITTED = (
    "cpu_tune, which an earlier release set, stays: the user lacks the permission"
    " EDIT_ADMIN_VM_PROPERTIES"
)
_SUSPENDED = (
    "the VM is suspended: a resume goes on with what it began with, so shut it down to have these"
    " settings"
)
_UNKNOWN_MODE = (
    "the VM stays pinned: which migration mode it had before is not known (property numa_restore)"
)
_CHOSEN_STAYS = (
    "the migration mode stays {now}, which somebody chose after the settings were stored; before"
    " them it was {former}"
)
_CHOSEN_REMEMBERED = (
    "the VM is pinned again; somebody had made it {now} after the settings were stored, and removal"
    " gives that back"
)


def said(change: Change, found: VmConfig) -> list[str]:
    """What an administrator should know beside what was asked for."""
    before, removing = change.before, not change.wanted.has_settings
    notes: list[str] = []
    if changes.chosen_since(before) and before.restores[0] is not None:
        text = _CHOSEN_STAYS if removing else _CHOSEN_REMEMBERED
        notes.append(text.format(now=before.affinity, former=before.restores[0]))
    if removing and before.restores[0] is None and before.affinity == changes.PINNED:
        notes.append(_UNKNOWN_MODE)
    if found.status == "suspended":
        notes.append(_SUSPENDED)
    if change.taken_over:
        became = "removed with them" if removing else "replaced by ours"
        notes.append(f"the former property {', '.join(change.taken_over)} is {became}")
    return notes
