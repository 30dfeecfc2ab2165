# SPDX-License-Identifier: Apache-2.0
"""Ways out of a refusal: whole texts, each of which is true (`laws/test_way_out_laws.py`)."""

from __future__ import annotations

import pytest

from numa_domain.guest.model import Guest
from numa_domain.host.model import HostTopology
from numa_domain.placement.model import PlacementError
from numa_domain.placement.place import place
from numa_domain.placement.refusal.memory_refusal import NOWHERE
from tests.makers import GIB, MIB, host, request, vm


def refused(
    guest: Guest, nodeset: str | None, topology: str | None, machine: HostTopology
) -> PlacementError:
    with pytest.raises(PlacementError) as caught:
        place(guest, request(nodeset, topology), machine)
    return caught.value


def nearest(guest: Guest, nodeset: str | None, topology: str | None, machine: HostTopology) -> str:
    return str(refused(guest, nodeset, topology, machine).facts["nearest"])


def test_way_out_elsewhere_also_for_cells_that_name_nodes() -> None:
    topology = "cpus=0 mem=8G nodes=0 / cpus=1 mem=8G nodes=0"
    assert nearest(vm(16, 2), None, topology, host(10, 9, 9)).startswith("fits on nodes 1-2")


def test_way_out_of_less_memory_is_one_for_what_was_asked() -> None:
    # 30 GiB are free, but 20 on one node, and in even shares
    machine = host(10, 20)
    assert nearest(vm(50), "auto", None, machine) == "fits with 30 GiB of memory"
    assert nearest(vm(50), "auto:1", None, machine) == "fits with 20 GiB of memory"
    assert nearest(vm(50), "interleave:auto", None, machine) == "fits with 20 GiB of memory"
    assert nearest(vm(90), "auto:1", None, machine) == NOWHERE


@pytest.mark.parametrize(
    ("topology", "cells"),
    [
        ("2", "fits with 7 GiB for each of cells 0-1"),
        (
            "cpus=0-1 mem=4G nodes=1 / cpus=2-3 mem=14G nodes=0",
            "fits with 8 GiB for cell 1",
        ),
    ],
)
def test_way_out_of_less_memory_says_whose(topology: str, cells: str) -> None:
    assert nearest(vm(18, 4), "0-1", topology, host(8, 6)) == cells


def test_way_out_of_less_memory_is_in_mib_where_a_gib_is_too_much() -> None:
    machine = host(1.5, total_gib=64)
    assert nearest(vm(3.5), "0", None, machine) == (
        "fits with 1 GiB of memory, or after 2 GiB are freed on node 0"
    )
    assert nearest(vm(1.75), "0", None, host(0.5, total_gib=64)) == (
        "fits with 512 MiB of memory, or after 1.25 GiB are freed on node 0"
    )


def test_way_out_of_less_memory_is_not_a_tenth() -> None:
    assert nearest(vm(32), "0", None, host(3, total_gib=64)) == (
        "fits after 29 GiB are freed on node 0"
    )


def test_way_out_after_freeing_names_every_shortfall() -> None:
    topology = "cpus=0 mem=9G nodes=0 / cpus=1 mem=10G nodes=1"
    assert nearest(vm(19, 2), None, topology, host(8, 8, total_gib=16)) == (
        "fits after 1 GiB are freed on node 0 and 2 GiB are freed on node 1"
    )


def test_way_out_after_freeing_is_only_what_a_node_can_have() -> None:
    assert "freed" in nearest(vm(16), "0", None, host(8, total_gib=16))
    assert "freed" not in nearest(vm(17), "0", None, host(8, total_gib=16))


def test_way_out_after_freeing_pages_of_the_pool() -> None:
    machine = host(64, pages={0: {2048: 1024}})
    node = machine.nodes[0]
    full = {2048: node.pages[2048].replace(free=100)}
    machine = machine.replace(nodes={0: node.replace(pages=full)})
    assert nearest(vm(1, page=2048), "0", None, machine) == (
        "fits after 824 MiB in 2 MiB pages are freed on node 0"
    )


def test_no_way_out() -> None:
    error = refused(vm(200), "auto", None, host(10, 20))
    assert error.remedy == NOWHERE == "make it smaller, or choose another host"


def test_way_out_elsewhere_is_auto_where_each_cell_would_use_all_the_nodes() -> None:
    # Both interleaved over nodes 0-1 would need 13 GiB on node 1
    sizes = "cpus=0 mem=16G{0} / cpus=1 mem=10G{0}"
    machine = host(40, 10, 2)
    assert nearest(vm(26, 2), "interleave:2", sizes.format(""), machine) == (
        "fits with interleave:auto"
    )
    assert nearest(vm(26, 2), "interleave:0", sizes.format(" nodes=2"), machine) == (
        "fits with interleave:auto and no nodes for its cells"
    )


def test_way_out_of_less_memory_is_of_the_cell_that_says_how_much_it_has() -> None:
    assert nearest(vm(16, 1), "0", "cpus=0 mem=16G", host(10)) == "fits with 10 GiB for cell 0"
    assert nearest(vm(16, 1), "0", "cpus=0", host(10)) == "fits with 10 GiB of memory"


def test_way_out_of_less_memory_can_be_typed_in_as_it_stands() -> None:
    free = (3 * 1024 + 700) * MIB / GIB
    assert nearest(vm(14), "0", None, host(free)) == "fits with 3772 MiB of memory"


def test_way_out_of_less_memory_heeds_cells_that_do_not_fit_by_themselves() -> None:
    topology = "cpus=0 mem=12G nodes=0 / cpus=1 mem=12G"
    assert str(refused(vm(24, 2), "auto", topology, host(8, 4))) == (
        "numa_nodeset: cell 0 needs 12 GiB on node 0, where 8 GiB are free: 4 GiB missing; make "
        "it smaller, or choose another host"
    )


def test_way_out_after_freeing_counts_nothing_twice() -> None:
    # 1 GiB is missing on nodes 0-1, and this included 3 on nodes 0-2
    topology = "cpus=0 mem=9G nodes=0-1 / cpus=1 mem=8G nodes=0-2"
    machine = host(4, 4, 6, total_gib=16)
    assert nearest(vm(17, 2), "0-2", topology, machine).endswith(
        "or after 1 GiB are freed on nodes 0-1 and 2 GiB are freed on nodes 0-2"
    )


def test_way_out_after_freeing_pays_what_is_promised_beyond_all_that_is_free() -> None:
    machine = host(4, total_gib=32)
    node = machine.nodes[0].replace(promised_kib=6 * GIB)
    assert nearest(vm(8), "0", None, machine.replace(nodes={0: node})) == (
        "fits after 10 GiB are freed on node 0"
    )
