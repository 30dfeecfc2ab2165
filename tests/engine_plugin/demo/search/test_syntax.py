# SPDX-License-Identifier: Apache-2.0
"""How a search is read: what is understood, and what is no search at all."""

from __future__ import annotations

import pytest

from engine_plugin.demo.search.syntax import read


def parts(kind: str, text: str) -> str | None:
    found = read(kind, text)
    return None if found is None else " ".join(token.text for token in found)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("", ""),
        ("name=db*", "NAME = db*"),
        ("NAME = db*", "NAME = db*"),
        ('name="a b"', "NAME = a b"),
        ('name=""', "NAME = "),
        ("name!=db", "NAME != db"),
        ("memory>=1000", "MEMORY >= 1000"),
        ("status=PoweringUp", "STATUS = PoweringUp"),
        ("name=a and status=up or name=b", "NAME = a AND STATUS = up OR NAME = b"),
        ("name=a status=up", "NAME = a STATUS = up"),
        ("sortby name", "SORTBY NAME"),
        ("name=a sortby memory desc page 12", "NAME = a SORTBY MEMORY DESC PAGE 12"),
        ("hosts.name=x", "HOSTS . NAME = x"),
        ("name=a and template.name=x", "NAME = a AND TEMPLATE . NAME = x"),
        ("event = started", "EVENT = started"),
    ],
)
def test_search_is_read(text: str, read_as: str) -> None:
    assert parts("vm", text) == read_as


@pytest.mark.parametrize(
    "text",
    ["bogus=1", "(name=web*)", "custom_properties=x", "cluster.name=x", "host.name=x", "=db"],
)
def test_what_is_no_field_at_the_beginning_is_a_bare_word(text: str) -> None:
    assert parts("vm", text) == text


@pytest.mark.parametrize(
    "text",
    [
        "name",
        "name=",
        'name="x',
        "name>x",
        "memory>much",
        "status=powering_up",
        "status=wait_for_launch",
        "name=a and",
        "name=a and host.name=x",
        "name=a d",
        "a b c",
        "sortby nothing",
        "sortby name up",
        "page",
        "page x",
        "a;b",
        "it's",
        "vm_id=1",
    ],
)
def test_what_is_not_understood_is_none(text: str) -> None:
    kind = "event" if text.startswith("vm_id") else "vm"
    assert parts(kind, text) is None


def test_quote_that_is_not_closed_at_the_beginning_is_no_condition() -> None:
    assert parts("vm", '"x') == ""


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("_event_vm_id=7 and type=35", "_EVENT_VM_ID = 7 AND TYPE = 35"),
        ("type=35 and _event_template_id=7", "TYPE = 35 AND _EVENT_TEMPLATE_ID = 7"),
        ("event_vm=db1", "EVENT_VM = db1"),
        ("vm.id=7", "VM . ID = 7"),
        ("host.name=x", "HOST . NAME = x"),
        ("event_vm_id=7", "event_vm_id=7"),
        ("severity>normal sortby time desc", "SEVERITY > normal SORTBY TIME DESC"),
        ("time>Yesterday", "TIME > Yesterday"),
    ],
)
def test_search_for_events_is_read(text: str, read_as: str) -> None:
    assert parts("event", text) == read_as


@pytest.mark.parametrize("text", ["usrid=7", "_event_storage_id=7", "time>soon", "type=update"])
def test_event_fields_that_take_nothing_or_not_that(text: str) -> None:
    assert parts("event", text) is None


def test_page_with_something_behind_it_is_the_first() -> None:
    assert parts("vm", "page 2 ") == "PAGE 2 "
