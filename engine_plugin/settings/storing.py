# SPDX-License-Identifier: Apache-2.0
"""Settings written into the engine, and what became of them.

The steps: read, compare versions, check the set-up, write once, read again, compare.

    result = Writer(inventory, locks).store(target, request, expected=ANY, force=False)
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from numa_domain.base.errors import NumaError
from numa_domain.domxml.rewrite import rewrite
from numa_domain.request.model import NumaRequest

from ..engine_api import updates
from ..engine_api.errors import EngineForbids
from ..engine_api.inventory import Inventory
from ..engine_api.native_node import NativeNode
from ..engine_api.queries import UNTOLD
from ..engine_api.session import Session
from ..engine_api.target import Target
from ..engine_api.update_events import Update
from ..engine_api.update_events import updates as update_events
from ..engine_api.vm_config import RESTORE, VmConfig
from ..properties import DEFINITIONS
from . import change as changes
from . import conflict, errors, former_pins, health, version
from .change import Change
from .fit import Fits, judge
from .foreign_writes import foreign
from .locks import Locks
from .reading import read
from .version import Expected


@dataclass
class Result:
    """What was stored, and all that an administrator should know about it."""

    vm: VmConfig
    """As read back."""
    running: VmConfig
    """As it runs now; the same where it is down."""
    at_once: list[str] = field(default_factory=list)
    at_next_start: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[NumaError] = field(default_factory=list)
    fits: Fits | None = None


class Writer:
    """Changes of one request."""

    def __init__(self, inventory: Inventory, locks: Locks) -> None:
        self._inventory, self._locks = inventory, locks

    @property
    def session(self) -> Session:
        return self._inventory.session

    def store(
        self,
        target: Target,
        request: NumaRequest,
        *,
        expected: Expected | None,
        force: bool,
        adopting: Sequence[NativeNode] = (),
    ) -> Result:
        """The request stored with the VM or template.

        `force` stores it although the VM could start without it; `adopting` are the native nodes
        that it was made from, and that the caller removes afterwards.
        """
        if request.empty:
            raise errors.NothingAsked("nodeset")
        with self._locks.hold(target.id, self._seconds_left()):
            since = self._updates(target)
            vm = self._read_expected(target, expected)
            _require_settable(vm)
            self._require_native(vm, target, adopting)
            notes: list[str] = []
            defined = self._check_setup(vm, request, force, notes)
            fits = judge(self._inventory, vm, request)
            unpin = self._unpins(vm, notes)
            change = _change(vm, request, fits, RESTORE in defined, unpin, notes)
            result = self._write(change, target, since, notes)
            result.fits = fits
            return result

    def remove(self, target: Target, *, expected: Expected | None) -> Result:
        """Our settings gone, the former migration mode back."""
        with self._locks.hold(target.id, self._seconds_left()):
            since = self._updates(target)
            vm = self._read_expected(target, expected)
            if not vm.has_settings and RESTORE not in vm.properties:
                return Result(vm, vm)
            if vm.affinity == "unknown":
                raise errors.PolicyHidden("placement_policy", name=vm.name)
            notes: list[str] = []
            if vm.restores[0] is None and vm.affinity == changes.PINNED:
                notes.append(_UNKNOWN_MODE)
            unpin = self._unpins(vm, notes)
            return self._write(changes.removed(vm, unpin=unpin), target, since, notes)

    def _unpins(self, vm: VmConfig, notes: list[str]) -> bool:
        """Whether the VM's CPU pins go: an earlier release wrote them, and nobody changed them."""
        if not vm.restores[1] or not vm.pins:
            return False
        ours = former_pins.are_ours(self._inventory, vm)
        notes.append(_UNPINNED if ours else _STILL_PINNED)
        return ours

    def _seconds_left(self) -> float:
        return self.session.deadline - time.monotonic()

    def _read_expected(self, target: Target, expected: Expected | None) -> VmConfig:
        vm = target.read(self.session)
        conflict.require(expected, vm, lambda: read(self._inventory, target, vm))
        return vm

    def _require_native(self, vm: VmConfig, target: Target, adopting: Sequence[NativeNode]) -> None:
        """No native nodes, or still those that are adopted."""
        nodes = target.native_nodes(self.session)
        if nodes and not adopting:
            raise errors.NativeNodes("numanodes", name=vm.name, count=len(nodes), id=vm.id)
        if tuple(adopting) != nodes:
            said = "its virtual NUMA nodes are others now"
            raise errors.ChangedMeanwhile("numanodes", name=vm.name, differences=said)

    def _check_setup(
        self, vm: VmConfig, request: NumaRequest, force: bool, notes: list[str]
    ) -> set[str]:
        """The names of our properties that are defined."""
        if vm.cluster_id is None:
            return set(DEFINITIONS)
        cluster = self._inventory.cluster(vm.cluster_id)
        if vm.level is not None:
            cluster = replace(cluster, level=vm.level)
        needed = tuple(request.to_properties())
        defined = health.require_definitions(self._inventory, cluster, needed)
        try:
            notes += health.require_hooks(self._inventory, vm, cluster, request)
        except (errors.HooksMissing, errors.HooksOld) as error:
            if not force:
                raise
            notes.append(f"stored all the same, though {error.message}")
        return defined

    def _write(
        self, change: Change, target: Target, since: list[Update] | None, notes: list[str]
    ) -> Result:
        change = self._send(change, notes)
        found = target.read(self.session)
        said = version.differences(version.fields(change.wanted), version.fields(found))
        said += version.differences(_properties(change.wanted), _properties(found))
        if said:
            raise errors.ChangedMeanwhile("engine", name=found.name, differences="; ".join(said))
        self._inventory.forget_running()
        result = Result(found, target.read_running(self.session, found), notes=notes)
        result.problems += self._unseen(change, target, since)
        if found.status == "suspended":
            notes.append(_SUSPENDED)
        if change.taken_over:
            former = ", ".join(change.taken_over)
            notes.append(f"the former property {former} is replaced by ours")
        _tell_when(result, change)
        return result

    def _send(self, change: Change, notes: list[str]) -> Change:
        """One update; a second one without CPU pins, if the user may change all but these."""
        try:
            updates.send(self.session, change.wanted, tunes=change.tunes)
            return change
        except EngineForbids:
            if not change.tunes:
                raise
        change = change.without_tune()
        updates.send(self.session, change.wanted, tunes=False)
        notes[:] = [note for note in notes if note != _UNPINNED]
        notes.append(_UNPERMITTED)
        return change

    def _updates(self, target: Target) -> list[Update] | None:
        """The VM's last updates in the engine's log; None where the user may not see it."""
        try:
            return update_events(self.session, target.kind, target.id)
        except UNTOLD:
            return None

    def _unseen(
        self, change: Change, target: Target, before: list[Update] | None
    ) -> list[NumaError]:
        """Updates of the same VM since `before`, which was looked at before the VM was read."""
        after = None if before is None else self._updates(target)
        if before is None or after is None:
            return []
        found = foreign(before, after, change.before, self.session.request_id)
        if not found:
            return []
        users = ", ".join(sorted({update.user for update in found}))
        name, count = change.before.name, len(found)
        return [errors.WriteUnseen("engine", name=name, users=users, count=count)]


_UNREMEMBERED = (
    "the former migration mode is not remembered: the engine does not know the property"
    " numa_restore"
)
_UNPINNED = (
    "cpu_tune, which an earlier release set, is removed: numa-affinity on the host holds the vCPUs"
)
_STILL_PINNED = (
    "cpu_tune stays: it is not, or not to be seen as, what an earlier release set with the settings"
)
_UNPERMITTED = (
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


def _require_settable(vm: VmConfig) -> None:
    if vm.hosted_engine:
        raise errors.HostedEngine("custom_properties", name=vm.name)
    if vm.affinity == "unknown":
        raise errors.PolicyHidden("placement_policy", name=vm.name)


def _change(
    vm: VmConfig,
    request: NumaRequest,
    fits: Fits,
    remember: bool,
    unpin: bool,
    notes: list[str],
) -> Change:
    """What will be written.

    Raises the core's errors where the hook would refuse the VM wherever it starts.
    """
    best = fits.best
    if best is not None and best.placement is not None:
        rewrite(fits.domain_xml, best.placement)
    notes += [] if remember else [_UNREMEMBERED]
    return changes.stored(vm, request, remember=remember, unpin=unpin)


def _properties(vm: VmConfig) -> dict[str, object]:
    return {"custom properties": dict(sorted(vm.properties.items()))}


def _tell_when(result: Result, change: Change) -> None:
    before, after = version.fields(change.before), version.fields(change.wanted)
    changed = [name for name in after.keys() | before.keys() if before.get(name) != after.get(name)]
    for name in sorted(set(changed) - {RESTORE}):
        if name in changes.AT_ONCE or result.vm.down:
            result.at_once.append(name)
        else:
            result.at_next_start.append(name)
