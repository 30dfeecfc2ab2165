# SPDX-License-Identifier: Apache-2.0
"""Cells like the host's nodes, in the order of the nodes, or in one that the VM's own pins allow.

nodes 0-1 of 8 CPUs, vCPU 0 of 4 pinned to CPU 8 -> cell 0 on node 1, cell 1 on node 0
"""

from __future__ import annotations

from ..topology.plan import plan_cells

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..base.idset import Cpuset, Nodeset
    from ..guest.model import Guest
    from ..host.model import HostTopology
    from ..request.model import NumaRequest
    from ..topology.cell import Cell


def host_cells(
    guest: Guest, request: NumaRequest, host: HostTopology, nodes: Nodeset
) -> tuple[Cell, ...]:
    """`plan_cells` for these nodes, whatever the topology."""
    cells = plan_cells(guest, request, host, nodes)
    pinned = guest.own_pins or guest.vcpu_cpuset is not None
    if request.cells != "host" or not pinned or len(cells) < 2:
        return cells
    homes = [node for cell in cells for node in cell.nodes or ()]
    fits = [[_may_run(guest, host, cell.cpus, node) for node in homes] for cell in cells]
    if all(row[at] for at, row in enumerate(fits)):
        return cells
    owner: dict[int, int] = {}
    if not all(_moved(cell, fits, owner, set()) for cell in range(len(cells))):
        return cells
    order = sorted(owner, key=owner.__getitem__)
    return plan_cells(guest, request, host, nodes, [homes[at] for at in order])


def cells_may_run(guest: Guest, host: HostTopology, cells: Iterable[Cell]) -> Iterator[bool]:
    """Of each cell: whether the VM's own pins let its vCPUs run beside its nodes."""
    for cell in cells:
        yield any(_may_run(guest, host, cell.cpus, node) for node in cell.nodes or ())


def _moved(cell: int, fits: list[list[bool]], owner: dict[int, int], seen: set[int]) -> bool:
    """Give a cell a node, of which others may have to move away (an augmenting path)."""
    for at in [at for at, fine in enumerate(fits[cell]) if fine and at not in seen]:
        seen.add(at)
        if at not in owner or _moved(owner[at], fits, owner, seen):
            owner[at] = cell
            return True
    return False


def _may_run(guest: Guest, host: HostTopology, vcpus: Cpuset, node: int) -> bool:
    """Whether each of these vCPUs may run on a CPU of the node; no pins are written for a node
    without CPUs for VMs.
    """
    cpus, usable = host.nodes[node].cpus, host.nodes[node].usable
    pins = [guest.own_pins.get(vcpu, guest.vcpu_cpuset) for vcpu in vcpus]
    return not usable or all(pin is None or bool(pin & cpus) for pin in pins)
