# SPDX-License-Identifier: Apache-2.0
"""A conversation with an engine: requests that build on each other, and its answers.

Decides how a step is sent, and what a later step takes from its answer. Whether the engine is
a real one or the embedded one is no matter of this file: `record` asks the one, a test the
other.

    for step, answer in converse(steps(), ask): ...
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from .compare import Answered
from .world import DATA

_PATIENCE = 120
FILE = DATA / "conversation.json"
XML = "application/xml"


@dataclass(frozen=True)
class Step:
    """One request. `{vm}` in it is what an earlier answer said."""

    what: str
    method: str
    path: str
    body: str = ""
    user: str = "admin"
    headers: dict[str, str] = field(default_factory=dict)
    keeps: dict[str, str] = field(default_factory=dict)
    """XPath expressions by the names under which later steps know what they find."""
    until: str = ""
    """An XPath expression: the step is sent again until it is true of the answer."""
    compared: bool = True
    answer: Answered | None = None

    def sent_headers(self) -> dict[str, str]:
        return {"Accept": XML, "Content-Type": XML, "Version": "4", **self.headers}


Ask = Callable[[Step, str, bytes], Answered]
"""Sends a step to a path with a body."""


def steps() -> list[Step]:
    return [_step(facts) for facts in json.loads(FILE.read_text(encoding="utf-8"))]


def _step(facts: dict[str, Any]) -> Step:
    method, path, *body = facts["send"]
    answer = facts.get("answer")
    return Step(
        what=facts["what"],
        method=method,
        path=path,
        body="".join(body),
        user=facts.get("user", "admin"),
        headers=facts.get("headers", {}),
        keeps=facts.get("keeps", {}),
        until=facts.get("until", ""),
        compared=facts.get("compared", True),
        answer=answer and Answered(answer["status"], answer["headers"], answer["body"].encode()),
    )


def converse(of: Iterable[Step], ask: Ask) -> Iterator[tuple[Step, Answered]]:
    """All steps, one after the other, with what is answered."""
    known = {"unknown": "11111111-2222-3333-4444-555555555555"}
    for step in of:
        path, body = _filled(step.path, known), _filled(step.body, known).encode()
        answer = ask(step, path, body)
        deadline = time.monotonic() + _PATIENCE
        while step.until and not etree.fromstring(answer.body).xpath(step.until):
            assert time.monotonic() < deadline, f"{step.what}: it does not come to that"
            time.sleep(0.05)
            answer = ask(step, path, body)
        if step.keeps:
            document = etree.fromstring(answer.body)
            for name, where in step.keeps.items():
                (known[name],) = document.xpath(where)
        yield step, answer


def _filled(text: str, known: dict[str, str]) -> str:
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return text
