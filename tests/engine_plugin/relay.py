# SPDX-License-Identifier: Apache-2.0
"""What stands between the service and the engine: it passes all on, and can hold or answer some.

relay.hold(r"/hosts/0d5f.../", seconds=20)
relay.stall(r"/hosts/0d5f.../", seconds=20)      after half of the answer
relay.answer(r"/vms/", status=429, headers={"Retry-After": "7"})
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from .engines import API, Served

_OWN = ("content-length", "content-encoding", "transfer-encoding", "connection", "date", "server")


@dataclass(frozen=True)
class Rule:
    """What becomes of requests whose method and path match."""

    pattern: re.Pattern[str]
    seconds: float = 0
    status: int | None = None
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    within: bool = False
    """The engine's answer stops in its middle for that long."""


class Relay(Served):
    """On a socket of its own, before one engine."""

    def __init__(self, engine_base: str) -> None:
        self.asked: list[str] = []
        """Method and path with query, of each request."""
        self._rules: list[Rule] = []
        self._base = engine_base
        self._client: httpx.AsyncClient | None = None
        methods = ["GET", "PUT", "POST", "DELETE"]
        super().__init__(Starlette(routes=[Route("/{path:path}", self._pass, methods=methods)]))
        self.url = self.base + API

    def hold(self, pattern: str, seconds: float) -> None:
        self._rules.append(Rule(re.compile(pattern), seconds=seconds))

    def stall(self, pattern: str, seconds: float) -> None:
        self._rules.append(Rule(re.compile(pattern), seconds=seconds, within=True))

    def answer(self, pattern: str, status: int, body: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._rules.append(Rule(re.compile(pattern), 0, status, body, named))

    def clear(self) -> None:
        """Pass on all, also what is held at the moment."""
        self._rules.clear()

    def close(self) -> None:
        self.clear()
        super().close()

    async def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self._rules and time.monotonic() < until:
            await asyncio.sleep(0.02)

    async def _pass(self, request: Request) -> Response:
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        self.asked.append(f"{request.method} {path}")
        stalls = 0.0
        for rule in self._rules:
            if rule.pattern.search(self.asked[-1]):
                if rule.within:
                    stalls = rule.seconds
                    break
                await self._wait(rule.seconds)
                if rule.status is not None:
                    return Response(rule.body, rule.status, rule.headers)
        if self._client is None:
            self._client = httpx.AsyncClient(base_url=self._base, timeout=60)
        headers = {k: v for k, v in request.headers.items() if k not in ("host", "content-length")}
        body = await request.body()
        answer = await self._client.request(request.method, path, headers=headers, content=body)
        kept = {k: v for k, v in answer.headers.items() if k not in _OWN}
        if stalls:
            kept["content-length"] = str(len(answer.content))
            halves = self._halves(answer.content, stalls)
            return StreamingResponse(halves, answer.status_code, kept)
        return Response(answer.content, answer.status_code, kept)

    async def _halves(self, content: bytes, seconds: float) -> AsyncIterator[bytes]:
        yield content[: len(content) // 2]
        await self._wait(seconds)
        yield content[len(content) // 2 :]
