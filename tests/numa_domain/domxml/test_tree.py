# SPDX-License-Identifier: Apache-2.0
"""What is a document, where its elements stand, and how hostile ones are bounded."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import XMLError
from numa_domain.domxml import tree
from numa_domain.domxml.tree import parse


def refusal(xml: bytes | str) -> str:
    with pytest.raises(XMLError) as caught:
        parse(xml)
    return str(caught.value)


BILLION_LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE domain [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij"))
    + "]>\n<domain><name>&j;</name></domain>"
)
EXTERNAL = (
    '<!DOCTYPE domain [<!ENTITY x SYSTEM "file:///etc/passwd">]><domain><name>&x;</name></domain>'
)
DOCTYPE = "the document has a DOCTYPE, which may hold entities; remove it: a domain needs none"


@pytest.mark.parametrize(
    ("xml", "line"),
    [
        (BILLION_LAUGHS, 2),
        (EXTERNAL, 1),
        ("<!DOCTYPE domain>\n<domain/>", 1),
        ('\n<!DOCTYPE domain SYSTEM "http://127.0.0.1:1/x.dtd"><domain/>', 2),
    ],
)
def test_doctype_of_any_kind_is_refused_before_anything_expands(xml: str, line: int) -> None:
    assert refusal(xml) == f"domain XML line {line}: {DOCTYPE}"


def test_document_beyond_the_limit_is_refused_unread() -> None:
    assert refusal(b"<" * (tree.MAX_XML_BYTES + 1)) == (
        "domain XML: the document has 8388609 bytes, and 8388608 is the most that is read;"
        " give the XML of one domain, as `virsh -r dumpxml` prints it"
    )


def test_text_that_grows_beyond_the_limit_in_utf8_is_refused() -> None:
    assert refusal("<domain>" + "é" * (tree.MAX_XML_BYTES - 20)).startswith(
        "domain XML: the document has 16777184 bytes, and 8388608 is the most that is read;"
    )


@pytest.mark.parametrize(
    ("xml", "place", "reason"),
    [
        ("", "line 1, column 1", "no element found"),
        ("<domain>\n  <a></b>\n</domain>", "line 2, column 8", "mismatched tag"),
        ("<domain>&x;</domain>", "line 1, column 9", "undefined entity"),
        ("<domain><x:y/></domain>", "line 1, column 9", "unbound prefix"),
        ("<domain a='1' a='2'/>", "line 1, column 15", "duplicate attribute"),
        ("<domain/>\n<domain/>", "line 2, column 1", "junk after document element"),
        (b"<domain>\xe9\xe8</domain>", "line 1, column 9", "not well-formed (invalid token)"),
        (b"<domain>\0</domain>", "line 1, column 9", "not well-formed (invalid token)"),
    ],
)
def test_document_that_is_malformed_is_refused_at_its_place(
    xml: bytes | str, place: str, reason: str
) -> None:
    assert refusal(xml) == (
        f"domain XML {place}: the document is not well-formed XML ({reason});"
        " mend it there, or take it anew from `virsh -r dumpxml`"
    )


@pytest.mark.parametrize("name", ["network", "Domain", "domainsnapshot"])
def test_root_that_is_no_domain_is_refused(name: str) -> None:
    assert refusal(f"\n<{name}/>") == (
        f"domain XML line 2: the root element is '{name}', not a domain;"
        " give the XML of one domain, as `virsh -r dumpxml` prints it"
    )


def test_root_of_another_namespace_is_refused() -> None:
    assert "the root element is 'urn:x}domain', not a domain" in refusal("<domain xmlns='urn:x'/>")


def test_elements_beyond_the_limit_are_refused() -> None:
    assert refusal("<domain><cpu>\n" + "<a/>" * tree.MAX_ELEMENTS + "</cpu></domain>") == (
        "domain XML line 2: the domain has more than 50000 elements about CPUs, memory and"
        " metadata; give the XML of one domain, as `virsh -r dumpxml` prints it"
    )


def test_elements_that_are_skipped_have_no_limit() -> None:
    xml = "<domain><devices>" + "<disk/>" * (2 * tree.MAX_ELEMENTS) + "</devices></domain>"
    assert [child.name for child in parse(xml).root.children] == ["devices"]


def test_nesting_as_deep_as_libvirt_reads_is_read() -> None:
    deep = tree.MAX_DEPTH - 1
    assert parse("<domain>" + "<a>" * deep + "</a>" * deep + "</domain>").root.name == "domain"


@pytest.mark.parametrize("where", ["cpu", "devices", "metadata", "other"])
def test_nesting_deeper_is_refused(where: str) -> None:
    assert refusal(f"<domain><{where}>" + "<a>" * 1_000_000) == (
        "domain XML line 1: elements are nested more than 256 deep;"
        " take the document anew from `virsh -r dumpxml`: libvirt would refuse it too"
    )


SOURCE = b"""<?xml version="1.0"?>
<!-- <domain> -->
<domain a='>'>
  <cpu x="/>" ><numa
   /></cpu><cputune></cputune><numatune><memory/></numatune><os>x<!--/--></os>
  <vcpu><![CDATA[<4>]]></vcpu>
</domain>
<!-- after -->"""


@pytest.mark.parametrize(
    ("path", "source", "own_end"),
    [
        (["cpu"], b'<cpu x="/>" ><numa\n   /></cpu>', True),
        (["cpu", "numa"], b"<numa\n   />", False),
        (["cputune"], b"<cputune></cputune>", True),
        (["numatune"], b"<numatune><memory/></numatune>", True),
        (["numatune", "memory"], b"<memory/>", False),
        (["os"], b"<os>x<!--/--></os>", True),
        (["vcpu"], b"<vcpu><![CDATA[<4>]]></vcpu>", True),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_element_knows_its_bytes(
    path: list[str], source: bytes, own_end: bool, mark: bytes
) -> None:
    document = parse(mark + SOURCE)
    element = document.root.find(*path)
    assert element is not None
    assert document.raw[element.start : element.end] == source
    assert (element.close >= 0) == own_end
    assert not own_end or document.raw[element.close :].startswith(b"</")


def test_element_text_is_decoded() -> None:
    vcpu = parse(SOURCE).root.find("vcpu")
    assert vcpu is not None
    assert vcpu.text == "<4>"


def test_place_names_line_and_path_with_an_index_among_equals() -> None:
    xml = "<domain>\n<devices><disk/><memory/>\n<memory><target/></memory></devices></domain>"
    devices = parse(xml).root.find("devices")
    assert devices is not None
    assert [child.place for child in devices.children] == [
        "domain XML line 2, /domain/devices/memory[1]",
        "domain XML line 3, /domain/devices/memory[2]",
    ]


def test_interface_is_kept_only_where_it_is_a_host_device() -> None:
    xml = (
        "<domain><devices><interface type='network'/><interface type='hostdev'/></devices></domain>"
    )
    devices = parse(xml).root.find("devices")
    assert devices is not None
    assert [child.get("type") for child in devices.children] == ["hostdev"]


def test_prefixes_are_those_in_scope_at_the_top() -> None:
    xml = (
        "<domain xmlns:a='urn:a'><metadata xmlns:b='urn:b'><c xmlns:c='urn:c'/></metadata></domain>"
    )
    assert parse(xml).prefixes == {"a": "urn:a", "b": "urn:b"}
