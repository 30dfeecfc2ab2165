# SPDX-License-Identifier: Apache-2.0
"""Request and guest joined: the cells that the guest will see, legal and sized.

Decides which vCPUs and how much memory each cell has. Never knows what is free on the
host (`capacity.py`) or which node a cell gets (`placement.py`).
"""

from __future__ import annotations

from .nodeset import Cpuset, Nodeset
from .values import Value


class Cell(Value):
    """One guest cell, complete; `nodes` is where its memory may come from."""

    id: int
    cpus: Cpuset
    """Of 0..max-1; empty for a memory-only cell."""
    memory_kib: int
    page_kib: int | None = None
    """Huge page size; None for ordinary pages."""
    nodes: Nodeset | None = None
    """As asked: None is "the VM's nodeset", which may be auto."""
    mode: str = "strict"
    distances: tuple[int, ...] | None = None
    """To cells 0..n-1; None where nothing was said."""
    access: str | None = None
    discard: str | None = None
    extra_kib: int = 0
    """Memory of DIMMs that sit in this cell: it comes from the same host nodes."""
