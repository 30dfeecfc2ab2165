# SPDX-License-Identifier: Apache-2.0
"""Two answers, compared: status, headers, and the document element by element.

Decides what may differ: moments, and ids, which must differ alike everywhere in an answer. All
else is a difference: another element, another order, another text, another indentation.

    differences(real, ours)  ->  [Difference("api/product_info/name", "text", "oVirt Engine", ...)]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from lxml import etree

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@dataclass(frozen=True)
class Difference:
    """One place in which an answer is another."""

    path: str
    """Of the element: names only, so that all of a list's items have the same."""
    kind: str
    real: str
    ours: str

    def __str__(self) -> str:
        return f"{self.path}: {self.kind}: {self.real!r} is {self.ours!r}"


@dataclass(frozen=True)
class Answered:
    """What counts of an answer."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class _Ids:
    """Which id stands for which; the same one always for the same."""

    ours: dict[str, str] = field(default_factory=dict)
    real: dict[str, str] = field(default_factory=dict)

    def alike(self, real: str, ours: str) -> bool:
        theirs, mine = _ID.findall(real), _ID.findall(ours)
        if len(theirs) != len(mine) or _ID.sub("", real) != _ID.sub("", ours):
            return False
        return all(
            self.ours.setdefault(a, b) == b and self.real.setdefault(b, a) == a
            for a, b in zip(theirs, mine)
        )


def differences(real: Answered, ours: Answered) -> list[Difference]:
    """All of them, in the order of the document."""
    found = []
    if real.status != ours.status:
        found.append(Difference("", "status", str(real.status), str(ours.status)))
    for name in ("content-type", "www-authenticate"):
        theirs, mine = real.headers.get(name, ""), ours.headers.get(name, "")
        if theirs != mine:
            found.append(Difference("", name, theirs, mine))
    if not real.body.startswith(b"<?xml") or not ours.body.startswith(b"<?xml"):
        if not _Ids().alike(real.body.decode(), ours.body.decode()):
            found.append(Difference("", "body", real.body.decode(), ours.body.decode()))
        return found
    heads = [body.split(b"\n", 1)[0].decode() for body in (real.body, ours.body)]
    if heads[0] != heads[1]:
        found.append(Difference("", "declaration", heads[0], heads[1]))
    trees = [etree.fromstring(body) for body in (real.body, ours.body)]
    return found + list(_elements(trees[0], trees[1], trees[0].tag, _Ids()))


def _elements(
    real: etree._Element, ours: etree._Element, path: str, ids: _Ids
) -> Iterator[Difference]:
    if real.tag != ours.tag:
        yield Difference(path, "element", str(real.tag), str(ours.tag))
        return
    theirs, mine = list(real.attrib.items()), list(ours.attrib.items())
    if [name for name, _ in theirs] != [name for name, _ in mine]:
        yield Difference(path, "attributes", str(theirs), str(mine))
    else:
        for (name, a), (_, b) in zip(theirs, mine):
            if not ids.alike(str(a), str(b)):
                yield Difference(f"{path}@{name}", "text", str(a), str(b))
    texts = real.text or "", ours.text or ""
    if not _same_text(*texts, ids):
        yield Difference(path, "text", *texts)
    if real.tail != ours.tail:
        yield Difference(path, "layout", repr(real.tail), repr(ours.tail))
    yield from _children(list(real), list(ours), path, ids)


def _same_text(real: str, ours: str, ids: _Ids) -> bool:
    if _MOMENT.fullmatch(real) and _MOMENT.fullmatch(ours):
        return True
    return ids.alike(real, ours)


def _children(
    real: list[etree._Element], ours: list[etree._Element], path: str, ids: _Ids
) -> Iterator[Difference]:
    """Pair by pair; where one side has more, what is missing and what is more is named."""
    names = [_name(each) for each in real], [_name(each) for each in ours]
    matcher = SequenceMatcher(None, *names, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            for left, right in zip(real[a:b], ours[c:d]):
                yield from _elements(left, right, f"{path}/{left.tag}", ids)
            continue
        for missing in real[a:b]:
            yield Difference(f"{path}/{_name(missing)}", "missing", _shown(missing), "")
        for more in ours[c:d]:
            yield Difference(f"{path}/{_name(more)}", "more", "", _shown(more))


def _name(element: etree._Element) -> str:
    """A link is told by where it leads, any other element by what it is."""
    rel = element.get("rel")
    return f"{element.tag}:{rel}" if rel else str(element.tag)


def _shown(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False)[:80]
