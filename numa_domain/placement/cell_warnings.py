# SPDX-License-Identifier: Apache-2.0
"""Warnings about cells that the guest's system will not take well, wherever they lie.

numa_topology: the vCPUs of one socket, 0-3, are in cells 0-1; the guest's kernel warns that they
share a cache across nodes, and then ignores that cache: give the VM 2 sockets of 2 cores
"""

from __future__ import annotations

from ..base.errors import RequestError
from ..base.idset import Cpuset
from ..topology.division import unit_sizes, units

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..guest.model import Guest
    from ..topology.cell import Cell


_SHOWN = 4
"""Cells that a remedy writes out."""


class CachesSplit(RequestError):
    what = "the vCPUs of one {unit}, {vcpus}, are in cells {cells}"
    todo = (
        "the guest's kernel warns that they share a cache across nodes, and then ignores that "
        "cache: {better}"
    )


class CellStartsIdle(RequestError):
    what = "no vCPU of cell {cell}, {vcpus}, is plugged when the VM starts"
    todo = "Windows crashes at boot: give each cell one of the vCPUs {running}, or start with more"


def cell_warnings(guest: Guest, cells: Sequence[Cell], *, asked: bool) -> Iterator[RequestError]:
    """`asked`: whether the cells were requested; those that the domain had are its own matter."""
    for cell in cells:
        if cell.cpus and not cell.cpus & guest.vcpus_current:
            facts = {"vcpus": str(cell.cpus), "running": str(guest.vcpus_current)}
            yield CellStartsIdle(f"numa_topology, cell {cell.id}", cell=cell.id, **facts)
    if asked:
        yield from _split_caches(guest, cells)


def _split_caches(guest: Guest, cells: Sequence[Cell]) -> Iterator[RequestError]:
    """For the first socket (or die, if sockets have several) that is in several cells.

    QEMU tells the guest that its vCPUs share the last level cache (x86_cpu_encode in QEMU's cpu.c),
    and Linux expects such CPUs on one node (topology_sane in arch/x86/kernel/smpboot.c).
    """
    topology, sizes = guest.topology, unit_sizes(guest)
    if topology is None or len(sizes) < 2:
        return
    die = topology.dies > 1
    size = topology.threads * topology.cores * topology.clusters
    every, name = units((1 << guest.vcpus_max) - 1, size), "die" if die else "socket"
    for unit in every:
        owners = [cell.id for cell in cells if cell.cpus.bits & unit]
        if len(owners) > 1:
            count = sum(1 for cell in cells if cell.cpus)
            yield CachesSplit(
                "numa_topology",
                unit=name,
                vcpus=str(Cpuset(unit)),
                cells=str(Cpuset.of(owners)),
                better=_whole_units(guest, every, count, name) or _better(guest, count),
            )
            return


def _whole_units(guest: Guest, every: Sequence[int], cells: int, name: str) -> str:
    """Cells of the sockets or dies that the VM has, if these can be shared out evenly; else ""."""
    each, over = divmod(len(every), cells)
    parts = [Cpuset(sum(every[at : at + each])) for at in range(0, len(every), each or 1)]
    if over or not each or not all(part & guest.vcpus_current for part in parts):
        return ""
    shown = [f"cpus={part}" for part in parts[:_SHOWN]] + ["..."] * (len(parts) > _SHOWN)
    return f"write cells of whole {name}s: {' / '.join(shown)}"


def _better(guest: Guest, cells: int) -> str:
    """The sockets that would suit: as many as cells, or a multiple."""
    running = len(guest.vcpus_current)
    for sockets in range(cells, guest.vcpus_max // guest.threads + 1, cells):
        each, over = divmod(guest.vcpus_max, sockets * guest.threads)
        if not over and running >= (cells - 1) * each * guest.threads + 1:
            cores = f"{each} core{'' if each == 1 else 's'}"
            return f"give the VM {sockets} sockets of {cores}"
    return "give the VM as many sockets as cells, or ask for fewer cells"
