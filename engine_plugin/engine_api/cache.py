# SPDX-License-Identifier: Apache-2.0
"""Answers of the engine that are kept for seconds, for the user who got them.

An answer is shared only by users to whom the engine shows the same: keys begin with what stands
for these (`identity`). Two requests that need the same thing at the same time wait for one asker.

    cache.get((viewers, "nodes", host_id))
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

Key = tuple[Hashable, ...]


IDLE_SECONDS = 300.0
"""What nobody has asked for in that time is let go of: users come with a new token each time, and
what the last one was shown is asked for no more."""


class Cache:
    """The `most` values that were used last, each until its time is over."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._kept: OrderedDict[Key, tuple[float, float, Any]] = OrderedDict()
        """Until when, when it was last used, and what; the last that was used is last."""
        self._guard = threading.Lock()
        self._asking: dict[Key, tuple[threading.Lock, int]] = {}

    def get(self, key: Key) -> Any | None:
        """The value; None where there is none, or its time is over."""
        with self._guard:
            found = self._kept.get(key)
            if found is None:
                return None
            until, _, value = found
            now = self._clock()
            if until < now:
                del self._kept[key]
                return None
            self._kept[key] = (until, now, value)
            self._kept.move_to_end(key)
            return value

    def put(self, key: Key, value: Any, seconds: float) -> None:
        with self._guard:
            now = self._clock()
            self._kept[key] = (now + seconds, now, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most or self._oldest < now - IDLE_SECONDS:
                self._kept.popitem(last=False)

    @property
    def _oldest(self) -> float:
        """When that was last used which was used longest ago."""
        return next(iter(self._kept.values()))[1]

    def drop(self, key: Key) -> None:
        """Whoever asks next gets a new one."""
        with self._guard:
            self._kept.pop(key, None)

    @contextmanager
    def asking(self, key: Key, seconds: float) -> Iterator[None]:
        """One asker at a time for a key; who waits longer than that asks too."""
        with self._guard:
            lock, users = self._asking.get(key, (threading.Lock(), 0))
            self._asking[key] = (lock, users + 1)
        got = lock.acquire(timeout=max(0.0, seconds))
        try:
            yield
        finally:
            if got:
                lock.release()
            with self._guard:
                lock, users = self._asking[key]
                if users > 1:
                    self._asking[key] = (lock, users - 1)
                else:
                    del self._asking[key]
