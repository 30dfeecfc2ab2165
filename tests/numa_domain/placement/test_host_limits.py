# SPDX-License-Identifier: Apache-2.0
"""What a host does not give to VMs: the kernel's margin, nodes beyond QEMU's, memory-only nodes."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import NumaError
from numa_domain.host.margins import QEMU_KIB
from numa_domain.host.model import HostTopology
from numa_domain.placement.memory_fit import ORDINARY
from numa_domain.placement.place import place
from tests.makers import GIB, host, request, vm

MIB = 1024


def margins(machine: HostTopology, kept_kib: int) -> HostTopology:
    nodes = {i: node.replace(kept_kib=kept_kib) for i, node in machine.nodes.items()}
    return machine.replace(nodes=nodes, qemu_percent=100)


def refused(guest_mib: int, nodeset: str, machine: HostTopology) -> NumaError:
    guest = vm(1).replace(memory_kib=guest_mib * MIB, current_memory_kib=guest_mib * MIB)
    with pytest.raises(NumaError) as caught:
        place(guest, request(nodeset), machine)
    return caught.value


def test_node_that_the_kernel_would_have_to_empty_does_not_fit() -> None:
    """1,014,100 KiB free and a VM of 988 MiB: the kernel has killed it."""
    machine = margins(host(1014100 / GIB, 4, total_gib=4), 12 * MIB)
    error = refused(988, "0", machine)
    assert str(error).startswith(
        "numa_nodeset: the VM needs 1.03 GiB (69.79 MiB of them for QEMU) on node 0, where "
        "978.33 MiB are free (12 MiB kept for the kernel): "
    )
    assert "node 0: 990.33 MiB free less 12 MiB for the kernel, " in str(error.reasons[0])  # type: ignore[attr-defined]
    assert place(vm(1), request("auto"), machine).charges.keys() == {1}


def test_size_that_is_offered_fits_with_its_margin() -> None:
    machine = margins(host(8), 100 * MIB)
    error = refused(9 * 1024, "0", machine)
    assert "fits with 7 GiB of memory" in str(error)
    assert place(vm(7), request("0"), machine)


def in_pages(*free_mib: float) -> HostTopology:
    """Nodes with 2 GiB of huge pages each, 100 MiB kept for the kernel, and so much free beside."""
    pages = {i: {2048: 1024} for i in range(len(free_mib))}
    machine = host(*(mib / 1024 for mib in free_mib), pages=pages, total_gib=16)
    return margins(machine, 100 * MIB)


@pytest.mark.parametrize(("nodeset", "topology"), [("0", None), ("auto", None), ("0", "2")])
def test_huge_pages_have_no_margin_but_qemu_needs_ordinary_memory_beside(
    nodeset: str, topology: str | None
) -> None:
    placement = place(vm(2, page=2048), request(nodeset, topology), in_pages(165))
    assert placement.charges == {0: {ORDINARY: QEMU_KIB, 2048: 2 * GIB}}


def test_node_whose_memory_is_all_in_a_pool_does_not_fit() -> None:
    with pytest.raises(NumaError) as caught:
        place(vm(1, page=2048), request("0"), in_pages(40, 200))
    assert str(caught.value) == (
        "numa_nodeset: the VM needs 64 MiB (64 MiB of them for QEMU) on node 0, where 0 KiB are "
        "free (100 MiB kept for the kernel): 64 MiB missing; fits on node 1, or after 124 MiB are "
        "freed on node 0"
    )


@pytest.mark.parametrize("topology", [None, "2", "host"])
def test_auto_leaves_out_nodes_without_ordinary_memory_for_qemu(topology: str | None) -> None:
    machine = in_pages(40, 200)
    assert str(place(vm(1, page=2048), request("auto", topology), machine).nodes) == "1"


def test_too_few_huge_pages_are_told_without_what_qemu_needs_of_other_memory() -> None:
    with pytest.raises(NumaError) as caught:
        place(vm(4, page=2048), request("0"), in_pages(200))
    assert str(caught.value).startswith(
        "numa_nodeset: the VM needs 4 GiB on node 0, where 2 GiB are free in 2 MiB pages: 2 GiB "
    )


def test_nodes_that_qemu_cannot_bind_are_left_out_or_refused() -> None:
    machine = host(20, 20, 15, cpus=(8, 8, 0), ids=(0, 8, 252))
    assert str(place(vm(30), request("all"), machine).nodes) == "0,8"
    assert str(place(vm(30), request("auto"), machine).nodes) == "0,8"
    assert str(place(vm(30), request("auto", "host"), machine).nodes) == "0,8"
    for nodeset in ("252", "preferred:0,252"):
        assert str(refused(8, nodeset, machine)) == (
            "numa_nodeset: QEMU cannot bind memory to node 252: it knows ids up to 127; name some "
            "of nodes 0,8, which can be bound, or write auto"
        )
    error = refused(44 * 1024, "auto", machine)
    assert "44 GiB on nodes 0,8" in str(error)


def test_preferred_node_without_memory_is_refused() -> None:
    machine = host(20, 0)
    assert str(refused(8, "preferred:1", machine)) == (
        "numa_nodeset: node 1 cannot be preferred, having no memory: the kernel refuses that; name "
        "some of node 0, or use strict on these"
    )
    assert place(vm(4), request("preferred:0-1"), machine)


def test_memory_only_nodes_in_all_are_told_with_the_way_out() -> None:
    machine = host(20, 20, 40, cpus=(8, 8, 0))
    (warning,) = place(vm(8), request("all"), machine).warnings
    assert str(warning) == (
        "numa_nodeset: node 2 with memory and no CPUs (HBM, GPU, CXL) are among those of all; "
        "leave them out: numa_nodeset=^2"
    )
    assert place(vm(8), request("^2"), machine).warnings == ()
    assert place(vm(8), request("0-2"), machine).warnings == ()
