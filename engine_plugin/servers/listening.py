# SPDX-License-Identifier: Apache-2.0
"""An application on a port, until it is interrupted."""

from __future__ import annotations

import contextlib
from typing import Any

import uvicorn

_LARGEST_HEAD = 16 * 1024
_GRACE = 5
"""Seconds for requests that are being answered when the end comes."""


def run(app: Any, **where: Any) -> None:
    """`where` is a host and a port, or the number of a socket that listens."""
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
        uvicorn.Server(config).run()
