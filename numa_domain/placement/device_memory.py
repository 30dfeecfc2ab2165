# SPDX-License-Identifier: Apache-2.0
"""Memory devices that need memory of their own: on nodes or in pages other than their cell's.

A DIMM without either lies where its cell does, and is part of the cell (`topology/cell.py`).

    <memory model="dimm"><source><nodemask>1</nodemask></source>...</memory>
    -> a demand of its own on node 1, in the mode of its cell, as libvirt has it
"""

from __future__ import annotations

from ..base.idset import Nodeset
from ..topology.cell import RAM
from .memory_fit import ORDINARY, Demand
from .model import FIRST_DEVICE
from .node_check import check_nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..guest.model import Guest
    from ..host.model import HostTopology
    from .model import PlacedCell

_SMALL_KIB = 64
"""Of all architectures, the largest page that belongs to no pool."""


def device_demands(
    guest: Guest,
    host: HostTopology,
    bound: Sequence[PlacedCell],
    mode: str,
    whole: Nodeset | None = None,
) -> Iterator[Demand]:
    """A demand for each such device; `mode` and `whole` are the VM's where it has no cells. Raises
    `NodeUnknown` for a device on a node that the host lacks: libvirt would not start the VM.
    """
    cells = {placed.cell.id: placed for placed in bound}
    for i, device in enumerate(guest.devices):
        if device.nodes is not None:
            check_nodes(device.nodes, host, f"devices/memory[{i + 1}]/source/nodemask")
        home = cells.get(device.cell or 0)
        nodes = device.nodes or (home.nodes if home else whole)
        if device.model not in RAM or not device.apart or nodes is None:
            continue
        page = device.page_kib
        if page is None:
            page = home.cell.page_kib if home else guest.page_kib(device.cell or 0)
        page = page if page and page > _SMALL_KIB else ORDINARY
        kib = -(-device.taken_kib // page) * page if page else device.taken_kib
        yield Demand(FIRST_DEVICE - i, kib, page, nodes, home.cell.mode if home else mode)


def device_nodes(guest: Guest) -> list[int]:
    """The nodes of devices that are bound to one: `auto` is to be close to them."""
    masks = [device.nodes for device in guest.devices if device.nodes is not None]
    return sorted({next(iter(nodes)) for nodes in masks if len(nodes) == 1})
