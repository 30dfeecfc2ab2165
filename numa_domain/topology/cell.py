# SPDX-License-Identifier: Apache-2.0
"""A cell of the guest, and what a cell takes over from the VM.

numa_topology=2 on a VM of 4 vCPUs and 4 GiB -> Cell(id=1, cpus=2-3, memory_kib=2097152)
"""

from __future__ import annotations

from ..base.errors import RequestError
from ..base.frozen import Value
from ..base.idset import Cpuset, Nodeset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..guest.model import Guest


RAM = ("dimm", "virtio-mem")
"""Models of memory devices that take memory of host nodes; the others are backed by a file."""


class PageDoesNotDivide(RequestError):
    what = "{memory} is no whole number of {page} pages"
    todo = "make it a multiple of {page}, or use smaller pages"


class Cell(Value):
    """A complete cell of the guest."""

    id: int
    cpus: Cpuset
    """Of the vCPUs 0..max-1; empty for a memory-only cell."""
    memory_kib: int
    page_kib: int | None = None
    """Huge page size; None for ordinary pages, 0 for the host's default huge page size."""
    nodes: Nodeset | None = None
    """The host nodes requested for this cell; None means those of the VM, which may be auto."""
    mode: str = "strict"
    distances: tuple[int, ...] | None = None
    """To cells 0..n-1; None if the request does not say."""
    access: str | None = None
    discard: str | None = None
    extra_kib: int = 0
    """Memory devices in this cell, whose memory comes from the same host nodes."""

    @property
    def total_kib(self) -> int:
        """What the host nodes have to provide: boot memory and memory devices."""
        return self.memory_kib + self.extra_kib


def granule_kib(guest: Guest, page_kib: int | None = None) -> int:
    """The unit of a cell's size, in KiB.

    libvirt silently rounds a cell up to 1 MiB, on POWER to 256 MiB (qemuDomainAlignMemorySizes).
    Where 2 MiB divides the VM's memory it is used instead of 1 MiB, for transparent huge pages.
    """
    if guest.arch.startswith("ppc64"):
        base = 256 * 1024
    else:
        base = 2048 if guest.memory_kib % 2048 == 0 else 1024
    return max(base, real_page_kib(guest, page_kib) or 0)


def real_page_kib(guest: Guest, page_kib: int | None) -> int | None:
    """The page size; for 0, the host's default."""
    return guest.default_page_kib if page_kib == 0 else page_kib


def inherited(guest: Guest, name: str) -> str | None:
    """`mem_access` or `discard` of the cells that the domain has, if all of them agree.

    The engine writes memAccess="shared" on each cell of a VM with shared huge pages. New cells must
    keep it, or vhost-user devices cannot reach the guest's memory.
    """
    values = {getattr(cell, name) for cell in guest.cells}
    return values.pop() if len(values) == 1 else None


def extra_kib(guest: Guest, cell: int) -> int:
    """KiB of the memory devices in a cell whose memory comes from the cell's host nodes.

    That leaves out NVDIMM and virtio-pmem, which are backed by a file, and devices with nodes or
    pages of their own (`placement/device_memory.py`).
    """
    return sum(
        device.taken_kib
        for device in guest.devices
        if device.model in RAM and not device.apart and (device.cell or 0) == cell
    )
