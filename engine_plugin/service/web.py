# SPDX-License-Identifier: Apache-2.0
"""Around every request: its id, its limits, its time, its log line.

Refused before a route sees it is what is too large, one too many, or trickles in; a request takes a
place when all of it is there. Pure ASGI, so that nothing is buffered twice.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Iterable, MutableMapping
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from numa_domain.base.errors import NumaError

from ..settings.errors import Busy
from . import log
from .application import Application
from .errors import BodySlow, BodyTooLarge, Broken
from .problems import MEDIA_TYPE, problem, retry_after

_ID = re.compile(r"[0-9A-Za-z_-]{1,36}")
_BODY_SECONDS = 10.0
_OWN = ("/metrics", "/openapi.json")
_LISTS = (b"if-match", b"if-none-match", b"prefer")
_PROXIED = (b"x-forwarded-for", b"forwarded", b"via")
_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)


class Envelope:
    """The outermost layer."""

    def __init__(self, app: ASGIApp, application: Application) -> None:
        self._app, self._application = app, application
        self._settings, self._metrics = application.settings, application.metrics
        self._running = 0
        self._admitted = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = {**scope, "headers": _joined(scope["headers"])}
        if scope["method"] == "HEAD":  # a GET whose answer's body the server leaves out
            scope = {**scope, "method": "GET"}
        state = scope.setdefault("state", {})
        state["started"] = started = time.monotonic()
        state["request_id"] = request_id = _request_id(scope)
        status, begun = 500, False

        async def answer(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                own = [(b"x-request-id", request_id.encode()), *_HEADERS]
                message["headers"] = [*message["headers"], *own]
            await send(message)

        self._running += 1
        self._metrics.running.set(self._running)
        try:
            await self._limited(scope, receive, answer, request_id)
        except Exception as error:  # nobody expected it: the log has it, the answer its request id
            log.failure(request_id, error)
            state["problem"] = Broken.__name__
            if begun:
                raise
            await refusal(Broken("service", request_id=request_id), request_id)(
                scope, receive, answer
            )
        finally:
            self._running -= 1
            self._metrics.running.set(self._running)
            if status == 401:
                self._application.tokens.forget(scope)
            self._tell(scope, state, status, time.monotonic() - started)

    async def _limited(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        settings, works = self._settings, _works(scope)
        try:
            if len(scope.get("query_string", b"")) > settings.query_bytes:
                raise BodyTooLarge("query", limit=settings.query_bytes)
            if works:
                await self._application.tokens.admit(scope, request_id, scope["state"]["started"])
            body = await _body(scope, receive, settings.body_bytes)
            if works and self._admitted >= settings.threads + settings.waiting:
                raise Busy("service", reason=f"{settings.waiting} requests are waiting already")
        except NumaError as error:
            await refusal(error, request_id)(scope, receive, send)
            return
        self._admitted += works
        try:
            await self._app(scope, _once(body, receive), send)
        finally:
            self._admitted -= works

    def _tell(
        self, scope: Scope, state: MutableMapping[str, Any], status: int, seconds: float
    ) -> None:
        route = getattr(scope.get("route"), "path", "none")
        self._metrics.request(scope["method"], route, status, seconds)
        log.request(
            request_id=state["request_id"],
            user=state.get("user"),
            method=scope["method"],
            path=scope["path"][:200],
            status=status,
            ms=round(seconds * 1000, 1),
            problem=state.get("problem"),
        )


def refusal(error: NumaError, request_id: str) -> JSONResponse:
    """The problem as an answer."""
    document = problem(error, request_id)
    headers = {}
    if document["status"] == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if document["status"] in (503, 504):
        headers["Retry-After"] = str(retry_after(error))
    if "etag" in document:
        headers["ETag"] = document["etag"]
    return JSONResponse(document, document["status"], headers, media_type=MEDIA_TYPE)


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Lists that came as several lines are one (RFC 9110, 5.3): the framework reads one line."""
    found: list[tuple[bytes, bytes]] = []
    lists: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        if name in _LISTS:
            lists.setdefault(name, []).append(value)
        else:
            found.append((name, value))
    return [*found, *((name, b", ".join(values)) for name, values in lists.items())]


def _request_id(scope: Scope) -> str:
    """The caller's, where it is one that the engine takes as its Correlation-Id too."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ID.fullmatch(value.decode("latin-1")):
            return str(value.decode())
    return secrets.token_hex(8)


def _works(scope: Scope) -> bool:
    """Whether the request needs a token: all that waits for the engine, and what comes through a
    proxy, where counters and the API's description are not for everybody."""
    path = scope["path"]
    if "/api/" in path:
        return True
    return path.endswith(_OWN) and any(name in _PROXIED for name, _ in scope["headers"])


async def _body(scope: Scope, receive: Receive, limit: int) -> bytes:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > limit:
            raise BodyTooLarge("body", limit=limit)
    parts, size = [], 0
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    break
                size += len(message.get("body", b""))
                if size > limit:
                    raise BodyTooLarge("body", limit=limit)
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    break
    except TimeoutError:
        raise BodySlow("body", seconds=f"{_BODY_SECONDS:g}") from None
    return b"".join(parts)


def _once(body: bytes, receive: Receive) -> Receive:
    """The body that has been read, and then whatever comes."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
