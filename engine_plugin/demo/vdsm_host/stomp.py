# SPDX-License-Identifier: Apache-2.0
"""STOMP 1.2 frames: bytes become frames, and frames bytes.

Decides where a frame ends, however the network cut it, and what cannot be one. Knows no
socket and no destination.

    >>> Parser().feed(b"\\n\\nSUBSCRIBE\\nid:1\\n\\n\\0")[0].headers
    {'id': '1'}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

LARGEST_HEAD = 64 << 10
LARGEST_BODY = 64 << 20
HEARTBEAT = b"\n"
_ESCAPES = {"\\": "\\\\", "\r": "\\r", "\n": "\\n", ":": "\\c"}
_MEANT = {written: char for char, written in _ESCAPES.items()}


class StompError(Exception):
    """What came is no frame; the connection cannot go on."""


@dataclass(frozen=True)
class Frame:
    """One frame; a body is sent with its length, since it may contain NUL."""

    command: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def encode(self) -> bytes:
        headers = dict(self.headers)
        if self.body:
            headers["content-length"] = str(len(self.body))
        lines = [f"{_escaped(key)}:{_escaped(value)}\n" for key, value in headers.items()]
        return f"{self.command}\n{''.join(lines)}\n".encode() + self.body + b"\0"


class Parser:
    """Frames out of a stream; what is not yet a whole one waits for more."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._head: Frame | None = None

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that `data` completes. Heart-beats are no frames."""
        self._bytes += data
        return list(self._frames())

    def _frames(self) -> Iterator[Frame]:
        while True:
            if self._head is None:
                self._head = self._take_head()
            if self._head is None:
                return
            body = self._take_body(self._head)
            if body is None:
                return
            frame, self._head = Frame(self._head.command, self._head.headers, body), None
            yield frame

    def _take_head(self) -> Frame | None:
        """Command and headers, up to the empty line."""
        blank = re.match(rb"[\r\n]*", self._bytes)
        if blank is not None:
            del self._bytes[: blank.end()]
        end = re.search(rb"\r?\n\r?\n", self._bytes)
        if end is None:
            if len(self._bytes) > LARGEST_HEAD:
                raise StompError(f"headers of more than {LARGEST_HEAD} bytes")
            return None
        text = bytes(self._bytes[: end.start()])
        del self._bytes[: end.end()]
        return _head(text)

    def _take_body(self, head: Frame) -> bytes | None:
        length = _length(head)
        end = self._bytes.find(b"\0") if length is None else length
        if end < 0 or len(self._bytes) <= end:
            if len(self._bytes) > LARGEST_BODY:
                raise StompError(f"a body of more than {LARGEST_BODY} bytes")
            return None
        if self._bytes[end] != 0:
            raise StompError(f"{head.command}: no NUL after the {end} bytes of its content-length")
        body = bytes(self._bytes[:end])
        del self._bytes[: end + 1]
        return body


def _head(text: bytes) -> Frame:
    """The first of several headers with one name counts."""
    try:
        lines = text.decode("utf-8").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        raise StompError("headers that are not UTF-8") from None
    headers: dict[str, str] = {}
    for line in lines[1:]:
        key, colon, value = line.partition(":")
        if not colon:
            raise StompError(f"{line!r} is no header")
        headers.setdefault(_meant(key), _meant(value))
    return Frame(lines[0], headers)


def _length(head: Frame) -> int | None:
    text = head.headers.get("content-length")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) > LARGEST_BODY:
        raise StompError(f"{head.command}: content-length {text!r}")
    return int(text)


def _escaped(text: str) -> str:
    return re.sub(r"[\\\r\n:]", lambda found: _ESCAPES[found[0]], text)


def _meant(text: str) -> str:
    try:
        return re.sub(r"\\.?", lambda found: _MEANT[found[0]], text)
    except KeyError as error:
        raise StompError(f"{text!r} has an escape that STOMP does not know: {error}") from None
