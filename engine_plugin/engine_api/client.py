# SPDX-License-Identifier: Apache-2.0
"""A client of one engine: connections and threads that all requests share.

client = EngineClient(EngineConfig("https://engine.example.org/ovirt-engine/api"))
session = client.session(token, "req-1")
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from .config import EngineConfig
from .connection import TOKEN, ConnectionPool
from .errors import TokenMissing
from .session import Session

Observe = Callable[[str, float], None]
"""Told of each call what became of it ("ok", or an error's code), and how many seconds it took."""


def _unobserved(outcome: str, seconds: float) -> None:
    """For who counts nothing."""


class EngineClient:
    """Closed by its owner."""

    def __init__(self, config: EngineConfig, observe: Observe = _unobserved) -> None:
        self.config, self.observe = config, observe
        self.pool = ConnectionPool(config)
        self.threads = ThreadPoolExecutor(config.parallel, thread_name_prefix="engine")
        self._salt = os.urandom(16)

    def session(self, token: str, request_id: str, *, started: float | None = None) -> Session:
        """For one request. Raises `TokenMissing` before a bad token comes near a header."""
        if not TOKEN.fullmatch(token):
            raise TokenMissing("token")
        begun = time.monotonic() if started is None else started
        deadline = begun + self.config.request_seconds
        return Session(self, token, request_id, deadline, self._fingerprint(token))

    def _fingerprint(self, token: str) -> str:
        """What stands for a token in caches: of this process only, and not to be turned back."""
        return hashlib.blake2b(token.encode(), key=self._salt, digest_size=16).hexdigest()

    def close(self) -> None:
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.pool.close()
