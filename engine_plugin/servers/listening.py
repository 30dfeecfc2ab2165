# SPDX-License-Identifier: Apache-2.0
"""An application on a port, until it is interrupted."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

_LARGEST_HEAD = 16 * 1024
_GRACE = 5
"""Seconds for requests that are being answered when the end comes."""
_HEAD_SECONDS = 10.0
"""For the head of a request, and for what of a body nobody reads any more; httpd before us sends
them at once."""


class _Impatient(H11Protocol):
    """Ends a connection on which a request's head does not arrive in time, or the rest of a body
    that was answered before its end: uvicorn waits for both for ever."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE or self._answered:
            self._watch()
        else:
            self._rest()

    @property
    def _answered(self) -> bool:
        return bool(self.cycle is not None and self.cycle.response_complete)

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(_HEAD_SECONDS, self.transport.close)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def run(app: Any, *, listener: socket.socket) -> None:
    """On a socket that listens.

    A socket is handed over as it is, not by its number: of one that is made from a number, asyncio
    does not know that it is TCP, sets no TCP_NODELAY, and each answer takes 40 ms.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        http=_Impatient,
        ws="none",
        h11_max_incomplete_event_size=_LARGEST_HEAD,
        timeout_graceful_shutdown=_GRACE,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])
