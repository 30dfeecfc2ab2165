# SPDX-License-Identifier: Apache-2.0
"""The parser for the two inputs. It reports every mistake, each with its offset in the text.

The grammar is documented in docs/inputs.md.

    >>> mode, target = parse_nodeset("preferred:0-1")
    >>> mode, str(target)
    ('preferred', '0-1')
"""

from __future__ import annotations

from ..base.errors import NumaError, RequestError, TextError
from ..base.idset import Cpuset, Nodeset, NodesetEmpty
from ..base.units import parse_memory
from .parts import MODES, TOPOLOGY, CellRequest, Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Callable

ACCESSES = ("shared", "private")
MAX_TEXT = 4000
"""The engine's limit for all custom properties of a VM together."""
MAX_CELLS = 128
"""QEMU's limit, MAX_NODES."""


class InputTooLong(RequestError):
    what = "{length} characters are more than the {max} that the engine can store"
    todo = "write ranges such as 0-3, and cells by a count or `host` instead of one by one"


class ModeUnknown(TextError):
    what = "{mode!r} is not a mode"
    todo = "write strict, preferred, interleave or restrictive before the colon"


class TargetMissing(TextError):
    what = "no nodes follow {text!r}"
    todo = "write a nodeset such as 0-1, or all, or auto"


class NodesetTextMalformed(TextError):
    """The error of `Nodeset.parse` with another remedy, since more is allowed here than
    a nodeset.
    """

    what = "{reason}"
    todo = "write a nodeset such as 0-1 or 0-3,^1, or all, ^3, auto, auto:2"

    def __init__(self, said: TextError) -> None:
        super().__init__(**said.facts, reason=said.message)
        # The template, not the finished sentence: so a long text in it is cut, not the sentence
        self.what = said.what


class CountMalformed(TextError):
    what = "{count!r} is not a count of {things}"
    todo = "write a whole number from 1 to {max}"


class TopologyMalformed(TextError):
    what = "{word!r} is neither a count, nor `host`, nor a cell"
    todo = "write a count such as 2, or host, or cells such as cpus=0-3 mem=8G / cpus=4-7 mem=8G"


class CellEmpty(TextError):
    what = "nothing says what this cell has"
    todo = "describe it, such as cpus=0-3 mem=8G, or remove a slash"


class FieldMalformed(TextError):
    what = "{word!r} is not a field"
    todo = "write name=value without spaces; fields are cpus, mem, nodes, mode, page, dist, access"


class FieldUnknown(TextError):
    what = "there is no field {name!r}"
    todo = "fields are cpus, mem, nodes, mode, page, dist, access"


class FieldTwice(TextError):
    what = "the field {name!r} stands twice in one cell"
    todo = "remove one, or put a slash between two cells"


class FieldWordUnknown(TextError):
    what = "{value!r} is no {name} of a cell"
    todo = "write one of {allowed}"


class DistanceMalformed(TextError):
    what = "{value!r} is not a distance"
    todo = "write whole numbers from 10 to 255 with commas, one for each cell: dist=10,21"


class PageMalformed(TextError):
    what = "{value!r} is not a page size, which is a power of two from 4K up"
    todo = "write a size that the hosts have, such as 2M or 1G"


def parse_nodeset(text: str) -> tuple[str, Target]:
    """Mode and target of `numa_nodeset`. Raises `TextError` or `InputTooLong`."""
    _check_length(text)
    body, offset = _stripped(text)
    head, colon, tail = body.partition(":")
    mode = "strict"
    if colon and head.strip() in MODES:
        mode, (body, inner) = head.strip(), _stripped(tail)
        offset += len(head) + 1 + inner
        if not body:
            raise TargetMissing(text=text, at=len(text) - 1)
    elif colon and head.strip() != "auto":
        raise ModeUnknown(text=text, at=offset, length=len(head) or 1, mode=head.strip())
    return mode, _parse_target(text, body, offset)


def _parse_target(text: str, body: str, offset: int) -> Target:
    if body == "all":
        return Target("all")
    head, colon, count = body.partition(":")
    if head.strip() == "auto":
        if not colon:
            return Target("auto")
        start = offset + len(head) + 1
        return Target("auto", count=_parse_count(text, count, start, "nodes", 16384))
    try:
        return Target("nodes", Nodeset.parse(body))
    except TextError as error:
        excluded = [item.strip() for item in body.split(",") if item.strip()]
        if isinstance(error, NodesetEmpty) and all(item[0] == "^" for item in excluded):
            return Target("except", Nodeset.parse(",".join(item[1:] for item in excluded)))
        raise NodesetTextMalformed(error).in_text(text, offset) from error


def _parse_count(text: str, count: str, at: int, things: str, most: int) -> int:
    word = count.strip()
    if not (word.isascii() and word.isdigit() and len(word) < 9 and 1 <= int(word) <= most):
        raise CountMalformed(
            text=text, at=at, length=len(count) or 1, count=word, things=things, max=most
        )
    return int(word)


def parse_topology(text: str, problems: list[NumaError]) -> int | str | tuple[CellRequest, ...]:
    """The cells of `numa_topology`: a count, "host", or the cells one by one.

    Raises `TextError` or `InputTooLong` for the text as a whole. Errors in single cells are added
    to `problems`, so that the other cells are read too.
    """
    _check_length(text)
    body, offset = _stripped(text)
    if body == "host":
        return "host"
    if "=" not in body and "/" not in body:
        if body[0] in "0123456789":
            return _parse_count(text, body, offset, "cells", MAX_CELLS)
        raise TopologyMalformed(text=text, at=offset, length=len(body), word=body)
    parts = text.split("/")
    if len(parts) > MAX_CELLS:
        at = len("/".join(parts[:MAX_CELLS]))
        raise CountMalformed(text=text, at=at, count=str(len(parts)), things="cells", max=MAX_CELLS)
    cells, at = [], 0
    for index, part in enumerate(parts):
        found: list[NumaError] = []
        cells.append(_parse_cell(text, part, at, found))
        problems += [error.within(f"{TOPOLOGY}, cell {index}") for error in found]
        at += len(part) + 1
    return tuple(cells)


def _parse_cell(text: str, part: str, offset: int, problems: list[NumaError]) -> CellRequest:
    fields: dict[str, Any] = {}
    for word, start in _words(part):
        at = offset + start
        name, equals, value = word.partition("=")
        if not equals:
            problems.append(FieldMalformed(text=text, at=at, length=len(word), word=word))
        elif name not in _FIELDS:
            problems.append(FieldUnknown(text=text, at=at, length=len(name) or 1, name=name))
        elif _FIELDS[name][0] in fields:
            problems.append(FieldTwice(text=text, at=at, length=len(word), name=name))
        else:
            key, read = _FIELDS[name]
            fields[key] = None
            try:
                fields[key] = read(value)
            except TextError as error:
                problems.append(error.in_text(text, at + len(name) + 1).within(name))
    if not part.strip():
        problems.append(CellEmpty(text=text, at=min(offset, len(text) - 1)))
    return CellRequest(**fields)


def _parse_page(value: str) -> int:
    kib = parse_memory(value)
    if kib < 4 or kib & (kib - 1):
        raise PageMalformed(text=value, at=0, length=len(value), value=value)
    return kib


def _parse_distances(value: str) -> tuple[int, ...]:
    row, at = [], 0
    for item in value.split(","):
        if not (item.isascii() and item.isdigit() and len(item) < 4 and 10 <= int(item) <= 255):
            raise DistanceMalformed(text=value, at=at, length=len(item) or 1, value=item)
        row.append(int(item))
        at += len(item) + 1
    return tuple(row)


def _parse_word(name: str, allowed: tuple[str, ...]) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in allowed:
            raise FieldWordUnknown(
                text=value,
                at=0,
                length=len(value) or 1,
                value=value,
                name=name,
                allowed=", ".join(allowed),
            )
        return value

    return read


_FIELDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "cpus": ("cpus", Cpuset.parse),
    "mem": ("memory_kib", parse_memory),
    "nodes": ("nodes", Nodeset.parse),
    "mode": ("mode", _parse_word("mode", MODES)),
    "page": ("page_kib", _parse_page),
    "dist": ("distances", _parse_distances),
    "access": ("access", _parse_word("access", ACCESSES)),
}


def _check_length(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise InputTooLong(length=len(text), max=MAX_TEXT)


def _stripped(text: str) -> tuple[str, int]:
    """The text without leading and trailing blanks, and the number of leading ones."""
    body = text.strip()
    return body, len(text) - len(text.lstrip())


def _words(part: str) -> Iterator[tuple[str, int]]:
    at = 0
    for word in part.split():
        at = part.index(word, at)
        yield word, at
        at += len(word)
