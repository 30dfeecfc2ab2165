# SPDX-License-Identifier: Apache-2.0
"""Refusals for want of memory: the line, a reason for every node."""

from __future__ import annotations

import pytest

from numa_domain.guest.model import Guest
from numa_domain.host.model import HostTopology
from numa_domain.placement.model import PlacementError
from numa_domain.placement.node_reasons import NodeReason
from numa_domain.placement.place import place
from tests.makers import GIB, host, request, vm


def refused(
    guest: Guest, nodeset: str | None, topology: str | None, machine: HostTopology
) -> PlacementError:
    with pytest.raises(PlacementError) as caught:
        place(guest, request(nodeset, topology), machine)
    return caught.value


def promised(machine: HostTopology, node: int, gib: int) -> HostTopology:
    nodes = dict(machine.nodes)
    nodes[node] = nodes[node].replace(promised_kib=gib * GIB)
    return machine.replace(nodes=nodes)


def test_line_names_the_worst_shortfall() -> None:
    topology = "cpus=0 mem=9G nodes=0 / cpus=1 mem=20G nodes=1"
    error = refused(vm(29, 2), None, topology, host(8, 8, total_gib=16))
    assert str(error) == (
        "numa_topology: cell 1 needs 20 GiB on node 1, where 8 GiB are free: 12 GiB missing; make "
        "it smaller, or choose another host"
    )


def test_line_says_what_is_promised() -> None:
    error = refused(vm(32), "1", None, promised(host(64, 20, 20, total_gib=64), 1, 8))
    assert str(error) == (
        "numa_nodeset: the VM needs 32 GiB on node 1, where 12 GiB are free (8 GiB more promised "
        "to other VMs): 20 GiB missing; fits on node 0, or with 12 GiB of memory, or after 20 GiB "
        "are freed on node 1"
    )


def test_line_says_which_pages() -> None:
    error = refused(vm(4, page=2048), "0", None, host(64, pages={0: {2048: 1536}}))
    assert str(error) == (
        "numa_nodeset: the VM needs 4 GiB on node 0, where 3 GiB are free in 2 MiB pages: 1 GiB "
        "missing; fits with 3 GiB of memory"
    )


def test_reasons_are_one_for_each_node() -> None:
    error = refused(vm(32), "1", None, promised(host(64, 20, 20), 1, 8))
    assert [str(reason) for reason in error.reasons] == [
        "node 0: 64 GiB free, not asked for",
        "node 1: 20 GiB free less 8 GiB promised, 32 GiB needed, 20 GiB missing",
        "node 2: 20 GiB free, not asked for",
    ]
    assert error.reasons[1] == NodeReason(
        node=1,
        page_kib=0,
        asked=True,
        needed_kib=32 * GIB,
        free_kib=20 * GIB,
        promised_kib=8 * GIB,
        available_kib=12 * GIB,
        missing_kib=20 * GIB,
    )


def test_reasons_say_what_is_enough() -> None:
    topology = "cpus=0 mem=9G nodes=0 / cpus=1 mem=7G nodes=1"
    error = refused(vm(16, 2), None, topology, host(8, 8))
    assert [str(reason) for reason in error.reasons] == [
        "node 0: 8 GiB free, 9 GiB needed, 1 GiB missing",
        "node 1: 8 GiB free, 7 GiB needed, enough",
    ]


def test_reasons_come_for_each_page_size() -> None:
    topology = "cpus=0 mem=1G / cpus=1 mem=1G page=2M"
    error = refused(vm(2, 2), "0", topology, host(8, pages={0: {2048: 4}}))
    assert [str(reason) for reason in error.reasons] == [
        "node 0: 8 GiB free, 1 GiB needed, enough",
        "node 0: 8 MiB free in pages of 2 MiB, 1 GiB needed, 1016 MiB missing",
    ]


@pytest.mark.parametrize(
    ("nodeset", "asked"),
    [("auto:3", [True, False]), ("0,2", [True, False]), ("^0", [False, False])],
)
def test_reasons_come_also_where_the_host_lacks_what_is_named(
    nodeset: str, asked: list[bool]
) -> None:
    error = refused(vm(9), nodeset, None, host(8, 0))
    assert [(reason.node, reason.asked) for reason in error.reasons] == list(enumerate(asked))


def test_reasons_are_in_the_json_with_their_words() -> None:
    error = refused(vm(32), "1", None, host(64, 20))
    (first, second) = error.to_dict()["facts"]["reasons"]
    assert first == {
        "node": 0,
        "page_kib": 0,
        "asked": False,
        "needed_kib": 0,
        "free_kib": 64 * GIB,
        "promised_kib": 0,
        "kept_kib": 0,
        "available_kib": 64 * GIB,
        "missing_kib": 0,
        "text": "node 0: 64 GiB free, not asked for",
    }
    assert second["missing_kib"] == 12 * GIB
