# SPDX-License-Identifier: Apache-2.0
"""A small HTTP proxy between service and engine, on a real socket: it does something at exactly one
place of a conversation, and passes all else on as it is.

    with Between(engine) as between:
        between.at("PUT", "/vms/", before=somebody_writes)       once, then it is passed on
        between.at("DELETE", "/numanodes/", skip=1, answer=503)  not passed on
        between.at("PUT", "/vms/", hold=2.0)                     passed on 2 s later
        start_service(between.url)
"""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

from .engines import API

Act = Callable[[], object]
_OWN = ("connection", "transfer-encoding", "content-length", "date", "server")


@dataclass
class Place:
    """One request, of those that fit."""

    method: str
    part: str
    skip: int = 0
    before: Act | None = None
    after: Act | None = None
    """Once the engine has answered, before the service learns it."""
    hold: float = 0.0
    answer: int | None = None
    spoil: int | None = None
    """The service gets this status and no content, although the engine did it."""
    cut: bool = False
    """The service gets no answer: its connection ends."""
    times: int = 1
    met: int = 0

    def fits(self, method: str, path: str) -> bool:
        if self.times <= 0 or method != self.method or self.part not in path:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        self.met += 1
        return True


class Between:
    """Listens until it is left."""

    def __init__(self, engine_base: str) -> None:
        self.places: list[Place] = []
        self.seen: list[tuple[str, str]] = []
        self._engine = urlsplit(engine_base).netloc
        self._guard = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{API}"

    def at(self, method: str, part: str, **what: object) -> Place:
        place = Place(method, part, **what)  # type: ignore[arg-type]  # by name
        self.places.append(place)
        return place

    def place_of(self, method: str, path: str) -> Place | None:
        with self._guard:
            self.seen.append((method, path))
            return next((each for each in self.places if each.fits(method, path)), None)

    def forward(self, method: str, path: str, body: bytes, headers: dict[str, str]):
        connection = http.client.HTTPConnection(self._engine, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        between = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_: object) -> None:
                """Nothing: tests say what they want to know."""

            def pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                place = between.place_of(self.command, self.path)
                if place is not None and place.before is not None:
                    place.before()
                if place is not None and place.answer is not None:
                    self.give(place.answer, [], b"")
                    return
                if place is not None and place.hold:
                    time.sleep(place.hold)
                found = between.forward(self.command, self.path, body, dict(self.headers))
                if place is not None and place.after is not None:
                    place.after()
                if place is not None and place.cut:
                    self.close_connection = True
                    return
                if place is not None and place.spoil is not None:
                    found = (place.spoil, [], b"")
                self.give(*found)

            def give(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
                with contextlib.suppress(OSError):  # who asked waits no longer
                    self.send_response(status)
                    for name, value in headers:
                        if name.lower() not in _OWN:
                            self.send_header(name, value)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            do_GET = do_PUT = do_POST = do_DELETE = pass_on  # http.server's names

        return Handler

    def __enter__(self) -> Between:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
