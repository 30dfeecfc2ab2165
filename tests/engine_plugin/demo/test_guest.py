# SPDX-License-Identifier: Apache-2.0
"""A guest is really booted; what it says and what libvirt refuses is taken as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from engine_plugin.demo.adapt import Boot, adapt
from engine_plugin.demo.guest import GuestFailed, GuestNode, GuestReport, Machine
from engine_plugin.demo.guest import missing as lacking
from numa_domain.base.idset import Cpuset
from tests.tools import missing

ENGINE_XML = (Path(__file__).parents[3] / "engine_plugin/demo/vm.xml").read_text(encoding="utf-8")
DEFAULT_CELL = '<cell id="0" cpus="0-15" memory="524288"/>'
THREE_CELLS = """
<cell id="0" cpus="0-2,4-9" memory="262144">
  <distances><sibling id="1" value="21"/><sibling id="2" value="31"/></distances>
</cell>
<cell id="1" cpus="3,10-15" memory="196608"/>
<cell id="2" memory="65536"/>"""


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    if lacking():
        missing("; ".join(lacking()))
    with Machine(timeout=90) as machine:
        yield machine


def test_boot_guest_reports_its_cells(machine: Machine) -> None:
    xml, _ = machine.adapt(ENGINE_XML)
    report = machine.boot(xml.replace(DEFAULT_CELL, THREE_CELLS))
    nodes = report.nodes
    assert str(report.online) == "0-3"
    assert {i: str(node.cpus) for i, node in nodes.items()} == {0: "0-2", 1: "3", 2: ""}
    assert {i: node.distances for i, node in nodes.items()} == {
        0: {0: 10, 1: 21, 2: 31},
        1: {0: 21, 1: 10, 2: 20},
        2: {0: 31, 1: 20, 2: 10},
    }
    # Firmware keeps some pages of the first cell (below 1 MiB) and of the last (tables).
    for i, asked in {0: 262144, 1: 196608, 2: 65536}.items():
        assert asked - 1024 < nodes[i].memory_kib <= asked
        assert nodes[i].usable_kib < nodes[i].memory_kib


def test_boot_without_cells_reports_one_node(machine: Machine) -> None:
    xml, _ = machine.adapt(ENGINE_XML)
    assert list(machine.boot(xml).nodes) == [0]


def test_boot_node_that_is_not_there_is_refused(machine: Machine) -> None:
    xml, _ = machine.adapt(ENGINE_XML)
    bound = xml.replace("<cpu ", '<numatune><memory mode="strict" nodeset="900"/></numatune><cpu ')
    with pytest.raises(GuestFailed) as caught:
        machine.boot(bound)
    assert str(caught.value) == (
        "error: Failed to start domain 'numa-demo'\n"
        "error: unsupported configuration: NUMA node 900 is unavailable"
    )


def test_boot_xml_outside_the_schema_is_refused(machine: Machine) -> None:
    xml, _ = machine.adapt(ENGINE_XML)
    with pytest.raises(GuestFailed) as caught:
        machine.boot(xml.replace("<memory>", '<memory colour="red">'))
    assert "XML document failed to validate against schema" in str(caught.value)


def test_qemu_argv_names_host_nodes(machine: Machine) -> None:
    xml, _ = machine.adapt(ENGINE_XML)
    bound = xml.replace("<cpu ", '<numatune><memory mode="strict" nodeset="0"/></numatune><cpu ')
    assert '"host-nodes":[0],"policy":"bind"' in machine.qemu_argv(bound)


CONSOLE = (
    "numa-report begin\r\n"
    "numa-report online 0-1\r\n"
    "numa-report node 8 cpus \r\n"
    "numa-report node 8 distances 40 10\r\n"
    "numa-report node 8 usable_kib 900\r\n"
    "numa-report node 0 cpus 0-1\r\n"
    "numa-report node 0 distances 10 40\r\n"
    "numa-report node 0 usable_kib 100\r\n"
    "numa-report node 0 present_pages 20\r\n"
    "numa-report node 0 present_pages 10\r\n"
    "numa-report end\r\n"
)
REPORT = GuestReport(
    {
        0: GuestNode(Cpuset.parse("0-1"), 120, 100, {0: 10, 8: 40}),
        8: GuestNode(Cpuset(), 0, 900, {0: 40, 8: 10}),
    },
    Cpuset.parse("0-1"),
)


def test_report_parse_adds_zones_and_skips_noise() -> None:
    assert GuestReport.parse("[    0.1] Linux\r\n" + CONSOLE) == REPORT


def test_report_parse_takes_out_the_kernels_lines_wherever_they_stand() -> None:
    line = "[    3.221079] sysrq: Power Off\r\n"
    for at in range(len(CONSOLE) + 1):
        assert GuestReport.parse(CONSOLE[:at] + line + CONSOLE[at:]) == REPORT


def test_report_parse_guest_that_died_shows_its_last_words() -> None:
    with pytest.raises(GuestFailed) as caught:
        GuestReport.parse("numa-report begin\nKernel panic")
    assert str(caught.value) == (
        "the guest did not report; its console ends: 'numa-report begin\\nKernel panic'"
    )


def test_adapt_leaves_what_the_demonstration_is_about() -> None:
    parser = etree.XMLParser(remove_blank_text=True)
    before = etree.fromstring(ENGINE_XML.encode(), parser)
    after = etree.fromstring(adapt(ENGINE_XML, Boot("k", "i", "c", "o"))[0], parser)
    for path in ("memory", "currentMemory", "maxMemory", "vcpu", "cpu/numa", "metadata", "cputune"):
        assert canonical(after.find(path)) == canonical(before.find(path)), path
    assert after.findtext("os/kernel") == "k"
    assert [child.tag for child in after.find("devices")] == ["serial", "memballoon"]


def test_adapt_says_each_change() -> None:
    assert adapt(ENGINE_XML, Boot("k", "i", "c", "o"))[1] == [
        "<domain type='kvm'> is type='qemu': no hardware help is needed",
        "the CPU model EPYC is what QEMU can emulate",
        "it boots a kernel with a small init that reports on the console, instead of a disk",
        "devices are one serial console (gone: channel, controller, disk, input, interface,"
        " memballoon, rng)",
    ]


def canonical(element: etree._Element | None) -> bytes:
    assert element is not None
    return etree.tostring(element, method="c14n", exclusive=True)
