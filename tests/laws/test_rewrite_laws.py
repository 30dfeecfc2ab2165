# SPDX-License-Identifier: Apache-2.0
"""Laws of rewriting: once is twice, nothing is lost, nothing of others' is touched, and the
result says what the placement says.
"""

from __future__ import annotations

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset
from numa_domain.domxml.metadata import read_placement
from numa_domain.domxml.read import parse_guest
from numa_domain.domxml.rewrite import rewrite
from numa_domain.guest.model import Guest
from numa_domain.placement.model import Placement
from numa_domain.placement.place import place
from numa_domain.request.model import NumaRequest
from tests.golden.cases import HOST
from tests.laws.rewriting import NOISE, domains, not_ours, requests

thorough = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


def placed(xml: str | bytes, request: NumaRequest) -> Placement:
    """The placement; the example is passed over where there is none."""
    try:
        placement = place(parse_guest(xml), request, HOST)
        rewrite(xml, placement)
    except NumaError as error:
        event(error.code)
        assume(False)
    event("rewritten")
    return placement


@given(domains(), requests())
@thorough
def test_rewriting_twice_is_rewriting_once(xml: str, request: NumaRequest) -> None:
    placement = placed(xml, request)
    once = rewrite(xml, placement)
    assert rewrite(once, placement) == once


@given(domains(), requests())
@thorough
def test_the_same_request_on_the_result_changes_nothing(xml: str, request: NumaRequest) -> None:
    once = rewrite(xml, placed(xml, request))
    assert rewrite(once, place(parse_guest(once), request, HOST)) == once


@given(domains(), requests())
@thorough
def test_memory_vcpus_and_devices_are_conserved(xml: str, request: NumaRequest) -> None:
    before = parse_guest(xml)
    after = parse_guest(rewrite(xml, placed(xml, request)))
    for field in ("memory_kib", "current_memory_kib", "max_memory_kib", "vcpus_max"):
        assert getattr(before, field) == getattr(after, field)
    assert (before.vcpus_current, before.devices) == (after.vcpus_current, after.devices)
    assert (before.iothreads, before.locked) == (after.iothreads, after.locked)
    if after.cells:
        assert sum(cell.memory_kib for cell in after.cells) == before.memory_kib
        vcpus = sorted(vcpu for cell in after.cells for vcpu in cell.cpus)
        assert vcpus == list(range(before.vcpus_max))


@given(domains(), requests())
@thorough
def test_what_is_not_ours_is_unchanged(xml: str, request: NumaRequest) -> None:
    new = rewrite(xml, placed(xml, request))
    assert not_ours(new) == not_ours(xml)
    assert new.decode().count(NOISE) == xml.count(NOISE)
    start = xml.index("<domain")
    assert new.decode()[:start] == xml[:start]
    assert new.decode().endswith(xml[xml.rindex("</domain>") :])


@given(domains(), requests())
@thorough
def test_pins_of_an_admin_are_kept(xml: str, request: NumaRequest) -> None:
    before = parse_guest(xml)
    after = parse_guest(rewrite(xml, placed(xml, request)))
    assert before.vcpu_pins.items() <= after.vcpu_pins.items()
    assert before.emulator_pin in (None, after.emulator_pin)


@given(domains(), requests(), st.none() | requests())
@thorough
def test_result_agrees_with_the_placement(
    xml: str | bytes, first: NumaRequest, second: NumaRequest | None
) -> None:
    """Also where an earlier rewriting for another request is in the way."""
    theirs = parse_guest(xml)
    placement = placed(xml, first)
    if second is not None:
        xml = rewrite(xml, placement)
        placement = placed(xml, second)
    new = rewrite(xml, placement)
    guest = parse_guest(new)
    agree_on_cells(guest, placement)
    agree_on_pins(guest, placement, theirs)
    record = read_placement(new)
    assert record is not None
    assert [cell.nodes for cell in record.cells] == [one.nodes for one in placement.cells]


def agree_on_cells(guest: Guest, placement: Placement) -> None:
    assert len(guest.cells) == len(placement.cells)
    bound = {}
    for cell, one in zip(guest.cells, placement.cells):
        assert (cell.id, cell.memory_kib) == (one.cell.id, one.cell.memory_kib)
        assert cell.cpus == one.cell.cpus
        assert guest.page_kib(cell.id) == one.cell.page_kib
        if placement.topology_changed:
            assert (cell.mem_access, cell.discard) == (one.cell.access, one.cell.discard)
        if one.memnode and one.nodes is not None:
            bound[cell.id] = (one.cell.mode, one.nodes)
    memnodes = {memnode.cell: (memnode.mode, memnode.nodes) for memnode in guest.memnodes}
    assert bound.items() <= memnodes.items()
    if placement.nodes is not None:
        assert (guest.memory_mode, guest.memory_nodes) == (placement.mode, placement.nodes)


def agree_on_pins(guest: Guest, placement: Placement, theirs: Guest) -> None:
    """Every vCPU of a bound cell on its nodes' CPUs, unless an admin pinned it."""
    for one in placement.cells:
        cpus = Cpuset.of(cpu for node in one.nodes or () for cpu in HOST.nodes[node].cpus)
        for vcpu in one.cell.cpus if cpus else ():
            if vcpu not in theirs.vcpu_pins:
                bound = theirs.vcpu_cpuset
                assert guest.vcpu_pins[vcpu] == (cpus if bound is None else cpus & bound)
