# SPDX-License-Identifier: Apache-2.0
"""What a route has at hand: the user's session, and what all requests share.

Decides who is asked for a token, and where a route's work runs: in threads of the service's
own, since the SDK blocks. (Not in the framework's: the embedded engine on the same port needs
those to answer.) Knows no entity.

    @router.get("/vms/{id}/numa")
    @in_thread
    def show(context: Context, id: str) -> Response: ...
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import anyio
import anyio.to_thread
from fastapi import Depends, Request
from starlette.responses import JSONResponse, Response

from ..engine_api import faults, queries
from ..engine_api.engine import Session
from ..settings.book import Book
from ..settings.storing import Writer
from . import log
from .shared import Shared

_WHO_SECONDS = 300.0


@dataclass
class RequestContext:
    """Of one request."""

    request: Request
    session: Session
    shared: Shared

    @property
    def book(self) -> Book:
        return Book(self.session, self.shared.cache)

    @property
    def writer(self) -> Writer:
        return Writer(self.session, self.shared.cache, self.shared.locks)

    def user(self) -> str:
        """Who asks: for the log, and asked of the engine once in a while."""
        key = (self.session.owner, "who")
        found: str | None = self.shared.cache.get(key)
        if found is None:
            found = queries.user_name(self.session)
            self.shared.cache.put(key, found, _WHO_SECONDS)
        self.request.state.user = found
        return found

    def audit(self, action: str, outcome: str, **facts: Any) -> None:
        """A change, or an attempt at one."""
        self.shared.engine.metrics.change(action, outcome)
        log.audit(
            action,
            request_id=self.session.request_id,
            user=getattr(self.request.state, "user", None),
            outcome=outcome,
            **facts,
        )


async def _context(request: Request) -> RequestContext:
    shared: Shared = request.app.state.shared
    if shared.limiter is None:
        shared.limiter = anyio.CapacityLimiter(shared.settings.threads)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise faults.TokenMissing("Authorization")
    state = request.state
    session = shared.engine.session(token.strip(), state.request_id, started=state.started)
    found: RequestContext = RequestContext(request, session, shared)
    key = (session.owner, "who")
    state.user = shared.cache.get(key)
    return found


Context = Annotated[RequestContext, Depends(_context)]


def in_thread(route: Callable[..., Response]) -> Callable[..., Awaitable[Response]]:
    """The route, run where it may wait for the engine."""

    @functools.wraps(route)
    async def run(*args: Any, **kwargs: Any) -> Response:
        context: RequestContext = kwargs["context"]
        work = functools.partial(route, *args, **kwargs)
        return await anyio.to_thread.run_sync(work, limiter=context.shared.limiter)

    return run


def answer(document: Any, *, etag: str | None = None) -> JSONResponse:
    """A document, with its version."""
    return JSONResponse(document, headers={"ETag": etag} if etag else None)
