# SPDX-License-Identifier: Apache-2.0
"""Which cell on which host nodes: the answer that the XML, the fit and the hook share.

Decides nothing about XML. `place` is the only entrance.
"""

from __future__ import annotations

from .nodeset import Nodeset
from .topology import Cell
from .values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from .errors import NumaError
    from .request import NumaRequest


class PlacedCell(Value):
    """A cell and where its memory comes from."""

    cell: Cell
    nodes: Nodeset | None
    """Host nodes that its memory may come from; None where the cell is not bound."""
    memnode: bool = True
    """Whether it gets a `memnode` of its own; False where `numatune/memory` says it all."""


class Placement(Value):
    """The whole answer for a VM on a host. `rewrite` needs nothing else."""

    request: NumaRequest
    cells: tuple[PlacedCell, ...]
    """The guest's cells by id; empty where the guest gets no `cpu/numa` from us (no topology
    asked for, and none in the domain): then only `nodes` matters."""
    mode: str
    """Of `numatune/memory`."""
    nodes: Nodeset | None
    """Of `numatune/memory`: the union of all nodes; None where a cell is left unbound."""
    cpus: Mapping[int, str] = {}
    """Canonical cpuset text of the online CPUs of each host node that is named here (by
    node id; "" for a node without CPUs): for emulatorpin, iothreadpin and vcpupin."""
    topology_changed: bool = True
    """False where `cells` are the domain's own, so that `cpu/numa` stays as it is."""
    charges: Mapping[int, Mapping[int, int]] = {}
    """What is promised: node id -> page size in KiB (0: ordinary pages) -> KiB."""
    warnings: tuple[NumaError, ...] = ()
    """What will work, but not well."""
