# SPDX-License-Identifier: Apache-2.0
"""The step that defines our properties for every cluster level.

Decides what is written to engine-config and what comes back at --undo. Definitions of others
are never touched. How long they are does not count: the engine's column vdc_options.option_value
is text since 4.4.5.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from numa_domain.base.errors import NumaError, raise_any

from ..properties import DEFINITIONS, OPTION, merged, replaced
from .engine_config import EngineConfig
from .record import Record
from .step import Step

ENGINE = "ovirt-engine"
_SYNTAX = re.compile(r"([a-z_A-Z0-9]+=[^;]*(;[a-z_A-Z0-9]+=[^;]*)*;?)?")
"""What engine-config takes; a value that was put into the database by hand may be otherwise."""


class LevelUnknown(NumaError):
    blames = "request"
    what = "the engine has no cluster level {level}"
    todo = "its levels are {known}"


class Definitions(Step):
    """Of the levels that are named, or of all."""

    title = "custom properties"

    def __init__(self, config: EngineConfig, record: Record, levels: Sequence[str] = ()) -> None:
        self._config, self._record, self._levels = config, record, levels

    def _values(self) -> dict[str, str]:
        found = self._config.values(OPTION)
        raise_any(
            LevelUnknown("--levels", level=level, known=", ".join(sorted(found)))
            for level in self._levels
            if level not in found
        )
        return {level: found[level] for level in self._levels or found}

    def _changes(self) -> dict[str, tuple[str, str]]:
        """Level -> the value that is there, and the one that should be."""
        both = {level: (value, merged(value)) for level, value in self._values().items()}
        return {level: pair for level, pair in both.items() if pair[0] != pair[1]}

    def missing(self) -> list[str]:
        said = []
        for level, (old, _) in self._changes().items():
            ours = _ours(old)
            names = [n for n, e in DEFINITIONS.items() if ours.get(n) != f"{n}={e}"]
            said.append(f"{', '.join(names) or 'a second definition'} of level {level}")
        return said

    def remember(self) -> None:
        new = {k: v for k, v in self._values().items() if k not in self._record.former}
        if new:
            self._record.former.update(new)
            self._record.write()

    def apply(self) -> None:
        for level, (old, new) in self._changes().items():
            self._note(level, old, new)
            self._config.put(OPTION, level, new)

    def _note(self, level: str, old: str, new: str) -> None:
        """Before it is done, so that --undo knows what was there whatever becomes of this run."""
        record, before = self._record, self._before(level, old)
        if before != record.former.get(level):  # others have changed theirs meanwhile
            record.former[level], record.written[level] = before, []
        written = record.written.setdefault(level, [])
        if new not in written:
            written.append(new)
        record.mark(ENGINE)

    def _before(self, level: str, value: str) -> str:
        """The value without us: what was there, byte for byte, unless others changed it since."""
        former = self._record.former.get(level)
        if former is None:
            return value  # nothing says that we wrote any of it
        ours = (former, *self._record.written.get(level, ()))
        if value in ours and _SYNTAX.fullmatch(former):
            return former
        return replaced(value, {**dict.fromkeys(DEFINITIONS), **_ours(former)})

    def undo(self) -> list[str]:
        said = []
        for level, value in self._values().items():
            new = self._before(level, value)
            if new != value:
                self._record.mark(ENGINE)
                self._config.put(OPTION, level, new)
                said.append(f"our definitions of level {level}")
        return said

    def left(self) -> list[str]:
        return [
            f"{', '.join(found)} of level {level}, which setup did not write"
            for level, value in self._values().items()
            if (found := _ours(value))
        ]

    def forget(self) -> None:
        self._record.forget(self._levels or list(self._record.former))


def _ours(option: str) -> dict[str, str | None]:
    """The definitions with our names, as they are written; of several the last, as it counts."""
    parts = ((part.partition("=")[0].strip(), part) for part in option.split(";"))
    return {name: part for name, part in parts if name in DEFINITIONS}
