# SPDX-License-Identifier: Apache-2.0
"""The values of placing: which cell's memory comes from which host nodes, and why it cannot.

place(guest, NumaRequest.parse("0-1", "2"), host).cells[1].nodes      0-1
"""

from __future__ import annotations

from ..base.errors import HostError, NumaError, RequestError
from ..base.frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ..base.idset import Nodeset
    from ..host.model import HostTopology
    from ..request.model import NumaRequest
    from ..topology.cell import Cell
    from .memory_fit import Demand, Fit
    from .node_reasons import NodeReason

    Holds = Callable[[Sequence[Demand]], bool]

WHOLE_VM = -1
"""The id of the cell that stands for a VM without `cpu/numa`."""


class PlacementError(HostError):
    """The request is sound, and this host cannot do it. `reasons` has one for each node."""

    reasons: tuple[NodeReason, ...] = ()

    def give_reasons(self, reasons: Iterable[NodeReason]) -> None:
        """Have them in `reasons`, and as JSON among the facts."""
        self.reasons = tuple(reasons)
        self.facts["reasons"] = [reason.to_dict() for reason in self.reasons]


class NodeUnknown(PlacementError):
    what = "the host has no {missing:node}"
    todo = "its nodes are {nodes}: name some of these, or auto, or choose another host"


class NodesLackMemory(PlacementError):
    what = "no node with memory is left"
    todo = "the host has memory on {nodes:node}: leave some of that, or write auto"


class CountTooLarge(PlacementError):
    what = "auto:{count} asks for more nodes than the {has} with memory that the host has"
    todo = "ask for at most {has:node}"


class NoRoom(PlacementError):
    what = "{who} {needed} on {nodes}, where {available} {free}: {missing} missing"
    todo = "{nearest}"


class MemnodeModesMixed(RequestError):
    what = "mode restrictive would stand beside {others} of the VM's memnodes"
    todo = "libvirt does not allow that: use one of the others, or remove the VM's own pinning"


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


class DoesNotFit(Exception):
    """No nodes hold these demands on this host, which is without what is already given away.

    Raised below `place` only, which has `refusal/` make a `PlacementError` of it.
    """

    def __init__(self, host: HostTopology, demands: Sequence[Demand]) -> None:
        super().__init__()
        self.host, self.demands = host, demands


class MemoryShort(DoesNotFit):
    """Nodes that are given have too little memory.

    `result` says which nodes, and how much is missing. `holds`, where there is one, says whether
    other demands would fit: for where that is not a matter of free memory alone.
    """

    def __init__(
        self,
        host: HostTopology,
        demands: Sequence[Demand],
        result: Fit,
        holds: Holds | None = None,
    ) -> None:
        super().__init__(host, demands)
        self.result, self.holds = result, holds
