# SPDX-License-Identifier: Apache-2.0
"""What a host does not give to VMs: the kernel's margin, nodes beyond QEMU's, memory-only nodes."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import NumaError
from numa_domain.host.model import HostTopology
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


def test_huge_pages_have_no_margin() -> None:
    machine = margins(host(1, pages={0: {2048: 1024}}), 100 * MIB)
    placement = place(vm(2, page=2048), request("0"), machine)
    assert placement.charges == {0: {2048: 2 * GIB}}


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
