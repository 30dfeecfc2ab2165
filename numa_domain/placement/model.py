# SPDX-License-Identifier: Apache-2.0
"""The values of a placement: which host nodes each cell's memory comes from; and its errors.

place(guest, NumaRequest.parse("0-1", "2"), host).cells[1].nodes      0-1
"""

from __future__ import annotations

from ..base.errors import HostError, NumaError, RequestError
from ..base.frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ..base.idset import Nodeset
    from ..host.model import Claim, HostTopology
    from ..request.model import NumaRequest
    from ..topology.cell import Cell
    from .memory_fit import Demand, Fit
    from .node_reasons import NodeReason

    Holds = Callable[[Sequence[Demand]], bool]

WHOLE_VM = -1
"""The cell id that stands for a VM without `cpu/numa`."""
FIRST_DEVICE = -2
"""The one that stands for the first memory device of a VM; the second is one less, and so on."""


class PlacementError(HostError):
    """The request is legal, but this host cannot fulfil it. `reasons` has one entry for
    each node.
    """

    reasons: tuple[NodeReason, ...] = ()

    def give_reasons(self, reasons: Iterable[NodeReason]) -> None:
        """Set `reasons`, and add them to the facts for JSON."""
        self.reasons = tuple(reasons)
        self.facts["reasons"] = [reason.to_dict() for reason in self.reasons]


class NodeUnknown(PlacementError):
    what = "the host has no {missing:node}"
    todo = "its nodes are {nodes}: name some of these, or auto, or choose another host"


class NodesLackMemory(PlacementError):
    what = "no node with memory is left"
    todo = "the host has memory on {nodes:node}: leave some of that, or write auto"


class NodesUnbindable(PlacementError):
    what = "QEMU cannot bind memory to {missing:node}: it knows ids up to {last}"
    todo = "name some of {nodes:node}, which can be bound, or write auto"


class PreferredLacksMemory(PlacementError):
    what = "{missing:node} cannot be preferred, having no memory: the kernel refuses that"
    todo = "name some of {nodes:node}, or use strict on these"


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
    """A cell, and where its memory comes from."""

    cell: Cell
    nodes: Nodeset | None
    """The host nodes that its memory may come from; None if the cell is not bound."""
    memnode: bool = True
    """Whether it gets a `memnode` of its own; False if `numatune/memory` covers it."""


class Placement(Value):
    """The result for a VM on a host, and all that `rewrite` needs."""

    request: NumaRequest
    cells: tuple[PlacedCell, ...]
    """The guest's cells in order of id. Empty if the guest has no `cpu/numa` (no topology
    requested, none in the domain); then only `nodes` counts.
    """
    mode: str
    """For `numatune/memory`."""
    nodes: Nodeset | None
    """For `numatune/memory`: all nodes of all cells; None if a cell is not bound."""
    cpus: Mapping[int, str] = {}
    """Node id -> the node's online CPUs as a cpuset text ("" if it has none), for all nodes that
    are used. Emulatorpin, iothreadpin and vcpupin are made of them.
    """
    isolated: Mapping[int, str] = {}
    """The same of those of its CPUs on which VMs do not run, unless they are pinned there."""
    topology_changed: bool = True
    """False if `cells` are those of the domain, so that `cpu/numa` stays as it is."""
    charges: Mapping[int, Mapping[int, int]] = {}
    """The memory that is promised: node id -> page size in KiB (0: ordinary pages) -> KiB; one way
    in which it can lie.
    """
    claims: tuple[Claim, ...] = ()
    """The same memory, by the nodes on which it may lie."""
    vcpus: Mapping[Nodeset, int] = {}
    """How many vCPUs that are plugged in run near these nodes."""
    warnings: tuple[NumaError, ...] = ()
    """What will work, but not well."""


class DoesNotFit(Exception):
    """The demands do not fit on the host; `host` has what is already given away deducted.

    Only used below `place`, which turns it into a `PlacementError` with the help of `refusal/`.
    """

    def __init__(self, host: HostTopology, demands: Sequence[Demand]) -> None:
        super().__init__()
        self.host, self.demands = host, demands


class MemoryShort(DoesNotFit):
    """Given nodes have too little memory.

    `result` says which nodes and how much is missing. `holds`, if not None, tells whether other
    demands would fit, for cases where that depends on more than free memory.
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
