# SPDX-License-Identifier: Apache-2.0
"""What an engine is free in is made alike, and nothing else."""

from __future__ import annotations

import json
from typing import Any

from .canonical import canonical
from .compare import Answered, differences

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
XML = """<vm id="7">
    <name>a</name>
    <link href="/vms/7/nics" rel="nics"/>
    <link href="/vms/7/tags" rel="tags"/>
    <memory>1</memory>
</vm>
"""
EVENTS = """<events>
    <event href="/events/{0}" id="{0}">
        <index>{1}</index>
    </event>
</events>
"""


def xml(body: str) -> Answered:
    return Answered(200, {"content-type": "application/xml"}, (HEAD + body).encode())


def as_json(value: Any) -> Answered:
    return Answered(200, {"content-type": "application/json"}, json.dumps(value).encode())


def found(real: Answered, ours: Answered) -> list[tuple[str, str]]:
    return [(d.path, d.kind) for d in differences(canonical(real), canonical(ours))]


def test_order_of_links_is_free_and_no_other() -> None:
    nics, tags = XML.splitlines()[2:4]
    swapped = XML.replace(nics, "?").replace(tags, nics).replace("?", tags)
    assert swapped != XML
    assert found(xml(XML), xml(swapped)) == []
    assert found(xml(XML), xml(XML.replace(tags + "\n", ""))) == [("vm/link:tags", "missing")]
    name, memory = XML.splitlines()[1], XML.splitlines()[4]
    other = XML.replace(name, "?").replace(memory, name).replace("?", memory)
    assert found(xml(XML), xml(other)) != []


def test_numbers_of_events_are_free_where_they_agree() -> None:
    assert found(xml(EVENTS.format(7, 7)), xml(EVENTS.format(1098, 1098))) == []
    assert found(xml(EVENTS.format(7, 7)), xml(EVENTS.format(8, 9))) != []


def test_members_of_json_are_in_any_order_and_of_one_type() -> None:
    real = {
        "name": "a",
        "memory": "1",
        "link": [{"rel": "nics"}, {"rel": "tags"}],
        "created": 10**12 + 1,
    }
    same = {
        "created": 10**12 + 5,
        "link": [{"rel": "tags"}, {"rel": "nics"}],
        "memory": "1",
        "name": "a",
    }
    assert found(as_json(real), as_json(same)) == []
    assert found(as_json(real), as_json({**real, "memory": 1})) == [("json/memory@type", "text")]
    assert found(as_json(real), as_json({**real, "created": 5})) == [("json/created", "text")]
    assert found(as_json({"a": ["1", "2"]}), as_json({"a": ["2", "1"]})) != []
