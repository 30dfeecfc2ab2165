# SPDX-License-Identifier: Apache-2.0
"""A parsed domain XML: the elements that NUMA is about, each with its position in the bytes.

A document is accepted if it is well-formed, a `domain`, not too large, in a known encoding, and
without a DOCTYPE (so that no entity is expanded or fetched). With the positions, `edit.py` can
change an element and leave all other bytes alone.

Expat is used rather than lxml: it gives the byte offset of each element, no tree is built of what
is skipped (a domain may have hundreds of disks), and importing it takes a tenth of the time, which
the hook needs at each VM start.

    >>> domain = parse("<domain type='kvm'><cpu><numa/></cpu></domain>").root
    >>> numa = domain.find("cpu", "numa")
    >>> numa.place, numa.start, numa.end
    ('domain XML line 1, /domain/cpu/numa', 24, 31)
"""

from __future__ import annotations

import pyexpat

from .document_errors import (
    DoctypeRefused,
    DocumentMalformed,
    DocumentTooLarge,
    ElementsTooMany,
    NotADomain,
    TooDeep,
)
from .encoding import to_utf8

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_XML_BYTES = 8 << 20
"""A domain with a thousand disks has less than 1 MiB."""
MAX_ELEMENTS = 50_000
"""Counts the elements that are kept; 16384 vCPUs, listed and pinned, are 33,000."""
MAX_DEPTH = 256
"""The limit of libvirt's own parser (libxml2 without its option for huge documents)."""

OURS = "urn:ovirt-numa:1"
"""The namespace of our element in `metadata` (`metadata.py`)."""
VDSM = "http://ovirt.org/vm/1.0"
"""The namespace of VDSM's element there (`cpu_policy.py`)."""

_WHOLE = {
    *("name", "uuid", "os", "cpu", "cputune", "numatune", "iothreads", "iothreadids"),
    *("vcpu", "vcpus", "memory", "currentMemory", "maxMemory", "memoryBacking"),
}
"""Children of `domain` that are kept with everything in them."""
_POLICY = frozenset((f"{VDSM}}}cpuPolicy", f"{VDSM}}}manuallyPinedCPUs"))
_DEVICES: dict[str, tuple[str, ...]] = {
    "memory": (),
    "hostdev": (),
    "interface": ("type", "hostdev", "vdpa"),
    "disk": ("type", "nvme", "vhostvdpa"),
    "controller": ("model", "pcie-expander-bus", "pci-expander-bus"),
}
"""An attribute, and its values with which the device is kept; all devices without one."""


class Element:
    """An element that is kept. It is in no namespace unless its name begins with "uri}"."""

    __slots__ = (
        "attrs", "children", "close", "end", "keeps", "line", "name", "parent", "parts", "start",
    )  # fmt: skip

    def __init__(
        self, name: str, attrs: Mapping[str, str], parent: Element | None, start: int, line: int
    ) -> None:
        self.name, self.attrs, self.parent = name, attrs, parent
        self.start, self.line = start, line
        self.close = self.end = -1
        """Where the end tag begins (-1: `<a/>` has none), and the byte after the element."""
        self.children: list[Element] = []
        self.parts: list[str] = []
        self.keeps: str | None = None
        """Which of its children are kept: "children", "all", "devices", "metadata", "policy" or
        none."""

    def get(self, name: str) -> str | None:
        return self.attrs.get(name)

    @property
    def text(self) -> str:
        """Its own text, without that of its children."""
        return "".join(self.parts)

    def all(self, name: str) -> Iterator[Element]:
        """The children with this name, in order."""
        return (child for child in self.children if child.name == name)

    def find(self, *path: str) -> Element | None:
        """The element at the end of this path; of several with the same name the first, as libvirt
        does.
        """
        found: Element | None = self
        for name in path:
            if found is None:
                return None
            found = next(found.all(name), None)
        return found

    @property
    def path(self) -> str:
        """Its XPath."""
        if self.parent is None:
            return f"/{self.name}"
        same = list(self.parent.all(self.name))
        index = f"[{same.index(self) + 1}]" if len(same) > 1 else ""
        return f"{self.parent.path}/{_prefixed(self.name)}{index}"

    @property
    def place(self) -> str:
        """Line and XPath, for messages."""
        return f"domain XML line {self.line}, {self.path}"


def _prefixed(name: str) -> str:
    return name.replace(f"{OURS}}}", "numa:").replace(f"{VDSM}}}", "ovirt-vm:")


class Document:
    """A document: its bytes in UTF-8, its root, and the namespace prefixes declared at the top."""

    def __init__(self, raw: bytes, root: Element, prefixes: Mapping[str, str]) -> None:
        self.raw, self.root, self.prefixes = raw, root, prefixes


def parse(xml: bytes | str) -> Document:
    """Parse a document. Raises a subclass of `XMLError` (`document_errors.py`) and nothing else."""
    if len(xml) > MAX_XML_BYTES:
        raise DocumentTooLarge("domain XML", size=len(xml), limit=MAX_XML_BYTES)
    raw = to_utf8(xml)
    if len(raw) > MAX_XML_BYTES:
        raise DocumentTooLarge("domain XML", size=len(raw), limit=MAX_XML_BYTES)
    builder = _Builder(raw)
    try:
        builder.parser.Parse(raw, True)
    except pyexpat.ExpatError as error:
        raise DocumentMalformed(
            f"domain XML line {error.lineno}, column {error.offset + 1}",
            reason=pyexpat.ErrorString(error.code),
        ) from None
    assert builder.root is not None  # else expat had found no element
    return Document(raw, builder.root, builder.prefixes)


class _Builder:
    """Makes elements from expat's events."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.root: Element | None = None
        self.open: Element | None = None
        self.depth = self.skipped = self.count = 0
        self.prefixes: dict[str, str] = {}
        self.parser = parser = pyexpat.ParserCreate("utf-8", "}")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def _doctype(self, *_: object) -> None:
        raise DoctypeRefused(f"domain XML line {self.parser.CurrentLineNumber}")

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        if prefix and (self.open is None or self.open is self.root):
            self.prefixes[prefix] = uri or ""

    def _text(self, text: str) -> None:
        if self.open is not None:
            self.open.parts.append(text)

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        parent = self.open
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooDeep(f"domain XML line {self.parser.CurrentLineNumber}", limit=MAX_DEPTH)
        if self.skipped or (parent is not None and not _is_kept(parent, name, attrs)):
            self.skipped += 1
            self.parser.CharacterDataHandler = None
            return
        parser = self.parser
        element = Element(name, attrs, parent, parser.CurrentByteIndex, parser.CurrentLineNumber)
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise ElementsTooMany(f"domain XML line {element.line}", limit=MAX_ELEMENTS)
        if parent is None:
            if name != "domain":
                raise NotADomain(f"domain XML line {element.line}", root=name[:80])
            self.root = element
            element.keeps = "children"
        else:
            parent.children.append(element)
            element.keeps = _what_it_keeps(parent, name)
        self.open = element

    def _end(self, _: str) -> None:
        self.depth -= 1
        if self.skipped:
            self.skipped -= 1
            if not self.skipped:
                self.parser.CharacterDataHandler = self._text
            return
        element, at, raw = self.open, self.parser.CurrentByteIndex, self.raw
        assert element is not None
        if raw[at - 2 : at] == b"/>" and raw.find(b"<", element.start + 1, at) < 0:
            element.end = at
        else:
            element.close, element.end = at, raw.index(b">", at) + 1
        self.open = element.parent


def _is_kept(parent: Element, name: str, attrs: Mapping[str, str]) -> bool:
    keeps = parent.keeps
    if keeps == "devices":
        wanted = _DEVICES.get(name)
        return wanted is not None and (not wanted or attrs.get(wanted[0]) in wanted[1:])
    if keeps == "policy":
        return name in _POLICY
    return keeps is not None


def _what_it_keeps(parent: Element, name: str) -> str | None:
    if parent.keeps in ("all", "devices"):
        return "all"
    if parent.keeps == "metadata":
        return "all" if name.startswith(OURS + "}") else "policy" if name == f"{VDSM}}}vm" else None
    if name == "devices":
        return "devices"
    if name == "metadata":
        return "metadata"
    return "all" if name in _WHOLE else None
