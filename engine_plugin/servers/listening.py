# SPDX-License-Identifier: Apache-2.0
"""An application on a port, until it is interrupted."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

import uvicorn

_LARGEST_HEAD = 16 * 1024
_GRACE = 5
"""Seconds for requests that are being answered when the end comes."""


def run(app: Any, *, listener: socket.socket | None = None, **where: Any) -> None:
    """On a socket that listens, or `where`: a host and a port.

    A socket is handed over as it is, not by its number: of one that is made from a number, asyncio
    does not know that it is TCP, sets no TCP_NODELAY, and each answer takes 40 ms.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=_LARGEST_HEAD,
        timeout_graceful_shutdown=_GRACE,
        **where,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=None if listener is None else [listener])
