# SPDX-License-Identifier: Apache-2.0
"""Connections of oVirt's SDK that are safe to keep: bounded, never logging in or out.

The SDK's own Connection revokes a token that it was only lent, answers 401 with a login as user
"None", and has no time limit for connecting. The methods here replace private ones, hence the
pinned version in setup.py. A connection on which a transfer broke is closed, not kept.

    with pool.lend(token, seconds=3, headers={}) as connection:
        connection.system_service().vms_service().list(max=1)
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import ovirtsdk4 as sdk
import pycurl

from .bounds import LONG, SHORT, require_bounded
from .config import EngineConfig

TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,4096}=*")
"""A bearer token (RFC 6750): nothing that could end a header line."""

_XML = re.compile(r"^(application|text)/xml\s*(;.*)?$", re.IGNORECASE)
_PLAIN_KIND = re.compile(r"[\w.+-]{1,40}/[\w.+-]{1,40}", re.ASCII)
"""What of a Content-Type is told on: it is not ours, and may be anything."""
AWAY = (429, 502, 503, 504)
"""HTTP statuses of an engine that has no time."""
_LONGEST_RETRY = 3600
_TOO_SLOW = 28
_BUFFER = 512 * 1024
"""libcurl's largest: with its default, 90 MB of VMs are 6,000 calls of `receive`."""
_WRITES = ("PUT", "POST", "DELETE")


class TransferFailed(sdk.ConnectionError):  # type: ignore[misc]  # the SDK has no types
    """The transfer broke; `number` is libcurl's, and `sent` whether the request went out."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(text)
        self.number = number
        self.sent = True


class NotXml(sdk.Error):  # type: ignore[misc]  # the SDK has no types
    """An answer that is no document of the engine; `code` is its HTTP status."""


class Away(sdk.Error):  # type: ignore[misc]  # the SDK has no types
    """The engine, or httpd before it, has no time: `code` is the HTTP status."""

    def __init__(self, code: int, retry_after: int | None) -> None:
        super().__init__(f"HTTP {code}")
        self.code, self.retry_after = code, retry_after


class SafeConnection(sdk.Connection):  # type: ignore[misc]  # the SDK has no types
    """For one thread at a time, with a token only."""

    def __init__(self, config: EngineConfig) -> None:
        super().__init__(
            url=config.url,
            token="none",
            ca_file=config.ca_file,
            insecure=config.insecure,
            compress=config.compress,
        )
        self._largest = config.answer_bytes
        self._elements = SHORT
        self._connect_ms = int(config.connect_seconds * 1000)
        self._total_ms = 0
        self._broken: dict[Any, tuple[int, str]] = {}

    def lent(self, token: str, seconds: float, headers: Mapping[str, str]) -> None:
        """Made ready for one user's call."""
        self._sso_token = token
        self._total_ms = max(1, int(seconds * 1000))
        self._headers = dict(headers)

    def _get_access_token(self) -> str:
        raise sdk.AuthError("the engine does not accept the token", code=401)

    def _revoke_access_token(self) -> None:
        """Never: it is the token of the user's own session."""

    def send(self, request: Any) -> Any:
        context = super().send(request)
        curl, buffer = context[0], context[1]

        def receive(data: bytes) -> int | None:
            return 0 if buffer.tell() + len(data) > self._largest else buffer.write(data)

        curl.setopt(pycurl.WRITEFUNCTION, receive)
        curl.setopt(pycurl.BUFFERSIZE, _BUFFER)
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, min(self._connect_ms, self._total_ms))
        curl.setopt(pycurl.TIMEOUT_MS, self._total_ms)
        if request.method in _WRITES:
            # libcurl sends a request again by itself where a kept connection turns out dead.
            curl.setopt(pycurl.FRESH_CONNECT, 1)
        return context

    def wait(self, context: Any, failed_auth: bool = False) -> Any:
        curl = context[0]
        while curl not in self._curls and curl not in self._broken:
            self._multi.perform()
            queued = 1
            while queued:
                queued, done, failed = self._multi.info_read()
                self._curls.update(done)
                for handle, number, text in failed:
                    self._broken[handle] = (number, text)
            if curl not in self._curls and curl not in self._broken:
                left = self._multi.timeout()
                self._multi.select(min(1.0, left / 1000) if left >= 0 else 1.0)
        self._multi.remove_handle(curl)
        if curl in self._broken:
            failure = _failure(*self._broken.pop(curl))
            failure.sent = curl.getinfo(pycurl.REQUEST_SIZE) > 0
            raise failure
        self._curls.discard(curl)
        response = _checked(self._read_reponse(context))
        if response.body:
            require_bounded(response.body, self._elements)
        return response

    def read_long(self, request: Any) -> Any:
        """The answer to a request, where a long one is expected."""
        self._elements = LONG
        try:
            return self.wait(self.send(request))
        finally:
            self._elements = SHORT


def _failure(number: int, text: str) -> Any:
    return sdk.TimeoutError(text) if number == _TOO_SLOW else TransferFailed(number, text)


def _checked(response: Any) -> Any:
    """The answer, or the error that the SDK would lose the status of."""
    if response.code == 401:
        raise sdk.AuthError("the engine does not accept the token", code=401)
    if response.code in AWAY:
        raise Away(response.code, _seconds(_header(response.headers, "retry-after")))
    kind = _header(response.headers, "content-type")
    if response.body and not _XML.match(kind):
        plain = _PLAIN_KIND.match(kind)
        error = NotXml(f"the answer is {plain[0] if plain else 'of no known type'}, not XML")
        error.code = response.code
        raise error
    return response


def _header(headers: list[str], wanted: str) -> str:
    for line in headers:
        name, _, value = line.partition(":")
        if name.strip().lower() == wanted:
            return value.strip()
    return ""


def _seconds(text: str) -> int | None:
    """Of a Retry-After; None where there is none, or it is a date."""
    return min(int(text), _LONGEST_RETRY) if re.fullmatch(r"[1-9]\d{0,8}", text) else None


class ConnectionPool:
    """Connections to one engine, lent to one call at a time; users share them, one by one."""

    def __init__(self, config: EngineConfig) -> None:
        self._config = config
        self._idle: list[SafeConnection] = []
        self._guard = threading.Lock()

    @contextmanager
    def lend(
        self, token: str, *, seconds: float, headers: Mapping[str, str]
    ) -> Iterator[SafeConnection]:
        """A connection; closed rather than kept where the call ends with an error."""
        with self._guard:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = SafeConnection(self._config)
        sound = False
        try:
            connection.lent(token, seconds, headers)
            yield connection
            sound = True
        finally:
            connection.lent("none", 1, {})
            self._give_back(connection, sound)

    def _give_back(self, connection: SafeConnection, sound: bool) -> None:
        if sound:
            with self._guard:
                if len(self._idle) < self._config.kept_connections:
                    self._idle.append(connection)
                    return
        connection.close(logout=False)

    def close(self) -> None:
        """End those that are idle."""
        with self._guard:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close(logout=False)
