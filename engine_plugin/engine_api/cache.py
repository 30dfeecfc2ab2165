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


class Cache:
    """The `most` values that were used last, each until its time is over."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._kept: OrderedDict[Key, tuple[float, Any]] = OrderedDict()
        self._guard = threading.Lock()
        self._asking: dict[Key, tuple[threading.Lock, int]] = {}

    def get(self, key: Key) -> Any | None:
        """The value; None where there is none, or its time is over."""
        with self._guard:
            found = self._kept.get(key)
            if found is None:
                return None
            if found[0] < self._clock():
                del self._kept[key]
                return None
            self._kept.move_to_end(key)
            return found[1]

    def put(self, key: Key, value: Any, seconds: float) -> None:
        with self._guard:
            self._kept[key] = (self._clock() + seconds, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

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
