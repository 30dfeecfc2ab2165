# SPDX-License-Identifier: Apache-2.0
"""Why settings cannot be stored, removed or taken over.

A class owns the words and says who must act: "request", "user", "setup" (of the cluster),
"engine" or "service". How it is done over HTTP or on the command line, each adapter adds itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numa_domain.base.errors import NumaError


class SettingsError(NumaError):
    """The base class."""

    extra: dict[str, Any] = {}
    """More facts, for programs."""


class NothingAsked(SettingsError):
    what = "neither a nodeset nor a topology is given"
    todo = "give one, or remove the settings"


class ChangedMeanwhile(SettingsError):
    """The write went out, and something else stands there now."""

    what = "{users} wrote {name} at the same moment: {differences}"
    todo = "read the settings again, and decide anew"

    def __init__(self, where: str, *, users: str = "somebody else", **facts: Any) -> None:
        super().__init__(where, users=users, **facts)


class WritesUnseeable(SettingsError):
    blames = "user"
    what = (
        "whether somebody else wrote {name} at the same moment could not be seen: the engine does"
        " not show this user its log about it"
    )
    todo = "look at the VM if others may be changing it, or let an administrator store settings"


class OutcomeUnknown(SettingsError):
    """`cause` is what became of the request instead of an answer."""

    blames = "engine"
    what = "the settings of {name} may have been stored, or be stored yet: {reason}"
    todo = "read them again in a while; until it is known, other changes of {name} wait for it"

    def __init__(self, where: str, *, cause: NumaError, name: str) -> None:
        super().__init__(where, name=name, reason=cause.message)
        self.extra = {"stored": None}


class OutcomePending(SettingsError):
    blames = "engine"
    what = (
        "a change of {name} that was sent to the engine {ago} s ago has not been answered, and it"
        " may still be carried out"
    )
    todo = (
        "try again in a while: what became of it is asked for each time, and after a quarter of an"
        " hour it is given up"
    )


class StoredUnread(SettingsError):
    """Who must act is told by `cause`."""

    what = "the settings of {name} are stored, and reading them back failed: {reason}"
    todo = "{way_out}; then read them"

    def __init__(self, where: str, *, cause: NumaError, name: str) -> None:
        super().__init__(where, name=name, reason=cause.message, way_out=cause.remedy)
        self.cause, self.blames = cause, cause.blames
        self.extra = {"stored": True}


class HostedEngine(SettingsError):
    """The engine's builder of domains fails over custom properties there."""

    what = "the engine itself runs in {name}, and such a VM must have no custom properties"
    todo = "leave it as it is: it could not be started any more"


class PolicyHidden(SettingsError):
    """oVirt neither shows nor takes a placement policy from who is no administrator."""

    blames = "user"
    what = "the engine does not let this user set the migration mode of {name}"
    todo = (
        "ask an administrator: the permission CHANGE_VM_CUSTOM_PROPERTIES is needed, which only"
        " roles of administrators have"
    )


class NativeNodes(SettingsError):
    what = "{name} has {count:virtual NUMA node} of oVirt's own, which ours would contradict"
    todo = "take them over, or remove them in oVirt (Host, NUMA)"


class BothKinds(SettingsError):
    what = "{name} has {count:virtual NUMA node} of oVirt's own beside its NUMA settings"
    todo = "take them over, or remove them in oVirt (Host, NUMA)"


class AdoptPartly(SettingsError):
    """Who must act is told by `cause`, the error that ended it."""

    what = (
        "the settings that were made of the virtual NUMA nodes of {name} are stored, and {done} of"
        " the {of:node} are removed; the next is not: {reason}"
    )
    todo = "{way_out}; then take them over again: only what is left is removed"

    def __init__(
        self,
        where: str,
        *,
        cause: NumaError,
        newer: object,
        removed: Sequence[int],
        left: Sequence[int],
        **facts: Any,
    ) -> None:
        done, of = len(removed), len(removed) + len(left)
        super().__init__(
            where, reason=cause.message, way_out=cause.remedy, done=done, of=of, **facts
        )
        self.cause, self.blames = cause, cause.blames
        self.newer = newer
        self.extra = {"stored": True, "removed": list(removed), "left": list(left)}


class AdoptOthers(SettingsError):
    """What is there was not made of the nodes, so one of both would be lost."""

    what = (
        "{name} has NUMA settings already, which were not made of its {count:virtual NUMA node} of"
        " oVirt's own"
    )
    todo = (
        "to keep the settings, remove the nodes in oVirt (Host, NUMA); to have the nodes taken"
        " over, remove the settings first"
    )


class NoNativeNodes(SettingsError):
    what = "{name} has no virtual NUMA nodes of oVirt's own to take over"
    todo = "store NUMA settings for it instead"


class VmRuns(SettingsError):
    what = "{name} is {vm_status}: oVirt removes virtual NUMA nodes only while a VM is down"
    todo = "shut it down first"


class HostsUnseen(SettingsError):
    blames = "user"
    what = "the engine shows this user no host of cluster {cluster}"
    todo = "add hosts to it, or ask an administrator, who may see those that are there"


class Migratable(SettingsError):
    what = "{name} has NUMA settings and may migrate ({affinity}): a migration would fail"
    todo = "store the settings again, or choose Do not allow migration in oVirt"


class FormerName(SettingsError):
    what = "the nodeset is stored as {property}, the property of a hook that VDSM had until 2019"
    todo = "store the settings again: they move to numa_nodeset"


class PoolEmpty(SettingsError):
    what = "the pool {name} has no VM that could keep its settings"
    todo = "set them on its template, or give the pool VMs first"


class PoolDiffers(SettingsError):
    what = (
        "the pool {name} has {count:VM} with other settings than its first, which it shows: {vms}"
    )
    todo = "look at them, and make them alike, or have a change of the pool overwrite them"

    def __init__(self, where: str, *, differing: Sequence[dict[str, object]], **facts: Any) -> None:
        super().__init__(where, **facts)
        self.extra = {"differing": list(differing)}


class PoolPartly(SettingsError):
    """Who must act is told by `cause`, the error that ended it."""

    what = (
        "{done} of the {of:VM} of the pool {name} are changed ({vms}), and the next, {failed}, is"
        " not: {reason}"
    )
    todo = "{way_out}; then send the same again: what is changed stays so"

    def __init__(
        self,
        where: str,
        *,
        cause: NumaError,
        written: Sequence[str],
        left: Sequence[str],
        **facts: Any,
    ) -> None:
        super().__init__(where, reason=cause.message, way_out=cause.remedy, **facts)
        self.cause, self.blames = cause, cause.blames
        self.extra = {"done": list(written), "left": list(left)}


class PropertiesGone(SettingsError):
    blames = "setup"
    what = (
        "{name} has {properties}, which the engine no longer knows as custom properties at level"
        " {level}: it can neither be started nor edited"
    )
    todo = "define them again with ovirt-numa setup on the engine, or remove the settings"


class PropertiesUndefined(SettingsError):
    blames = "setup"
    what = "the engine does not know {properties} as custom properties at level {level}"
    todo = "define them on the engine and restart it: ovirt-numa setup there does both"


class HooksMissing(SettingsError):
    blames = "setup"
    what = "{name} could start without its NUMA settings on {hosts}: no {hook} of ours there"
    todo = (
        "install vdsm-hook-numa there, or allow the VM other hosts only, or store the settings all"
        " the same"
    )


class HooksOld(SettingsError):
    blames = "setup"
    what = (
        "no host of {name} has a hook that can read these settings, which are of level {needs}:"
        " {hosts} would refuse to start it"
    )
    todo = "update vdsm-hook-numa there, or store the settings all the same"


class Busy(SettingsError):
    blames = "service"
    what = "{reason}"
    todo = "try again in a moment"


class LocksUnusable(SettingsError):
    blames = "service"
    what = "the folder for locks, {folder}, cannot be used: {reason}"
    todo = "name another one in OVIRT_NUMA_LOCK_DIR, which this user owns"
