# SPDX-License-Identifier: Apache-2.0
"""Bodies of requests: XML or JSON as the SDK's types.

Decides what the engine would bind and what it refuses, and in which words. Knows no entity and
no rule.

    read(b"<vm><name>db1</name></vm>", "application/xml", "vm").name
"""

from __future__ import annotations

import json
from typing import Any

from lxml import etree
from ovirtsdk4 import types
from ovirtsdk4.reader import Reader

from ..faults import Malformed, PlainFault, invalid_value
from .element import LISTS

_LARGEST = 32 << 20
_CLASSES = {
    "vm": types.Vm,
    "action": types.Action,
    "template": types.Template,
    "vm_pool": types.VmPool,
    "vm_numa_node": types.VirtualNumaNode,
}
_RENAMED = {"host_numa_nodes", "link", "actions", "data_center"}
_ENUMS = {
    "affinity": ("VmAffinity", ("migratable", "user_migratable", "pinned")),
    "cpu_pinning_policy": (
        "CpuPinningPolicy",
        ("none", "manual", "resize_and_pin_numa", "dedicated", "isolate_threads"),
    ),
    "numa_tune_mode": ("NumaTuneMode", ("strict", "interleave", "preferred")),
}
_BOOLEANS = ("delete_protected", "stateless", "ballooning", "enabled", "force", "pause")


def read(body: bytes, kind: str, root: str) -> Any:
    """The SDK's value of a request's body; a fault where the engine would not bind it."""
    if len(body) > _LARGEST:
        raise Malformed
    if "json" in kind:
        element = _from_json(body, root)
    elif "xml" in kind or not kind:
        element = _parsed(body)
    else:
        raise PlainFault(415)
    if element.tag != root:
        raise PlainFault(500, "argument type mismatch")
    _check_values(element, in_json="json" in kind)
    _check_children(element)
    try:
        return Reader.read(etree.tostring(element, encoding="unicode"))
    except Exception as error:  # the SDK's Reader raises bare Exception and ValueError
        raise Malformed from error


def _parsed(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        element = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed from error
    for entity in element.iter(etree.Entity):
        raise Malformed from ValueError(entity.text)
    return element


def _check_children(element: etree._Element) -> None:
    """Unknown elements are refused, as by the engine's binding (JAXB)."""
    known = _CLASSES.get(str(element.tag))
    if known is None:
        return
    names = {n for n in dir(known) if isinstance(getattr(known, n), property)} | _RENAMED
    for child in element.iterchildren(tag=etree.Element):
        if child.tag not in names:
            raise Malformed
        if child.tag == "vm" and element.tag == "action":
            _check_children(child)


def _check_values(element: etree._Element, *, in_json: bool) -> None:
    """Words of which there are only a few: in XML the engine says which."""
    for name, (kind, words) in _ENUMS.items():
        for found in element.iter(name):
            text = (found.text or "").strip()
            if text not in words:
                allowed = ", ".join(f"'{word}'" for word in words)
                raise (
                    Malformed
                    if in_json
                    else invalid_value(
                        f"The string '{text}' isn't a valid value for the '{kind}' enumerated type."
                        f" Valid values are: {allowed}."
                    )
                )
    for name in _BOOLEANS:
        for found in element.iter(name):
            if (found.text or "").strip() not in ("true", "false", "0", "1"):
                raise (
                    Malformed
                    if in_json
                    else invalid_value(
                        f'Value "{found.text}" isn\'t a valid boolean, it should be'
                        ' "true" , "false", "0" or "1"'
                    )
                )


def _from_json(body: bytes, root: str) -> etree._Element:
    try:
        data = json.loads(body or b"{}")
        element = _element(root, data)
    except (ValueError, TypeError) as error:
        raise Malformed from error
    known = _CLASSES.get(root)
    names = {n for n in dir(known) if isinstance(getattr(known, n), property)} if known else set()
    for child in element.iterchildren(tag=etree.Element):
        if known is not None and child.tag not in names | _RENAMED:
            kind = f"org.ovirt.engine.api.model.{known.__name__}"
            text = f"Unrecognized field &quot;{child.tag}&quot; (class {kind})"
            raise PlainFault(400, f"{text}, not marked as ignorable")
    return element


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
