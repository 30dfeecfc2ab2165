# SPDX-License-Identifier: Apache-2.0
"""Who waits for what without holding a thread.

Readers and writers have threads of their own, so that writes that wait for each other leave the
readers alone. Of writes to one VM one is in work, and the others wait for their turn where waiting
costs nothing. (Other processes are kept out by `settings.locks`.)

    async with turns.of(request): ...
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from fastapi import Request

_READS = ("/preview", "/suggest")


class Turns:
    """Of one service; made where its event loop runs."""

    def __init__(self, threads: int) -> None:
        self.readers = anyio.CapacityLimiter(threads)
        self.writers = anyio.CapacityLimiter(max(1, threads // 2))
        self._waiting: dict[str, tuple[anyio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, request: Request) -> AsyncIterator[anyio.CapacityLimiter]:
        """Once it is this request's turn: where its thread comes from."""
        if not writes(request):
            yield self.readers
            return
        key = request.path_params.get("id", "").lower()
        if not key:  # of no VM, as a new job is
            yield self.writers
            return
        lock, count = self._waiting.get(key, (anyio.Lock(), 0))
        self._waiting[key] = (lock, count + 1)
        try:
            async with lock:
                yield self.writers
        finally:
            lock, count = self._waiting.pop(key)
            if count > 1:
                self._waiting[key] = (lock, count - 1)


def writes(request: Request) -> bool:
    """Whether it changes the engine."""
    if request.method == "POST":
        return not request.url.path.endswith(_READS)
    return request.method not in ("GET", "HEAD")
