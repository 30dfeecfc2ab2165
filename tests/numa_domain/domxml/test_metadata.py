# SPDX-License-Identifier: Apache-2.0
"""The record that a rewriting leaves, and that it is found whatever its prefix."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from numa_domain.base.errors import XMLError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.domxml.metadata import Record, RecordedCell, read_placement
from numa_domain.domxml.rewrite import rewrite
from numa_domain.request.model import NumaRequest
from tests.numa_domain.domxml.made import NOTHING, domain, placed, placement, two

REQUEST = NumaRequest.parse(nodeset="0-1", topology="2")


def rewritten(*parts: str) -> str:
    return rewrite(domain(*parts), two(request=REQUEST)).decode()


def record(xml: str | bytes) -> Record:
    found = read_placement(xml)
    assert found is not None
    return found


def test_record_says_request_and_placement() -> None:
    given = placement(
        placed(0, "0-1", 2, "0", mode="preferred", page_kib=2048),
        placed(1, "2-3", 2, "1", memnode=False),
        nodes="0-1",
        request=REQUEST,
    )
    assert record(rewrite(domain("<iothreads>1</iothreads>"), given)) == Record(
        nodeset="0-1",
        topology="2",
        mode="strict",
        nodes=Nodeset.parse("0-1"),
        cells=(
            RecordedCell(0, Nodeset.of([0]), "preferred", memnode=True, page=True),
            RecordedCell(1, Nodeset.of([1]), "strict", memnode=False, page=False),
        ),
        pins={
            **{("vcpu", i): Cpuset.parse("0-7" if i < 2 else "8-15") for i in range(4)},
            ("emulator", 0): Cpuset.parse("0-15"),
            ("iothread", 1): Cpuset.parse("0-15"),
        },
        migratable=False,
    )


def test_record_of_one_input_has_no_other() -> None:
    given = two(None, None, request=NumaRequest.parse(topology="2"))
    found = record(rewrite(domain(), given))
    assert (found.nodeset, found.topology) == (None, "2")
    assert (found.mode, found.nodes, found.pins) == (None, None, {})
    assert [cell.nodes for cell in found.cells] == [None, None]


def test_record_knows_every_node() -> None:
    given = two("0", None, request=REQUEST)
    assert str(record(rewrite(domain(), given)).all_nodes) == "0"
    assert str(record(rewritten()).all_nodes) == "0-1"


def test_domain_without_record_has_none() -> None:
    assert (
        read_placement(domain("<metadata><numa:placement xmlns:numa='urn:x'/></metadata>")) is None
    )
    assert read_placement(domain()) is None


def test_metadata_is_made_after_the_names() -> None:
    new = rewrite("<domain>\n  <memory>4194304</memory>\n  <name>x</name>\n  <vcpu>4</vcpu>\n"
                  "</domain>", two(request=REQUEST)).decode()  # fmt: skip
    assert '<name>x</name>\n  <metadata>\n    <numa:placement xmlns:numa="urn:ovirt-numa:1"' in new


def test_record_joins_other_metadata() -> None:
    other = "<metadata><a:b xmlns:a='urn:a'>x<c/></a:b></metadata>"
    new = rewritten(other)
    assert "<metadata><a:b xmlns:a='urn:a'>x<c/></a:b><numa:placement " in new
    assert new.count("<metadata>") == 1


def test_record_is_found_after_vdsm_wrote_prefixes_anew() -> None:
    new = rewritten("<metadata><a:b xmlns:a='urn:a'/></metadata>")
    anew = ElementTree.tostring(ElementTree.fromstring(new), encoding="unicode")
    assert "numa:placement" not in anew
    assert record(anew) == record(new)
    assert rewrite(anew, two(request=REQUEST)) == anew.encode()


def test_record_that_changes_is_replaced_and_its_doubles_go() -> None:
    new = rewritten()
    start, end = new.index("<numa:placement"), new.index("</metadata>")
    double = new[:end] + new[start:end] + new[end:]
    again = rewrite(double, two("1", "2", request=REQUEST)).decode()
    assert again.count("<numa:placement") == 1
    assert str(record(again).all_nodes) == "1-2"


def test_record_goes_where_nothing_is_asked_any_more() -> None:
    again = rewrite(rewritten(), placement(topology_changed=False, request=NOTHING)).decode()
    assert read_placement(again) is None


@pytest.mark.parametrize(
    ("element", "prefix"),
    [
        ("<metadata xmlns:numa='urn:x'/>", "numa1"),
        ("<metadata xmlns:numa='urn:x' xmlns:numa1='urn:y'/>", "numa2"),
        ("<metadata xmlns:numa='urn:ovirt-numa:1'/>", "numa"),
        ("<metadata xmlns='urn:x'/>", "numa"),
    ],
)
def test_prefix_is_one_that_is_free(element: str, prefix: str) -> None:
    new = rewritten(element)
    assert f"<{prefix}:placement xmlns:{prefix}=" in new
    assert record(new).topology == "2"


def test_request_of_cells_comes_back() -> None:
    topology = "cpus=0-1 mem=2G page=4K / cpus=2-3 mem=2G dist=21,10"
    given = two(request=NumaRequest.parse("^3", topology))
    found = record(rewrite(domain(), given))
    assert (found.nodeset, found.topology) == ("^3", topology)


OURS = "<metadata><n:placement xmlns:n='urn:ovirt-numa:1' {}</n:placement></metadata>"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "version='2'>",
            "placement: our record in the metadata has version '2', and up to 1 they are known"
            " here; update the hook on this host to that of the host where the VM started, or start"
            " it anew",
        ),
        (
            "version='01'>",
            "placement: our record in the metadata has version '01', and up to 1 they are known"
            " here; update the hook on this host to that of the host where the VM started, or start"
            " it anew",
        ),
        (
            "version='1'><n:cell id='0' nodes='x' mode='strict'/>",
            "placement/numa:cell/@nodes: our record in the metadata cannot be read: 'x' is not a"
            " set of ids such as 0-3,8; start the VM anew: oVirt's engine has its settings, and the"
            " record is made from them",
        ),
        (
            "version='1'><n:memory mode='x' nodes='0'/>",
            "placement/numa:memory/@mode: our record in the metadata cannot be read: 'x' is not a"
            " mode of memory; start the VM anew: oVirt's engine has its settings, and the record is"
            " made from them",
        ),
    ],
)
def test_record_that_is_not_ours_to_read_is_refused(content: str, message: str) -> None:
    with pytest.raises(XMLError) as caught:
        read_placement(domain(OURS.format(content)))
    place = "domain XML line 4, /domain/metadata/numa:"
    assert str(caught.value) == f"{place}{message}"
