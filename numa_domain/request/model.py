# SPDX-License-Identifier: Apache-2.0
"""The request: both inputs as one value, parsed from the two texts and formatted back to them.

>>> request = NumaRequest.parse(nodeset="preferred:0-1", topology="cpus=0-3 mem=8G / mem=4096")
>>> request.mode, request.cells[1].memory_kib
('preferred', 4194304)
>>> request.to_properties()
{'numa_nodeset': 'preferred:0-1', 'numa_topology': 'cpus=0-3 mem=8G / mem=4G'}
"""

from __future__ import annotations

from ..base.errors import NumaError, RequestError, raise_any
from ..base.frozen import Value
from .parser import parse_nodeset, parse_topology
from .parts import NODESET, TOPOLOGY, CellRequest, Target


class NumaRequest(Value):
    """Both inputs. `cells` is None (no topology given), a count, "host", or the cells
    one by one.
    """

    mode: str = "strict"
    target: Target | None = None
    cells: int | str | tuple[CellRequest, ...] | None = None

    @classmethod
    def parse(cls, nodeset: str | None = None, topology: str | None = None) -> NumaRequest:
        """The request in these two texts; None and blank texts mean that an input is not given.

        Raises `TextError` with the offset, `InputTooLong`, or `Problems` with all errors of both
        texts.
        """
        problems: list[NumaError] = []
        mode, target, cells = "strict", None, None
        if nodeset is not None and nodeset.strip():
            try:
                mode, target = parse_nodeset(nodeset)
            except RequestError as error:
                problems.append(error.within(NODESET))
        if topology is not None and topology.strip():
            try:
                cells = parse_topology(topology, problems)
            except RequestError as error:
                problems.append(error.within(TOPOLOGY))
        raise_any(problems)
        return cls(mode, target, cells)

    @property
    def empty(self) -> bool:
        """Whether neither input is given."""
        return self.target is None and self.cells is None

    def to_properties(self) -> dict[str, str]:
        """Property name -> canonical text, for the inputs that are given."""
        properties = {}
        if self.target is not None:
            prefix = "" if self.mode == "strict" else f"{self.mode}:"
            properties[NODESET] = f"{prefix}{self.target}"
        if isinstance(self.cells, tuple):
            properties[TOPOLOGY] = " / ".join(map(str, self.cells))
        elif self.cells is not None:
            properties[TOPOLOGY] = str(self.cells)
        return properties
