# SPDX-License-Identifier: Apache-2.0
"""The hosts' sockets: TLS with the engine's authority, and calls made in threads.

Decides how a message's calls are made and their answers joined. Knows no method by name.

    async with Server(host, METHODS, context).listening("127.0.0.2", 54321): ...
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import ssl
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from . import rpc
from .broker import EVENTS, Broker
from .connection import Connection
from .host import VdsmHost
from .methods import Methods

_log = logging.getLogger(__name__)
_HANDSHAKE_SECONDS = 10.0
_WORKERS = 8
"""VDSM's own number of threads for calls."""


def tls(key: Path, cert: Path, ca: Path) -> ssl.SSLContext:
    """As VDSM: a client shows a certificate of the engine's authority, or is not heard."""
    for path in (key, cert, ca):
        path.open("rb").close()  # ssl's own error names no file
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(ca)
    context.load_cert_chain(cert, key)
    return context


class Server:
    """One host's."""

    def __init__(self, host: VdsmHost, methods: Methods, context: ssl.SSLContext) -> None:
        self._host, self._methods, self._context = host, methods, context
        self._broker = Broker()
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix=f"{host.name}-call")
        self._loop = asyncio.get_running_loop()
        self._open: set[asyncio.Task[Any]] = set()
        host.notify = self.notify

    @contextlib.asynccontextmanager
    async def listening(self, address: str, port: int) -> AsyncIterator[tuple[str, int]]:
        server = await asyncio.start_server(
            self._serve,
            address,
            port,
            ssl=self._context,
            ssl_handshake_timeout=_HANDSHAKE_SECONDS,
        )
        try:
            name = server.sockets[0].getsockname()
            yield name[0], name[1]
        finally:
            server.close()
            for task in self._open:
                task.cancel()
            self._workers.shutdown(wait=False, cancel_futures=True)

    def notify(self, event: str, params: dict[str, Any]) -> None:
        """An event, from any thread."""
        body = rpc.notification(event, params)
        self._loop.call_soon_threadsafe(self._broker.publish, EVENTS, body)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await Connection(reader, writer, self._broker, self._answer).serve()
        finally:
            self._open.discard(task)

    def _answer(self, body: bytes, reply_to: str) -> None:
        """Begin a message's calls; one that takes long delays no other message."""
        task = self._loop.create_task(self._calls(body, reply_to))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _calls(self, body: bytes, reply_to: str) -> None:
        try:
            raw, batch = rpc.requests(body)
        except rpc.Failed as error:
            found, batch = [rpc.failure(None, error)], False
        else:
            found = [answer for answer in await self._made(raw) if answer is not None]
        if found and reply_to:
            self._broker.publish(reply_to, json.dumps(found if batch else found[0]).encode())

    async def _made(self, raw: list[Any]) -> list[dict[str, Any] | None]:
        """The answers; a fault of ours is one too, or the engine would wait for it."""
        calls = (self._loop.run_in_executor(self._workers, self._call, each) for each in raw)
        answers: list[dict[str, Any] | None] = []
        for each, answer in zip(raw, await asyncio.gather(*calls, return_exceptions=True)):
            if isinstance(answer, BaseException):
                _log.error("%s: %r", self._host.name, each, exc_info=answer)
                error = rpc.Failed(rpc.INTERNAL_ERROR, f"Internal JSON-RPC error: {answer!r}")
                answers.append(rpc.failure(each.get("id"), error))
            else:
                answers.append(answer)
        return answers

    def _call(self, raw: Any) -> dict[str, Any] | None:
        """In a thread. A call without an id is made, and not answered."""
        try:
            request = rpc.Request(raw)
        except rpc.Failed as error:
            return rpc.failure(None, error)
        started = time.monotonic()
        try:
            value = self._methods.find(request.method)(self._host, request.params)
            answer = rpc.result(request.id, value)
        except rpc.Failed as error:
            level = logging.WARNING if error.code == rpc.METHOD_NOT_FOUND else logging.INFO
            _log.log(level, "%s %s: %s (%d)", self._host.name, request.method, error, error.code)
            answer = rpc.failure(request.id, error)
        _log.debug("%s %s: %.3f s", self._host.name, request.method, time.monotonic() - started)
        return None if request.id is None else answer
