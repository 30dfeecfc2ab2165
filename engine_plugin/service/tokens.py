# SPDX-License-Identifier: Apache-2.0
"""Which tokens the engine has accepted, asked before a request takes a place or sends a body.

Who has no token that the engine knows must not take a place from who has one: a stranger's token is
shown to the engine first, a few at a time, and only then is the rest of the request read.

    await tokens.admit(scope, request_id, started)       raises TokenMissing, TokenRejected, Busy
"""

from __future__ import annotations

import time
from collections import OrderedDict

import anyio
import anyio.to_thread
from starlette.types import Scope

from ..engine_api.cache import Cache
from ..engine_api.client import EngineClient
from ..engine_api.errors import TimeOver, TokenMissing
from ..engine_api.inventory import Inventory
from ..engine_api.session import Session
from ..settings.errors import Busy

_AT_ONCE = 8
_WAITING = 256
_KNOWN_SECONDS = 300.0
_MOST = 10_000


def bearer(scope: Scope) -> str:
    """The token. Raises `TokenMissing`, also where there are two: whose the request is must not
    depend on who reads it."""
    found = {
        value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"
    }
    scheme, _, token = found.pop().partition(" ") if len(found) == 1 else ("", "", "")
    if scheme.lower() != "bearer":
        raise TokenMissing("token")
    return str(token.strip())


class Tokens:
    """Of one service."""

    def __init__(self, client: EngineClient, cache: Cache) -> None:
        self._client, self._cache = client, cache
        self._known: OrderedDict[str, float] = OrderedDict()
        self._limiter: anyio.CapacityLimiter | None = None
        self._waiting = 0

    async def admit(self, scope: Scope, request_id: str, started: float) -> None:
        """Return if the engine knows the token, or knew it a few minutes ago."""
        session = Session.of(self._client, bearer(scope), request_id, started=started)
        if self._known.get(session.user_key, 0.0) > time.monotonic():
            return
        if self._waiting >= _WAITING:
            reason = f"{_WAITING} requests with tokens that are not known yet are waiting already"
            raise Busy("service", reason=reason)
        self._waiting += 1
        try:
            await self._ask(session)
        finally:
            self._waiting -= 1
        self._known[session.user_key] = time.monotonic() + _KNOWN_SECONDS
        self._known.move_to_end(session.user_key)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)

    def forget(self, scope: Scope) -> None:
        """The engine has just rejected it."""
        try:
            self._known.pop(self._client.fingerprint(bearer(scope)), None)
        except TokenMissing:
            return

    async def _ask(self, session: Session) -> None:
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(_AT_ONCE)
        who = Inventory(session, self._cache).who
        try:
            with anyio.fail_after(session.deadline - time.monotonic()):
                await anyio.to_thread.run_sync(who, limiter=self._limiter, abandon_on_cancel=True)
        except TimeoutError:
            seconds = f"{self._client.config.request_seconds:g}"
            raise TimeOver("request", action="say whose token this is", seconds=seconds) from None
