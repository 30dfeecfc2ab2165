# SPDX-License-Identifier: Apache-2.0
"""One client's connection: STOMP's commands, heart-beats, and the end.

Decides what each command does, after VDSM (lib/yajsonrpc/stompserver.py as a client can
observe it). Knows no JSON.

    await Connection(reader, writer, broker, answer).serve()
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from .broker import Broker, for_the_host
from .stomp import HEARTBEAT, Frame, Parser, StompError

DETECT_SECONDS = 30.0
"""How long a client may take for its first bytes."""
_COMMANDS = (
    *(b"CONNECT", b"CONNECTED", b"DISCONNECT", b"ERROR", b"MESSAGE", b"RECEIPT"),
    *(b"SEND", b"SUBSCRIBE", b"UNSUBSCRIBE"),
)
_DETECTED_BY = max(map(len, _COMMANDS))
_SHORTEST_BEAT = 1000
_GRACE = 1.2
_MOST_UNSENT = 64 << 20

_log = logging.getLogger(__name__)

Answer = Callable[[bytes, str], None]
"""Makes the calls in a body, and publishes what comes of them to a destination."""


class Connection:
    """From the end of the TLS handshake to the end of the connection."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        broker: Broker,
        answer: Answer,
    ) -> None:
        self._reader, self._writer = reader, writer
        self._broker, self._answer = broker, answer
        self._silence: float | None = DETECT_SECONDS
        self._sent = time.monotonic()
        self._beating: asyncio.Task[None] | None = None
        self._commands = {
            "CONNECT": self._connect,
            "SUBSCRIBE": self._subscribe,
            "UNSUBSCRIBE": self._unsubscribe,
            "SEND": self._send,
            "DISCONNECT": self._disconnect,
        }

    def send(self, frame: Frame) -> None:
        self._write(frame.encode())

    async def serve(self) -> None:
        """Until the client goes, is silent for too long, or says what is no STOMP."""
        try:
            await self._serve()
        except StompError as error:
            _log.warning("%s: %s", self._peer, error)
            self._error(str(error))
        except TimeoutError:
            _log.warning("%s: silent for %.1f s", self._peer, self._silence)
        except OSError as error:
            _log.info("%s: %s", self._peer, error)
        finally:
            self._broker.forget(self)
            if self._beating is not None:
                self._beating.cancel()
            self._writer.close()

    @property
    def _peer(self) -> str:
        host, port = (self._writer.get_extra_info("peername") or ("?", 0))[:2]
        return f"{host}:{port}"

    async def _serve(self) -> None:
        first = b""
        while len(first) < _DETECTED_BY:
            more = await self._read()
            if not more:
                return
            first += more
        if not first.startswith(_COMMANDS):
            _log.warning("%s: no STOMP: %r", self._peer, first[:_DETECTED_BY])
            return
        parser = Parser()
        self._silence = None
        data = first
        while data:
            for frame in parser.feed(data):
                self._handle(frame)
            data = await self._read()

    async def _read(self) -> bytes:
        async with asyncio.timeout(self._silence):
            return await self._reader.read(65536)

    def _handle(self, frame: Frame) -> None:
        _log.debug("%s: %s %s", self._peer, frame.command, dict(frame.headers))
        command = self._commands.get(frame.command)
        if command is None:
            raise StompError(f"unknown command {frame.command!r}")
        command(frame)

    def _connect(self, frame: Frame) -> None:
        if frame.headers.get("accept-version") != "1.2":
            self._error("Version unsupported")
            return
        theirs, ours = _beats(frame.headers.get("heart-beat", "0,0"))
        self.send(Frame("CONNECTED", {"version": "1.2", "heart-beat": f"{ours},{theirs}"}))
        self._silence = theirs / 1000 * _GRACE if theirs else None
        if ours and self._beating is None:
            self._beating = asyncio.get_running_loop().create_task(self._beat(ours / 1000))

    async def _beat(self, seconds: float) -> None:
        while True:
            due = self._sent + seconds - time.monotonic()
            if due <= 0:
                self._write(HEARTBEAT)
            else:
                await asyncio.sleep(due)

    def _subscribe(self, frame: Frame) -> None:
        destination, sub_id = frame.headers.get("destination"), frame.headers.get("id")
        if not destination or not sub_id:
            self._error("Missing destination or subscription id header")
        elif not self._broker.subscribe(self, destination, sub_id):
            self._error("Subscription id already exists")

    def _unsubscribe(self, frame: Frame) -> None:
        sub_id = frame.headers.get("id")
        if sub_id:
            self._broker.unsubscribe(self, sub_id)
        else:
            self._error("Missing id header")

    def _send(self, frame: Frame) -> None:
        heard = self._broker.forward(frame)
        if for_the_host(frame.headers.get("destination", "")):
            self._answer(frame.body, frame.headers.get("reply-to", ""))
        elif not heard:
            self._error("Subscription not available")

    def _disconnect(self, frame: Frame) -> None:
        receipt = frame.headers.get("receipt")
        if receipt:
            self.send(Frame("RECEIPT", {"receipt-id": receipt}))

    def _error(self, text: str) -> None:
        self.send(Frame("ERROR", {}, text.encode()))

    def _write(self, data: bytes) -> None:
        self._sent = time.monotonic()
        if self._writer.is_closing():
            return
        if self._writer.transport.get_write_buffer_size() > _MOST_UNSENT:
            _log.warning("%s: does not read what it is sent", self._peer)
            self._writer.transport.abort()
            return
        with contextlib.suppress(ConnectionError):  # the reader sees the end of the connection
            self._writer.write(data)


def _beats(header: str) -> tuple[int, int]:
    """How often, in ms, the client sends and wants to be sent to; what is no number is never."""
    found = [int(text) if text.strip().isdigit() else 0 for text in header.split(",")]
    theirs, ours = found if len(found) == 2 else (0, 0)
    return (max(theirs, _SHORTEST_BEAT) if theirs else 0, max(ours, _SHORTEST_BEAT) if ours else 0)
