# SPDX-License-Identifier: Apache-2.0
"""DIMMs and their like: what they count for, and that their cells are there."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import XMLError
from numa_domain.base.idset import Nodeset
from numa_domain.domxml.read import parse_guest
from numa_domain.domxml.rewrite import rewrite
from numa_domain.guest.model import MemoryDevice
from tests.numa_domain.domxml.made import TWO_CELLS, domain, placed, placement, two


def device(model: str, size: str, node: str = "", source: str = "") -> str:
    return (
        f"<devices><disk/><memory model='{model}'>{source}"
        f"<target>{size}{node}</target></memory></devices>"
    )


DIMM = device("dimm", "<size unit='GiB'>1</size>", "<node>1</node>")
IN_CELL_2 = device("nvdimm", "<size>1048576</size>", "<node>2</node>")


def test_devices_are_read() -> None:
    source = "<source><nodemask>0-1</nodemask><pagesize unit='MiB'>2</pagesize></source>"
    mem = device("virtio-mem", "<size unit='MiB'>512</size>", "<node>0</node>", source)
    assert parse_guest(domain(TWO_CELLS, DIMM, mem)).devices == (MemoryDevice("dimm", 1048576, 1),)
    assert parse_guest(domain(TWO_CELLS, mem)).devices == (
        MemoryDevice("virtio-mem", 524288, 0, 2048, Nodeset.parse("0-1")),
    )


def test_device_without_size_is_refused() -> None:
    with pytest.raises(XMLError) as caught:
        parse_guest(domain(device("dimm", "")))
    assert str(caught.value) == (
        "domain XML line 4, /domain/devices/memory: target/size is missing;"
        " add it: libvirt would refuse the domain too"
    )


def test_memory_beside_cells_is_their_sum_whatever_the_devices() -> None:
    for stated in (4194304, 5242880):  # as oVirt's engine writes it, and as libvirt
        assert parse_guest(domain(TWO_CELLS, DIMM, memory=stated)).memory_kib == 4194304


def test_memory_without_cells_counts_the_devices() -> None:
    guest = parse_guest(domain(DIMM, memory=5242880))
    assert (guest.memory_kib, guest.current_memory_kib) == (4194304, 5242880)


def test_devices_larger_than_memory_are_refused() -> None:
    with pytest.raises(XMLError) as caught:
        parse_guest(domain(DIMM, memory=1048576))
    assert str(caught.value) == (
        "domain XML line 2, /domain/memory: 1048576 KiB are less than the 1048576 KiB of the memory"
        " devices; <memory> counts them too: enlarge it, or remove a device"
    ).replace("are less than the", "leave nothing beside the")


def test_device_stays_in_its_cell() -> None:
    assert DIMM in rewrite(domain(DIMM, TWO_CELLS), two()).decode()


def test_device_in_a_cell_that_is_not_there_is_an_error() -> None:
    with pytest.raises(XMLError) as caught:
        rewrite(domain(TWO_CELLS, IN_CELL_2), two())
    assert str(caught.value) == (
        "domain XML line 5, /domain/devices/memory: the nvdimm of 1048576 KiB is in cell 2, and the"
        " guest gets cells 0-1 only; ask for a cell 2 in numa_topology, or give the device another"
        " target/node"
    )


def test_device_of_the_cells_so_far_is_checked_too() -> None:
    with pytest.raises(XMLError):
        rewrite(domain(TWO_CELLS, IN_CELL_2), two(topology_changed=False))


def test_dimm_that_names_no_cell_is_an_error_once_there_are_cells() -> None:
    xml = domain(device("dimm", "<size>1048576</size>"), memory=5242880)
    with pytest.raises(XMLError) as caught:
        rewrite(xml, two())
    assert str(caught.value) == (
        "domain XML line 4, /domain/devices/memory: the dimm of 1048576 KiB names no cell;"
        " give it a target/node: libvirt wants one where the guest has cells"
    )


def test_virtio_pmem_needs_no_cell() -> None:
    xml = domain(device("virtio-pmem", "<size>1048576</size>"), memory=5242880)
    assert b"<numatune>" in rewrite(xml, placement(placed(0, "0-3", 4, "0"), nodes="0"))


BUS = (
    "<devices><controller type='pci' model='{}'><target busNr='180'><node>{}</node></target>"
    "</controller></devices>"
)


@pytest.mark.parametrize("model", ["pcie-expander-bus", "pci-expander-bus"])
def test_bus_in_a_cell_that_the_guest_lacks_is_refused(model: str) -> None:

    assert rewrite(domain(BUS.format(model, 1)), two())
    with pytest.raises(XMLError) as caught:
        rewrite(domain(BUS.format(model, 2)), two())
    assert str(caught.value) == (
        f"domain XML line 4, /domain/devices/controller: the {model} is in cell 2, and the guest "
        "gets cells 0-1 only; ask for a cell 2 in numa_topology, or give the controller "
        "another target/node"
    )


def test_buses_and_devices_tell_their_cells() -> None:
    assert parse_guest(domain(TWO_CELLS, BUS.format("pcie-expander-bus", 1))).cells_of_devices == (
        Nodeset.parse("1")
    )
    assert parse_guest(domain(TWO_CELLS, DIMM)).cells_of_devices == Nodeset.parse("1")


def test_virtio_mem_has_what_is_requested() -> None:
    size = "<size unit='GiB'>4</size><requested unit='MiB'>512</requested>"
    (mem,) = parse_guest(domain(TWO_CELLS, device("virtio-mem", size, "<node>0</node>"))).devices
    assert (mem.size_kib, mem.taken_kib) == (4194304, 524288)
