# SPDX-License-Identifier: Apache-2.0
"""`auto` asked in one line: the nodes of each cell, or of the whole VM, as text.

>>> nodes(vm(16), "auto", "2", host(30, 2, 12, 9))
['2', '3']
"""

from __future__ import annotations

from typing import Any

from numa_domain.base.idset import Cpuset
from numa_domain.guest.model import Guest, GuestCell
from numa_domain.host.model import HostTopology
from numa_domain.placement.model import Placement
from numa_domain.placement.place import place
from tests.makers import GIB, by_pairs, host, request, vm

SOCKETS = by_pairs()


def placed(
    guest: Guest, nodeset: str, topology: str | None, machine: HostTopology, **rules: Any
) -> Placement:
    return place(guest, request(nodeset, topology), machine, **rules)


def nodes(
    guest: Guest, nodeset: str, topology: str | None, machine: HostTopology, **rules: Any
) -> list[str]:
    return [str(c.nodes) for c in placed(guest, nodeset, topology, machine, **rules).cells]


def whole(guest: Guest, nodeset: str, machine: HostTopology, **rules: Any) -> str:
    return str(placed(guest, nodeset, None, machine, **rules).nodes)


def own_cells(**more: Any) -> Guest:
    cells = (
        GuestCell(0, Cpuset.parse("0-1"), 4 * GIB),
        GuestCell(1, Cpuset.parse("2-3"), 4 * GIB),
    )
    return vm(8, 4, cells=cells, **more)


def eight(*free: float) -> HostTopology:
    """Two sockets of four nodes."""
    return host(*free, apart=lambda a, b: 12 if a // 4 == b // 4 else 32)
