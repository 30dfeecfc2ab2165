# SPDX-License-Identifier: Apache-2.0
"""How much an answer of the engine may be, beyond its bytes, before a parser sees it.

A megabyte of nothing but tags can take a hundred of memory, and libxml2 compares each attribute of
a tag with all before it. Both are counted in the bytes, so an encoding in which `<` is another byte
is none of the engine's.

    require_bounded(b"<vms/>", SHORT)
"""

from __future__ import annotations

import re

import ovirtsdk4 as sdk

SHORT, LONG = 100_000, 1_000_000
"""Tags and attributes of an answer that the SDK reads, and of one that is read in bulk: 2,500 hosts
are as many."""
_LEAST = 3
"""Bytes of the shortest tag: an answer with fewer for each that it may have is not counted."""
_OF_ONE, _WIDE = 1000, 8192
"""Attributes of one tag, of which 90,000 take minutes; tags shorter than that many bytes have too
few to matter."""
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)")
_BYTEWISE = (b"utf-8", b"us-ascii", b"iso-8859-1")
_OTHERS = (b"\xff\xfe", b"\xfe\xff", b"Lo\xa7\x94")
"""How UTF-16 and EBCDIC begin."""


class Overgrown(sdk.Error):  # type: ignore[misc]  # the SDK has no types
    """An answer of more than any that is expected."""


def require_bounded(body: bytes, elements: int) -> None:
    """Raises `Overgrown`."""
    declared = _DECLARED.search(body[:1000])
    known = declared is None or declared[1].lower() in _BYTEWISE
    if not known or b"\0" in body[:4] or body.startswith(_OTHERS):
        raise Overgrown("it is not in UTF-8")
    if len(body) > _LEAST * elements and body.count(b"<") + body.count(b"=") > elements:
        raise Overgrown(f"it has more than {elements:,} tags and attributes")
    if _crowded(body):
        raise Overgrown(f"a tag in it has more than {_OF_ONE:,} attributes")


def _crowded(body: bytes) -> bool:
    """Whether a tag, or what stands between two, may have so many attributes. Where none is that
    long, which is every answer of an engine, it looks at few bytes."""
    begin = 0
    while begin + _WIDE < len(body):
        last = body.rfind(b"<", begin + 1, begin + _WIDE)
        if last < 0:
            end = body.find(b"<", begin + _WIDE)
            last = len(body) if end < 0 else end
            if body.count(b"=", begin, last) > _OF_ONE:
                return True
        begin = last
    return False
