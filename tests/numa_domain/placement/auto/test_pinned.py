# SPDX-License-Identifier: Apache-2.0
"""`auto` for VMs with pins of their own."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset
from numa_domain.guest.model import Guest
from tests.makers import host, vm
from tests.numa_domain.placement.auto.asking import SOCKETS, nodes, own_cells, placed, whole


def pinned(guest: Guest, **pins: str) -> Guest:
    """`v0="8"`: vCPU 0 has that pin."""
    return guest.replace(own_pins={int(v[1:]): Cpuset.parse(cpus) for v, cpus in pins.items()})


def test_vm_goes_to_the_node_of_its_pins() -> None:
    assert whole(pinned(vm(8), v0="8"), "auto", host(30, 20)) == "1"
    assert whole(pinned(vm(8), v0="0-7,16", v3="16-20"), "auto", host(30, 20, 10)) == "2"
    assert whole(vm(8, vcpu_cpuset=Cpuset.parse("8-9")), "auto", host(30, 20)) == "1"
    assert whole(pinned(vm(8), v0="0-15"), "auto", host(20, 30)) == "0"


def test_vm_whose_pins_lie_on_several_nodes_has_these() -> None:
    guest = pinned(vm(8), v0="0", v1="8")
    assert whole(guest, "auto", host(30, 20, 30)) == "0-1"


def test_vm_that_does_not_fit_the_node_of_its_pins_has_that_and_others() -> None:
    guest = pinned(vm(35), v0="8")
    assert whole(guest, "auto", host(20, 18, 20, 19, apart=SOCKETS)) == "0-1"
    assert whole(guest, "auto", host(20, 10, 20, 19)) == "0-2"
    with pytest.raises(NumaError):
        whole(guest, "auto:1", host(20, 18, 40, 19))


def test_cells_go_to_the_nodes_of_their_pins() -> None:
    guest = pinned(vm(8), v0="24", v3="8")
    assert nodes(guest, "auto", "2", host(30, 20, 20, 20)) == ["3", "1"]
    assert nodes(pinned(own_cells(), v0="8"), "auto", None, host(30, 20)) == ["1", "0"]


def test_pins_that_a_placement_wrote_bind_nothing() -> None:
    guest = vm(8, vcpu_pins={0: Cpuset.parse("8")})
    assert whole(guest, "auto", host(20, 30)) == "0"


def test_pins_to_cpus_that_no_node_has_bind_nothing() -> None:
    assert whole(pinned(vm(8), v0="99"), "auto", host(20, 30)) == "0"


def test_vm_is_close_to_the_cpus_of_its_threads() -> None:
    guest = vm(8, own_thread_pins=(Cpuset.parse("24-25"),))
    assert whole(guest, "auto", host(30, 20, 20, 20)) == "3"
    everywhere = vm(8, own_thread_pins=(Cpuset.parse("0-31"),))
    assert whole(everywhere, "auto", host(30, 20, 20, 20)) == "1"


def test_vm_with_pins_on_two_nodes_that_do_not_hold_it_has_more() -> None:
    guest = pinned(vm(30), v0="0", v1="8")
    assert whole(guest, "auto", host(8, 9, 10, 40)) == "0-1,3"
    assert whole(guest, "auto:3", host(8, 9, 10, 40)) == "0-1,3"
    with pytest.raises(NumaError):
        whole(guest, "auto:2", host(8, 9, 10, 40))


def test_cell_whose_pins_lie_on_two_nodes_has_more_where_these_are_too_small() -> None:
    guest = pinned(vm(40), v0="0", v1="8")
    assert nodes(guest, "auto", "2", host(8, 9, 15, 30)) == ["0-2", "3"]


def test_cells_like_the_hosts_stand_in_the_order_of_their_pins() -> None:
    """In rising order vCPU 0 would be in the cell of node 0, and libvirt's pin contradict it."""
    guest = pinned(vm(8), v0="8", v3="0")
    for nodeset in ("0-1", "all", "auto:2"):
        assert nodes(guest, nodeset, "host", host(10, 10)) == ["1", "0"]
    three = pinned(vm(9, 6), v0="16", v2="0", v4="8")
    assert nodes(three, "0-2", "host", host(10, 10, 10)) == ["2", "0", "1"]
    assert nodes(pinned(vm(8), v0="0"), "0-1", "host", host(10, 10)) == ["0", "1"]


def test_cells_like_the_hosts_are_on_nodes_that_pins_allow() -> None:
    guest = pinned(vm(12), v0="8", v1="8", v2="8", v3="8")
    assert nodes(guest, "auto", "host", host(10, 15, 10)) == ["1"]


def test_pins_to_isolated_cpus_choose_their_node() -> None:
    machine = host(20, 30)
    isolated = machine.nodes[1].replace(unusable=Cpuset.parse("8-14"))
    machine = machine.replace(nodes={**machine.nodes, 1: isolated})
    guest = pinned(vm(8), v0="8", v1="9", v2="10", v3="11")
    placement = placed(guest, "auto", None, machine)
    assert (str(placement.nodes), placement.warnings) == ("1", ())
    assert nodes(pinned(vm(8), v2="8"), "auto", "2", machine) == ["0", "1"]
