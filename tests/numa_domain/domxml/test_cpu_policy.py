# SPDX-License-Identifier: Apache-2.0
"""VDSM's policy as it is read: where it is written, where it is not yet, and where it is odd."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import XMLError
from numa_domain.base.idset import Cpuset
from numa_domain.domxml.cpu_policy import CpuPolicy, read_cpu_policy
from numa_domain.domxml.tree import parse


def policy(inside: str, pinned: str = "") -> CpuPolicy:
    xml = (
        "<domain><metadata xmlns:o='http://ovirt.org/vm/1.0'><o:vm><o:custom><o:x>1</o:x>"
        f"</o:custom>{inside}<o:device><o:cpuPolicy>dedicated</o:cpuPolicy></o:device></o:vm>"
        "</metadata></domain>"
    )
    return read_cpu_policy(parse(xml).root, Cpuset.parse(pinned) if pinned else Cpuset())


@pytest.mark.parametrize("name", ["none", "dedicated", "isolate-threads", "siblings", "new-one"])
def test_policy_is_read_whatever_it_is(name: str) -> None:
    assert policy(f"<o:cpuPolicy>{name}</o:cpuPolicy>", "0-3") == CpuPolicy(name)


@pytest.mark.parametrize(
    ("text", "by_hand"), [("0,1,3", "0-1,3"), ("5", "5"), ("0-2", "0-2"), ("", "")]
)
def test_manual_has_the_list_that_vdsm_wrote(text: str, by_hand: str) -> None:
    found = policy(
        f"<o:cpuPolicy>manual</o:cpuPolicy><o:manuallyPinedCPUs>{text}</o:manuallyPinedCPUs>", "7"
    )
    assert (found.name, str(found.by_hand)) == ("manual", by_hand)


def test_manual_without_a_list_has_the_pins_of_the_xml() -> None:
    assert policy("<o:cpuPolicy>manual</o:cpuPolicy>", "0-1").by_hand == Cpuset.parse("0-1")


@pytest.mark.parametrize(("pinned", "name"), [("", "none"), ("0-1", "manual")])
def test_policy_that_nobody_wrote_follows_from_the_pins(pinned: str, name: str) -> None:
    """As VDSM has it of engines that send none (_implied_cpu_policy)."""
    found = policy("", pinned)
    assert (found.name, str(found.by_hand)) == (name, pinned)


def test_domain_without_metadata_has_the_implied_policy() -> None:
    assert read_cpu_policy(parse("<domain/>").root, Cpuset()) == CpuPolicy("none")


@pytest.mark.parametrize(
    ("name", "vcpu", "pins"),
    [
        ("none", 0, True),
        ("manual", 0, False),
        ("manual", 2, True),
        ("dedicated", 0, False),
        ("isolate-threads", 0, False),
        ("siblings", 0, False),
        ("new-one", 0, False),
    ],
)
def test_vdsm_pins_shared_vcpus_that_nobody_pinned(name: str, vcpu: int, pins: bool) -> None:
    found = CpuPolicy(name, Cpuset.parse("0-1") if name == "manual" else Cpuset())
    assert found.pins(vcpu) is pins


def test_list_that_is_none_is_refused_with_its_place() -> None:
    with pytest.raises(XMLError) as caught:
        policy("<o:cpuPolicy>manual</o:cpuPolicy><o:manuallyPinedCPUs>all</o:manuallyPinedCPUs>")
    assert str(caught.value) == (
        "domain XML line 1, /domain/metadata/ovirt-vm:vm/ovirt-vm:manuallyPinedCPUs: "
        "'all' is not VDSM's list of vCPUs that are pinned by hand; "
        "look in vdsm.log for what wrote it"
    )
