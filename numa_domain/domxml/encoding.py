# SPDX-License-Identifier: Apache-2.0
"""Converts a document to UTF-8, which VDSM reads and all code here works on.

Only the XML declaration is parsed. A document in UTF-8 stays byte for byte as it is, with or
without a byte order mark.

    >>> to_utf8('<?xml version="1.0" encoding="latin1"?><a/>')
    b'<?xml version="1.0" encoding="UTF-8"?><a/>'
"""

from __future__ import annotations

from .document_errors import EncodingRefused

_UTF8 = ("utf-8", "utf8", "us-ascii", "ascii")
_READ = ("utf-16", "utf-16le", "utf-16be", "latin1", "latin-1", "iso-8859-", "windows-125")
"""What libvirt's parser reads besides UTF-8, and the Windows code pages. Not every codec of Python:
some take quadratic time.
"""


def to_utf8(xml: bytes | str) -> bytes:
    """The document in UTF-8, with a declaration that says so. Raises `EncodingRefused`."""
    if isinstance(xml, str):
        return _encode(_declare_utf8(xml))
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _encode(_declare_utf8(_decode(xml, "utf-16")))
    start, end = _declared(xml[:256].decode("latin-1"))
    encoding = xml[start:end].decode("latin-1").lower()
    if not encoding or encoding in _UTF8:
        return xml
    return _encode(_declare_utf8(_decode(xml, encoding)))


def _decode(xml: bytes, encoding: str) -> str:
    if not encoding.startswith(_READ):
        raise EncodingRefused("domain XML line 1", encoding=encoding)
    try:
        return xml.decode(encoding)
    except (LookupError, UnicodeError):
        raise EncodingRefused("domain XML line 1", encoding=encoding) from None


def _encode(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate, which no document can hold
        raise EncodingRefused("domain XML", encoding="utf-8") from None


def _declare_utf8(text: str) -> str:
    start, end = _declared(text[:256])
    if start == end or text[start:end].lower() in _UTF8:
        return text
    return f"{text[:start]}UTF-8{text[end:]}"


def _declared(head: str) -> tuple[int, int]:
    """Start and end of the encoding's name in the XML declaration; (0, 0) if there is none."""
    begin = 1 if head.startswith("\ufeff") else 3 if head.startswith("\xef\xbb\xbf") else 0
    close = head.find("?>")
    at = head.find("encoding", begin, close)
    if not head.startswith("<?xml", begin) or close < 0 or at < 0:
        return 0, 0
    for quote in "\"'":
        start = head.find(quote, at, close) + 1
        end = head.find(quote, start, close)
        if start and end > 0 and not head[at + 8 : start - 1].strip(" \t\r\n="):
            return start, end
    return 0, 0
