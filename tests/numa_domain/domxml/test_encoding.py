# SPDX-License-Identifier: Apache-2.0
"""Which encodings become UTF-8, and that UTF-8 stays as it is."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import XMLError
from numa_domain.domxml.encoding import to_utf8

DECLARED = '<?xml version="1.0" encoding="{}"?><domain>é</domain>'
AS_UTF8 = DECLARED.format("UTF-8").encode()


@pytest.mark.parametrize("name", ["utf-8", "UTF-8", "utf8"])
def test_utf8_stays_as_it_is(name: str) -> None:
    xml = DECLARED.format(name).encode()
    assert to_utf8(xml) is xml


@pytest.mark.parametrize("xml", [b"<domain/>", b"\xef\xbb\xbf<?xml version='1.0'?><domain/>", b""])
def test_document_without_encoding_stays_as_it_is(xml: bytes) -> None:
    assert to_utf8(xml) is xml


@pytest.mark.parametrize("name", ["latin1", "ISO-8859-1", "ISO-8859-15", "windows-1252"])
def test_other_encoding_becomes_utf8(name: str) -> None:
    assert to_utf8(DECLARED.format(name).encode(name)) == AS_UTF8


def test_utf16_becomes_utf8() -> None:
    assert to_utf8(DECLARED.format("UTF-16").encode("utf-16")) == AS_UTF8


@pytest.mark.parametrize("name", ["latin1", "utf-16", "no-such"])
def test_text_is_utf8_whatever_it_says(name: str) -> None:
    assert to_utf8(DECLARED.format(name)) == AS_UTF8


@pytest.mark.parametrize("quoted", ["'latin1'", "\t= \n'latin1'", '"latin1"'])
def test_declaration_is_read_as_xml_writes_it(quoted: str) -> None:
    text = f"<?xml version='1.0' encoding{quoted if '=' in quoted else '=' + quoted}?><a/>"
    assert b"latin1" not in to_utf8(text)
    assert b"UTF-8" in to_utf8(text)


def test_word_encoding_elsewhere_is_no_declaration() -> None:
    xml = b"<?xml version='1.0'?><domain encoding='latin1'>\xc3\xa9</domain>"
    assert to_utf8(xml) is xml


@pytest.mark.parametrize(
    ("xml", "encoding"),
    [
        (DECLARED.format("punycode").encode(), "punycode"),
        (DECLARED.format("no-such").encode(), "no-such"),
        (DECLARED.format("iso-8859-99").encode(), "iso-8859-99"),
        (b"\xff\xfe<\0d", "utf-16"),
    ],
)
def test_encoding_that_is_not_read_is_refused(xml: bytes, encoding: str) -> None:
    with pytest.raises(XMLError) as caught:
        to_utf8(xml)
    assert str(caught.value) == (
        f"domain XML line 1: the document cannot be read in its encoding '{encoding}';"
        " save it as UTF-8"
    )


def test_lone_surrogate_is_refused() -> None:
    with pytest.raises(XMLError) as caught:
        to_utf8("<domain>\ud800</domain>")
    assert str(caught.value) == (
        "domain XML: the document cannot be read in its encoding 'utf-8'; save it as UTF-8"
    )
