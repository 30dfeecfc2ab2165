# SPDX-License-Identifier: Apache-2.0
"""Elements as XML and as JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine_plugin.demo.rest.element import Element, Kept, json_of, moment, reference, texts, xml

VM: Element = (
    "vm",
    [
        ("actions", [("link", None, {"href": "/start", "rel": "start"})]),
        ("name", "a<b & c"),
        ("comment", ""),
        ("link", None, {"href": "/nics", "rel": "nics"}),
        ("stateless", False),
        ("cpu", [("cores", 2)]),
        ("creation_time", moment(1.5)),
        ("custom_properties", []),
        ("datum", Decimal("0.5")),
        reference("host", "/hosts/1", "1"),
    ],
    {"href": "/vms/1", "id": "1"},
)


def test_xml_is_indented_by_four_and_tells_empty_from_nothing() -> None:
    assert xml(VM) == (
        '<vm href="/vms/1" id="1">\n'
        "    <actions>\n"
        '        <link href="/start" rel="start"/>\n'
        "    </actions>\n"
        "    <name>a&lt;b &amp; c</name>\n"
        "    <comment></comment>\n"
        '    <link href="/nics" rel="nics"/>\n'
        "    <stateless>false</stateless>\n"
        "    <cpu>\n"
        "        <cores>2</cores>\n"
        "    </cpu>\n"
        "    <creation_time>1970-01-01T00:00:01.500Z</creation_time>\n"
        "    <custom_properties/>\n"
        "    <datum>0.5</datum>\n"
        '    <host href="/hosts/1" id="1"/>\n'
        "</vm>\n"
    )


def test_json_has_texts_but_for_moments_and_decimals() -> None:
    assert json_of(VM) == {
        "href": "/vms/1",
        "id": "1",
        "actions": {"link": [{"href": "/start", "rel": "start"}]},
        "name": "a<b & c",
        "comment": "",
        "link": [{"href": "/nics", "rel": "nics"}],
        "stateless": "false",
        "cpu": {"cores": "2"},
        "creation_time": 1500,
        "custom_properties": {},
        "datum": 0.5,
        "host": {"href": "/hosts/1", "id": "1"},
    }


def test_items_of_a_list_are_an_array_be_there_one_or_more() -> None:
    for count in (1, 2):
        found = json_of(("vms", [VM] * count))
        assert len(found["vm"]) == count


@pytest.mark.parametrize(
    ("text", "written"),
    [('"', '"'), ("]]>", "]]&gt;"), ("\r\n", "&#13;\n"), ("ü", "ü"), ("'", "'")],
)
def test_no_more_is_escaped_than_must_be(text: str, written: str) -> None:
    assert xml(("name", text)) == f"<name>{written}</name>\n"


def test_quotes_are_escaped_in_attributes() -> None:
    assert xml(("vm", None, {"id": 'a"<'})) == '<vm id="a&quot;&lt;"/>\n'


def test_element_that_is_kept_is_written_the_same_at_any_depth() -> None:
    kept = Kept(VM)
    for _ in range(2):
        assert xml(("vms", [kept])) == xml(("vms", [VM]))
        assert xml(("a", [("vms", [kept])])) == xml(("a", [("vms", [VM])]))
        assert xml(kept) == xml(VM)
        assert json_of(kept) == json_of(VM)


def test_what_is_not_known_is_left_out() -> None:
    found: Any = texts(("name", "a"), ("comment", None), ("memory", 0), ("local", False))
    assert [name for name, _ in found] == ["name", "memory", "local"]
