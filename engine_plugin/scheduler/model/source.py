# SPDX-License-Identifier: Apache-2.0
"""How the engine is asked on the scheduler's behalf, as its own user.

A token that the engine does not take any more is renewed once, by itself.

    source.ask(lambda session: watching.all_hosts(session), seconds=10)
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import TypeVar

from ...engine_api.client import EngineClient
from ...engine_api.errors import TokenRejected
from ...engine_api.session import Session
from .account import Account

T = TypeVar("T")


class Source:
    """One engine."""

    def __init__(self, client: EngineClient, account: Account) -> None:
        self.client, self._account = client, account
        self._numbers = itertools.count(1)

    def ask(self, work: Callable[[Session], T], seconds: float) -> T:
        """All calls of `work` together within that time. Raises the engine's errors."""
        begun = time.monotonic()
        token = self._account.token()
        try:
            return work(self._session(token, begun, seconds))
        except TokenRejected:
            self._account.renew(token)
            return work(self._session(self._account.token(), begun, seconds))

    def _session(self, token: str, begun: float, seconds: float) -> Session:
        name = f"numa-scheduler-{next(self._numbers)}"
        return Session.of(self.client, token, name, started=begun, seconds=seconds)

    def close(self) -> None:
        self._account.close()
        self.client.close()
