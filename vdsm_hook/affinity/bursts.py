# SPDX-License-Identifier: Apache-2.0
"""When a VM is looked at: after its burst of events, or if that lasts too long.

VDSM pins one vCPU per call. If the service reacted to each event, it would pin the first vCPUs
while VDSM still pins the others.

    bursts.note("0d5f...", now); bursts.wait(now)        0.04
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

QUIET = 0.04
"""Seconds without an event, after which a burst is over. VDSM's calls are 1 to 5 ms apart."""
LONGEST = 0.4
"""Seconds after which it is not waited for any more: some other program may pin all the time."""
SOONEST, LATEST = 1.0, 600.0
"""Seconds until a VM is tried again that could not be pinned; each time twice as long."""

Key = TypeVar("Key", bound=Hashable)


class Bursts(Generic[Key]):
    """What is to be looked at, and when."""

    def __init__(self) -> None:
        self._bursts: dict[Key, tuple[float, float]] = {}
        """The first event, and when it is due."""
        self._retries: dict[Key, tuple[float, float]] = {}
        """When it is due, and how long that was waited for."""

    def note(self, key: Key, now: float) -> None:
        """There was an event."""
        first, _ = self._bursts.get(key, (now, 0.0))
        self._bursts[key] = first, min(now + QUIET, first + LONGEST)

    def failed(self, key: Key, now: float, took: float = 0.0) -> None:
        """It is to be tried again; what took so many seconds, so much later."""
        _, waited = self._retries.get(key, (0.0, SOONEST / 2))
        wait = min(max(2 * waited, 4 * took), LATEST)
        self._retries[key] = now + wait, wait

    def settled(self, key: Key) -> None:
        """Nothing is to be tried again."""
        self._retries.pop(key, None)

    def take(self, now: float) -> list[Key]:
        """What is due, in the order of the events; an event that comes now is a new burst. Of
        those that failed the one that has waited longest, since a call of a VM that hangs may take
        half a minute, and other VMs' bursts are over meanwhile."""
        found = [key for key, (_, due) in self._bursts.items() if due <= now]
        for key in found:
            del self._bursts[key]
        overdue = [(due, key) for key, (due, _) in self._retries.items() if due <= now]
        again = [min(overdue, key=lambda each: each[0])[1]] if overdue else []
        for key in again:
            self._retries[key] = float("inf"), self._retries[key][1]
        return [*found, *(key for key in again if key not in found)]

    def wait(self, now: float) -> float | None:
        """Seconds until something is due; None where nothing ever is."""
        dues = [due for _, due in self._bursts.values()]
        dues += [due for due, _ in self._retries.values() if due != float("inf")]
        return max(0.0, min(dues) - now) if dues else None
