# SPDX-License-Identifier: Apache-2.0
"""Answers in a form in which what an engine is free in is always the same.

Decides that the order of links is no difference (Java's reflection gives it, another at each
start), nor are the numbers of events and what the engine itself correlates them by, nor the
order of members in JSON, which becomes a document that is compared like any other.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from lxml import etree

from .compare import Answered

_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_OWN = re.compile(r"[0-9a-f]{1,8}")
_YEAR_2001 = 10**12
"""In milliseconds: a number beyond it is a moment."""


def canonical(answer: Answered) -> Answered:
    kind = answer.headers.get("content-type", "")
    if answer.body.startswith(b"<?xml"):
        head, _, rest = answer.body.partition(b"\n")
        tree = etree.fromstring(rest)
        _sort_links(tree)
        _number_events(tree)
        return replace(answer, body=head + b"\n" + etree.tostring(tree) + b"\n")
    if kind.startswith("application/json") and answer.body:
        tree = _document("json", json.loads(answer.body))
        return replace(answer, body=_HEAD + b"\n" + etree.tostring(tree))
    return answer


def _sort_links(tree: etree._Element) -> None:
    for parent in list(tree.iter()):
        links = [child for child in parent if child.tag == "link"]
        if not links:
            continue
        at, tails = parent.index(links[0]), [link.tail for link in links]
        for link in links:
            parent.remove(link)
        links.sort(key=lambda link: str(link.get("rel")))
        for place, (link, tail) in enumerate(zip(links, tails)):
            parent.insert(at + place, link)
            link.tail = tail


def _number_events(tree: etree._Element) -> None:
    for number, event in enumerate(tree.iter("event")):
        key, index = str(event.get("id")), event.find("index")
        if index is None or index.text != key or not str(event.get("href")).endswith(f"/{key}"):
            continue
        index.text = f"event {number}"
        event.set("id", index.text)
        event.set("href", str(event.get("href"))[: -len(key)] + index.text)
        correlation = event.find("correlation_id")
        if correlation is not None and _OWN.fullmatch(correlation.text or ""):
            correlation.text = "the engine's own"


def _document(tag: str, value: Any) -> etree._Element:
    """JSON as elements, which say of which type they are."""
    element = etree.Element(tag, type=type(value).__name__)
    if isinstance(value, dict):
        for name in sorted(value):
            element.append(_document(name, value[name]))
    elif isinstance(value, list):
        links = tag == "link"
        for item in sorted(value, key=lambda each: str(each["rel"])) if links else value:
            element.append(_document("item", item))
    elif isinstance(value, int) and value > _YEAR_2001:
        moment = datetime.fromtimestamp(value / 1000, timezone.utc)
        element.text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    else:
        element.text = str(value)
    return element
