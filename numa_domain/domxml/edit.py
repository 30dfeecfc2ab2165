# SPDX-License-Identifier: Apache-2.0
"""Edits a document in its bytes, so that everything else stays byte for byte.

New elements are indented and quoted like those around them, and are on one line if the document is.

    >>> from numa_domain.domxml.tree import parse
    >>> edit = Editor(parse("<domain>\\n  <vcpu>4</vcpu>\\n  <cputune/>\\n</domain>"))
    >>> edit.append(edit.document.root.find("cputune"), [Node("emulatorpin", {"cpuset": "0-3"})])
    >>> print(edit.apply().decode())
    <domain>
      <vcpu>4</vcpu>
      <cputune>
        <emulatorpin cpuset="0-3"/>
      </cputune>
    </domain>
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .tree import Document, Element

_BLANK = b" \t\r\n"


class Node:
    """A new element. Its children are nodes, or the bytes of an existing element."""

    __slots__ = ("attrs", "children", "name")

    def __init__(
        self, name: str, attrs: Mapping[str, str], children: Sequence[Node | bytes] = ()
    ) -> None:
        self.name, self.attrs, self.children = name, attrs, children


class Editor:
    """Collects changes to a document, and then makes all of them."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._changes: list[tuple[int, int, bytes]] = []
        self._appended: dict[int, tuple[Element, list[Node]]] = {}
        raw, root = document.raw, document.root
        first = raw[root.start : root.children[0].start if root.children else root.end]
        single, double = first.find(b"='"), first.find(b'="')
        self._quote = "'" if single >= 0 and (double < 0 or single < double) else '"'
        self._unit = self._step()

    def replace(self, element: Element, node: Node) -> None:
        """Put a new element in the place of an existing one."""
        self._change(element.start, element.end, self._render(node, self._lead(element)))

    def remove(self, element: Element) -> None:
        """Remove an element, and its line if nothing else is on it."""
        self._change(self._blank_start(element), element.end, b"")

    def append(self, parent: Element, nodes: Sequence[Node]) -> None:
        """Add children after the existing ones and those appended before."""
        if nodes:
            self._appended.setdefault(parent.start, (parent, []))[1].extend(nodes)

    def insert_first(self, parent: Element, *nodes: Node) -> None:
        """Add children before the existing ones."""
        if not parent.children:
            self._appended.setdefault(parent.start, (parent, []))[1][:0] = nodes
            return
        first = parent.children[0]
        at = self._blank_start(first)  # a removal of `first` begins there too
        self._change(at, at, self._lines(nodes, self._lead(first)))

    def insert_after(self, names: Sequence[str], node: Node) -> None:
        """Add a child to `domain`: after the first of these that exists, else at the end."""
        root = self.document.root
        for name in names:
            beside = root.find(name)
            if beside is not None:
                self._change(beside.end, beside.end, self._lines([node], self._lead(beside)))
                return
        self.append(root, [node])

    def source(self, element: Element) -> bytes:
        """The bytes of an element."""
        return self.document.raw[element.start : element.end]

    def apply(self) -> bytes:
        """The document with all changes; without any, the same bytes."""
        raw, parts, at = self.document.raw, [], 0
        changes = [*self._changes, *(self._addition(*added) for added in self._appended.values())]
        for start, end, text in sorted(changes, key=lambda change: change[:2]):
            assert start >= at, "two changes of the same bytes"
            parts += [raw[at:start], text]
            at = end
        return b"".join([*parts, raw[at:]])

    def _change(self, start: int, end: int, text: bytes) -> None:
        self._changes.append((start, end, text))

    def _addition(self, parent: Element, nodes: Sequence[Node]) -> tuple[int, int, bytes]:
        """The change that adds children to an element."""
        raw, lead = self.document.raw, self._lead(parent)
        if parent.children:
            last = parent.children[-1]
            return last.end, last.end, self._lines(nodes, self._lead(last))
        content = self._lines(nodes, lead and lead + self._unit) + lead
        at = parent.close if parent.close >= 0 else parent.end - 2
        while raw[at - 1] in _BLANK:
            at -= 1
        if parent.close >= 0:
            return at, parent.close, content
        name = raw[parent.start + 1 : at].split(None, 1)[0]  # <a/> becomes <a>content</a>
        return at, parent.end, b">" + content + b"</" + name + b">"

    def _lead(self, element: Element) -> bytes:
        """The line break and indentation before an element; b"" if there are none."""
        raw, start = self.document.raw, element.start
        while start and raw[start - 1] in b" \t":
            start -= 1
        if not start or raw[start - 1] not in b"\r\n":
            return b""
        start -= 2 if raw[start - 2 : start] == b"\r\n" else 1
        return raw[start : element.start]

    def _blank_start(self, element: Element) -> int:
        """The offset at which the blanks before an element begin."""
        raw, start = self.document.raw, element.start
        while start and raw[start - 1] in _BLANK:
            start -= 1
        return start

    def _step(self) -> bytes:
        """The indentation of one level."""
        children = self.document.root.children
        lead = self._lead(children[0]).strip(b"\r\n") if children else b""
        return lead or b"  "

    def _lines(self, nodes: Sequence[Node], lead: bytes) -> bytes:
        return b"".join(lead + self._render(node, lead) for node in nodes)

    def _render(self, node: Node, lead: bytes) -> bytes:
        quote = self._quote
        attrs = "".join(
            f" {name}={quote}{_escaped(text)}{quote}" for name, text in node.attrs.items()
        )
        if not node.children:
            return f"<{node.name}{attrs}/>".encode()
        inner = lead and lead + self._unit
        children = b"".join(
            inner + (child if isinstance(child, bytes) else self._render(child, inner))
            for child in node.children
        )
        return f"<{node.name}{attrs}>".encode() + children + lead + f"</{node.name}>".encode()


def _escaped(text: str) -> str:
    """An attribute's value: ASCII, and safe between either kind of quotes."""
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(char, entity)
    text = "".join(c if c >= " " else f"&#{ord(c)};" for c in text.replace("'", "&apos;"))
    return text.encode("ascii", "xmlcharrefreplace").decode()
