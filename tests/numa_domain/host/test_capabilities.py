# SPDX-License-Identifier: Apache-2.0
"""Hosts read from libvirt's capabilities: its own XML, captured hosts rendered, and refusals."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import HostError, NumaError, XMLError
from numa_domain.host.capabilities import read_capabilities
from numa_domain.host.model import HostTopology, Node, PagePool
from tests.hosts import load_hosts

VIRSH = "give it what `virsh -r capabilities` prints"


def document(cells: str) -> str:
    return f"<capabilities><host><topology><cells>{cells}</cells></topology></host></capabilities>"


def rendered(host: HostTopology) -> str:
    """The capabilities that libvirt would give for a host."""
    return document("".join(_cell(node) for node in host.nodes.values()))


def _cell(node: Node) -> str:
    pooled = sum(size * pool.total for size, pool in node.pages.items())
    pages = {4: (node.memory_kib - pooled) // 4} | {s: p.total for s, p in node.pages.items()}
    memory = f"<memory unit='KiB'>{node.memory_kib}</memory>" if node.memory_kib else ""
    counts = "".join(f"<pages unit='KiB' size='{s}'>{n}</pages>" for s, n in pages.items())
    siblings = "".join(f"<sibling id='{n}' value='{d}'/>" for n, d in node.distances.items())
    distances = f"<distances>{siblings}</distances>" if siblings else ""
    cpus = "".join(f"<cpu id='{i}' socket_id='0' core_id='{i}' siblings='{i}'/>" for i in node.cpus)
    cpus = f"<cpus num='{len(node.cpus)}'>{cpus}</cpus>"
    return f"<cell id='{node.id}'>{memory}{counts}{distances}{cpus}</cell>"


@pytest.mark.parametrize("name", load_hosts())
def test_every_captured_host_reads_back_the_same(name: str) -> None:
    host = load_hosts()[name]
    nodes = host.nodes.values()
    pools = [
        {s: pool.replace(free=pool.total) for s, pool in sorted(n.pages.items())} for n in nodes
    ]
    told = HostTopology.of(n.replace(pages=p) for n, p in zip(nodes, pools))
    free = {node.id: node.free_kib for node in nodes}
    assert read_capabilities(rendered(host), free_kib=free) == told


def test_free_memory_not_given_is_all_that_no_pool_has() -> None:
    host = read_capabilities(
        document(
            "<cell id='0'><memory unit='KiB'>8388608</memory><pages unit='KiB' size='4'>1572864"
            "</pages><pages unit='KiB' size='2048'>1024</pages></cell>"
            "<cell id='1'><memory unit='KiB'>4194304</memory></cell>"
        )
    )
    assert host.nodes[0].free_kib == 6291456
    assert host.nodes[0].pages == {2048: PagePool(1024, 1024)}
    assert host.nodes[1].free_kib == 4194304


def test_free_memory_given_is_never_more_than_all() -> None:
    xml = document("<cell id='0'><memory unit='KiB'>4096</memory></cell>")
    assert read_capabilities(xml, {0: 1024}).nodes[0].free_kib == 1024
    assert read_capabilities(xml, {0: 9999}).nodes[0].free_kib == 4096
    assert read_capabilities(xml, {7: 1024}).nodes[0].free_kib == 4096


def test_memory_not_told_is_the_pages_together() -> None:
    pages = "<pages unit='KiB' size='64'>65536</pages><pages unit='KiB' size='2048'>16</pages>"
    host = read_capabilities(document(f"<cell id='0'>{pages}</cell>"))
    assert (host.nodes[0].memory_kib, host.nodes[0].free_kib) == (4227072, 4194304)


def test_memory_not_told_of_one_node_is_none() -> None:
    one = "<cell id='0'><memory>4096</memory></cell><cell id='8'><cpus><cpu id='5'/></cpus></cell>"
    host = read_capabilities(document(one))
    assert (host.nodes[8].memory_kib, str(host.nodes[8].cpus)) == (0, "5")


def test_memory_not_told_at_all_is_an_error() -> None:
    with pytest.raises(HostError) as caught:
        read_capabilities(document("<cell id='0'/>"))
    assert str(caught.value) == (
        "the capabilities give no memory for any node; "
        "take them from a newer libvirt, or read the host's sysfs"
    )


def test_cpu_without_siblings_among_others_is_offline() -> None:
    cell = "<cell id='0'><memory>4096</memory><cpus>{}</cpus></cell>"
    some = cell.format("<cpu id='0' siblings='0'/><cpu id='1'/>")
    none = cell.format("<cpu id='0'/><cpu id='1'/>")
    assert str(read_capabilities(document(some)).nodes[0].cpus) == "0"
    assert str(read_capabilities(document(none)).nodes[0].cpus) == "0-1"


def test_text_with_a_declaration_and_bytes_are_read() -> None:
    xml = document("<cell id='0'><memory>4096</memory></cell>")
    declared = f"<?xml version='1.0' encoding='ISO-8859-1'?>{xml}"
    hosts = [read_capabilities(t) for t in (xml, declared, declared.encode())]
    assert hosts[0] == hosts[1] == hosts[2]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("<cell/>", f"cell/@id: '' is not a number from 0 to 16383; {VIRSH}"),
        ("<cell id='x'/>", f"cell/@id: 'x' is not a number from 0 to 16383; {VIRSH}"),
        ("<cell id='-1'/>", f"cell/@id: '-1' is not a number from 0 to 16383; {VIRSH}"),
        (
            "<cell id='0'><memory>4 GiB</memory></cell>",
            f"cell 0/memory: '4 GiB' is not a number from 0 to 9007199254740992; {VIRSH}",
        ),
        (
            "<cell id='0'><memory unit='GiB'>4</memory></cell>",
            f"cell 0/memory/@unit: 'GiB' is not KiB; {VIRSH}",
        ),
        (
            "<cell id='0'><memory/></cell>",
            f"cell 0/memory: '' is not a number from 0 to 9007199254740992; {VIRSH}",
        ),
        (
            "<cell id='3'><cpus><cpu id='16384'/></cpus></cell>",
            f"cell 3/cpus/cpu/@id: '16384' is not a number from 0 to 16383; {VIRSH}",
        ),
        (
            "<cell id='0'><distances><sibling id='0' value='256'/></distances></cell>",
            f"cell 0/distances/sibling/@value: '256' is not a number from 0 to 255; {VIRSH}",
        ),
        ("<cell id='0'/><cell id='0'/>", f"cell 0 is there twice; {VIRSH}"),
        (
            "",
            "the capabilities list no NUMA cells; "
            "ask the libvirt of a host, not one whose driver has no NUMA",
        ),
    ],
)
def test_wrong_cells_say_where(cells: str, said: str) -> None:
    with pytest.raises(NumaError) as caught:
        read_capabilities(document(cells))
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ("<domain/>", f"the document is <domain>, not <capabilities>; {VIRSH}"),
        (
            "",
            "the capabilities are not XML: Document is empty, line 1, column 1; " + VIRSH,
        ),
        ("\ud800", f"the capabilities are not XML: character 1 is none; {VIRSH}"),
        (
            "<!DOCTYPE c [<!ENTITY a 'x'>]><capabilities>&a;</capabilities>",
            f"the capabilities have a document type; {VIRSH}",
        ),
        (
            "<!DOCTYPE c [<!ENTITY a 'x'>]><capabilities/>".encode("utf-16"),
            f"the capabilities have a document type; {VIRSH}",
        ),
        (
            " " * (16 << 20) + "<capabilities/>",
            f"the capabilities have more than 16777216 characters; {VIRSH}",
        ),
    ],
)
def test_wrong_document_is_refused(xml: str | bytes, said: str) -> None:
    with pytest.raises(XMLError) as caught:
        read_capabilities(xml)
    assert str(caught.value) == said
