# SPDX-License-Identifier: Apache-2.0
"""Two XML documents for a comparison line by line: the engine sends a domain in one line.

laid_out("<a><b/></a>...", "<a><c/></a>...")      an element a line, where lines are long
"""

from __future__ import annotations

LONG = 160
"""Characters. What people lay out, and libvirt prints, is shorter; what is shorter can be read."""


def laid_out(before: str, after: str) -> tuple[str, str]:
    """Both as they are, or both with an element a line if either has long lines."""
    if max(map(len, (*before.splitlines(), *after.splitlines())), default=0) <= LONG:
        return before, after
    return _indented(before), _indented(after)


def _indented(text: str) -> str:
    from lxml import etree  # here: 10 ms that a comparison of short lines does not need

    parser = etree.XMLParser(
        remove_blank_text=True, resolve_entities=False, no_network=True, huge_tree=True
    )
    root = etree.fromstring(text.encode("utf-8"), parser)
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")
