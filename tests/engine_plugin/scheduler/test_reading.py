# SPDX-License-Identifier: Apache-2.0
"""Calls as bytes: what is read, and what is refused before it can do harm."""

from __future__ import annotations

import time
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine_plugin.scheduler.xmlrpc.errors import Malformed
from engine_plugin.scheduler.xmlrpc.reading import read

from .apache import EXTENSIONS, call

HEAD = f'<?xml version="1.0"?><methodCall xmlns:ex="{EXTENSIONS}"><methodName>m</methodName>'
TAIL = "</methodCall>"


def one(value: str) -> object:
    """A call with this one parameter."""
    text = f"{HEAD}<params><param><value>{value}</value></param></params>{TAIL}"
    (found,) = read(text.encode()).parameters
    return found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        ("<string> a&amp;b&#10;</string>", " a&b\n"),
        ("<string/>", ""),
        ("", ""),
        ("<i4>-7</i4>", -7),
        ("<int> 8 </int>", 8),
        ("<ex:i1>1</ex:i1>", 1),
        ("<ex:i8>9007199254740993</ex:i8>", 9007199254740993),
        ("<ex:biginteger>12345678901234567890</ex:biginteger>", 12345678901234567890),
        ("<double>0.5</double>", 0.5),
        ("<ex:bigdecimal>1.25</ex:bigdecimal>", 1.25),
        ("<boolean>1</boolean>", True),
        ("<ex:nil/>", None),
        ("<nil/>", None),
        ("<base64>AAEC</base64>", b"\0\1\2"),
        ("<dateTime.iso8601>20260301T12:00:00</dateTime.iso8601>", datetime(2026, 3, 1, 12)),
        (
            "<ex:dateTime>2026-03-01T12:00:00.500+00:00</ex:dateTime>",
            datetime(2026, 3, 1, 12, microsecond=500000, tzinfo=timezone.utc),
        ),
        ("<array><data/></array>", []),
        ("<array><data><value>a</value><value><i4>1</i4></value></data></array>", ["a", 1]),
        ("<struct/>", {}),
        (
            "<struct><member><name>a</name><value>b</value></member></struct>",
            {"a": "b"},
        ),
        (
            "\n <struct>\n <member>\n<name>a</name> <value> <ex:nil/> </value></member></struct> ",
            {"a": None},
        ),
    ],
)
def test_value_is_read(value: str, expected: object) -> None:
    assert one(value) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("<i4>x</i4>", "'x' is no i4"),
        ("<i4>9" + "0" * 5000 + "</i4>", f"'9{'0' * 39}' is no i4"),
        ("<boolean>yes</boolean>", "'yes' is no boolean"),
        ("<dateTime.iso8601>now</dateTime.iso8601>", "'now' is no dateTime.iso8601"),
        ("<i4>1</i4><i4>2</i4>", "a value has two types"),
        ("<array/>", "a array has 0 values"),
        ("<array><value/></array>", "an array has no data"),
        ("<struct><value/></struct>", "a struct has more than members"),
        (
            "<struct><member><value/></member></struct>",
            "a struct's member has not one name and one value",
        ),
        ("<script>1</script>", "there is no element 'script' in XML-RPC"),
        ("<ex:serializable>rO0ABQ==</ex:serializable>", "there is no element 'serializable'"),
        ("<x:i4 xmlns:x='urn:other'>1</x:i4>", "it has elements of 'urn:other'"),
        ("<array><data><value>" * 20 + "</value></data></array>" * 20, "too deep"),
        ("<array><data>" + "<value/>" * 60_000 + "</data></array>", "too many values"),
        ("<string>" + "x" * 70_000 + "</string>", "a value is too long"),
    ],
)
def test_value_is_refused(value: str, reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        one(value)
    assert reason in caught.value.message


BOMB = (
    '<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(12))
    + "]>"
)


@pytest.mark.parametrize(
    "body",
    [
        HEAD.replace("?>", f"?>{BOMB}")
        + "<params><param><value>&m;</value></param></params>"
        + TAIL,
        HEAD.replace("?>", '?><!DOCTYPE m SYSTEM "file:///etc/passwd">') + TAIL,
        HEAD.replace("?>", '?><!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>') + TAIL,
        HEAD.replace("?>", "?><!DOCTYPE m>") + TAIL,
    ],
)
def test_document_with_a_dtd_is_refused_at_once(body: str) -> None:
    began = time.monotonic()
    with pytest.raises(Malformed) as caught:
        read(body.encode())
    assert str(caught.value) == (
        "call: the call cannot be read: it has a DTD; send a methodCall of XML-RPC"
    )
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<methodCall>",
        b"<methodCall></methodCall>",
        b"<methodCall/><methodCall/>",
        b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="klingon"?><methodCall/>',
        b"<methodCall><methodName>m</methodName><params><param/></params></methodCall>",
        b"GET / HTTP/1.1",
    ],
)
def test_what_is_no_call_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read(body)


@given(st.binary(max_size=400))
def test_bytes_are_a_call_or_malformed(body: bytes) -> None:
    for each in (body, HEAD.encode() + body + TAIL.encode()):
        try:
            read(each)
        except Malformed:
            continue


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 62), 1 << 62)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abc ", min_size=1, max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(VALUES, max_size=4))
def test_what_the_engines_client_sends_comes_back(parameters: list[object]) -> None:
    found = read(call("runFilters", *parameters))
    assert found.method == "runFilters"
    assert found.parameters == parameters
