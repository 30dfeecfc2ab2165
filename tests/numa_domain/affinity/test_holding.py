# SPDX-License-Identifier: Apache-2.0
"""On which CPUs vCPUs are held: VDSM's pins in, ours out, on a VM as libvirt shows it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from numa_domain.affinity.holding import Held, HeldVcpu, decide
from numa_domain.affinity.placed_vm import PlacedVm
from numa_domain.base.idset import Cpuset
from numa_domain.host.usable_cpus import HostCpus
from tests.captures import Capture

NODES = {0: "0-1", 1: "2-3", 2: "4-5", 3: ""}
"""The lab's, on which the VM was captured: vCPUs 0-1 on node 0, 2-3 on node 1."""


def host(usable: str = "0-5", **nodes: str) -> HostCpus:
    """The lab's host, with fewer usable CPUs or other nodes: node1="2"."""
    texts = {**NODES, **{int(name[4:]): text for name, text in nodes.items()}}
    return HostCpus({n: cpus(text) for n, text in texts.items()}, cpus(usable))


def cpus(text: str) -> Cpuset:
    return Cpuset.parse(text) if text else Cpuset()


def placed(pins: str | Mapping[int, str], **change: str) -> PlacedVm:
    """The captured VM with these pins, all alike or by vCPU, and with other texts in its XML."""
    capture = Capture("cells")
    for vcpu, now in enumerate(("0-1", "0-1", "2-3", "2-3")):
        text = pins if isinstance(pins, str) else pins[vcpu]
        old = f"<vcpupin vcpu='{vcpu}' cpuset='{now}'/>"
        capture.change("cells.xml", old, old.replace(now, text) if text else "")
    for old, new in change.items():
        capture.change("cells.xml", old.replace("_", " "), new)
    found = PlacedVm.from_domain(capture.xml)
    assert found is not None
    return found


def policy(name: str, by_hand: str | None = None) -> dict[str, str]:
    listed = (
        ""
        if by_hand is None
        else f"<ovirt-vm:manuallyPinedCPUs>{by_hand}</ovirt-vm:manuallyPinedCPUs>"
    )
    end = "</ovirt-vm:cpuPolicy>"
    return {
        "<ovirt-vm:cpuPolicy>none</ovirt-vm:cpuPolicy>": f"<ovirt-vm:cpuPolicy>{name}{end}{listed}"
    }


def shown(found: tuple[HeldVcpu, ...]) -> list[tuple[int, str, str]]:
    return [(vcpu.id, vcpu.state, str(vcpu.pin)) for vcpu in found]


def test_vcpus_go_back_to_their_cells_nodes() -> None:
    found = decide(placed("0-5"), host(), {})
    assert shown(found) == [
        (0, "held", "0-1"),
        (1, "held", "0-1"),
        (2, "held", "2-3"),
        (3, "held", "2-3"),
    ]
    assert all(vcpu.moves for vcpu in found)


def test_vcpus_that_are_there_are_not_pinned_again() -> None:
    found = decide(placed({0: "0-1", 1: "0-1", 2: "2-3", 3: "2-3"}), host(), {})
    assert not any(vcpu.moves for vcpu in found)


def test_cpus_of_dedicated_vms_stay_away() -> None:
    found = decide(placed("0-1,3-5"), host(), {})
    assert [str(vcpu.pin) for vcpu in found] == ["0-1", "0-1", "3", "3"]


def test_nothing_in_common_leaves_vdsms_pin_and_says_so() -> None:
    found = decide(placed("0-1,4-5"), host(), {})
    assert shown(found)[2:] == [(2, "away", "0-1,4-5"), (3, "away", "0-1,4-5")]
    assert not found[2].moves


def test_what_was_allowed_is_remembered_while_the_pin_is_ours() -> None:
    """CPU 2 was offline when VDSM pinned, and has come back."""
    remembered = {2: Held(cpus("0-5"), cpus("3"))}
    found = decide(placed({0: "0-1", 1: "0-1", 2: "3", 3: "3"}), host(), remembered)
    assert (str(found[2].allowed), str(found[2].pin)) == ("0-5", "2-3")
    assert (str(found[3].allowed), str(found[3].pin)) == ("3", "3")


def test_pin_of_somebody_else_replaces_what_was_remembered() -> None:
    remembered = {2: Held(cpus("0-5"), cpus("2-3"))}
    found = decide(placed({0: "0-1", 1: "0-1", 2: "0-2", 3: "2-3"}), host(), remembered)
    assert (str(found[2].allowed), str(found[2].pin)) == ("0-2", "2")


def test_what_was_narrowed_is_given_back_when_the_node_has_nothing_left() -> None:
    """Its CPUs went offline; libvirt refuses them by now."""
    remembered = {2: Held(cpus("0-5"), cpus("2-3"))}
    found = decide(
        placed({0: "0-1", 1: "0-1", 2: "2-3", 3: "2-3"}), host("0-1,4-5", node1=""), remembered
    )
    assert shown(found)[2:] == [(2, "away", "0-1,4-5"), (3, "away", "2-3")]


def test_isolated_cpus_are_avoided() -> None:
    found = decide(placed("0-5"), host(usable="1-2,4-5"), {})
    assert [str(vcpu.pin) for vcpu in found] == ["1", "1", "2", "2"]


def test_node_whose_cpus_are_all_isolated_holds_nothing() -> None:
    found = decide(placed("0-5"), host(usable="0-1,4-5"), {})
    assert shown(found)[2:] == [(2, "away", "0-5"), (3, "away", "0-5")]


def test_cpus_that_came_online_widen_what_is_home() -> None:
    found = decide(placed("0-6"), host(usable="0-6", node1="2-3,6"), {})
    assert str(found[2].pin) == "2-3,6"


@pytest.mark.parametrize("name", ["dedicated", "isolate-threads", "siblings", "new-one"])
def test_vcpus_of_other_policies_are_left(name: str) -> None:
    found = decide(placed("4-5", **policy(name)), host(), {})
    assert [vcpu.state for vcpu in found] == ["left"] * 4
    assert not any(vcpu.moves for vcpu in found)


def test_vcpus_pinned_by_hand_are_left_and_the_others_held() -> None:
    found = decide(placed("0-5", **policy("manual", "0,3")), host(), {})
    assert shown(found) == [
        (0, "left", "0-5"),
        (1, "held", "0-1"),
        (2, "held", "2-3"),
        (3, "left", "0-5"),
    ]


def test_manual_that_vdsm_has_not_listed_yet_is_left() -> None:
    found = decide(placed({0: "0-5", 1: "", 2: "0-5", 3: "0-5"}, **policy("manual")), host(), {})
    assert [vcpu.state for vcpu in found] == ["left", "held", "left", "left"]


def test_cell_on_nodes_without_cpus_leaves_its_vcpus_free() -> None:
    vm = placed("0-5", **{'<numa:cell_id="1"_nodes="1"': '<numa:cell id="1" nodes="3"'})
    unplaced = vm.replace(placed=cpus("0-1"))
    assert [vcpu.state for vcpu in decide(unplaced, host(), {})] == ["held", "held", "free", "free"]


def test_cell_whose_nodes_had_cpus_at_the_start_is_away_without_them() -> None:
    """Not free: the hook has pinned them, so their node had CPUs."""
    found = decide(placed("0-1,4-5"), host("0-1,4-5", node1=""), {})
    assert [vcpu.state for vcpu in found] == ["held", "held", "away", "away"]


def test_cell_that_is_not_bound_leaves_its_vcpus_free() -> None:
    vm = placed(
        "0-5",
        **{'<numa:cell_id="1"_nodes="1"_mode="strict"/>': '<numa:cell id="1" mode="strict"/>'},
    )
    assert [vcpu.state for vcpu in decide(vm, host(), {})] == ["held", "held", "free", "free"]


def test_vm_without_cells_is_held_to_all_its_nodes() -> None:
    capture = Capture("strict")
    vm = PlacedVm.from_domain(capture.xml)
    assert vm is not None
    assert {str(nodes) for nodes in vm.homes.values()} == {"1"}
    wide = vm.replace(pins=dict.fromkeys(vm.pins, cpus("0-5")))
    assert {str(vcpu.pin) for vcpu in decide(wide, host(), {})} == {"2-3"}


def test_vcpu_without_a_pin_may_run_everywhere() -> None:
    found = decide(placed({0: "", 1: "0-5", 2: "0-5", 3: "0-5"}), host(), {})
    assert (str(found[0].now), str(found[0].pin)) == ("0-5", "0-1")


def test_plugged_vcpus_belong_to_the_cells_of_the_record() -> None:
    vm = placed("0-5", **{"<vcpu_placement='static'_current='4'>": "<vcpu current='6'>"})
    found = decide(vm, host(), {})
    assert [(vcpu.id, str(vcpu.pin)) for vcpu in found[4:]] == [(4, "0-1"), (5, "2-3")]


def test_cpuset_of_the_whole_vm_bounds_what_is_home() -> None:
    vm = placed("0-5").replace(bound=cpus("0,2,4"))
    assert [str(vcpu.pin) for vcpu in decide(vm, host(), {})] == ["0", "0", "2", "2"]


def test_vm_without_our_record_is_none_of_ours() -> None:
    capture = Capture("cells").change("cells.xml", "urn:ovirt-numa:1", "urn:another")
    assert PlacedVm.from_domain(capture.xml) is None


def test_cpus_lent_by_nodes_without_memory_are_home_too() -> None:
    """The hook pinned vCPU 0 to CPUs of node 0 and, these being too few, to 4-5 of another."""
    vm = placed("0-5")
    vm = vm.replace(recorded={**vm.recorded, 0: cpus("0-1,4-5")})
    assert str(decide(vm, host(), {})[0].pin) == "0-1,4-5"
    assert str(decide(vm, host(usable="0-4"), {})[0].pin) == "0-1,4"
