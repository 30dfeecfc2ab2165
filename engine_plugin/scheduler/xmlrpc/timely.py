# SPDX-License-Identifier: Apache-2.0
"""What a connection sends, within the time that a whole request has.

A time-out of the socket alone begins anew with each byte.

    reader = io.BufferedReader(Timely(connection, idle=30.0, whole=10.0))
"""

from __future__ import annotations

import io
import socket
import time
from typing import Any


class Timely(io.RawIOBase):
    """The bytes that arrive; raises `TimeoutError` where they come too slowly."""

    def __init__(self, connection: socket.socket, idle: float, whole: float) -> None:
        super().__init__()
        self._connection, self._idle, self._whole = connection, idle, whole
        self._last: float | None = None

    def begin(self) -> None:
        """The next byte is a request's first, and may be waited for as long as nothing comes."""
        self._last = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._idle if self._last is None else self._last - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request did not arrive in time")
        self._connection.settimeout(min(left, self._idle))
        try:
            count = self._connection.recv_into(buffer)
        finally:
            self._connection.settimeout(self._idle)
        if self._last is None:
            self._last = time.monotonic() + self._whole
        return count
