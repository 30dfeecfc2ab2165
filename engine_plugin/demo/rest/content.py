# SPDX-License-Identifier: Apache-2.0
"""Bodies: the SDK's types as the engine's XML or JSON, and back.

Decides the form of a document: links and actions that the SDK's Writer leaves out, wrapped
collections, and JSON in which every scalar is a text. Knows no entity and no rule.

    >>> Item(types.Vm(id="7", name="db1"), "/vms/7").xml()
    '<vm href="/vms/7" id="7"><name>db1</name></vm>'
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from ovirtsdk4 import types
from ovirtsdk4.reader import Reader
from ovirtsdk4.writer import Writer

from ..faults import malformed

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
LISTS = {
    "cores": "core",
    "clusters": "cluster",
    "data_centers": "data_center",
    "custom_properties": "custom_property",
    "devices": "device",
    "events": "event",
    "hooks": "hook",
    "host_numa_nodes": "host_numa_node",
    "hosts": "host",
    "jobs": "job",
    "numa_node_pins": "numa_node_pin",
    "permissions": "permission",
    "permits": "permit",
    "roles": "role",
    "statistics": "statistic",
    "templates": "template",
    "users": "user",
    "values": "value",
    "vcpu_pins": "vcpu_pin",
    "vm_numa_nodes": "vm_numa_node",
    "vm_pools": "vm_pool",
    "vms": "vm",
}
"""Elements that are lists, and their items; those of an option are named otherwise."""
_LARGEST = 32 << 20


@dataclass(frozen=True)
class Item:
    """An entity to send: what the SDK's type holds, its address, its links and actions."""

    value: Any
    href: str
    links: tuple[str, ...] = ()
    """Sub-collections, named below the entity."""
    actions: tuple[str, ...] = ()
    extra: tuple[str, ...] = field(default=())
    """XML of further elements, for inlined sub-collections."""

    def xml(self) -> str:
        self.value.href = self.href
        text = str(Writer.write(self.value)).rstrip()
        more = "".join(self.extra) + self._links()
        if not more:
            return text
        if text.endswith("/>"):
            tag = text[1 : text.find(" ")]
            return f"{text[:-2]}>{more}</{tag}>"
        end = text.rindex("</")
        return text[:end] + more + text[end:]

    def _links(self) -> str:
        actions = "".join(f'<link href="{self.href}/{a}" rel="{a}"/>' for a in self.actions)
        links = "".join(f'<link href="{self.href}/{n}" rel="{n}"/>' for n in self.links)
        return (f"<actions>{actions}</actions>" if actions else "") + links


def collection(root: str, items: Sequence[Item]) -> str:
    """A list of entities, each as it would be alone."""
    inside = "".join(item.xml() for item in items)
    return f"<{root}>{inside}</{root}>" if inside else f"<{root}/>"


def to_json(xml: str) -> Any:
    """The same document as the engine's JSON."""
    return _value(etree.fromstring(xml.encode()))


def _value(element: etree._Element) -> Any:
    if not len(element) and not element.attrib:
        if element.text is None and (element.tag in LISTS or element.tag == "actions"):
            return {}
        return element.text or ""
    found: dict[str, Any] = {str(name): value for name, value in element.attrib.items()}
    item = LISTS.get(str(element.tag))
    for child in element:
        name, value = str(child.tag), _value(child)
        if name in ("link", "system_option_value", item):
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def read(body: bytes, kind: str, root: str) -> Any:
    """The SDK's value of a request's body; a fault where the engine would not bind it."""
    if len(body) > _LARGEST:
        raise malformed()
    xml = _from_json(body, root) if "json" in kind else body
    element = _parsed(xml)
    if element.tag != root:
        raise malformed()
    _check_children(element)
    try:
        return Reader.read(etree.tostring(element, encoding="unicode"))
    except Exception as error:  # the SDK's Reader raises bare Exception and ValueError
        raise malformed() from error


def _parsed(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        element = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise malformed() from error
    for entity in element.iter(etree.Entity):
        raise malformed() from ValueError(entity.text)
    return element


_CLASSES = {
    "vm": types.Vm,
    "action": types.Action,
    "template": types.Template,
    "vm_pool": types.VmPool,
    "vm_numa_node": types.VirtualNumaNode,
}
_RENAMED = {"host_numa_nodes", "link", "actions", "data_center"}


def _check_children(element: etree._Element) -> None:
    """Unknown elements are refused, as by the engine's binding (JAXB); enums as well."""
    known = _CLASSES.get(str(element.tag))
    if known is None:
        return
    names = {n for n in dir(known) if isinstance(getattr(known, n), property)} | _RENAMED
    for child in element.iterchildren(tag=etree.Element):
        if child.tag not in names:
            raise malformed()
        if child.tag == "vm" and element.tag == "action":
            _check_children(child)
    for name, allowed in _ENUMS.items():
        for found in element.iter(name):
            if (found.text or "").strip() not in {str(e.value) for e in allowed}:
                raise malformed()


_ENUMS: dict[str, Any] = {
    "affinity": types.VmAffinity,
    "cpu_pinning_policy": types.CpuPinningPolicy,
    "numa_tune_mode": types.NumaTuneMode,
}


def _from_json(body: bytes, root: str) -> bytes:
    try:
        data = json.loads(body or b"{}")
        return etree.tostring(_element(root, data))
    except (ValueError, TypeError) as error:
        raise malformed() from error


def _element(name: str, value: Any) -> etree._Element:
    element = etree.Element(name)
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("id", "href", "rel") and isinstance(inner, str):
                element.set(key, inner)
                continue
            for each in inner if isinstance(inner, list) else [inner]:
                if each is not None:
                    element.append(_element(key, each))
    elif isinstance(value, list):
        for each in value:
            element.append(_element(LISTS.get(name, "item"), each))
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    else:
        element.text = str(value)
    return element
