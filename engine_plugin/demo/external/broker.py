# SPDX-License-Identifier: Apache-2.0
"""What the engine makes of an external scheduler's answers, and of none.

Decides after ExternalSchedulerBrokerImpl and ExternalSchedulerBrokerObjectBuilder: without an
answer it goes on with all hosts (fails open), and says so in its log; an answer's errors are
logged, and its result is used all the same. Knows no VM.

    broker.filtered(["numa_fit"], ["8f0e..."], "0d5f...", {})
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .wire import NoAnswer, Wire

Log = Callable[..., None]
_KINDS = {"filters": "filter", "scores": "weight", "balance": "load_balancing"}
_FLOOD_SECONDS = 60.0
"""The event of a missing answer is written once a minute at most."""


@dataclass(frozen=True)
class Found:
    """A unit that a scheduler told of."""

    name: str
    kind: str
    """As REST calls it: "filter", "weight", "load_balancing"."""
    description: str
    properties: str


class Broker:
    """Of one scheduler; `log` writes a line into the engine's log."""

    def __init__(self, wire: Wire, log: Log) -> None:
        self._wire, self._log = wire, log
        self._guard = threading.Lock()
        self._told = -_FLOOD_SECONDS

    def discover(self) -> list[Found] | None:
        """None where there was no answer, or one with a kind that the engine does not know."""
        try:
            answer = self._wire.call("discover")
        except NoAnswer:
            self._unreached()
            return None
        found = _units(answer)
        if found is None:
            self._unreached()
        return found

    def filtered(
        self, names: Sequence[str], hosts: Sequence[str], vm_id: str, properties: Mapping[str, str]
    ) -> list[str]:
        """The hosts that are left."""
        try:
            arguments = ([*names], [*hosts], vm_id, dict(properties))
            answer = self._wire.call("runFilters", *arguments)
        except NoAnswer:
            self._unreached()
            return [*hosts]
        return [str(host) for host in self._result(answer) or []]

    def scored(
        self,
        units: Sequence[tuple[str, int]],
        hosts: Sequence[str],
        vm_id: str,
        properties: Mapping[str, str],
    ) -> list[tuple[str, int, str | None]]:
        """Host, score and unit; nothing where there was no answer, or one of another form."""
        try:
            arguments = ([[*unit] for unit in units], [*hosts], vm_id, dict(properties))
            answer = self._wire.call("runCostFunctions", *arguments)
        except NoAnswer:
            self._unreached()
            return []
        found: list[tuple[str, int, str | None]] = []
        for entry in self._result(answer) or []:
            if not isinstance(entry, list) or not 2 <= len(entry) <= 3:
                return found
            found.append((str(entry[0]), int(entry[1]), str(entry[2]) if entry[2:] else None))
        return found

    def _result(self, answer: Any) -> Any:
        """The result without what is around it; errors go into the log."""
        if isinstance(answer, list):  # the form of an older scheduler
            return answer
        if not isinstance(answer, dict):
            return None
        if answer["result_code"]:
            for name, texts in (answer.get("plugin_errors") or {}).items():
                for text in texts:
                    self._log("EXTERNAL_SCHEDULER_PLUGIN_ERROR", plugin=name, error=str(text))
            for text in answer.get("errors") or []:
                self._log("EXTERNAL_SCHEDULER_ERROR", error=str(text))
        return answer.get("result")

    def _unreached(self) -> None:
        with self._guard:
            now = time.monotonic()
            if now - self._told < _FLOOD_SECONDS:
                return
            self._told = now
        self._log("FAILED_TO_CONNECT_TO_SCHEDULER_PROXY")


def _units(answer: Any) -> list[Found] | None:
    if not isinstance(answer, dict) or not set(answer) <= set(_KINDS):
        return None
    try:
        return [
            Found(name, _KINDS[kind], str(told[0]), str(told[1]))
            for kind, units in answer.items()
            for name, told in units.items()
        ]
    except (AttributeError, IndexError, KeyError, TypeError):
        return None
