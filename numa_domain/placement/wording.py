# SPDX-License-Identifier: Apache-2.0
"""How messages name cells and nodes.

>>> from numa_domain.base.idset import Nodeset
>>> name_cells([0, 1, 2]), name_cells([WHOLE_VM]), name_nodes(Nodeset.parse("0-1"))
('cells 0-2 need', 'the VM needs', 'nodes 0-1')
"""

from __future__ import annotations

from ..base.idset import Cpuset
from .model import FIRST_DEVICE, WHOLE_VM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..base.idset import Nodeset


def name_cells(cells: Iterable[int], one: str = "needs", more: str = "need") -> str:
    """ "the VM needs", "cell 1 needs" or "cells 0-2 need": how a message begins."""
    text, several = name_demands(cells)
    return f"{text} {more if several else one}"


def name_demands(cells: Iterable[int]) -> tuple[str, bool]:
    """ "cells 0-2", "cell 0 and memory device 1"; and whether these are several."""
    named = list(cells)
    ids = [cell for cell in named if cell > WHOLE_VM]
    devices = [FIRST_DEVICE + 1 - cell for cell in named if cell <= FIRST_DEVICE]
    parts = []
    if WHOLE_VM in named or not (ids or devices):
        parts.append("the VM")
    if ids:
        parts.append(f"cell{'s' if len(ids) > 1 else ''} {Cpuset.of(ids)}")
    if devices:
        parts.append(f"memory device{'s' if len(devices) > 1 else ''} {Cpuset.of(devices)}")
    return " and ".join(parts), len(ids) > 1 or len(devices) > 1 or len(parts) > 1


def name_nodes(nodes: Nodeset) -> str:
    """ "node 1" or "nodes 0-1"."""
    return f"node{'s' if len(nodes) > 1 else ''} {nodes}"
