# SPDX-License-Identifier: Apache-2.0
"""Cells as they are read, and as they take the place of those that were there."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import NumaError, XMLError
from numa_domain.base.idset import Cpuset
from numa_domain.domxml.read import parse_guest
from numa_domain.domxml.rewrite import rewrite
from numa_domain.guest.model import GuestCell
from numa_domain.placement.model import Placement
from tests.numa_domain.domxml.made import GIB, TWO_CELLS, cells, domain, placed, placement, two


def rewritten(placement: Placement, *parts: str) -> str:
    return rewrite(domain(*parts), placement).decode()


def refusal(*parts: str) -> str:
    with pytest.raises(XMLError) as caught:
        parse_guest(domain(*parts))
    return str(caught.value)


def test_cells_are_numbered_sorted_and_completed() -> None:
    xml = domain(
        cells(
            "id='1' cpus='2' memory='1' unit='GiB' memAccess='shared' discard='yes'",
            "id='0' cpus='0' memory='3145728'",
        )
    )
    assert parse_guest(xml).cells == (
        GuestCell(0, Cpuset.parse("0-1,3"), 3 * GIB),
        GuestCell(1, Cpuset.parse("2"), GIB, "shared", "yes"),
    )


def test_distances_are_mirrored_and_complete() -> None:
    one, other = "<sibling id='1' value='21'/>", "<sibling id='0' value='31'/>"
    given = [
        f"cpus='0' memory='1048576'><distances>{one}</distances></cell",
        f"cpus='1' memory='1048576'><distances>{other}</distances></cell",
    ]
    xml = domain(cells(*given, "cpus='2-3' memory='2097152'").replace("</cell/>", "</cell>"))
    assert [cell.distances for cell in parse_guest(xml).cells] == [
        {0: 10, 1: 21},
        {0: 31, 1: 10},
        {2: 10},
    ]


def test_cell_that_is_only_named_by_its_sibling_gets_that_distance() -> None:
    given = "cpus='0' memory='1048576'><distances><sibling id='1' value='21'/></distances></cell"
    xml = domain(cells(given, "cpus='1-3' memory='1048576'").replace("</cell/>", "</cell>"))
    assert [cell.distances for cell in parse_guest(xml).cells] == [
        {0: 10, 1: 21},
        {0: 21, 1: 10},
    ]


@pytest.mark.parametrize(
    ("numa", "message"),
    [
        (
            cells("id='0' cpus='0-3' memory='9'", "id='2' memory='9'"),
            "/domain/cpu/numa/cell[1]: the cells' ids are 0, 2; number them 0, 1, 2 and so on,"
            " each once: libvirt would refuse them too",
        ),
        (
            cells("cpus='0-2' memory='9'", "cpus='1-3' memory='9'"),
            "/domain/cpu/numa: cell 1 and another both have vCPUs 1-2; leave them in one:"
            " libvirt would refuse the domain too",
        ),
        (
            cells("cpus='0-2' memory='9'", "cpus='0,3' memory='9'"),
            "/domain/cpu/numa: cell 1 and another both have vCPU 0; leave them in one:"
            " libvirt would refuse the domain too",
        ),
        (
            cells("cpus='4' memory='9'"),
            "/domain/cpu/numa: cell 0 has vCPU 4, and the VM has 0-3 only; remove them, or"
            " raise <vcpu>: libvirt would refuse the domain too",
        ),
        (
            cells("cpus='0-7' memory='9'"),
            "/domain/cpu/numa: cell 0 has vCPUs 0-7, and the VM has 0-3 only; remove them, or"
            " raise <vcpu>: libvirt would refuse the domain too",
        ),
        (
            cells("cpus='0-3'"),
            "/domain/cpu/numa/cell: attribute memory is missing; add it:"
            " libvirt would refuse the domain too",
        ),
    ],
)
def test_cells_that_libvirt_refuses_are_refused(numa: str, message: str) -> None:
    assert refusal(numa) == f"domain XML line 4, {message}"


def test_default_cell_is_replaced() -> None:
    new = rewritten(two(), cells("id='0' cpus='0-3' memory='4194304'"))
    assert new.count("<cell ") == 2
    both = (
        '<cell id="0" cpus="0-1" memory="2097152"/>',
        '<cell id="1" cpus="2-3" memory="2097152"/>',
    )
    assert f"  <cpu><numa>{both[0]}{both[1]}</numa></cpu>\n" in new


def test_cpu_is_made_where_there_is_none() -> None:
    assert (
        "  <cpu>\n    <numa>\n"
        '      <cell id="0" cpus="0-1" memory="2097152"/>\n'
        '      <cell id="1" cpus="2-3" memory="2097152"/>\n'
        "    </numa>\n  </cpu>\n"
    ) in rewritten(two())


def test_numa_joins_a_cpu_that_is_there() -> None:
    new = rewritten(two(), "<cpu mode='host-passthrough'/>")
    assert new.count("<cpu") == 1 + new.count("<cputune>")
    assert "<cpu mode='host-passthrough'>\n    <numa>\n      <cell" in new


def test_memory_only_cell_has_no_cpus() -> None:
    new = rewritten(placement(placed(0, "0-3", 3, "0"), placed(1, "", 1, "9"), nodes="0,9"))
    assert '<cell id="1" memory="1048576"/>' in new


def test_cell_has_access_discard_and_distances() -> None:
    given = [
        placed(0, "0-1", 2, "0", distances=(10, 21), access="shared"),
        placed(1, "2-3", 2, "1", discard="yes"),
    ]
    assert (
        '<cell id="0" cpus="0-1" memory="2097152" memAccess="shared">\n'
        "        <distances>\n"
        '          <sibling id="0" value="10"/>\n'
        '          <sibling id="1" value="21"/>\n'
        "        </distances>\n"
        "      </cell>\n"
        '      <cell id="1" cpus="2-3" memory="2097152" discard="yes"/>\n'
    ) in rewritten(placement(*given, nodes="0-1"))


@pytest.mark.parametrize("changed", [True, False])
def test_cells_that_are_so_already_keep_their_bytes(changed: bool) -> None:
    old = cells("memory='2' unit='GiB' cpus='1,0'", "id='1'  memory='2097152' cpus='2-3'")
    assert old in rewritten(two(topology_changed=changed), old)


def test_cells_of_the_domain_stay_where_the_topology_does() -> None:
    old = cells("cpus='0' memory='2097152'", "cpus='2-3' memory='2097152'")  # 1 goes to cell 0
    assert old in rewritten(two(topology_changed=False), old)


HMAT = (
    "<cpu><numa><!-- a --><cell cpus='0-3' memory='4194304'><cache level='1'/></cell>"
    "<interconnects><latency initiator='0' target='{}' type='access' value='5'/></interconnects>"
    "</numa></cpu>"
)


def test_caches_stay_with_their_cell_and_interconnects_as_they_are() -> None:
    new = rewritten(two(), HMAT.format(1))
    assert '<cell id="0" cpus="0-1" memory="2097152"><cache level=\'1\'/></cell>' in new
    assert "<!-- a -->" in new
    assert "<interconnects><latency initiator='0' target='1' type='access' value='5'/>" in new


def test_interconnect_of_a_cell_that_is_gone_is_an_error() -> None:
    with pytest.raises(NumaError) as caught:
        rewritten(two(), HMAT.format(2))
    assert str(caught.value) == (
        "domain XML line 4, /domain/cpu/numa/interconnects/latency: the latency is about cell 2,"
        " and the guest gets cells 0-1 only; remove it, or ask for a cell 2 in numa_topology"
    )


def test_namespaced_cpu_is_not_ours() -> None:
    other = "<x:cpu xmlns:x='urn:x'><numa><cell cpus='9' memory='no'/></numa></x:cpu>"
    new = rewritten(two(), other)
    assert other in new
    assert len(parse_guest(new).cells) == 2


def test_cells_fewer_than_before() -> None:
    new = rewritten(placement(placed(0, "0-3", 4, "0"), nodes="0"), TWO_CELLS)
    assert [str(cell.cpus) for cell in parse_guest(new).cells] == ["0-3"]
