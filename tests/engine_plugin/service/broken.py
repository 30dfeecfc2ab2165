# SPDX-License-Identifier: Apache-2.0
"""An engine that misbehaves, on a real socket: one thing for everyone who connects.

with contextlib.closing(Broken(say(reply("200 OK", "<vm/>")))) as engine: ...
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable

XML = "application/xml;charset=UTF-8"


def reply(status: str, body: str = "", kind: str | None = XML, more: int = 0) -> bytes:
    """An answer; `more` is how much longer than the truth its Content-Length is."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode()) + more}"]
    if kind is not None and body:
        head.append(f"Content-Type: {kind}")
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


_WHO = b"GET /ovirt-engine/api HTTP"
_ROOT = '<api><authenticated_user id="0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e91"/><summary/></api>'


class Broken:
    """A server that does one thing to everyone who connects, and keeps what it was sent.

    Only whose a token is, it says as an engine does, and does not keep: every request begins
    with that.
    """

    def __init__(self, act: Callable[[socket.socket], None], peek: bool = False) -> None:
        self.heard = b""
        self._peek = peek
        """Whether what comes first is left for `act` to read."""
        self._act = act
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/ovirt-engine/api"

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                self._open.append(peer)
                threading.Thread(target=self._one, args=(peer,), daemon=True).start()

    def _one(self, peer: socket.socket) -> None:
        with contextlib.suppress(OSError):
            asked = peer.recv(65536, socket.MSG_PEEK if self._peek else 0)
            if asked.startswith(_WHO):
                say(reply("200 OK", _ROOT))(peer)
                return
            self.heard += asked
            self._act(peer)

    def close(self) -> None:
        self._listener.close()
        for peer in self._open:
            peer.close()


def say(answer: bytes) -> Callable[[socket.socket], None]:
    def act(peer: socket.socket) -> None:
        peer.sendall(answer)
        peer.shutdown(socket.SHUT_WR)

    return act


def hang(peer: socket.socket) -> None:
    time.sleep(30)


def drip(peer: socket.socket) -> None:
    peer.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 9999\r\n\r\n"
    )
    for _ in range(300):
        peer.sendall(b"<")
        time.sleep(0.1)


def bye(peer: socket.socket) -> None:
    peer.close()


def reset(peer: socket.socket) -> None:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    peer.close()


def flood(peer: socket.socket) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n<vm>")
    for _ in range(200):
        peer.sendall(b" " * 65536)
