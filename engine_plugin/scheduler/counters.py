# SPDX-License-Identifier: Apache-2.0
"""What can be told of the scheduler's work: when it was asked, how long it took, what started
without it. For health, the cluster's page and whoever watches.

    counters.called("runFilters", 0.004)
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

from .decisions import now

_KEPT = 500
_UNASKED = 20


class Counters:
    """May be used from any thread."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self.since = now()
        self._count: dict[str, int] = {}
        self._last: dict[str, str] = {}
        self._took: dict[str, deque[float]] = {}
        self._unseen = 0
        self._unasked: deque[dict[str, Any]] = deque(maxlen=_UNASKED)
        self._failed_open: list[str] = []

    def called(self, method: str, seconds: float) -> None:
        """A call was answered."""
        with self._guard:
            self._count[method] = self._count.get(method, 0) + 1
            self._last[method] = now()
            self._took.setdefault(method, deque(maxlen=_KEPT)).append(seconds)

    def unseen(self) -> None:
        """A VM was let through without a look, since nothing was known."""
        with self._guard:
            self._unseen += 1

    def unasked(self, start: dict[str, Any]) -> None:
        """A VM with settings started, and nobody had asked."""
        with self._guard:
            self._unasked.appendleft(start)

    def failed_open(self, at: str) -> None:
        """The engine wrote into its log that it went on without us."""
        with self._guard:
            self._failed_open = [*self._failed_open[-_UNASKED:], at]

    def document(self) -> dict[str, Any]:
        """All of it."""
        with self._guard:
            return {
                "since": self.since,
                "calls": {method: self._call(method) for method in sorted(self._count)},
                "unseen": self._unseen,
                "unasked": list(self._unasked),
                "failed_open": list(self._failed_open),
            }

    def _call(self, method: str) -> dict[str, Any]:
        took = sorted(self._took[method])
        return {
            "count": self._count[method],
            "last": self._last[method],
            "median_ms": _ms(took[len(took) // 2]),
            "longest_ms": _ms(took[-1]),
        }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
