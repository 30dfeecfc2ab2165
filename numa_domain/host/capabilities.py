# SPDX-License-Identifier: Apache-2.0
"""A host from libvirt's capabilities XML: its element host/topology/cells.

The text is what `virsh -r capabilities` prints; nothing here calls libvirt.

    >>> host = read_capabilities(
    ...     "<capabilities><host><topology><cells num='1'><cell id='0'>"
    ...     "<memory unit='KiB'>4194304</memory><cpus num='1'><cpu id='0'/></cpus>"
    ...     "</cell></cells></topology></host></capabilities>"
    ... )
    >>> host.nodes[0].free_kib
    4194304

libvirt writes no <memory> for a node that has none, and early versions write it for no node; then
the size is taken from <pages>, which lists ordinary pages too. A <cpu> without siblings, where
others have them, is offline.
"""

from __future__ import annotations

from lxml import etree

from ..base.errors import HostError, XMLError, excerpt
from ..base.idset import MAX_ID, Cpuset
from ..base.units import MAX_KIB
from .model import HostTopology, Node, PagePool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MAX_LENGTH = 16 << 20
"""In bytes or characters. 8,192 CPUs with their siblings take 1.5 million."""


class CapabilitiesMalformed(XMLError):
    what = "the capabilities are not XML: {reason}"
    todo = "give it what `virsh -r capabilities` prints"


class CapabilitiesRefused(XMLError):
    what = "the capabilities have {what}"
    todo = "give it what `virsh -r capabilities` prints"


class NotCapabilities(XMLError):
    what = "the document is <{root}>, not <capabilities>"
    todo = "give it what `virsh -r capabilities` prints"


class CapabilityWrong(XMLError):
    what = "{value!r} is not {expected}"
    todo = "give it what `virsh -r capabilities` prints"


class CellTwice(XMLError):
    what = "cell {id} is there twice"
    todo = "give it what `virsh -r capabilities` prints"


class NoCells(HostError):
    what = "the capabilities list no NUMA cells"
    todo = "ask the libvirt of a host, not one whose driver has no NUMA"


class MemoryNotTold(HostError):
    what = "the capabilities give no memory for any node"
    todo = "take them from a newer libvirt, or read the host's sysfs"


def read_capabilities(xml: str | bytes, free_kib: Mapping[int, int] | None = None) -> HostTopology:
    """The host that a capabilities XML describes.

    The XML does not say how much memory is free. `free_kib` does, by node id (virsh freecell);
    otherwise all memory outside of huge page pools counts as free. Raises `HostError` or
    `XMLError`.
    """
    cells = _cells(_parse(xml))
    some_memory = any(cell.find("memory") is not None for cell in cells)
    some_siblings = any(cpu.get("siblings") for cell in cells for cpu in cell.iter("cpu"))
    nodes: dict[int, Node] = {}
    for cell in cells:
        node = _node(cell, free_kib or {}, some_memory, some_siblings)
        if node.id in nodes:
            raise CellTwice(id=node.id)
        nodes[node.id] = node
    if not any(node.memory_kib for node in nodes.values()):
        raise MemoryNotTold
    return HostTopology.of(nodes.values())


def _parse(xml: str | bytes) -> etree._Element:
    if len(xml) > _MAX_LENGTH:
        raise CapabilitiesRefused(what=f"more than {_MAX_LENGTH} characters")
    # A str has no encoding, whatever its XML declaration says
    encoding = "utf-8" if isinstance(xml, str) else None
    parser = etree.XMLParser(
        encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        content = xml.encode() if isinstance(xml, str) else xml
        if b"<!DOCTYPE" in content:  # before anything could expand its entities
            raise CapabilitiesRefused(what="a document type")
        root = etree.fromstring(content, parser)
    except UnicodeEncodeError as e:
        raise CapabilitiesMalformed(reason=f"character {e.start + 1} is none") from None
    except etree.XMLSyntaxError as e:
        raise CapabilitiesMalformed(reason=excerpt(e.msg or "it is empty")) from None
    if root.getroottree().docinfo.internalDTD is not None:  # in UTF-16
        raise CapabilitiesRefused(what="a document type")
    return root


def _cells(root: etree._Element) -> list[etree._Element]:
    if root.tag != "capabilities":
        raise NotCapabilities(root=excerpt(str(root.tag)))
    cells = root.findall("host/topology/cells/cell")
    if not cells:
        raise NoCells
    return cells


def _node(
    cell: etree._Element, free_kib: Mapping[int, int], some_memory: bool, some_siblings: bool
) -> Node:
    id = _number(cell.get("id"), "cell/@id", MAX_ID)
    where = f"cell {id}"
    pages = _pages(cell, where)
    told = cell.find("memory")
    memory = 0 if told is None else _kib(told, told.text, f"{where}/memory")
    if not some_memory:
        memory = sum(size * count for size, count in pages.items())
    # The smallest pages are the ordinary ones: 4 KiB, on POWER and some ARM hosts 64 KiB
    pools = {size: PagePool(pages[size], pages[size]) for size in sorted(pages)[1:]}
    pooled = sum(size * pool.total for size, pool in pools.items())
    cpus = _cpus(cell.iterfind("cpus/cpu"), where, some_siblings)
    free = min(memory, free_kib.get(id, memory - pooled))
    return Node(id, cpus, memory, max(0, free), 0, 0, _distances(cell, where), pools)


def _pages(cell: etree._Element, where: str) -> dict[int, int]:
    """Page size in KiB -> number of pages, ordinary ones included."""
    place = f"{where}/pages"
    return {
        _kib(page, page.get("size"), f"{place}/@size"): _number(page.text, place, MAX_KIB)
        for page in cell.iterfind("pages")
    }


def _kib(element: etree._Element, text: str | None, where: str) -> int:
    unit = element.get("unit", "KiB")
    if unit != "KiB":  # libvirt has never written another
        raise CapabilityWrong(f"{where}/@unit", value=unit, expected="KiB")
    return _number(text, where, MAX_KIB)


def _cpus(cpus: Iterable[etree._Element], where: str, some_siblings: bool) -> Cpuset:
    return Cpuset.of(
        _number(cpu.get("id"), f"{where}/cpus/cpu/@id", MAX_ID)
        for cpu in cpus
        if cpu.get("siblings") or not some_siblings
    )


def _distances(cell: etree._Element, where: str) -> dict[int, int]:
    place = f"{where}/distances/sibling"
    return {
        _number(sibling.get("id"), f"{place}/@id", MAX_ID): _number(
            sibling.get("value"), f"{place}/@value", 255
        )
        for sibling in cell.iterfind("distances/sibling")
    }


def _number(text: str | None, where: str, high: int) -> int:
    shown = (text or "").strip()
    if not (shown.isascii() and shown.isdigit() and len(shown) < 20 and int(shown) <= high):
        raise CapabilityWrong(where, value=shown, expected=f"a number from 0 to {high}")
    return int(shown)
