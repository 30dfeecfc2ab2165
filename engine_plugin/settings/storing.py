# SPDX-License-Identifier: Apache-2.0
"""Settings written into the engine, and what became of them.

Decides the order of the steps: read, compare versions, check the set-up, write once, read
again, compare. Knows no web framework and no NUMA rule.

    result = Writer(session, cache, locks).store(ref, request, match=etag, force=False)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ovirtsdk4 import types

from numa_domain.base.errors import NumaError
from numa_domain.domxml.rewrite import rewrite
from numa_domain.request.model import NumaRequest

from ..engine_api import faults, queries
from ..engine_api.cache import Cache
from ..engine_api.engine import Session
from ..engine_api.owners import Ref
from ..engine_api.records import RESTORE, NativeNode, Owner
from ..properties import DEFINITIONS
from . import change as changes
from . import health, version
from .book import Book
from .change import Change
from .fit import Fits, judge
from .foreign_writes import Update, foreign, updates
from .locks import Locks
from .pins import vcpu_pins

Show = Callable[[Owner], dict[str, object]]


@dataclass
class Result:
    """What was stored, and all that an administrator should know about it."""

    owner: Owner
    """As read back."""
    current: Owner
    """As it runs now; the same where it is down."""
    at_once: list[str] = field(default_factory=list)
    at_next_start: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[NumaError] = field(default_factory=list)
    fits: Fits | None = None


class WriteUnseen(faults.ServiceError):
    """Somebody wrote between our reading and our writing: their change may be lost."""

    status, blames = 409, "request"
    what = "{users} changed {name} between our reading and our writing: {count:more update}"
    todo = "look whether their change is still there: what they set at that moment may be lost"


class Writer:
    """Changes of one request."""

    def __init__(self, session: Session, cache: Cache, locks: Locks) -> None:
        self.session, self._cache, self._locks = session, cache, locks
        self.book = Book(session, cache)

    def left(self) -> float:
        """Seconds until the request's time is over."""
        return self.session.deadline - time.monotonic()

    def store(
        self,
        ref: Ref,
        request: NumaRequest,
        *,
        match: str | None,
        force: bool,
        show: Show,
        adopting: Sequence[NativeNode] = (),
    ) -> Result:
        """The request stored with the VM (or template) that `ref` names.

        `show` makes the newer settings for a refused If-Match; `adopting` are the native nodes
        that the request was made from, and that the caller removes afterwards.
        """
        if request.empty:
            raise faults.NothingAsked("nodeset")
        with self._locks.hold(ref.id, self.left()):
            since = self._updates(ref)
            owner = ref.read(self.session)
            version.require_match(match, owner, show(owner))
            _require_settable(owner)
            self._require_native(owner, adopting)
            notes: list[str] = []
            defined = self._check_setup(owner, request, force, notes)
            fits = judge(self.book, owner, request)
            change = self._change(owner, request, fits, RESTORE in defined, notes)
            result = self._write(change, ref, since, notes)
            result.fits = fits
            return result

    def remove(
        self,
        ref: Ref,
        *,
        match: str | None,
        show: Show,
    ) -> Result:
        """Our settings gone, the former migration mode back."""
        with self._locks.hold(ref.id, self.left()):
            since = self._updates(ref)
            owner = ref.read(self.session)
            version.require_match(match, owner, show(owner))
            if not owner.has_settings and RESTORE not in owner.properties:
                return Result(owner, owner)
            if owner.affinity == "unknown":
                raise faults.PolicyHidden("placement_policy", name=owner.name)
            change = changes.removed(owner)
            notes = []
            if owner.restores[0] is None and owner.affinity == changes.PINNED:
                notes.append(_UNKNOWN_MODE)
            return self._write(change, ref, since, notes)

    def _change(
        self, owner: Owner, request: NumaRequest, fits: Fits, remember: bool, notes: list[str]
    ) -> Change:
        """What will be written; CPU pins only where we can remember that they are ours.

        Raises the core's errors where the hook would refuse the VM wherever it starts.
        """
        best = fits.best
        if best is not None and best.placement is not None:
            rewrite(fits.domain_xml, best.placement)
        pins, why_not = vcpu_pins(owner, fits)
        if pins is not None and not remember:
            pins, why_not = None, _UNTUNED
        notes += [why_not] if why_not else []
        notes += [] if remember else [_UNREMEMBERED]
        return changes.stored(owner, request, pins=pins, remember=remember)

    def _require_native(self, owner: Owner, adopting: Sequence[NativeNode]) -> None:
        """No native nodes, or still those that are adopted."""
        if owner.kind != "vms":
            return
        nodes = queries.native_nodes(self.session, owner.id)
        if nodes and not adopting:
            path = f"/api/v1/vms/{owner.id}/numa"
            raise faults.NativeNodes("numanodes", name=owner.name, count=len(nodes), path=path)
        if tuple(adopting) != nodes:
            said = "its virtual NUMA nodes are others now"
            raise faults.ChangedMeanwhile("numanodes", name=owner.name, differences=said)

    def _check_setup(
        self, owner: Owner, request: NumaRequest, force: bool, notes: list[str]
    ) -> set[str]:
        if owner.cluster_id is None:
            return set(DEFINITIONS)
        cluster = self.book.cluster(owner.cluster_id)
        if owner.level is not None:
            cluster = queries.Cluster(cluster.id, cluster.name, owner.level)
        needed = tuple(request.to_properties())
        defined = health.require_definitions(self.book, cluster, needed)
        try:
            notes += health.require_hooks(self.book, owner, cluster, request)
        except (faults.HooksMissing, faults.HooksOld) as error:
            if not force:
                raise
            notes.append(f"stored because of force=true, though {error.message}")
        return defined

    def _write(
        self, change: Change, ref: Ref, since: list[Update] | None, notes: list[str]
    ) -> Result:
        change = self._put(change, notes)
        found = ref.read(self.session)
        wanted, there = version.fields(change.wanted), version.fields(found)
        said = version.differences(wanted, there)
        said += version.differences(_other(change.wanted), _other(found))
        if said:
            raise faults.ChangedMeanwhile("engine", name=found.name, differences="; ".join(said))
        self._cache.forget(self.session.owner, "running")
        current = ref.read_current(self.session, found)
        result = Result(found, current, notes=notes)
        result.problems += self._unseen(change, ref, since)
        if found.status == "suspended":
            notes.append(_SUSPENDED)
        if change.taken_over:
            former = ", ".join(change.taken_over)
            notes.append(f"the former property {former} is replaced by ours")
        _tell_when(result, change)
        return result

    def _put(self, change: Change, notes: list[str]) -> Change:
        """One PUT; a second, without CPU pins, where the user may set all but these."""
        try:
            self._send(change)
            return change
        except faults.EngineForbids:
            if not change.tunes:
                raise
        change = change.without_tune()
        self._send(change)
        notes.append("cpu_tune is left out: the user lacks the permission EDIT_ADMIN_VM_PROPERTIES")
        return change

    def _send(self, change: Change) -> None:
        owner = change.before
        kind = types.Template if owner.kind == "templates" else types.Vm
        body = change.body(kind)

        def ask(connection: object) -> None:
            system = connection.system_service()  # type: ignore[attr-defined]  # the SDK has no types
            if owner.kind == "templates":
                system.templates_service().template_service(owner.id).update(body)
            else:
                system.vms_service().vm_service(owner.id).update(body, next_run=True)

        self.session.change(f"storing the settings of {owner.name}", ask, way_out=_WAY_OUT)

    def _updates(self, ref: Ref) -> list[Update] | None:
        """The VM's last updates in the engine's log; None where the user may not see it."""
        try:
            return updates(self.session, ref.kind, ref.id)
        except (faults.EntityUnknown, faults.EngineForbids, faults.EngineRefused):
            return None

    def _unseen(self, change: Change, ref: Ref, before: list[Update] | None) -> list[NumaError]:
        """Updates of the same VM since `before`, which was looked at before the VM was read."""
        after = None if before is None else self._updates(ref)
        if before is None or after is None:
            return []
        found = foreign(before, after, change.before, self.session.request_id)
        if not found:
            return []
        users = ", ".join(sorted({update.user for update in found}))
        name, count = change.before.name, len(found)
        return [WriteUnseen("engine", name=name, users=users, count=count)]


_WAY_OUT = "see what the engine says; permission CHANGE_VM_CUSTOM_PROPERTIES is needed too"
_UNREMEMBERED = (
    "the former migration mode is not remembered: the engine does not know the property"
    " numa_restore"
)
_UNTUNED = "cpu_tune is left out: nothing would remember that the pins are ours"
_SUSPENDED = (
    "the VM is suspended: a resume goes on with what it began with, so shut it down to have these"
    " settings"
)
_UNKNOWN_MODE = (
    "the VM stays pinned: which migration mode it had before is not known (property numa_restore)"
)


def _require_settable(owner: Owner) -> None:
    if owner.hosted_engine:
        raise faults.HostedEngine("custom_properties", name=owner.name)
    if owner.affinity == "unknown":
        raise faults.PolicyHidden("placement_policy", name=owner.name)


def _other(owner: Owner) -> dict[str, object]:
    return {"custom properties": dict(sorted(owner.properties.items()))}


def _tell_when(result: Result, change: Change) -> None:
    before, after = version.fields(change.before), version.fields(change.wanted)
    changed = [name for name in after.keys() | before.keys() if before.get(name) != after.get(name)]
    for name in sorted(set(changed) - {RESTORE}):
        if name in changes.AT_ONCE or result.owner.down:
            result.at_once.append(name)
        else:
            result.at_next_start.append(name)
