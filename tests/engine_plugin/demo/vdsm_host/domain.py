# SPDX-License-Identifier: Apache-2.0
"""Domains as a real engine sent them: `tests/data/engine-domain.xml`, recorded from an engine
4.5.8, with another name, id, memory and other properties.

    vm_id, xml = domain("db1", numa_nodeset="0-1")
"""

from __future__ import annotations

import uuid
from pathlib import Path

from lxml import etree

RECORDED = Path(__file__).parents[3] / "data/engine-domain.xml"
OVIRT = "http://ovirt.org/vm/1.0"


def domain(
    name: str, *, memory_mb: int = 4096, uefi: bool = False, paused: bool = False, **properties: str
) -> tuple[str, str]:
    """The VM's id and its XML."""
    vm_id = str(uuid.uuid4())
    tree = etree.fromstring(RECORDED.read_bytes())
    facts = {"name": name, "uuid": vm_id, "sysinfo/system/entry[@name='uuid']": vm_id}
    kib = str(memory_mb * 1024)
    facts |= {"memory": kib, "currentMemory": kib, "maxMemory": str(memory_mb * 4096)}
    for path, text in facts.items():
        _one(tree, path).text = text
    _one(tree, "cpu/numa/cell").set("memory", kib)
    os, custom = _one(tree, "os"), _one(tree, f"metadata/{{{OVIRT}}}vm/{{{OVIRT}}}custom")
    if not uefi:
        os.remove(_one(os, "loader"))
        os.remove(_one(os, "nvram"))
    custom[:] = []
    for key, value in properties.items():
        etree.SubElement(custom, f"{{{OVIRT}}}{key}").text = value
    _one(tree, f"metadata/{{{OVIRT}}}vm/{{{OVIRT}}}launchPaused").text = str(paused).lower()
    return vm_id, etree.tostring(tree, encoding="unicode")


def _one(tree: etree._Element, path: str) -> etree._Element:
    found = tree.find(path)
    assert found is not None, path
    return found
