# SPDX-License-Identifier: Apache-2.0
"""Devices in a guest cell: `devices/memory` (DIMMs, NVDIMMs, virtio-mem, virtio-pmem), and PCI
expander buses, whose devices are in that cell.

They are never changed. Only it is checked that each is in a cell that the guest has afterwards.

    <memory model='dimm'><target><size unit='GiB'>1</size><node>1</node></target></memory>
"""

from __future__ import annotations

from ..base.errors import XMLError, raise_any
from ..base.idset import Nodeset
from ..guest.model import MemoryDevice
from .cpu_numa import only_cells
from .scalars import ValueMissing, id_set, memory_kib, text_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..placement.model import Placement
    from .tree import Element


class DeviceCellMissing(XMLError):
    what = "the {model} of {size} KiB is in cell {cell}, and the guest gets {cells}"
    todo = "ask for a cell {cell} in numa_topology, or give the device another target/node"


class BusCellMissing(XMLError):
    what = "the {model} is in cell {cell}, and the guest gets {cells}"
    todo = "ask for a cell {cell} in numa_topology, or give the controller another target/node"


class DeviceCellUnsaid(XMLError):
    what = "the {model} of {size} KiB names no cell"
    todo = "give it a target/node: libvirt wants one where the guest has cells"


def read_devices(domain: Element) -> tuple[MemoryDevice, ...]:
    """The memory devices in document order."""
    return tuple(_read(element) for element in _elements(domain))


def check_devices(domain: Element, placement: Placement) -> None:
    """Raise an error for each device in a cell that the guest will not have."""
    if placement.cells:
        raise_any(_problems(domain, len(placement.cells)))


def _problems(domain: Element, count: int) -> Iterator[XMLError]:
    for element in _elements(domain):
        device = _read(element)
        facts = {"model": device.model, "size": device.size_kib, "cells": only_cells(count)}
        if device.cell is None:
            if device.model in ("dimm", "nvdimm", "virtio-mem"):
                yield DeviceCellUnsaid(element.place, **facts)
        elif device.cell >= count:
            yield DeviceCellMissing(element.place, cell=device.cell, **facts)

    for element, cell in _buses(domain):
        if cell >= count:
            model = element.get("model") or "controller"
            yield BusCellMissing(element.place, model=model, cell=cell, cells=only_cells(count))


def cells_of_buses(domain: Element) -> Nodeset:
    """The cells that PCI expander buses are in."""
    return Nodeset.of(cell for _, cell in _buses(domain))


def _buses(domain: Element) -> Iterator[tuple[Element, int]]:
    """Controllers with a target/node: pcie-expander-bus and pci-expander-bus."""
    devices = domain.find("devices")
    for element in () if devices is None else devices.all("controller"):
        node = element.find("target", "node")
        if node is not None:
            yield element, text_number(node)


def _elements(domain: Element) -> Iterator[Element]:
    devices = domain.find("devices")
    return iter(()) if devices is None else devices.all("memory")


def _read(element: Element) -> MemoryDevice:
    size = element.find("target", "size")
    if size is None:
        raise ValueMissing(element.place, name="target/size")
    node, page = element.find("target", "node"), element.find("source", "pagesize")
    mask, requested = element.find("source", "nodemask"), element.find("target", "requested")
    return MemoryDevice(
        model=element.get("model") or "dimm",
        size_kib=memory_kib(size),
        cell=None if node is None else text_number(node),
        page_kib=None if page is None else memory_kib(page),
        nodes=None if mask is None else id_set(mask.text, (mask, None), Nodeset),
        requested_kib=None if requested is None else memory_kib(requested),
    )
