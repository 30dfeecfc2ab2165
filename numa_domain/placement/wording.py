# SPDX-License-Identifier: Apache-2.0
"""How messages name cells and nodes.

>>> from numa_domain.base.idset import Nodeset
>>> name_cells([0, 1, 2]), name_cells([WHOLE_VM]), name_nodes(Nodeset.parse("0-1"))
('cells 0-2 need', 'the VM needs', 'nodes 0-1')
"""

from __future__ import annotations

from ..base.idset import Cpuset
from .model import WHOLE_VM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..base.idset import Nodeset


def name_cells(cells: Iterable[int], one: str = "needs", more: str = "need") -> str:
    """ "the VM needs", "cell 1 needs" or "cells 0-2 need": how a message begins."""
    ids = [cell for cell in cells if cell != WHOLE_VM]
    if not ids:
        return f"the VM {one}"
    return f"cell {ids[0]} {one}" if len(ids) == 1 else f"cells {Cpuset.of(ids)} {more}"


def name_nodes(nodes: Nodeset) -> str:
    """ "node 1" or "nodes 0-1"."""
    return f"node{'s' if len(nodes) > 1 else ''} {nodes}"
