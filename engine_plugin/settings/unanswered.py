# SPDX-License-Identifier: Apache-2.0
"""Writes that went out and were not answered: the engine may carry them out yet.

A note is kept of each before it goes out, beside the locks, so that all processes of the service on
this machine know it, also after one was killed meanwhile; an answer ends it. Whoever wants to write
to the VM next asks the engine first what became of it: its log names the write by its correlation
id, and a VM that has become what was wanted tells it too. After a quarter of an hour it is given
up: the engine's transactions end after five minutes (WildFly's default; ovirt-engine.xml sets no
other). That time is counted from the machine's start, whatever its clock is set to.

    notes.keep(vm.id, Note.of(change, log, "req-1-5f0c..."))
    outcome(session, target, notes.of(vm.id))       Outcome.OPEN
"""

from __future__ import annotations

import contextlib
import enum
import json
import os
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ..engine_api import update_events
from ..engine_api.queries import UNTOLD
from ..engine_api.session import Session
from ..engine_api.target import Target
from . import errors
from .change import Change
from .version import version_of

_LONGEST = 900.0
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Outcome(enum.Enum):
    STORED = "stored"
    NOT_STORED = "not stored"
    OPEN = "open"


@dataclass(frozen=True)
class Note:
    """Of one write."""

    correlation: str
    last: int
    """The last line of the engine's log before it; -1 where that could not be seen."""
    before: str
    """The version that it replaces."""
    wanted: str
    at: float
    """When it was sent, in seconds since the machine's start."""
    boot: str
    """Which start of the machine that was."""
    waits: bool = True
    """Whether somebody waits for the answer yet, or was killed over that."""

    @classmethod
    def of(cls, change: Change, last: int, correlation: str) -> Note:
        before, wanted = version_of(change.before), version_of(change.wanted)
        return cls(correlation, last, before, wanted, _uptime(), _boot())

    def left(self) -> Note:
        """Nobody waits for the answer any more."""
        return replace(self, waits=False)

    def pending(self, name: str) -> errors.OutcomePending:
        return errors.OutcomePending("engine", name=name, ago=round(self.age))

    @property
    def age(self) -> float:
        """In seconds; at least that, where the machine has been started since."""
        return _uptime() - self.at if self.boot == _boot() else _uptime()

    @property
    def over(self) -> bool:
        return self.age > _LONGEST


class Notes:
    """In `folder`, or in this process alone where that is None."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._kept: dict[str, Note] = {}

    def of(self, key: str) -> Note | None:
        if self._folder is None:
            return self._kept.get(key)
        with contextlib.suppress(OSError, ValueError, TypeError):
            return Note(**json.loads(self._path(key).read_text()))
        return None

    def keep(self, key: str, note: Note) -> None:
        if self._folder is None:
            self._kept[key] = note
            return
        path = self._path(key)
        new = path.with_suffix(f".{os.getpid()}")
        try:
            new.write_text(json.dumps(asdict(note)))
            new.replace(path)
        except OSError as error:
            reason = error.strerror or str(error)
            raise errors.LocksUnusable("lock", folder=str(self._folder), reason=reason) from error

    def drop(self, key: str) -> None:
        self._kept.pop(key, None)
        if self._folder is not None:
            self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        assert self._folder is not None  # the callers have looked
        return self._folder / f"{key}.unanswered"


def outcome(session: Session, target: Target, note: Note) -> Outcome:
    """What the engine tells of it now."""
    told = _logged(session, target, note)
    if told is not Outcome.OPEN:
        return told
    found = version_of(target.read(session))
    if found == note.wanted != note.before:
        return Outcome.STORED
    return Outcome.NOT_STORED if note.over else Outcome.OPEN


def pending(
    session: Session, target: Target, notes: Notes, name: str
) -> errors.OutcomePending | None:
    """Of a write whose outcome is not known yet; it is asked for, where there is one that nobody
    waits for."""
    note = notes.of(target.id)
    if note is None or (note.waits and note.age < session.client.config.call_seconds):
        return None
    if outcome(session, target, note) is not Outcome.OPEN:
        notes.drop(target.id)
        return None
    return note.pending(name)


def _uptime() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _boot() -> str:
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""


def _logged(session: Session, target: Target, note: Note) -> Outcome:
    if note.last < 0:
        return Outcome.OPEN
    try:
        lines = update_events.since(session, target.kind, target.id, note.last)
    except UNTOLD:
        return Outcome.OPEN
    own = [line for line in lines if line.correlation == note.correlation]
    if any(not line.failed for line in own):
        return Outcome.STORED
    return Outcome.NOT_STORED if own else Outcome.OPEN
