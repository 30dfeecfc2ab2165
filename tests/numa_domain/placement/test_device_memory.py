# SPDX-License-Identifier: Apache-2.0
"""Memory devices on nodes and in pages of their own: counted, checked, and close to their VM."""

from __future__ import annotations

from typing import Any

import pytest

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.guest.model import GuestCell, MemoryDevice
from numa_domain.placement.model import Placement
from numa_domain.placement.place import place
from tests.makers import GIB, host, request, vm


def dimm(gib: int, nodes: str | None = None, cell: int = 0, **more: Any) -> MemoryDevice:
    mask = None if nodes is None else Nodeset.parse(nodes)
    return MemoryDevice(more.pop("model", "dimm"), gib * GIB, cell, nodes=mask, **more)


def placed(nodeset: str | None, topology: str | None, *free: float, **more: Any) -> Placement:
    machine = more.pop("machine", None) or host(*free)
    return place(vm(8, 4, **more), request(nodeset, topology), machine)


def test_device_on_a_node_of_its_own_is_charged_there() -> None:
    found = placed("0", None, 10, 10, devices=(dimm(4, "1"),))
    assert found.charges == {0: {0: 8 * GIB}, 1: {0: 4 * GIB}}
    assert str(found.nodes) == "0"


@pytest.mark.parametrize("nodeset", ["0", "auto"])
@pytest.mark.parametrize("topology", [None, "2"])
def test_device_that_does_not_fit_its_node_is_refused(nodeset: str, topology: str | None) -> None:
    with pytest.raises(NumaError) as caught:
        placed(nodeset, topology, 20, 2, devices=(dimm(4, "1"),))
    assert "memory device 1 needs 4 GiB on node 1, where 2 GiB are free" in str(caught.value)


@pytest.mark.parametrize(
    ("free", "devices", "fits"),
    [
        (2, (dimm(4, "1"),), "2 GiB for memory device 1"),
        (6, (dimm(4, "1"), dimm(8, "1")), "3 GiB for each of memory devices 1-2"),
        (5, (dimm(4), dimm(8, "1")), "5 GiB for memory device 2"),
    ],
)
def test_refusal_names_the_devices_that_would_have_to_be_smaller(
    free: float, devices: tuple[MemoryDevice, ...], fits: str
) -> None:
    with pytest.raises(NumaError) as caught:
        placed("0", None, 20, free, devices=devices)
    assert f"with {fits}" in str(caught.value)


def test_refusal_names_cells_and_devices_that_would_have_to_be_smaller() -> None:
    with pytest.raises(NumaError) as caught:
        placed("1", "1", 1, 10, devices=(dimm(6, "1"),))
    assert "with 5 GiB for each of cell 0 and memory device 1" in str(caught.value)


def test_device_on_a_node_that_is_not_there_is_refused() -> None:
    for nodeset in ("0", "auto"):
        with pytest.raises(NumaError) as caught:
            placed(nodeset, None, 20, 20, devices=(dimm(1, "0"), dimm(4, "7")))
        assert str(caught.value).startswith(
            "devices/memory[2]/source/nodemask: the host has no node 7"
        )


def test_device_and_cell_on_one_node_are_counted_together() -> None:
    with pytest.raises(NumaError) as caught:
        placed("0", "1", 10, 10, devices=(dimm(4, "0"),))
    assert "cell 0 and memory device 1 need 12 GiB on node 0" in str(caught.value)
    (cell,) = placed("auto", "1", 10, 14, devices=(dimm(4, "0"),)).cells
    assert str(cell.nodes) == "1"


def test_auto_is_close_to_the_node_of_a_device() -> None:
    assert str(placed("auto", None, 30, 20, devices=(dimm(4, "1"),)).nodes) == "1"


def test_device_with_pages_of_its_own_takes_these() -> None:
    machine = host(10, 10, pages={1: {2048: 2048}})
    found = placed("1", "1", machine=machine, devices=(dimm(2, page_kib=2048),))
    assert found.charges == {1: {0: 8 * GIB, 2048: 2 * GIB}}
    with pytest.raises(NumaError) as caught:
        placed("0", "1", machine=machine, devices=(dimm(2, page_kib=2048),))
    assert "memory device 1 needs 2 GiB on node 0, where 0 are free in 2 MiB pages" in str(
        caught.value
    ) or "memory device 1 needs 2 GiB on node 0" in str(caught.value)


def test_virtio_mem_takes_what_is_requested() -> None:
    for nodes in (None, "0"):
        device = dimm(64, nodes, model="virtio-mem", requested_kib=GIB)
        found = placed("0", "1", 10, 10, devices=(device,))
        assert found.charges == {0: {0: 9 * GIB}}
        assert placed("0", "1", 9, devices=(device,)).charges == found.charges
    with pytest.raises(NumaError):
        placed("0", "1", 8.5, devices=(device,))


def test_file_backed_device_takes_no_memory_of_its_nodes() -> None:
    found = placed("0", "1", 10, 1, devices=(dimm(64, "1", model="nvdimm"),))
    assert found.charges == {0: {0: 8 * GIB}}


def test_device_on_another_node_may_be_bound_there() -> None:
    """QEMU's control group must let it, and the emulator's threads onto that node's CPUs."""
    cells = (GuestCell(0, Cpuset.parse("0-3"), 8 * GIB),)
    for topology in (None, "1"):
        found = placed("0", topology, 10, 10, cells=cells, devices=(dimm(4, "1"),))
        assert str(found.nodes) == "0-1"
        assert [(str(p.nodes), p.memnode) for p in found.cells] == [("0", True)]
        assert set(found.cpus) == {0, 1}
    found = placed("0", None, 10, 10, cells=cells, devices=(dimm(1, "0"),))
    assert str(found.nodes) == "0"
    assert [p.memnode for p in found.cells] == [False]
    found = placed("preferred:0", None, 10, 10, cells=cells, devices=(dimm(4, "1"),))
    assert str(found.nodes) == "0"
