# SPDX-License-Identifier: Apache-2.0
"""The engine's client of XML-RPC, Apache ws-xmlrpc 3.1.3 with extensions.

Decides what is sent, and that whatever is no value is no answer. Knows no method.

    Wire("http://127.0.0.1:18781/", connect=0.1, reply=120).call("discover")
"""

from __future__ import annotations

import http.client
import socket
import threading
import xmlrpc.client
from typing import Any
from urllib.parse import urlsplit

_HEADERS = {
    "Content-Type": "text/xml",
    "User-Agent": "Apache XML RPC 3.1.3 (Sun HTTP Transport)",
}
_EXTENSIONS = "http://ws.apache.org/xmlrpc/namespaces/extensions"


class NoAnswer(Exception):
    """XmlRpcException: the server is not there, says no, or something that is no XML-RPC."""


class Wire:
    """To one server; each thread keeps a connection of its own. Times are seconds."""

    def __init__(self, url: str, *, connect: float, reply: float) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._path = parts.path or "/"
        self._connect, self._reply = connect, reply
        self._kept = threading.local()

    def call(self, method: str, *parameters: Any) -> Any:
        """What it returns. Raises `NoAnswer`."""
        body = xmlrpc.client.dumps(parameters, method, allow_none=True)
        body = body.replace("<methodCall>", f'<methodCall xmlns:ex="{_EXTENSIONS}">', 1)
        try:
            document = self._exchanged(body.encode())
        except (OSError, http.client.HTTPException) as error:
            self._drop()
            raise NoAnswer(str(error)) from error
        try:
            found, _ = xmlrpc.client.loads(document)
        except Exception as error:  # a fault, or any of what the parsers raise
            raise NoAnswer(str(error)) from error
        return found[0]

    def _exchanged(self, body: bytes) -> bytes:
        """Once more on a new connection, where a kept one turns out dead."""
        kept = getattr(self._kept, "connection", None)
        if kept is not None:
            try:
                return self._sent(kept, body)
            except (http.client.RemoteDisconnected, ConnectionError):
                self._drop()
        connection = http.client.HTTPConnection(self._host, self._port, timeout=self._connect)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._kept.connection = connection
        return self._sent(connection, body)

    def _sent(self, connection: http.client.HTTPConnection, body: bytes) -> bytes:
        if connection.sock is not None:
            connection.sock.settimeout(self._reply)
        connection.request("POST", self._path, body, _HEADERS)
        answer = connection.getresponse()
        found = answer.read()
        if answer.status != 200:
            raise http.client.HTTPException(f"HTTP {answer.status}")
        return found

    def _drop(self) -> None:
        kept = getattr(self._kept, "connection", None)
        if kept is not None:
            kept.close()
            self._kept.connection = None
