# SPDX-License-Identifier: Apache-2.0
"""Refusals of `auto` where the host has memory enough in all: why, and what to do."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from numa_domain.guest.model import Guest
from numa_domain.host.model import HostTopology
from numa_domain.placement.model import PlacementError
from numa_domain.placement.place import place
from tests.makers import host, request, vm


def refused(
    guest: Guest, nodeset: str, topology: str | None, machine: HostTopology, **rules: Any
) -> tuple[str, str]:
    with pytest.raises(PlacementError) as caught:
        place(guest, request(nodeset, topology), machine, **rules)
    if caught.value.code != "CountTooLarge":
        assert {reason.node for reason in caught.value.reasons} == set(machine.nodes)
    return caught.value.code, str(caught.value)


def test_count_of_more_nodes_than_there_are() -> None:
    assert refused(vm(8), "auto:4", None, host(30, 30, 0, 0)) == (
        "CountTooLarge",
        "numa_nodeset: auto:4 asks for more nodes than the 2 with memory that the host has; ask "
        "for at most 2 nodes",
    )
    assert refused(vm(8), "auto:2", None, host(30, 0))[1].endswith("ask for at most 1 node")


def test_count_of_nodes_that_are_too_small_together() -> None:
    assert refused(vm(50), "auto:1", None, host(30, 30)) == (
        "CountTooSmall",
        "numa_nodeset: the VM needs 50 GiB on 1 node, and at most 30 GiB are free on so many; ask "
        "for more nodes, or write auto",
    )
    assert refused(vm(50), "auto:2", "2", host(20, 15, 20)) == (
        "CountTooSmall",
        "numa_nodeset: cells 0-1 need 50 GiB on 2 nodes, and at most 40 GiB are free on so many; "
        "ask for more nodes, or write auto",
    )


def test_count_of_nodes_whose_pools_are_too_small_together() -> None:
    machine = host(50, 50, 50, pages={i: {2048: 1024} for i in range(3)})
    assert refused(vm(5, page=2048), "auto:2", None, machine) == (
        "CountTooSmall",
        "numa_nodeset: the VM needs 5 GiB in pages of 2 MiB on 2 nodes, and at most 4 GiB are free "
        "on so many; ask for more nodes, or write auto",
    )


def test_count_of_nodes_that_does_not_work_out() -> None:
    # two nodes have room for even shares of 20 GiB each, and three have none
    assert refused(vm(40), "interleave:auto:3", None, host(30, 20, 5)) == (
        "NoSetOfNodes",
        "numa_nodeset: there is room on the nodes together, but on no 3 nodes of them; ask for "
        "another number of nodes, or write auto",
    )


def test_cell_that_no_node_holds_and_may_not_spread() -> None:
    assert refused(vm(40), "auto", None, host(30, 20), spread=False) == (
        "NoNodeHoldsIt",
        "numa_topology: the VM needs 40 GiB on one node, and the most that is free is 30 GiB on "
        "node 0; make it smaller, or let it spread over several nodes",
    )
    topology = "cpus=0-1 mem=4G / cpus=2-3 mem=36G page=2M"
    machine = host(30, 20, pages={0: {2048: 9216}, 1: {2048: 10240}})
    assert refused(vm(40), "auto", topology, machine, spread=False) == (
        "NoNodeHoldsIt",
        "numa_topology: cell 1 needs 36 GiB in pages of 2 MiB on one node, and the most that is "
        "free is 20 GiB on node 1; make it smaller, or let it spread over several nodes",
    )


def test_cells_that_need_a_node_each() -> None:
    assert refused(vm(24), "auto", "3", host(30, 30, 4), exclusive=True) == (
        "NoNodeForEach",
        "numa_topology: cells 0-2 need a node each, and only nodes 0-1 can hold any of them; use "
        "fewer or smaller cells, or let cells share a node",
    )
    assert refused(vm(16), "auto:2", "2", host(30, 4), spread=False) == (
        "NoNodeForEach",
        "numa_topology: cells 0-1 need a node each, and only node 0 can hold any of them; use "
        "fewer or smaller cells, or let cells share a node",
    )


def test_cells_that_cannot_be_packed() -> None:
    assert refused(vm(18), "auto", "3", host(10, 10), spread=False) == (
        "NoPacking",
        "numa_topology: there is room on the nodes together, but not for each cell whole on one "
        "node; use more and smaller cells, or let them spread over several nodes",
    )


def test_interleaved_memory_without_even_shares() -> None:
    assert refused(vm(45), "interleave:auto", None, host(30, 10, 10)) == (
        "NoEvenShares",
        "numa_nodeset: the VM needs 45 GiB in even shares (interleave), for which no nodes have "
        "room; use strict or preferred, or make it smaller",
    )
    assert refused(vm(46), "interleave:auto", "2", host(30, 10, 10)) == (
        "NoEvenShares",
        "numa_nodeset: cells 0-1 need 46 GiB in even shares (interleave), for which no nodes have "
        "room; use strict or preferred, or make it smaller",
    )


def test_host_that_is_full_is_another_refusal() -> None:
    assert refused(vm(60), "auto", None, host(30, 20), spread=False)[0] == "NoRoom"


def test_exclusive_cells_of_another_count() -> None:
    assert refused(vm(8), "auto:3", "2", host(30, 30, 30), exclusive=True)[0] == "NoSetOfNodes"


@pytest.mark.parametrize("cells", [1, 2, 32])
@pytest.mark.parametrize("nodeset", ["interleave:auto", "auto:32", "interleave:auto:32"])
def test_refusal_on_64_nodes_ends_after_some_steps(nodeset: str, cells: int) -> None:
    """Calls of functions. They were up to two million: each size that was offered was searched for
    like a VM.
    """
    free = [16 + i % 5 for i in range(64)]
    topology = str(cells) if cells > 1 else None
    steps = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal steps
        steps += event == "call"

    sys.setprofile(count)
    try:
        refused(vm(sum(free) + 20, 64), nodeset, topology, host(*free))
    finally:
        sys.setprofile(None)
    assert steps < 100_000
