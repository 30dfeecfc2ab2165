# SPDX-License-Identifier: Apache-2.0
"""The HTTP server: calls of XML-RPC by POST, and what the service reads by GET, on one address.

Each connection has a thread, as the engine keeps its connections open, and there are only so many.
A call that cannot be read is answered with a fault, so that the engine goes on at once; a body that
does not arrive in time ends its connection.

    server = Server(("127.0.0.1", 18781), methods, pages)
    server.serve_forever()
"""

from __future__ import annotations

import io
import json
import logging
import re
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from . import writing
from .errors import CallError, Failed, Malformed, MethodUnknown
from .reading import read
from .timely import Timely

LOG = logging.getLogger(__name__)
Methods = Mapping[str, Callable[[list[Any]], Any]]
Pages = Callable[[str], Any | None]
"""The document at a path; None where there is none."""

_LARGEST = 4 << 20
"""Bytes of a call: one with 5,000 hosts has some 300 kB."""
_IDLE_SECONDS = 30.0
_REQUEST_SECONDS = 10.0
"""From a request's first byte to its last. The engine is on this machine and sends it at once; who
sends byte by byte holds a connection, of which there are only so many."""
_LONGEST_NUMBER = 20
_MOST_CONNECTIONS = 256
_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")


class Server(ThreadingHTTPServer):
    """Until `shutdown`."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 512
    """The engine waits 100 ms for a connection: none may be turned away while one is accepted."""

    def __init__(self, address: tuple[str, int], methods: Methods, pages: Pages) -> None:
        self.methods, self.pages = methods, pages
        self._free = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._free.acquire(blocking=False):
            LOG.warning("more than %d connections: one is closed", _MOST_CONNECTIONS)
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away in the middle is no matter; the rest is in the log."""
        LOG.info("connection of %s ended early", client_address, exc_info=True)

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server
    timeout = _IDLE_SECONDS
    wbufsize = 1 << 16  # head and body leave together: no answer waits for an acknowledgement
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self._timely = Timely(self.connection, self.timeout, _REQUEST_SECONDS)
        self.rfile = io.BufferedReader(self._timely, 1 << 16)

    def handle_one_request(self) -> None:
        self._timely.begin()
        super().handle_one_request()

    def version_string(self) -> str:
        return "ovirt-numa"

    def log_message(self, format: str, *args: Any) -> None:
        LOG.debug(format, *args)

    def do_POST(self) -> None:
        try:
            body = self._body()
        except CallError as error:
            self.close_connection = True
            self._send(200, "text/xml", writing.fault(error))
            return
        if body is None:
            self.close_connection = True
            return
        self._send(200, "text/xml", self._answer(body))

    def _answer(self, body: bytes) -> bytes:
        try:
            call = read(body)
            method = self.server.methods.get(call.method)
            if method is None:
                raise MethodUnknown("call", method=call.method[:80])
            return writing.answer(method(call.parameters))
        except CallError as error:
            LOG.warning("refused a call: %s", error)
            return writing.fault(error)
        except Exception:  # the engine has to be answered, or it waits with the cluster locked
            at = f"{time.time():.3f}"
            LOG.exception("call failed at %s", at)
            return writing.fault(Failed("scheduler", at=at))

    def _body(self) -> bytes | None:
        """None where the client went away; raises `Malformed`."""
        if self.headers.get("Transfer-Encoding"):
            raise Malformed("call", reason="it has no Content-Length")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and len(length) <= _LONGEST_NUMBER):
            raise Malformed("call", reason="it has no Content-Length")
        if int(length) > _LARGEST:
            raise Malformed("call", reason=f"it is larger than {_LARGEST} bytes")
        if not self.headers.get_content_type().endswith("/xml"):  # which no page in a browser sends
            raise Malformed("call", reason="its Content-Type is not text/xml")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            return None
        if self.headers.get("Content-Encoding", "identity").lower() == "gzip":
            return _unpacked(body)
        return body

    def do_GET(self) -> None:
        if not _LOOPBACK.fullmatch(self.headers.get("Host", "")):  # a page in some browser
            self._send(403, "text/plain", b"only for this machine\n")
            return
        found = self.server.pages(self.path)
        if found is None:
            self._send(404, "text/plain", b"there is nothing here\n")
        else:
            self._send(200, "application/json", json.dumps(found).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            LOG.debug("the client went away before its answer")


def _unpacked(body: bytes) -> bytes:
    """Of gzip, as long as it is no bomb."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(body, _LARGEST + 1)
    except zlib.error as error:
        raise Malformed("call", reason=f"it is not gzip: {error}") from None
    if len(found) > _LARGEST:
        raise Malformed("call", reason=f"it is larger than {_LARGEST} bytes")
    return found
