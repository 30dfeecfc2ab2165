# SPDX-License-Identifier: Apache-2.0
"""Long answers of the engine, read straight from their XML.

A page of VMs, the hosts of a cluster and the nodes of 500 hosts with 24,000 statistics go
through here and not through the SDK's Reader, which takes 0.6 s for 1,000 VMs, ten times what
lxml needs (benchmarks/service.py); sending, TLS and limits are the SDK's as everywhere.

    rows = read(connection, "/vms", {"max": "100"}, "vms")
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import ovirtsdk4 as sdk
from lxml import etree
from ovirtsdk4.http import Request
from ovirtsdk4.reader import Reader

from .connection import SafeConnection

Element = Any  # etree._Element: lxml's stubs know no better name for it


class Malformed(Exception):
    """The document is cut off, or another than was asked for."""


def read(
    connection: SafeConnection,
    path: str,
    query: Mapping[str, str],
    root: str,
    *,
    shorten: Callable[[bytes], bytes] = bytes,
) -> Element:
    """The root element of an answer; the SDK's own errors where it is a refusal. `shorten` leaves
    out what is not wanted, before it is parsed; where what it leaves is not XML, all is parsed."""
    response = connection.read_long(Request("GET", path, dict(query)))
    if response.code != 200:
        _refuse(response)
    try:
        document = _parsed(response.body, shorten)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed(f"it is not XML: {error}") from error
    if document.tag != root:
        raise Malformed(f"it is <{document.tag}>, not <{root}>")
    return document


def _parsed(body: bytes, shorten: Callable[[bytes], bytes]) -> Element:
    short = shorten(body)
    if len(short) < len(body):
        with contextlib.suppress(etree.XMLSyntaxError):
            return etree.fromstring(short, _parser())
    return etree.fromstring(body, _parser())


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_blank_text=True,
        collect_ids=False,
    )


def _refuse(response: Any) -> None:
    kinds = {403: sdk.AuthError, 404: sdk.NotFoundError}
    fault = None
    if response.body:
        fault = Reader.read(response.body)
    kind = kinds.get(response.code, sdk.Error)
    raise kind(f"HTTP {response.code}", code=response.code, fault=fault)


def text(element: Element, path: str) -> str | None:
    """The text of the first element at `path`; None where there is none, or it is empty."""
    return element.findtext(path) or None


def reference(element: Element, name: str) -> str | None:
    """The id of a link to another entity."""
    found = element.find(name)
    return None if found is None else found.get("id")


def properties(element: Element) -> dict[str, str]:
    """The custom properties."""
    found = {}
    for each in element.iterfind("custom_properties/custom_property"):
        found[each.findtext("name") or ""] = each.findtext("value") or ""
    return found


def affinity(element: Element) -> str:
    """The migration mode; "unknown" where the engine hides it from the user."""
    if element.find("placement_policy") is None:
        return "unknown"
    return text(element, "placement_policy/affinity") or "migratable"


def level(element: Element, name: str) -> str | None:
    """A compatibility level such as "4.7"; None where there is none."""
    major, minor = text(element, f"{name}/major"), text(element, f"{name}/minor")
    return f"{major}.{minor}" if major and minor else None


def moment(element: Element, name: str) -> datetime | None:
    """A time such as "2026-11-27T23:45:19.123Z"."""
    said = text(element, name)
    return datetime.fromisoformat(said.replace("Z", "+00:00")) if said else None


class XPath:
    """An XPath that each thread compiles for itself, since lxml lets one thread at a time use one.
    Strings that it finds know no parents."""

    def __init__(self, path: str) -> None:
        self._path, self._of = path, threading.local()

    def __call__(self, element: Element) -> Any:
        found = getattr(self._of, "thread", None)
        if found is None:
            found = self._of.thread = etree.XPath(self._path, smart_strings=False)
        return found(element)


_NAME = XPath("statistics/statistic/name/text()")
_DATUM = XPath("statistics/statistic/values/value[1]/datum/text()")
_COUNT = XPath("count(statistics/statistic)")


def statistics(element: Element) -> Iterator[tuple[str, float]]:
    """Names and values of a statistics list.

    As two columns where both are whole, which is ten times as fast as one by one.
    """
    names, values = texts(_NAME(element)), texts(_DATUM(element))
    if len(names) == len(values) == _COUNT(element):
        yield from zip(names, map(float, values))
        return
    for each in element.iterfind("statistics/statistic"):
        value = each.findtext("values/value/datum")
        name = each.findtext("name")
        if name and value:
            yield name, float(value)


def elements(found: object) -> list[Element]:
    """What an XPath finds that ends in elements."""
    assert isinstance(found, list)
    return found


def texts(found: object) -> list[str]:
    """What an XPath that ends in text() finds."""
    assert isinstance(found, list)
    return found
