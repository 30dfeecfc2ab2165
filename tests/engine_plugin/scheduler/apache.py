# SPDX-License-Identifier: Apache-2.0
"""A client that sends what Apache ws-xmlrpc 3.1.3 with extensions sends, which is the engine's, and
reads answers as the engine's classes cast them.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
EXTENSIONS = "http://ws.apache.org/xmlrpc/namespaces/extensions"


class Integer(int):
    """Of Java: 32 bits."""


class FaultSaid(Exception):
    """XmlRpcException: what the engine takes for "no answer"."""


class Client:
    """One connection, kept open."""

    def __init__(self, port: int, *, connect: float = 0.1, reply: float = 10.0) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=connect)
        self._reply = reply

    def execute(self, method: str, *parameters: Any) -> Any:
        return result(self.post(call(method, *parameters)))

    def post(self, body: bytes, **headers: str) -> bytes:
        if self._connection.sock is None:
            self._connection.connect()
        self._connection.sock.settimeout(self._reply)
        sent = {
            "Content-Type": "text/xml",
            "User-Agent": "Apache XML RPC 3.1.3 (Sun HTTP Transport)",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        self._connection.request("POST", "/", body, sent)
        answer = self._connection.getresponse()
        found = answer.read()
        assert answer.status == 200, answer.status
        return found

    def close(self) -> None:
        self._connection.close()


def call(method: str, *parameters: Any) -> bytes:
    """As its serializer writes it: one line, the extensions' namespace on the root."""
    params = "".join(f"<param>{value(each)}</param>" for each in parameters)
    root = f'<methodCall xmlns:ex="{EXTENSIONS}">'
    body = f"<methodName>{escape(method)}</methodName><params>{params}</params></methodCall>"
    return f"{_HEAD}{root}{body}".encode()


def value(each: Any) -> str:
    """A text has no type of its own in its output; Longs and null are extensions."""
    if each is None:
        return "<value><ex:nil/></value>"
    if isinstance(each, bool):
        return f"<value><boolean>{int(each)}</boolean></value>"
    if isinstance(each, int):
        tag = "i4" if -(1 << 31) <= each < 1 << 31 else "ex:i8"
        return f"<value><{tag}>{each}</{tag}></value>"
    if isinstance(each, str):
        return f"<value>{escape(each)}</value>"
    if isinstance(each, Mapping):
        members = "".join(
            f"<member><name>{escape(name)}</name>{value(v)}</member>" for name, v in each.items()
        )
        return f"<value><struct>{members}</struct></value>"
    assert isinstance(each, Sequence)
    return f"<value><array><data>{''.join(map(value, each))}</data></array></value>"


def result(document: bytes) -> Any:
    """Of a methodResponse. Raises `FaultSaid`."""
    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False))
    assert root.tag == "methodResponse"
    fault = root.find("fault/value")
    if fault is not None:
        found = _read(fault)
        raise FaultSaid(f"{found['faultCode']} {found['faultString']}")
    single = root.find("params/param/value")
    assert single is not None
    return _read(single)


def _read(element: Any) -> Any:
    if not len(element):
        return element.text or ""
    kind = element[0]
    if kind.tag in ("int", "i4"):
        number = int(kind.text)
        assert -(1 << 31) <= number < 1 << 31, "no Integer of Java"
        return Integer(number)
    if kind.tag == "string":
        return kind.text or ""
    if kind.tag == "array":
        return [_read(each) for each in kind.iterfind("data/value")]
    assert kind.tag == "struct", kind.tag
    return {m.findtext("name"): _read(m.find("value")) for m in kind.iterfind("member")}


def filtering(found: Any) -> tuple[list[str], dict[str, list[str]]]:
    """ExternalSchedulerBrokerObjectBuilder.getFilteringResult: hosts, and what becomes events."""
    assert isinstance(found, dict)
    assert isinstance(found["result_code"], Integer)
    errors = found["plugin_errors"] if found["result_code"] else {}
    return found["result"], errors


def scoring(found: Any) -> list[tuple[str, Integer, str]]:
    """...getScoreResult."""
    assert isinstance(found["result_code"], Integer)
    for entry in found["result"]:
        assert len(entry) == 3
        assert isinstance(entry[1], Integer)
        assert re.fullmatch(r"[0-9a-f-]{36}", entry[0])
    return [tuple(entry) for entry in found["result"]]
