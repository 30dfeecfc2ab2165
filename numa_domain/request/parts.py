# SPDX-License-Identifier: Apache-2.0
"""What the two inputs consist of: the target of `numa_nodeset`, and the cells of `numa_topology`.

>>> str(Target("auto", count=2)), str(CellRequest(cpus=Cpuset.parse("0-3"), memory_kib=8388608))
('auto:2', 'cpus=0-3 mem=8G')
"""

from __future__ import annotations

from ..base.frozen import Value
from ..base.idset import Cpuset, Nodeset
from ..base.units import memory_text

NODESET, TOPOLOGY = "numa_nodeset", "numa_topology"
"""The names of the two inputs: custom properties of the VM."""

MODES = ("strict", "preferred", "interleave", "restrictive")


class Target(Value):
    """Which nodes `numa_nodeset` means."""

    kind: str
    """ "nodes" (these), "all" (every node with memory), "except" (all but these), or "auto"."""
    nodes: Nodeset = Nodeset()
    count: int | None = None
    """For "auto": how many nodes; None if the placement may decide."""

    def __str__(self) -> str:
        if self.kind == "auto":
            return "auto" if self.count is None else f"auto:{self.count}"
        if self.kind == "except":
            return ",".join(f"^{node}" for node in self.nodes)
        return "all" if self.kind == "all" else str(self.nodes)


class CellRequest(Value):
    """A cell of `numa_topology` as written; None for what is not written."""

    cpus: Cpuset | None = None
    memory_kib: int | None = None
    nodes: Nodeset | None = None
    mode: str | None = None
    page_kib: int | None = None
    distances: tuple[int, ...] | None = None
    access: str | None = None

    def __str__(self) -> str:
        fields = (
            ("cpus", self.cpus),
            ("mem", None if self.memory_kib is None else memory_text(self.memory_kib)),
            ("nodes", self.nodes),
            ("mode", self.mode),
            ("page", None if self.page_kib is None else memory_text(self.page_kib)),
            ("dist", None if self.distances is None else ",".join(map(str, self.distances))),
            ("access", self.access),
        )
        return " ".join(f"{name}={value}" for name, value in fields if value is not None)
