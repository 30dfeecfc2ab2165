# SPDX-License-Identifier: Apache-2.0
"""Suggestions: the fewest cells that suit, on hosts as they are."""

from __future__ import annotations

import pytest

from numa_domain.base.idset import Cpuset
from numa_domain.guest.model import CpuTopology, Guest
from numa_domain.host.model import HostTopology
from numa_domain.placement.model import PlacementError
from numa_domain.placement.place import place
from numa_domain.placement.suggest import suggest
from numa_domain.request.model import NumaRequest
from tests.hosts import load_hosts

GIB = 1024**2
HOSTS = load_hosts()


def vm(gib: int, vcpus: int, threads: int = 1) -> Guest:
    return Guest(
        name="vm",
        uuid="",
        memory_kib=gib * GIB,
        current_memory_kib=gib * GIB,
        max_memory_kib=gib * GIB,
        vcpus_max=vcpus,
        vcpus_current=Cpuset.of(range(vcpus)),
        topology=CpuTopology(sockets=1, cores=vcpus // threads, threads=threads),
    )


def asked(guest: Guest, host: HostTopology) -> dict[str, str]:
    return suggest(guest, host).request.to_properties()


def test_vm_that_fits_a_node_gets_one_cell() -> None:
    assert asked(vm(16, 16), HOSTS["numactl:epyc-2s-nps4"]) == {"numa_nodeset": "auto:1"}


def test_vm_with_more_vcpus_than_a_node_has_cpus_gets_as_many_cells_as_share_them() -> None:
    suggestion = suggest(vm(64, 48), HOSTS["hwloc:memorysidecaches"])  # nodes of 20 CPUs
    assert suggestion.request.to_properties() == {
        "numa_nodeset": "auto:4",
        "numa_topology": "host",
    }
    assert suggestion.why == (
        "The VM's 64 GiB and 48 vCPUs do not fit one node (the most that is free is 371.88 GiB,"
        " the most CPUs 20): 4 cells, each on a node of its own.",
        "1 cell would hold the memory, but with more vCPUs than a node has CPUs.",
        "4 cells divide its 48 cores evenly.",
        "The cells are the host's, and the guest is told their distances.",
    )
    cells = suggestion.pinned.cells
    assert isinstance(cells, tuple)
    assert all(cell.distances for cell in cells)


def test_vm_larger_than_all_cpus_takes_the_nodes_that_lack_fewest() -> None:
    suggestion = suggest(vm(64, 48), HOSTS["hwloc:40intel64-2g2n4c+pcilocality"])  # 4 x 10 CPUs
    assert suggestion.request.to_properties()["numa_topology"] == "host"
    assert suggestion.why[-2] == (
        "The nodes have 8 CPUs less than it has vCPUs: these wait at times."
    )


def test_vm_that_no_equal_cells_fit_is_spread() -> None:
    host = HOSTS["numactl:epyc7401-2of8"]  # 60.57 GiB on nodes 1 and 5, not evenly free
    suggestion = suggest(vm(60, 4), host)
    assert suggestion.request.to_properties() == {"numa_nodeset": "auto"}
    assert str(suggestion.placement.nodes) == "1,5"


def test_vm_too_large_for_the_host_is_refused() -> None:
    with pytest.raises(PlacementError) as caught:
        suggest(vm(200, 4), HOSTS["hwloc:nvidia-dgx-gb10"])
    assert str(caught.value).startswith(
        "numa_nodeset: the VM needs 200 GiB on node 0, where 64.11 GiB are free: 135.89 GiB"
    )


@pytest.mark.parametrize("name", sorted(HOSTS))
@pytest.mark.parametrize(("gib", "vcpus", "threads"), [(1, 1, 1), (12, 8, 2), (48, 32, 2)])
def test_both_forms_have_the_same_placement(name: str, gib: int, vcpus: int, threads: int) -> None:
    guest, host = vm(gib, vcpus, threads), HOSTS[name]
    try:
        suggestion = suggest(guest, host)
    except PlacementError:
        with pytest.raises(PlacementError):  # then auto has no place either
            place(guest, suggestion_of_auto(), host)
        return
    free = place(guest, suggestion.request, host)
    pinned = place(guest, suggestion.pinned, host)
    assert [p.nodes for p in free.cells] == [p.nodes for p in pinned.cells]
    assert [p.cell.memory_kib for p in free.cells] == [p.cell.memory_kib for p in pinned.cells]
    assert free.nodes == pinned.nodes


def suggestion_of_auto() -> NumaRequest:
    return NumaRequest.parse("auto")
