# SPDX-License-Identifier: Apache-2.0
"""Warnings about a placement that will work, but not well.

placement: cell 0 has 16 vCPUs for 8 online CPUs of node 0; vCPUs will wait for each
other: use more nodes, or fewer vCPUs
"""

from __future__ import annotations

from ..base.errors import HostError, RequestError
from ..base.idset import Cpuset, Nodeset
from ..base.units import show_memory
from .cell_warnings import cell_warnings
from .node_cpus import cpus_near
from .wording import name_cells

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..base.errors import NumaError
    from ..guest.model import Guest
    from ..host.model import HostTopology
    from ..request.model import NumaRequest
    from ..topology.cell import Cell
    from .memory_fit import Demand
    from .model import PlacedCell, Placement


class MemoryOverflows(HostError):
    what = "{overflow} do not fit the preferred {nodes:node} and will lie elsewhere"
    todo = "prefer more nodes, or accept slower memory"


class CpusScarce(HostError):
    what = "{who} {vcpus:vCPU} for {cpus:online CPU} of {nodes:node}"
    todo = "vCPUs will wait for each other: use more nodes, or fewer vCPUs"


class CpusMissing(HostError):
    what = "{who} {vcpus:vCPU}, and there is no online CPU on {nodes:node}"
    todo = "all memory will be remote: use nodes with CPUs, or make the cell memory-only"


class MemoryOnlyNodes(HostError):
    what = "{nodes:node} with memory and no CPUs (HBM, GPU, CXL) are among those of {target}"
    todo = "leave them out: numa_nodeset={write}"


class CoreSplit(RequestError):
    what = "the threads of one core, vCPUs {vcpus}, are in different cells"
    todo = "keep {threads} consecutive vCPUs together: the guest's scheduler expects it"


def placement_warnings(
    guest: Guest,
    request: NumaRequest,
    host: HostTopology,
    bound: Sequence[PlacedCell],
    demands: Sequence[Demand],
    overflow_kib: int,
) -> Iterator[NumaError]:
    """The warnings; `overflow_kib` is memory that does not fit on its preferred nodes."""
    if overflow_kib:
        preferred = Nodeset.of(n for d in demands if d.mode == "preferred" for n in d.nodes)
        overflow = show_memory(overflow_kib)
        yield MemoryOverflows("numa_nodeset", overflow=overflow, nodes=str(preferred))
    for nodes in dict.fromkeys(demand.nodes for demand in demands):
        cells = [demand for demand in demands if demand.nodes == nodes]
        vcpus = sum(demand.vcpus for demand in cells)
        cpus = len(cpus_near(host, nodes, vcpus))
        if vcpus > cpus:
            whole = len({d.cell for d in demands}) == 1 and demands[0].kib >= guest.memory_kib
            yield (CpusScarce if cpus else CpusMissing)(
                "placement",
                who=name_cells(() if whole else (d.cell for d in cells if d.vcpus), "has", "have"),
                vcpus=vcpus,
                nodes=str(nodes),
                cpus=cpus,
            )
    yield from _memory_only(request, host, demands)
    planned = [placed.cell for placed in bound]
    if guest.threads > 1 and isinstance(request.cells, tuple):
        yield from split_cores(guest, planned)
    yield from cell_warnings(guest, planned, asked=request.cells is not None)


def short_of_cpus(placement: Placement) -> int:
    """How many vCPUs are more than the CPUs of their nodes."""
    return sum(
        warning.facts["vcpus"] - warning.facts["cpus"]
        for warning in placement.warnings
        if isinstance(warning, (CpusScarce, CpusMissing))
    )


def _memory_only(
    request: NumaRequest, host: HostTopology, demands: Sequence[Demand]
) -> Iterator[HostError]:
    """For targets that do not name their nodes, and cells with vCPUs."""
    target = request.target
    if target is None or target.kind == "nodes":
        return
    used = Nodeset.of(n for demand in demands if demand.vcpus for n in demand.nodes)
    bare = Nodeset.of(n for n in used if not cpus_near(host, [n], 1))
    if bare and bare != used:
        rest = ",".join(f"^{node}" for node in bare) if target.kind == "all" else str(used - bare)
        write = rest if target.kind != "all" or len(bare) == 1 else str(host.bindable - bare)
        shown = {"all": "all", "except": "^"}.get(target.kind, "auto")
        yield MemoryOnlyNodes("numa_nodeset", nodes=str(bare), target=shown, write=write)


def split_cores(guest: Guest, cells: Sequence[Cell]) -> Iterator[RequestError]:
    """A warning for each core whose threads are in different cells."""
    threads = guest.threads
    for first in range(0, guest.vcpus_max if threads > 1 else 0, threads):
        core = Cpuset.of(range(first, min(first + threads, guest.vcpus_max)))
        if sum(1 for cell in cells if cell.cpus & core) > 1:
            yield CoreSplit("numa_topology", vcpus=str(core), threads=threads)
