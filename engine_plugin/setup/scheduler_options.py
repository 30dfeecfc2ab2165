# SPDX-License-Identifier: Apache-2.0
"""The step that has the engine ask the scheduler: its options, which count from its next start.

Decides the values. 5 s for an answer, since the engine waits with the whole cluster locked, and
goes on with all hosts afterwards; its own default is two minutes.

    SchedulerOptions(config, record).missing()
"""

from __future__ import annotations

from .definitions import ENGINE
from .engine_config import EngineConfig
from .record import Record
from .step import Step

WANTED = {
    "ExternalSchedulerServiceURL": "http://127.0.0.1:18781/",
    "ExternalSchedulerResponseTimeout": "5000",
    "ExternalSchedulerEnabled": "true",
}
"""The last one last: whoever is asked is there by then."""


class SchedulerOptions(Step):
    """Those without a cluster level."""

    title = "engine's options"

    def __init__(self, config: EngineConfig, record: Record) -> None:
        self._config, self._record = config, record

    def _changes(self) -> dict[str, tuple[str, str]]:
        """Name -> what is there, and what should be."""
        pairs = {name: (self._config.value(name), wanted) for name, wanted in WANTED.items()}
        return {
            name: (found, wanted)
            for name, (found, wanted) in pairs.items()
            if found is not None and found.lower() != wanted
        }

    def missing(self) -> list[str]:
        return [
            f"{name} is {found!r} and should be {wanted!r}"
            for name, (found, wanted) in self._changes().items()
        ]

    def apply(self) -> None:
        for name, (found, wanted) in self._changes().items():
            self._record.options.setdefault(name, found)
            self._record.mark(ENGINE)
            self._config.put_general(name, wanted)

    def undo(self) -> list[str]:
        said = []
        for name, former in self._record.options.items():
            if self._config.value(name) == WANTED.get(name) != former:
                self._record.mark(ENGINE)
                self._config.put_general(name, former)
                said.append(f"{name} is {former!r} again")
        return said

    def forget(self) -> None:
        self._record.options.clear()
        self._record.forget(())
