# SPDX-License-Identifier: Apache-2.0
"""A client of one engine: connections and threads that all requests share.

client = EngineClient(EngineConfig("https://engine.example.org/ovirt-engine/api"))
session = Session.of(client, token, "req-1")
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from .config import EngineConfig
from .connection import ConnectionPool

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

    def fingerprint(self, token: str) -> str:
        """What stands for a token in caches: of this process only, and not to be turned back."""
        return hashlib.blake2b(token.encode(), key=self._salt, digest_size=16).hexdigest()

    def close(self) -> None:
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.pool.close()
