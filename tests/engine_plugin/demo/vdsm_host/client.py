# SPDX-License-Identifier: Apache-2.0
"""An engine's side of the connection, written for the tests: TLS, STOMP and JSON-RPC.

Shares no code with what it tests. It connects in the order that an engine was seen to: CONNECT,
then one subscription for events and one for answers.

    with Client(address, pki.context()) as engine:
        engine.call("Host.ping2")                   # True
        engine.event()                              # the next notification
"""

from __future__ import annotations

import json
import socket
import ssl
import time
import uuid
from collections import deque
from typing import Any

REQUESTS = "jms.topic.vdsm_requests"
RESPONSES = "jms.topic.vdsm_responses"
EVENTS = "jms.queue.events"
SECONDS = 20.0

Frame = tuple[str, dict[str, str], bytes]


class Answered(Exception):
    """An error that the host answered."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code, self.message = error["code"], error["message"]


class Wire:
    """A TLS connection on which frames are read, and bytes are sent as they are."""

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext) -> None:
        plain = socket.create_connection(address, SECONDS)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(plain)
        self._read = b""
        self.beats = 0
        """Line feeds between frames."""

    def close(self) -> None:
        self.socket.close()

    def send(self, command: str, body: bytes = b"", **headers: str) -> None:
        self.socket.sendall(encoded(command, body, **headers))

    def frame(self, seconds: float = SECONDS) -> Frame:
        """The next frame; `TimeoutError`, or `EOFError` where the host hung up."""
        deadline = time.monotonic() + seconds
        while True:
            found = self._cut()
            if found is not None:
                return found
            self._more(deadline)

    def _more(self, deadline: float) -> None:
        self.socket.settimeout(max(0.001, deadline - time.monotonic()))
        data = self.socket.recv(65536)
        if not data:
            raise EOFError
        self._read += data

    def _cut(self) -> Frame | None:
        while self._read.startswith(b"\n"):
            self._read, self.beats = self._read[1:], self.beats + 1
        head, blank, rest = self._read.partition(b"\n\n")
        if not blank:
            return None
        command, *lines = head.decode().split("\n")
        headers = dict(line.split(":", 1) for line in lines)
        length = int(headers.get("content-length", rest.find(b"\0")))
        if length < 0 or len(rest) <= length:
            return None
        assert rest[length] == 0
        self._read = rest[length + 1 :]
        return command, headers, rest[:length]


def encoded(command: str, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"{name.replace('_', '-')}:{value}\n" for name, value in headers.items()]
    if body:
        lines.append(f"content-length:{len(body)}\n")
    return f"{command}\n{''.join(lines)}\n".encode() + body + b"\0"


def request(method: str, request_id: str | None = "1", **params: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
    return found if request_id is None else {**found, "id": request_id}


class Client:
    """A connected engine; what arrives is sorted into answers and notifications.

    Everything is read by who waits for it: an SSL socket is not for two threads.
    """

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext) -> None:
        self.wire = Wire(address, context)
        self._answers: deque[Any] = deque()
        self._events: deque[dict[str, Any]] = deque()
        self.wire.send("CONNECT", accept_version="1.2", host="null", heart_beat="0,0")
        for destination in (EVENTS, RESPONSES):
            sub_id = str(uuid.uuid4())
            self.wire.send("SUBSCRIBE", destination=destination, id=sub_id, ack="auto")
        assert self.wire.frame()[:2] == ("CONNECTED", {"version": "1.2", "heart-beat": "0,0"})

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.wire.close()

    def post(self, message: Any) -> None:
        body = json.dumps(message).encode()
        self.wire.send("SEND", body, destination=REQUESTS, reply_to=RESPONSES)

    def answer(self, request_id: str) -> Any:
        """The answer to one call; all who listen get those to others, too."""
        while True:
            found = self._next(self._answers, SECONDS)
            if found["id"] == request_id:
                return found

    def call(self, method: str, **params: Any) -> Any:
        """A method's result; raises `Answered`."""
        request_id = str(uuid.uuid4())
        self.post(request(method, request_id, **params))
        answer = self.answer(request_id)
        if "error" in answer:
            raise Answered(answer["error"])
        return answer["result"]

    def event(self, seconds: float = SECONDS) -> dict[str, Any]:
        """The next notification; `TimeoutError` where none comes."""
        found: dict[str, Any] = self._next(self._events, seconds)
        return found

    def status(self, vm_id: str) -> dict[str, Any]:
        """What the next notification of a VM says; the host's other VMs may have some before."""
        about, event = "|virt|VM_status|", self.event()
        while event["method"].startswith(about) and event["method"] != f"{about}{vm_id}":
            event = self.event()
        assert event["method"] == f"{about}{vm_id}"
        assert isinstance(event["params"]["notify_time"], int)
        found: dict[str, Any] = event["params"][vm_id]
        return found

    def _next(self, wanted: deque[Any], seconds: float) -> Any:
        while not wanted:
            command, headers, body = self.wire.frame(seconds)
            assert command == "MESSAGE", (command, body)
            assert headers["content-type"] == "application/json"
            to = self._events if headers["destination"] == EVENTS else self._answers
            to.append(json.loads(body))
        return wanted.popleft()
