# SPDX-License-Identifier: Apache-2.0
"""A call, read from its XML: a method's name and its parameters.

Takes what Apache ws-xmlrpc sends with its extensions (http://ws.apache.org/xmlrpc/namespaces/
extensions: ex:nil, ex:i1, ex:i2, ex:i8, ex:float, ex:bigdecimal, ex:biginteger, ex:dateTime) beside
XML-RPC's own types. A document with a DTD is refused before anything of it counts, so there are no
entities but XML's five; depth, number of values and size are bounded.

    read(body)          Call("runFilters", [["numa_fit"], ["8f0e..."], "0d5f...", {}])
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.parsers import expat

from .errors import Malformed

_DEEPEST = 16
"""Levels of values; the engine's calls have 3."""
_MOST_VALUES = 50_000
_LONGEST = 64 * 1024
"""Characters of one value: an id has 36, a policy's property a few hundred."""
EXTENSIONS = "http://ws.apache.org/xmlrpc/namespaces/extensions"
_CONTAINERS = ("value", "array", "data", "struct", "member")
_OUTER = ("methodCall", "methodName", "params", "param")


@dataclass(frozen=True)
class Call:
    """What is asked."""

    method: str
    parameters: list[Any]


@dataclass
class _Level:
    """An element that is open."""

    tag: str
    text: list[str] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    """What the elements in it came to."""
    typed: bool = False


def read(body: bytes) -> Call:
    """Raises `Malformed`."""
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = builder.refuse_doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise Malformed("call", reason=f"it is not XML: {error}") from None
    except (ValueError, LookupError) as error:  # of an encoding that Python does not know
        raise Malformed("call", reason=f"it is not text: {error}") from None
    return builder.call()


class _Builder:
    """Values from elements, the innermost first."""

    def __init__(self) -> None:
        self._open: list[_Level] = [_Level("")]
        self._values = self._depth = 0
        self._method: str | None = None
        self._parameters: list[Any] = []

    def refuse_doctype(self, *_: Any) -> None:
        raise Malformed("call", reason="it has a DTD")

    def start(self, name: str, _: dict[str, str]) -> None:
        tag = _plain(name)
        parent = self._open[-1]
        if tag not in _CONTAINERS and tag not in _OUTER and tag not in (*_SCALARS, "name"):
            raise Malformed("call", reason=f"there is no element {tag[:40]!r} in XML-RPC")
        if tag == "value":
            self._values += 1
            self._depth += 1
            if self._values > _MOST_VALUES or self._depth > _DEEPEST:
                raise Malformed("call", reason="it has too many values, or too deep ones")
        elif parent.tag == "value":
            if parent.typed:
                raise Malformed("call", reason="a value has two types")
            parent.typed = True
        self._open.append(_Level(tag))

    def characters(self, text: str) -> None:
        level = self._open[-1]
        level.text.append(text)
        if len(level.text) % 64 == 0 and sum(map(len, level.text)) > _LONGEST:
            raise Malformed("call", reason="a value is too long")

    def end(self, _: str) -> None:
        level = self._open.pop()
        text = "".join(level.text)
        if len(text) > _LONGEST:
            raise Malformed("call", reason="a value is too long")
        parent = self._open[-1]
        if level.tag == "value":
            self._depth -= 1
            parent.items.append(level.items[0] if level.typed and level.items else text)
        elif level.tag == "methodName":
            self._method = text.strip()
        elif level.tag == "param":
            self._parameters.append(_one(level))
        elif level.tag in _ENDS:
            parent.items.append(_ENDS[level.tag](level))
        elif level.tag in _SCALARS:
            parent.items.append(_scalar(level.tag, text))
        elif level.tag == "name":
            parent.items.append(_Name(text))

    def call(self) -> Call:
        if not self._method:
            raise Malformed("call", reason="it names no method")
        return Call(self._method, self._parameters)


class _Name(str):
    """Of a struct's member, to be told from its value."""


def _plain(name: str) -> str:
    """The tag without its namespace, which is the extensions' or none."""
    space, _, tag = name.rpartition(" ")
    if space not in ("", EXTENSIONS):
        raise Malformed("call", reason=f"it has elements of {space[:80]!r}")
    return tag


def _one(level: _Level) -> Any:
    if len(level.items) != 1:
        raise Malformed("call", reason=f"a {level.tag} has {len(level.items)} values")
    return level.items[0]


def _array(level: _Level) -> list[Any]:
    found = _one(level)
    if not isinstance(found, _Data):
        raise Malformed("call", reason="an array has no data")
    return list(found)


class _Data(list[Any]):
    """The values inside an array."""


def _member(level: _Level) -> tuple[str, Any]:
    if len(level.items) != 2 or not isinstance(level.items[0], _Name):
        raise Malformed("call", reason="a struct's member has not one name and one value")
    return str(level.items[0]), level.items[1]


def _struct(level: _Level) -> dict[str, Any]:
    if not all(isinstance(item, tuple) for item in level.items):
        raise Malformed("call", reason="a struct has more than members")
    return dict(level.items)


_ENDS: dict[str, Callable[[_Level], Any]] = {
    "array": _array,
    "data": lambda level: _Data(level.items),
    "member": _member,
    "struct": _struct,
}


def _integer(text: str) -> int:
    if len(text) > 40:
        raise ValueError("it is too long")
    return int(text)


def _truth(text: str) -> bool:
    return {"0": False, "1": True}[text]


def _moment(text: str) -> datetime:
    """XML-RPC's (19980717T14:08:55), or the extension's, which is XML Schema's."""
    return datetime.fromisoformat(text)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=False)


_SCALARS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("i1", "i2", "i4", "i8", "int", "biginteger"), _integer),
    **dict.fromkeys(("double", "float", "bigdecimal"), float),
    "boolean": _truth,
    "string": str,
    **dict.fromkeys(("dateTime.iso8601", "dateTime"), _moment),
    "base64": _bytes,
    "nil": lambda text: None,
}


def _scalar(tag: str, text: str) -> Any:
    try:
        return _SCALARS[tag](text if tag == "string" else text.strip())
    except (ValueError, KeyError, binascii.Error):
        raise Malformed("call", reason=f"{text[:40]!r} is no {tag}") from None
