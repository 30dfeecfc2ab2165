# SPDX-License-Identifier: Apache-2.0
"""Documents as the engine writes them: elements as tuples, and their XML and JSON.

Decides the form: four spaces for each level, `<tag></tag>` for an empty text and `<tag/>` for
nothing, no more escapes than JAXB's. In JSON every scalar is a text, but for moments, which
are milliseconds, and decimals, which are numbers. Knows no entity.

    >>> print(xml(("vm", [("name", "db1"), ("comment", ""), ("cpu", [("cores", 2)])])), end="")
    <vm>
        <name>db1</name>
        <comment></comment>
        <cpu>
            <cores>2</cores>
        </cpu>
    </vm>
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, Union

Content = Any
"""None: nothing. A list: elements. Anything else: a text, a truth, a number, a moment."""
Element = Union[tuple[str, Content], tuple[str, Content, dict[str, str]], "Kept"]

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STEP = "    "
LISTS = {
    "actions": "link",
    "clusters": "cluster",
    "cores": "core",
    "custom_properties": "custom_property",
    "data_centers": "data_center",
    "devices": "device",
    "events": "event",
    "filters": "filter",
    "hooks": "hook",
    "host_devices": "host_device",
    "host_numa_nodes": "host_numa_node",
    "hosts": "host",
    "jobs": "job",
    "methods": "method",
    "networks": "network",
    "numa_node_pins": "numa_node_pin",
    "permissions": "permission",
    "permits": "permit",
    "pm_proxies": "pm_proxy",
    "properties": "property",
    "required_rng_sources": "required_rng_source",
    "roles": "role",
    "scheduling_policies": "scheduling_policy",
    "scheduling_policy_units": "scheduling_policy_unit",
    "statistics": "statistic",
    "supported_rng_sources": "supported_rng_source",
    "supported_versions": "version",
    "custom_scheduling_policy_properties": "property",
    "templates": "template",
    "usages": "usage",
    "users": "user",
    "values": "value",
    "vcpu_pins": "vcpu_pin",
    "vm_numa_nodes": "vm_numa_node",
    "vm_pools": "vm_pool",
    "vms": "vm",
    "weights": "weight",
}
"""Elements that are lists, and their items: in JSON an array in an object."""


class Kept:
    """An element that is written out once for each depth and kept."""

    __slots__ = ("_texts", "element")

    def __init__(self, element: Element) -> None:
        self.element = element
        self._texts: dict[int, str] = {}

    def text(self, depth: int) -> str:
        found = self._texts.get(depth)
        if found is None:
            parts: list[str] = []
            _write(parts, self.element, _STEP * depth)
            found = self._texts[depth] = "".join(parts)
        return found


def reference(tag: str, href: str, key: str, content: Content = None) -> Element:
    """Another entity: its address and its id."""
    return (tag, content, {"href": href, "id": key})


def texts(*named: tuple[str, Content]) -> list[Element]:
    """Those of the elements that have a content: what the engine does not know is left out."""
    return [each for each in named if each[1] is not None]


def xml(element: Element) -> str:
    """The element and all below, indented."""
    parts: list[str] = []
    _write(parts, element, "")
    return "".join(parts)


def _write(parts: list[str], element: Element, pad: str) -> None:
    if isinstance(element, Kept):
        parts.append(element.text(len(pad) // len(_STEP)))
        return
    tag, content = element[0], element[1]
    head = f"{pad}<{tag}"
    if len(element) > 2:
        head += "".join(f' {n}="{_escaped(v, quotes=True)}"' for n, v in element[2].items())
    if content is None or content == []:
        parts.append(f"{head}/>\n")
    elif isinstance(content, list):
        parts.append(f"{head}>\n")
        inner = pad + _STEP
        for child in content:
            _write(parts, child, inner)
        parts.append(f"{pad}</{tag}>\n")
    else:
        parts.append(f"{head}>{_text(content)}</{tag}>\n")


def moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(round(seconds, 3), timezone.utc)


def _text(content: Content) -> str:
    if isinstance(content, str):
        return _escaped(content)
    if content is True or content is False:
        return "true" if content else "false"
    if isinstance(content, datetime):
        return content.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(content)


def _escaped(text: str, *, quotes: bool = False) -> str:
    if "&" in text or "<" in text or ">" in text or "\r" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = text.replace("\r", "&#13;")
    return text.replace('"', "&quot;") if quotes and '"' in text else text


def json_of(element: Element) -> Any:
    """The same as the engine's JSON."""
    while isinstance(element, Kept):
        element = element.element
    content = element[1]
    attributes: dict[str, Any] = dict(element[2]) if len(element) > 2 else {}
    if content is None or isinstance(content, list):
        return {**attributes, **_members(element[0], content or [])}
    return {**attributes, "value": _scalar(content)} if attributes else _scalar(content)


def _scalar(content: Content) -> Any:
    if isinstance(content, datetime):
        return round(content.timestamp() * 1000)
    if isinstance(content, Decimal):
        return int(content) if content == content.to_integral_value() else float(content)
    return _text(content) if isinstance(content, bool) else str(content)


def _members(tag: str, children: Sequence[Element]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    item = LISTS.get(tag)
    for child in children:
        while isinstance(child, Kept):
            child = child.element
        name, value = child[0], json_of(child)
        if name in ("link", "system_option_value", item):
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found
