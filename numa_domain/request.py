# SPDX-License-Identifier: Apache-2.0
"""What the admin asked for: the two inputs as one value, and back to text.

Decides the grammar of `numa_nodeset` and `numa_topology`. Never knows a VM or a host:
`topology.py` joins a request with a VM, `placement.py` with a host.
"""

from __future__ import annotations

from .nodeset import Cpuset, Nodeset
from .values import Value

MODES = ("strict", "preferred", "interleave", "restrictive")


class Target(Value):
    """The `target` of `numa_nodeset`: exactly one of the four kinds."""

    kind: str
    """"nodes", "all" (every node with memory), "except" (all but `nodes`), "auto"."""
    nodes: Nodeset = Nodeset()
    count: int | None = None
    """For "auto": how many nodes; None leaves it to the placement."""


class CellRequest(Value):
    """One `cell` of `numa_topology`, as written; None is "not said"."""

    cpus: Cpuset | None = None
    memory_kib: int | None = None
    nodes: Nodeset | None = None
    mode: str | None = None
    page_kib: int | None = None
    distances: tuple[int, ...] | None = None
    access: str | None = None


class NumaRequest(Value):
    """Both inputs. `cells` is None, a count, "host", or the cells one by one."""

    mode: str = "strict"
    target: Target | None = None
    cells: int | str | tuple[CellRequest, ...] | None = None
