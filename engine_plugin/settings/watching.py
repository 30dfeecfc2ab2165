# SPDX-License-Identifier: Apache-2.0
"""What stands in a VM while a write is under way, read again and again.

The engine holds its lock on a VM for some 90 ms before an update counts (UpdateVm, median of 195
seen on 4.5), and reads need no lock. So what somebody else wrote directly before, which our write
then replaces, can still be read in that time.

    with Watch(session, target) as watch:
        updates.send(...)
    watch.states        [VmConfig(...), ...]
"""

from __future__ import annotations

import threading
import time
from types import TracebackType

from numa_domain.base.errors import NumaError

from ..engine_api.session import Session
from ..engine_api.target import Target
from ..engine_api.vm_config import VmConfig

_PAUSE = 0.004
_GROWTH = 0.1
"""Of the pause with the time that has passed: a write that hangs is not asked for every 4 ms."""
_LAST = 0.5
_READERS = 3
"""So many read in turn: one answer that takes long leaves no gap."""


class Watch:
    """For one write."""

    def __init__(self, session: Session, target: Target) -> None:
        self._session, self._target = session, target
        self._over = threading.Event()
        self._found: list[VmConfig] = []
        self._threads = [
            threading.Thread(target=self._look, args=(number,), name="watch", daemon=True)
            for number in range(_READERS)
        ]

    @property
    def states(self) -> list[VmConfig]:
        """In the order in which they came; those of the same moment may have changed places."""
        return list(self._found)

    def __enter__(self) -> Watch:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over.set()
        until = time.monotonic() + _LAST
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _look(self, number: int) -> None:
        begun = time.monotonic()
        self._over.wait(number * _PAUSE)
        while not self._over.is_set():
            try:
                self._found.append(self._target.read(self._session))
            except NumaError:
                return  # the writer meets the same, and says so
            self._over.wait(max(_PAUSE, (time.monotonic() - begun) * _GROWTH))
