# SPDX-License-Identifier: Apache-2.0
"""Cells that an admin wrote one by one: checked against the VM, and completed.

All errors are reported, not only the first. Filled in are the memory of cells without `mem`, vCPUs
that are not plugged yet, and rows of distances.

    cpus=0-1 mem=8G / cpus=2-3 mem=8G       for a VM of 4 running vCPUs and 16 GiB
"""

from __future__ import annotations

from ..base.errors import RequestError, raise_any
from ..base.idset import Cpuset
from ..base.units import memory_text, show_memory
from .cell import Cell, PageDoesNotDivide, extra_kib, granule_kib, inherited, real_page_kib
from .division import deal_rest, divide_memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..guest.model import Guest
    from ..request.model import NumaRequest
    from ..request.parts import CellRequest

INPUT = "numa_topology"


class VcpuMissing(RequestError):
    what = "no cell has {vcpus:vCPU}"
    todo = "add what is missing: the VM starts with {running:vCPU}, and each has to be in a cell"


class VcpuTwice(RequestError):
    what = "cell {first} has {vcpus:vCPU} too"
    todo = "leave each vCPU in one cell"


class VcpuUnknown(RequestError):
    what = "the VM has no {vcpus:vCPU}"
    todo = "its ids end at {last}: remove what is beyond, or give the VM more vCPUs"


class MemoryZero(RequestError):
    what = "the cell has no memory"
    todo = "give it some, or remove the cell"


class MemoryUnaligned(RequestError):
    what = "{memory} is not a multiple of {unit}, to which libvirt would round it up"
    todo = "write a multiple of {unit}"


class MemorySum(RequestError):
    what = "the cells have {sum} together and the VM {memory}: {difference} too {way}"
    todo = "make the cells sum to {memory}, or leave `mem` out of one cell"


class MemoryNoneLeft(RequestError):
    what = "the other cells have {sum} of the VM's {memory}: nothing is left for {cells:cell}"
    todo = "give the others less"


class DistanceCount(RequestError):
    what = "{given:distance} for {cells:cell}"
    todo = "write one distance for each cell, 10 for the cell itself"


class DistanceToSelf(RequestError):
    what = "the distance of cell {cell} to itself is {value}"
    todo = "write 10, which every cell has to itself and to no other"


class DistanceTooNear(RequestError):
    what = "the distance of cell {cell} to cell {other} is 10, which is a cell's to itself"
    todo = "write 11 to 255"


class ModesMixed(RequestError):
    what = "mode restrictive stands beside {others}, which libvirt does not allow"
    todo = "use restrictive for all of the VM, or for none"


def explicit_cells(
    guest: Guest, request: NumaRequest, written: Sequence[CellRequest]
) -> tuple[Cell, ...]:
    """The complete cells. Raises `RequestError` or `Problems`."""
    sizes = _sizes(guest, written)
    found = list(_vcpu_problems(guest, written))
    found += _memory_problems(guest, written, sizes)
    found += _distance_problems(written)
    found += mode_problems(request, written)
    raise_any(found)
    vcpus = deal_rest(guest, [cell.cpus.bits if cell.cpus else 0 for cell in written])
    rows = _rows(written)
    return tuple(
        Cell(
            id=i,
            cpus=vcpus[i],
            memory_kib=sizes[i],
            page_kib=_page(guest, cell, i),
            nodes=cell.nodes,
            mode=cell.mode or request.mode,
            distances=rows[i],
            access=cell.access or inherited(guest, "mem_access"),
            discard=inherited(guest, "discard"),
            extra_kib=extra_kib(guest, i),
        )
        for i, cell in enumerate(written)
    )


def mode_problems(request: NumaRequest, written: Sequence[CellRequest]) -> Iterator[RequestError]:
    """restrictive cannot be combined with another mode: virDomainNumatuneNodeParseXML and the QEMU
    driver of libvirt refuse it.
    """
    modes = {cell.mode or request.mode for cell in written}
    if request.target is not None:
        modes.add(request.mode)
    if "restrictive" in modes and len(modes) > 1:
        yield ModesMixed(INPUT, others=", ".join(sorted(modes - {"restrictive"})))


def _place(i: int, field: str = "") -> str:
    return f"{INPUT}, cell {i}" + (f", {field}" if field else "")


def _page(guest: Guest, cell: CellRequest, i: int) -> int | None:
    if cell.page_kib == 4:
        return None
    return cell.page_kib or guest.page_kib(i)


def _vcpu_problems(guest: Guest, written: Sequence[CellRequest]) -> Iterator[RequestError]:
    every = Cpuset((1 << guest.vcpus_max) - 1)
    seen = Cpuset()
    for i, cell in enumerate(written):
        cpus = cell.cpus or Cpuset()
        if cpus - every:
            yield VcpuUnknown(_place(i, "cpus"), vcpus=str(cpus - every), last=guest.vcpus_max - 1)
        for j in range(i):
            twice = cpus & (written[j].cpus or Cpuset())
            if twice:
                yield VcpuTwice(_place(i, "cpus"), vcpus=str(twice), first=j)
        seen |= cpus
    missing = guest.vcpus_current - seen
    if missing:
        yield VcpuMissing(INPUT, vcpus=str(missing), running=str(guest.vcpus_current))


def _sizes(guest: Guest, written: Sequence[CellRequest]) -> list[int]:
    """KiB of each cell. Cells without `mem` share what is left; they get 0 if nothing is."""
    open_cells = [i for i, cell in enumerate(written) if cell.memory_kib is None]
    sizes = [cell.memory_kib or 0 for cell in written]
    left = guest.memory_kib - sum(sizes)
    if open_cells and left > 0:
        granule = max(granule_kib(guest, _page(guest, written[i], i)) for i in open_cells)
        for i, share in zip(open_cells, divide_memory(left, [1] * len(open_cells), granule)):
            sizes[i] = share
    return sizes


def _memory_problems(
    guest: Guest, written: Sequence[CellRequest], sizes: Sequence[int]
) -> Iterator[RequestError]:
    total, memory = sum(sizes), guest.memory_kib
    starved = [i for i, c in enumerate(written) if c.memory_kib is None and sizes[i] == 0]
    for i, cell in enumerate(written):
        if cell.memory_kib == 0:
            yield MemoryZero(_place(i, "mem"))
        yield from _size_problems(guest, cell, i, sizes[i])
    if starved:
        yield MemoryNoneLeft(
            INPUT,
            sum=show_memory(total),
            memory=show_memory(memory),
            cells=str(Cpuset.of(starved)),
        )
    elif total != memory:
        yield MemorySum(
            INPUT,
            sum=show_memory(total),
            memory=show_memory(memory),
            difference=show_memory(abs(total - memory)),
            way="much" if total > memory else "little",
        )


def _size_problems(guest: Guest, cell: CellRequest, i: int, size: int) -> Iterator[RequestError]:
    unit = 256 * 1024 if guest.arch.startswith("ppc64") else 1024
    if cell.memory_kib is not None and size % unit and guest.memory_kib % unit == 0:
        yield MemoryUnaligned(_place(i, "mem"), memory=memory_text(size), unit=show_memory(unit))
    page = real_page_kib(guest, _page(guest, cell, i))
    if page and size % page:
        yield PageDoesNotDivide(_place(i, "page"), memory=memory_text(size), page=show_memory(page))


def _distance_problems(written: Sequence[CellRequest]) -> Iterator[RequestError]:
    for i, cell in enumerate(written):
        row = cell.distances
        if row is None:
            continue
        place = _place(i, "dist")
        if len(row) != len(written):
            yield DistanceCount(place, given=len(row), cells=len(written))
            continue
        for j, value in enumerate(row):
            if i == j and value != 10:
                yield DistanceToSelf(place, cell=i, value=value)
            elif i != j and value == 10:
                yield DistanceTooNear(place, cell=i, other=j)


def _rows(written: Sequence[CellRequest]) -> list[tuple[int, ...] | None]:
    """A full row of distances for every cell, or for none if none is written. A row that is not
    written mirrors the others; what they do not say is 20.

    libvirt does the same (virDomainNumaDefParseXML), but shows it only once the VM has started.
    """
    given = [cell.distances for cell in written]
    if not any(given):
        return [None] * len(written)
    rows: list[tuple[int, ...] | None] = []
    for i, row in enumerate(given):
        mirrored = [(other[i] if other else 20) for other in given]
        mirrored[i] = 10
        rows.append(row or tuple(mirrored))
    return rows
