# SPDX-License-Identifier: Apache-2.0
"""What a route has at hand: the user's session, and what all requests share.

A route's work runs in threads of the service's own, since the SDK blocks. (Not in the
framework's: the embedded engine on the same port needs those to answer.)

    @router.get("/vms/{id}/numa")
    @in_thread
    def show(context: Context, id: str) -> Response: ...
"""

from __future__ import annotations

import functools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import anyio
import anyio.to_thread
from fastapi import Depends, Request
from starlette.responses import JSONResponse, Response

from numa_domain.base.errors import NumaError

from ..engine_api import queries
from ..engine_api.errors import TimeOver
from ..engine_api.inventory import Inventory
from ..engine_api.session import Session
from ..settings.errors import Busy
from ..settings.locks import OTHERS
from ..settings.storing import Writer
from . import log
from .application import Application
from .tokens import bearer
from .turns import writes

_NAME_SECONDS = 300.0
_READY_SECONDS = 0.3
"""Between the last that the engine is asked and the end of a request: to say what happened."""


@dataclass
class RequestContext:
    """Of one request."""

    request: Request
    session: Session
    application: Application

    @property
    def inventory(self) -> Inventory:
        return Inventory(self.session, self.application.cache)

    @property
    def writer(self) -> Writer:
        return Writer(self.inventory, self.application.locks)

    @property
    def seconds_left(self) -> float:
        """Of the time of this request."""
        gone = time.monotonic() - float(self.request.state.started)
        return max(0.0, self.application.settings.request_seconds - gone)

    def late(self, begun: bool) -> NumaError:
        """Why there is no answer in time."""
        seconds = f"{self.application.settings.request_seconds:g}"
        if begun:
            return TimeOver("request", action="answer all that it was asked", seconds=seconds)
        if writes(self.request):
            return Busy("lock", reason=OTHERS)
        return Busy("service", reason=f"no thread was free for {seconds} s")

    def writers(self) -> Callable[[int], Writer]:
        """For work that outlives the request: for each VM one with a request's time of its own."""
        application, session = self.application, self.session

        def writer(number: int) -> Writer:
            own = session.again(f"{session.request_id[:24]}-{number}")
            return Writer(Inventory(own, application.cache), application.locks)

        return writer

    def user(self) -> str:
        """Who asks: whose the token is now, and a name that is asked for once in a while. Raises
        `TokenRejected`."""
        user_id = self.inventory.who().user_id
        key = (self.session.user_key, "name")
        found: str | None = self.application.cache.get(key)
        if found is None:
            found = queries.user_name(self.session, user_id)
            self.application.cache.put(key, found, _NAME_SECONDS)
        self.request.state.user = found
        return found

    def audit(self, action: str, outcome: str, **facts: Any) -> None:
        """A change, or an attempt at one."""
        self.application.metrics.change(action, outcome)
        log.audit(
            action,
            request_id=self.session.request_id,
            user=getattr(self.request.state, "user", None),
            outcome=outcome,
            **facts,
        )


async def _context(request: Request) -> RequestContext:
    application: Application = request.app.state.application
    state, client = request.state, application.client
    token = bearer(request.scope)
    ready = min(_READY_SECONDS, application.settings.request_seconds / 20)
    session = Session.of(client, token, state.request_id, started=state.started - ready)
    state.user = application.cache.get((session.user_key, "name"))
    return RequestContext(request, session, application)


Context = Annotated[RequestContext, Depends(_context)]


def in_thread(route: Callable[..., Response]) -> Callable[..., Awaitable[Response]]:
    """The route, run where it may wait for the engine, within the time of its request.

    A write that has begun is waited for: what became of it must be told.
    """

    @functools.wraps(route)
    async def run(*args: Any, **kwargs: Any) -> Response:
        context: RequestContext = kwargs["context"]
        work = functools.partial(route, *args, **kwargs)
        begun = False

        def begin() -> Response:
            nonlocal begun
            begun = True
            return work()

        reads = not writes(context.request)
        try:
            with anyio.fail_after(context.seconds_left):
                async with context.application.turns.of(context.request) as limiter:
                    return await anyio.to_thread.run_sync(
                        begin, limiter=limiter, abandon_on_cancel=reads
                    )
        except TimeoutError:
            raise context.late(begun) from None

    return run


def answer(document: Any, *, etag: str | None = None) -> JSONResponse:
    """A document, with its version."""
    return JSONResponse(document, headers={"ETag": etag} if etag else None)
