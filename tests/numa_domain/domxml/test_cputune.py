# SPDX-License-Identifier: Apache-2.0
"""Which threads are pinned, which pins are an admin's, and when the two contradict each other."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import NumaError, Problems, XMLError
from numa_domain.domxml.read import parse_guest
from numa_domain.domxml.rewrite import rewrite
from numa_domain.placement.model import Placement
from tests.numa_domain.domxml.made import NOTHING, domain, placed, placement, two

IOTHREADS = "<iothreads>2</iothreads>"


def pins(xml: str | bytes) -> dict[str, str]:
    guest = parse_guest(xml)
    found = {f"vcpu {i}": str(cpus) for i, cpus in guest.vcpu_pins.items()}
    found.update({f"iothread {i}": str(cpus) for i, cpus in guest.iothread_pins.items()})
    if guest.emulator_pin is not None:
        found["emulator"] = str(guest.emulator_pin)
    return found


def rewritten(placement: Placement, *parts: str, vcpu: str = "<vcpu>4</vcpu>") -> str:
    return rewrite(domain(*parts, vcpu=vcpu), placement).decode()


def test_every_thread_goes_to_the_cpus_of_its_nodes() -> None:
    assert pins(rewritten(two(), IOTHREADS)) == {
        "vcpu 0": "0-7",
        "vcpu 1": "0-7",
        "vcpu 2": "8-15",
        "vcpu 3": "8-15",
        "emulator": "0-15",
        "iothread 1": "0-15",
        "iothread 2": "0-15",
    }


def test_vm_without_cells_goes_to_the_cpus_of_its_nodes_as_a_whole() -> None:
    found = pins(rewritten(placement(nodes="2", topology_changed=False)))
    assert found == {**{f"vcpu {i}": "16-23" for i in range(4)}, "emulator": "16-23"}


def test_hotpluggable_vcpus_are_pinned_too() -> None:
    given = placement(placed(0, "0,2-3", 4, "1"), placed(1, "1", 0, "1"), nodes="1")
    new = rewritten(given, vcpu="<vcpu current='2'>4</vcpu>")
    assert pins(new)["vcpu 3"] == "8-15"


def test_cell_that_is_not_bound_has_no_pins() -> None:
    assert pins(rewritten(two("0", None))) == {"vcpu 0": "0-7", "vcpu 1": "0-7", "emulator": "0-7"}


def test_nodes_without_cpus_give_no_pin() -> None:
    given = placement(placed(0, "0-3", 4, "9"), nodes="9")
    assert "cputune" not in rewritten(given, IOTHREADS)


def test_iothreads_are_those_of_iothreadids_first() -> None:
    listed = (
        "<iothreads>3</iothreads><iothreadids><iothread id='7'/><iothread id='1'/></iothreadids>"
    )
    found = pins(rewritten(two(), listed))
    assert sorted(name for name in found if name.startswith("iothread")) == [
        "iothread 1",
        "iothread 2",
        "iothread 7",
    ]


def test_pins_of_an_admin_are_kept_with_their_bytes() -> None:
    old = (
        "<cputune><vcpupin cpuset='3,' vcpu='0'></vcpupin><shares>9</shares>"
        "<emulatorpin cpuset='60'/><iothreadpin iothread='2' cpuset='61'/></cputune>"
    )
    new = rewritten(two(), IOTHREADS, old)
    assert old.removesuffix("</cputune>") in new
    assert pins(new) == {
        "vcpu 0": "3",
        "vcpu 1": "0-7",
        "vcpu 2": "8-15",
        "vcpu 3": "8-15",
        "emulator": "60",
        "iothread 1": "0-15",
        "iothread 2": "61",
    }


def test_pin_of_ours_is_replaced_and_that_of_an_admin_is_not() -> None:
    new = rewritten(two(), "<cputune><vcpupin vcpu='1' cpuset='0-30'/></cputune>")
    again = rewrite(new, two("1", "2"))
    assert pins(again) == {
        "vcpu 0": "8-15",
        "vcpu 1": "0-30",
        "vcpu 2": "16-23",
        "vcpu 3": "16-23",
        "emulator": "8-23",
    }


def test_pin_of_ours_that_an_admin_changed_is_the_admins() -> None:
    new = rewritten(two()).replace('vcpu="0" cpuset="0-7"', 'vcpu="0" cpuset="9"')
    assert pins(rewrite(new, two("1", "2")))["vcpu 0"] == "9"


def test_pin_of_ours_goes_where_its_cell_is_no_longer_bound() -> None:
    again = rewrite(rewritten(two(), IOTHREADS), two("0", None))
    assert pins(again) == {
        "vcpu 0": "0-7",
        "vcpu 1": "0-7",
        "emulator": "0-7",
        "iothread 1": "0-7",
        "iothread 2": "0-7",
    }


def test_pins_of_ours_go_where_nothing_is_asked_any_more() -> None:
    again = rewrite(rewritten(two()), placement(topology_changed=False, request=NOTHING))
    assert pins(again) == {}


def test_pin_apart_from_the_nodes_is_a_contradiction() -> None:
    old = "<cputune><vcpupin vcpu='2' cpuset='0-3'/><vcpupin vcpu='3' cpuset='0-3'/></cputune>"
    with pytest.raises(XMLError) as caught:
        rewritten(two(), old)
    assert str(caught.value) == (
        "domain XML line 4, /domain/cputune/vcpupin[1]: vCPUs 2-3 may run on CPUs 0-3 only, and"
        " cell 1 has its memory on node 1 with CPUs 8-15;"
        " change the pins, or choose the nodes of those CPUs"
    )


def test_every_contradiction_is_told() -> None:
    old = "<cputune><vcpupin vcpu='0' cpuset='9'/><vcpupin vcpu='3' cpuset='0-3'/></cputune>"
    with pytest.raises(Problems) as caught:
        rewritten(two(), old)
    assert [str(problem) for problem in caught.value.problems] == [
        "domain XML line 4, /domain/cputune/vcpupin[1]: vCPU 0 may run on CPU 9 only, and"
        " cell 0 has its memory on node 0 with CPUs 0-7;"
        " change the pins, or choose the nodes of those CPUs",
        "domain XML line 4, /domain/cputune/vcpupin[2]: vCPU 3 may run on CPUs 0-3 only, and"
        " cell 1 has its memory on node 1 with CPUs 8-15;"
        " change the pins, or choose the nodes of those CPUs",
    ]


def test_pin_that_overlaps_the_nodes_is_none() -> None:
    old = "<cputune><vcpupin vcpu='2' cpuset='7-8'/></cputune>"
    assert pins(rewritten(two(), old))["vcpu 2"] == "7-8"


def test_cpuset_of_all_vcpus_bounds_our_pins() -> None:
    found = pins(rewritten(two(), IOTHREADS, vcpu="<vcpu cpuset='4-11'>4</vcpu>"))
    assert found == {
        "vcpu 0": "4-7",
        "vcpu 1": "4-7",
        "vcpu 2": "8-11",
        "vcpu 3": "8-11",
        "emulator": "4-11",
        "iothread 1": "4-11",
        "iothread 2": "4-11",
    }


def test_cpuset_of_all_vcpus_apart_from_a_cell_is_a_contradiction() -> None:
    with pytest.raises(NumaError) as caught:
        rewritten(two(), vcpu="<vcpu cpuset='0-3'>4</vcpu>")
    assert str(caught.value) == (
        "domain XML line 3, /domain/vcpu: vCPUs 2-3 may run on CPUs 0-3 only, and cell 1 has its"
        " memory on node 1 with CPUs 8-15; change the pins, or choose the nodes of those CPUs"
    )


def test_cpuset_is_out_of_force_where_the_vcpus_are_placed_automatically() -> None:
    vcpu = "<vcpu placement='auto' cpuset='0-3'>4</vcpu>"
    assert pins(rewritten(two(), vcpu=vcpu))["vcpu 2"] == "8-15"


def test_pin_of_a_vcpu_that_the_vm_lacks_stays_and_counts_for_nothing() -> None:
    old = "<cputune><vcpupin vcpu='40' cpuset='60'/></cputune>"
    new = rewritten(two(), old)
    assert "<vcpupin vcpu='40' cpuset='60'/>" in new
    assert "vcpu 40" not in pins(new)


@pytest.mark.parametrize(
    ("old", "thread"),
    [
        ("<vcpupin vcpu='0' cpuset='0'/><vcpupin vcpu='0' cpuset='1'/>", "vcpu 0"),
        ("<emulatorpin cpuset='0'/><emulatorpin cpuset='0'/>", "emulator"),
    ],
)
def test_two_pins_of_a_thread_are_refused(old: str, thread: str) -> None:
    kind = thread.split()[0]
    with pytest.raises(XMLError) as caught:
        parse_guest(domain(f"<cputune>{old}</cputune>"))
    assert str(caught.value) == (
        f"domain XML line 4, /domain/cputune/{kind}pin[2]: {thread} has two pins;"
        " remove one: libvirt would refuse the domain too"
    )


def test_pin_of_an_io_thread_that_is_not_there_is_refused() -> None:
    pin = "<cputune><iothreadpin iothread='3' cpuset='0'/></cputune>"
    for threads, has in (("", "no I/O threads"), ("<iothreads>2</iothreads>", "I/O threads 1-2")):
        with pytest.raises(XMLError) as caught:
            rewrite(domain(threads, pin), placement(nodes="0"))
        assert caught.value.message == f"the pin is for I/O thread 3, and the VM has {has}"
    assert rewrite(domain("<iothreads>3</iothreads>", pin), placement(nodes="0"))
