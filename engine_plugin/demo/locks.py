# SPDX-License-Identifier: Apache-2.0
"""Who works on a VM, and for how long nobody else may.

Decides that a VM has one writer, that a lock may outlive the answer to its request, and what
is done when it is freed at last. Knows no VM and no command.

    with locks.held(vm_id, "edit") as lock:
        lock.keep(1.3, finish)            # after the answer, for 1.3 s; then finish()
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .correlation import carried
from .faults import refused

BUSY = "VM is being updated."


class Lock:
    """One VM's, while somebody has it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.finish: Callable[[], None] | None = None

    def keep(self, seconds: float, finish: Callable[[], None]) -> None:
        """Do not free it with the answer, but so many seconds later, when `finish` is done."""
        self.seconds, self.finish = seconds, finish


class Locks:
    """All locks of an engine."""

    def __init__(self) -> None:
        self._held: set[str] = set()
        self._timers: dict[str, threading.Timer] = {}
        self._guard = threading.Lock()

    @contextmanager
    def held(self, key: str, action: str, text: str = BUSY) -> Iterator[Lock]:
        """Exclusive work on a VM; who comes meanwhile is refused, as by the engine's locks."""
        with self._guard:
            if key in self._held:
                raise refused(text, action=action)
            self._held.add(key)
        lock = Lock()
        try:
            yield lock
        except BaseException:
            self._free(key)
            raise
        if lock.finish is None:
            self._free(key)
        else:
            self._later(key, lock.seconds, lock.finish)

    def close(self) -> None:
        """What is still to be finished is finished now."""
        with self._guard:
            waiting = list(self._timers.values())
        for timer in waiting:
            timer.cancel()
            timer.function(*timer.args)

    def _later(self, key: str, seconds: float, finish: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, self._finish, (key, carried(finish)))
        timer.daemon = True
        with self._guard:
            self._timers[key] = timer
        timer.start()

    def _finish(self, key: str, finish: Callable[[], None]) -> None:
        with self._guard:
            if self._timers.pop(key, None) is None:
                return  # it was finished by `close`
        try:
            finish()
        finally:
            self._free(key)

    def _free(self, key: str) -> None:
        with self._guard:
            self._held.discard(key)
