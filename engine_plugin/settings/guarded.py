# SPDX-License-Identifier: Apache-2.0
"""A write of a VM between whose reading and writing hardly anybody fits, and that says who did.

The engine has no conditional update. So the VM is read again directly before; a write that meets a
lock of the engine is made anew from what stands there after it; the log tells who wrote between our
last look and our write, and `Watch` what: then that is put back, in a second write.

    guarded = Guarded(session, target, notes)
    written = guarded.write(vm, plan)       written.found, written.crossing
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ..engine_api import update_events, updates
from ..engine_api.errors import (
    EngineBroke,
    EngineError,
    EngineForbids,
    EngineOccupied,
    EngineUnreadable,
    EntityUnknown,
    TokenRejected,
)
from ..engine_api.queries import UNTOLD
from ..engine_api.session import Session
from ..engine_api.target import Target
from ..engine_api.update_events import Log
from ..engine_api.vm_config import OURS, VmConfig
from . import crossing, errors
from .change import Change
from .foreign_writes import NOTHING, Around
from .unanswered import Note, Notes, Outcome, outcome
from .watching import Watch

_PAUSE = 0.2
_SETTLING = 3.0
"""Seconds that one waits for what became of somebody's unanswered write."""
_SPARE = 1.0
_REFUSALS = (TokenRejected, EngineForbids, EntityUnknown)
"""What will be the same the next time."""
_SPOILT = (EngineBroke, EngineUnreadable)
"""The engine has answered, but what it did has to be asked for."""


class Plan(Protocol):
    """What is to be written."""

    def look(self) -> None:
        """Before the last look at the VM: raises what makes the plan void."""

    def require(self, vm: VmConfig) -> None:
        """Raises unless the VM, as it is now, is as the plan was made for it."""

    def replaces(self, vm: VmConfig) -> bool:
        """Whether its author has seen these settings."""

    def change(self, vm: VmConfig) -> Change:
        """Made from the VM as it is now."""


@dataclass(frozen=True)
class Written:
    """One write, and what there was around it."""

    change: Change
    found: VmConfig
    around: Around
    lost: Mapping[str, object] = field(default_factory=dict)
    """What somebody had set and our write replaced; None is a property that they removed."""
    theirs: VmConfig | None = None
    """The state that it replaced, where it was seen."""
    kept: bool = True
    """Whether our own settings stand there after all."""
    put_back: tuple[str, ...] = ()

    @property
    def crossed(self) -> bool:
        return bool(self.lost) or (bool(self.around.between) and self.theirs is None)

    @property
    def by(self) -> list[dict[str, Any]]:
        return [
            {"user": each.user, "at": each.time.isoformat() if each.time else None}
            for each in self.around.between
        ]


class Guarded:
    """For one VM or template; who calls holds its lock."""

    def __init__(self, session: Session, target: Target, notes: Notes) -> None:
        self._session, self._target, self._notes = session, target, notes

    def write(self, seen: VmConfig, plan: Plan) -> Written:
        """`seen` is the VM as the plan was made for it."""
        self._settle(seen.name)
        written = self._attempt(seen, plan.look, lambda vm: _checked(plan, vm))
        if not written.crossed:
            return written
        if plan.replaces(written.theirs or written.change.before):
            lost = {name: v for name, v in written.lost.items() if name not in OURS}
            written = replace(written, lost=lost)
        if written.theirs is None or not written.lost:
            return written
        return self._put_back(written, written.theirs, plan)

    def _put_back(self, written: Written, theirs: VmConfig, plan: Plan) -> Written:
        """Theirs, and ours as if we had read theirs first; theirs alone where that forbids ours."""
        kept = plan.replaces(theirs)
        wanted = plan.change(theirs).wanted if kept else theirs

        def change(vm: VmConfig) -> Change:
            if crossing.contents(vm) != crossing.contents(written.found):
                raise _Again
            return Change(vm, crossing.with_theirs(vm, wanted))

        try:
            again = self._attempt(written.found, lambda: None, change)
        except (_Again, EngineError, errors.SettingsError):
            return written
        gone = {n for n, value in written.lost.items() if not _stands(n, value, again, kept)}
        by = replace(written.around, between=(*written.around.between, *again.around.between))
        back = tuple(name for name in written.lost if name not in gone)
        lost = {**written.lost, **again.lost}
        return replace(again, around=by, lost=lost, theirs=theirs, kept=kept, put_back=back)

    def _attempt(
        self, seen: VmConfig, look: Callable[[], None], make: Callable[[VmConfig], Change]
    ) -> Written:
        """One write, once nothing moves and no lock of the engine is in the way."""
        until = self._session.patient_until()
        while True:
            look()
            log = self._log()
            now = self._target.read(self._session)
            if now != seen and time.monotonic() < until:
                seen = now
                continue
            try:
                return self._send(make(now), log)
            except EngineOccupied:
                if time.monotonic() + _PAUSE > until:
                    raise
            time.sleep(_PAUSE)

    def _send(self, change: Change, log: Log | None) -> Written:
        own = self._session.write_id()
        with Watch(self._session, self._target) as watch:
            change = self._stored(change, log, own)
        found, around = self._read_back(change, log, own)
        alone = around.seen and not around.later
        theirs = crossing.replaced(change.before, change.wanted, watch.states, alone=alone)
        if theirs is None or (around.seen and not around.between):
            return Written(change, found, around)
        lost = crossing.taken(change.before, theirs, found)
        return Written(change, found, around, lost, theirs)

    def _read_back(self, change: Change, log: Log | None, own: str) -> tuple[VmConfig, Around]:
        """Asked for again and again where the engine fails over it: what somebody else wrote at
        the same moment could not be told otherwise. Raises `StoredUnread`."""
        until = min(time.monotonic() + _SETTLING, self._session.deadline - _SPARE)
        while True:
            try:
                found = self._target.read(self._session)
                _require_shown(found, change)
                return found, NOTHING if log is None else self._around(log, change.before, own)
            except EngineError as error:
                if isinstance(error, _REFUSALS) or time.monotonic() + _PAUSE > until:
                    name = change.before.name
                    raise errors.StoredUnread("engine", cause=error, name=name) from error
            time.sleep(_PAUSE)

    def _stored(self, change: Change, log: Log | None, own: str) -> Change:
        """Sent; without CPU pins, if the user may change all but these."""
        note = Note.of(change, -1 if log is None else log.last, own)
        self._notes.keep(self._target.id, note)
        try:
            change = self._sent(change, own)
        except EngineError as error:
            if error.unanswered:
                self._ask_outcome(error, note.left(), change)
            elif not isinstance(error, _SPOILT) or self._told(note) is not Outcome.STORED:
                self._notes.drop(self._target.id)
                raise
        self._notes.drop(self._target.id)
        return change

    def _sent(self, change: Change, own: str) -> Change:
        try:
            updates.send(self._session, change.wanted, tunes=change.tunes, correlation=own)
        except EngineForbids:
            if not change.tunes:
                raise
            change = change.without_tune()
            updates.send(self._session, change.wanted, tunes=False, correlation=own)
        return change

    def _told(self, note: Note) -> Outcome:
        try:
            return outcome(self._session, self._target, note)
        except EngineError:
            return Outcome.OPEN

    def _ask_outcome(self, error: EngineError, note: Note, change: Change) -> None:
        """Returns where it turns out that it was stored. Until that is known, a note stays."""
        self._notes.keep(self._target.id, note)
        name = change.before.name
        try:
            told = self._wait_for(note, self._session.deadline - _SPARE)
        except EngineError:
            told = Outcome.OPEN
        if told is Outcome.OPEN:
            raise errors.OutcomeUnknown("engine", cause=error, name=name) from error
        self._notes.drop(self._target.id)
        if told is Outcome.NOT_STORED:
            raise error

    def _settle(self, name: str) -> None:
        """What became of an earlier write that was not answered."""
        note = self._notes.of(self._target.id)
        if note is None:
            return
        until = min(time.monotonic() + _SETTLING, self._session.deadline - _SPARE)
        if self._wait_for(note, until) is Outcome.OPEN:
            raise note.pending(name)
        self._notes.drop(self._target.id)

    def _wait_for(self, note: Note, until: float) -> Outcome:
        while True:
            told = outcome(self._session, self._target, note)
            if told is not Outcome.OPEN or time.monotonic() + _PAUSE > until:
                return told
            time.sleep(_PAUSE)

    def _log(self) -> Log | None:
        """None where the user may not see it."""
        try:
            return update_events.newest(self._session, self._target.kind, self._target.id)
        except UNTOLD:
            return None

    def _around(self, log: Log, before: VmConfig, own: str) -> Around:
        """Asked for a second time where our own write is not there at once."""
        target = self._target
        for pause in (_PAUSE, 0.0):
            lines = update_events.since(self._session, target.kind, target.id, log.last)
            found = Around.of(log, lines, before, own)
            if found.seen or not pause:
                break
            time.sleep(pause)
        return found


def _require_shown(found: VmConfig, change: Change) -> None:
    """A right that ended meanwhile hides the migration mode: nobody else has changed it."""
    if found.affinity == "unknown" != change.wanted.affinity:
        hidden = errors.PolicyHidden("placement_policy", name=found.name)
        raise errors.StoredUnread("engine", cause=hidden, name=found.name)


class _Again(Exception):
    """What was to be put back into stands there no more."""


def _checked(plan: Plan, vm: VmConfig) -> Change:
    plan.require(vm)
    return plan.change(vm)


def _stands(name: str, value: object, written: Written, kept: bool) -> bool:
    """Whether what they set stands there again; their migration mode, where ours need the VM
    pinned, is what removal gives back."""
    if name == "migration" and kept:
        return written.found.affinity == value or written.found.restores[0] == value
    return crossing.contents(written.found).get(name) == value
