# SPDX-License-Identifier: Apache-2.0
"""What the admin asked for: the two inputs as one value, and back to text.

Decides what can be asked for. Its grammar is read in `parser.py`. Never knows a VM or
a host: `plan.py` joins a request with a VM, `place.py` with a host.

    >>> request = NumaRequest.parse(nodeset="preferred:0-1", topology="cpus=0-3 mem=8G / mem=4096")
    >>> request.mode, request.cells[1].memory_kib
    ('preferred', 4194304)
    >>> request.to_properties()
    {'numa_nodeset': 'preferred:0-1', 'numa_topology': 'cpus=0-3 mem=8G / mem=4G'}
"""

from __future__ import annotations

from ..base.frozen import Value
from ..base.idset import Cpuset, Nodeset
from ..base.units import memory_text

NODESET, TOPOLOGY = "numa_nodeset", "numa_topology"
"""The names of the two inputs, as custom properties of the VM."""

MODES = ("strict", "preferred", "interleave", "restrictive")


class Target(Value):
    """The `target` of `numa_nodeset`: exactly one of the four kinds."""

    kind: str
    """"nodes", "all" (every node with memory), "except" (all but `nodes`), "auto"."""
    nodes: Nodeset = Nodeset()
    count: int | None = None
    """For "auto": how many nodes; None leaves it to the placement."""

    def __str__(self) -> str:
        if self.kind == "auto":
            return "auto" if self.count is None else f"auto:{self.count}"
        if self.kind == "except":
            return ",".join(f"^{node}" for node in self.nodes)
        return "all" if self.kind == "all" else str(self.nodes)


class CellRequest(Value):
    """One `cell` of `numa_topology`, as written; None is "not said"."""

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


class NumaRequest(Value):
    """Both inputs. `cells` is None, a count, "host", or the cells one by one."""

    mode: str = "strict"
    target: Target | None = None
    cells: int | str | tuple[CellRequest, ...] | None = None

    @classmethod
    def parse(cls, nodeset: str | None = None, topology: str | None = None) -> NumaRequest:
        """The request that the two texts make; None and blank texts are absent inputs.

        Raises `TextError` with the offset, or `Problems` with all that is wrong in both.
        """
        from .parser import read_request  # which needs the values here

        return read_request(nodeset, topology)

    @property
    def empty(self) -> bool:
        """Whether nothing was asked for."""
        return self.target is None and self.cells is None

    def to_properties(self) -> dict[str, str]:
        """The canonical texts by property name; an absent input is absent here."""
        properties = {}
        if self.target is not None:
            prefix = "" if self.mode == "strict" else f"{self.mode}:"
            properties[NODESET] = f"{prefix}{self.target}"
        if isinstance(self.cells, tuple):
            properties[TOPOLOGY] = " / ".join(map(str, self.cells))
        elif self.cells is not None:
            properties[TOPOLOGY] = str(self.cells)
        return properties
