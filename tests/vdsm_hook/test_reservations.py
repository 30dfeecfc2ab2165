# SPDX-License-Identifier: Apache-2.0
"""What has been promised: what is left of it, and its text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numa_domain.base.idset import Nodeset
from numa_domain.host.model import Claim
from tests.vdsm_hook.machine import GIB, two_nodes
from vdsm_hook.reservations import (
    Reservation,
    claims_left,
    from_text,
    owed,
    to_text,
    with_promises,
)
from vdsm_hook.running_vms import RunningVm

BOOT = "5d0c2a54"
FIRST, BOTH = Nodeset.parse("0"), Nodeset.parse("0-1")


def reserved(charges: dict[int, dict[int, int]], vm_id: str = "a") -> Reservation:
    return Reservation(vm_id, 100, charges)


def test_owed_without_process_is_all() -> None:
    assert owed(reserved({0: {0: 8, 2048: 4096}}), None) == {0: {0: 8, 2048: 4096}}


def test_owed_is_what_was_not_touched() -> None:
    assert owed(reserved({0: {0: 8}, 1: {0: 8}}), RunningVm(1, {0: 3, 1: 8})) == {0: {0: 5}}


def test_owed_touched_elsewhere_counts_against_the_whole() -> None:
    """14 of 16 are touched, most on node 0: 2 are left, not the 6 that node 1 is short of."""
    vm = Reservation("a", 100, {0: {0: 8}, 1: {0: 8}}, 0, (Claim(BOTH, 16),))
    assert claims_left(vm, RunningVm(1, {0: 12, 1: 2})) == [Claim(BOTH, 2)]
    assert owed(vm, RunningVm(1, {0: 12, 1: 2})) == {0: {0: 1}, 1: {0: 1}}


def test_owed_of_cells_on_one_node_each_is_owed_there() -> None:
    assert owed(reserved({0: {0: 8}, 1: {0: 8}}), RunningVm(1, {0: 12, 1: 2})) == {1: {0: 6}}


def test_owed_what_is_touched_counts_for_the_cell_with_more_nodes_first() -> None:
    """Node 0 has 8 touched: they may be those of the cell on 0-1, so node 0 owes the other's."""
    vm = Reservation("a", 100, {0: {0: 8}, 1: {0: 8}}, 0, (Claim(FIRST, 8), Claim(BOTH, 8)))
    assert claims_left(vm, RunningVm(1, {0: 8})) == [Claim(FIRST, 8)]
    assert claims_left(vm, RunningVm(1, {0: 8, 1: 4})) == [Claim(FIRST, 4)]
    assert claims_left(vm, None) == [Claim(FIRST, 8), Claim(BOTH, 8)]


def test_owed_touched_on_foreign_nodes_counts_for_nothing() -> None:
    assert owed(reserved({0: {0: 8}}), RunningVm(1, {5: 8})) == {0: {0: 8}}


@pytest.mark.parametrize(("runs", "left"), [(False, {0: {2048: 4096}}), (True, {})])
def test_owed_huge_pages_are_taken_when_the_vm_runs(
    runs: bool, left: dict[int, dict[int, int]]
) -> None:
    assert owed(reserved({0: {2048: 4096}}), RunningVm(1, {0: 4096}, runs)) == left


def test_with_promises_enter_free_memory_and_pools() -> None:
    vms = [reserved({0: {0: 4 * GIB}, 1: {2048: 5 * 2048}}), reserved({0: {0: GIB}}, "b")]
    host = with_promises(two_nodes(), vms, {"b": RunningVm(9, {0: GIB // 2})})
    assert host.nodes[0].available_kib == 16 * GIB - 4 * GIB - GIB // 2
    assert host.nodes[1].available_kib == 16 * GIB
    assert host.nodes[1].pages[2048].available == 1024 - 5


def test_with_promises_of_nodes_that_are_gone_are_passed_over() -> None:
    assert with_promises(two_nodes(), [reserved({7: {0: 4}})], {}) == two_nodes()


@pytest.mark.parametrize(("looked", "lapsed"), [(399, False), (400, False), (401, True)])
def test_lapsed_only_after_the_grace(looked: int, lapsed: bool) -> None:
    assert reserved({}).lapsed(looked, 500, 300) is lapsed


def test_lapsed_never_where_it_was_made_after_the_look() -> None:
    assert not reserved({}).lapsed(99, 100, 300)


def test_lapsed_where_it_was_made_before_the_last_boot() -> None:
    assert reserved({}).lapsed(50, 51, 300)


def test_with_promises_on_several_nodes_stay_a_claim_on_all_of_them() -> None:
    vm = Reservation("a", 100, {0: {0: 12 * GIB}}, 0, (Claim(BOTH, 12 * GIB),), {BOTH: 4})
    host = with_promises(two_nodes(), [vm], {"a": RunningVm(9, {0: 3 * GIB, 1: 3 * GIB})})
    assert host.claims == (Claim(BOTH, 6 * GIB),)
    assert host.vcpus == {BOTH: 4}
    assert [node.promised_kib for node in host.nodes.values()] == [0, 0]


SIZES = st.integers(0, 1 << 50)
NODESETS = st.sets(st.integers(0, 255), min_size=1).map(Nodeset.of)
VMS = st.builds(
    Reservation,
    st.uuids().map(str),
    st.integers(0, 1 << 40),
    st.dictionaries(st.integers(0, 255), st.dictionaries(SIZES, SIZES, min_size=1), min_size=1),
    st.integers(0, 1 << 22),
    st.lists(st.builds(Claim, NODESETS, SIZES, SIZES), max_size=3).map(tuple),
    st.dictionaries(NODESETS, st.integers(0, 512), max_size=3),
)


@given(st.lists(VMS, max_size=5))
def test_text_round_trips(reservations: list[Reservation]) -> None:
    assert from_text(to_text(reservations, BOOT), BOOT) == (reservations, 0)


@given(st.lists(VMS, min_size=1, max_size=5), st.data())
def test_text_cut_short_is_noticed_and_gives_only_what_was_there(
    reservations: list[Reservation], data: st.DataObject
) -> None:
    text = to_text(reservations, BOOT)
    found, damaged = from_text(text[: data.draw(st.integers(0, len(text) - 2))], BOOT)
    assert damaged
    assert found == reservations[: len(found)]


@given(st.text())
def test_text_of_any_kind_is_read_without_failing(text: str) -> None:
    from_text(text, BOOT)


def test_text_of_another_boot_holds_nothing() -> None:
    assert from_text(to_text([reserved({0: {0: 8}})], "old"), BOOT) == ([], 0)


def test_text_damaged_line_leaves_the_others() -> None:
    lines = to_text([reserved({0: {0: 8}}), reserved({1: {0: 8}}, "b")], BOOT).splitlines()
    lines[1] = lines[1].replace("=", "~")
    assert from_text("\n".join(lines), BOOT) == ([reserved({1: {0: 8}}, "b")], 1)


def test_text_is_as_documented() -> None:
    vm = Reservation("0d5f6a3e", 81023, {0: {0: 8388608}, 1: {0: 1024, 2048: 4096}}, 4711)
    assert to_text([vm], BOOT) == (
        "ovirt-numa reservations 1 boot 5d0c2a54\n"
        "0d5f6a3e 81023 4711 0:0=8388608 1:0=1024 1:2048=4096\n"
        "end 1\n"
    )


def test_text_of_claims_and_vcpus_is_as_documented() -> None:
    vm = Reservation("0d5f6a3e", 81023, {0: {0: 9}}, 0, (Claim(BOTH, 9),), {BOTH: 4})
    assert to_text([vm], BOOT).splitlines()[1] == "0d5f6a3e 81023 0 0:0=9 any:0-1:0=9 vcpus:0-1=4"
