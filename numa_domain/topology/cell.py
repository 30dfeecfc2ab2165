# SPDX-License-Identifier: Apache-2.0
"""One cell of the guest, and what cells have from the VM whatever was asked for.

numa_topology=2 on a VM of 4 vCPUs and 4 GiB -> Cell(id=1, cpus=2-3, memory_kib=2097152)
"""

from __future__ import annotations

from ..base.errors import RequestError
from ..base.frozen import Value
from ..base.idset import Cpuset, Nodeset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..guest.model import Guest


class PageDoesNotDivide(RequestError):
    what = "{memory} is no whole number of {page} pages"
    todo = "make it a multiple of {page}, or use smaller pages"


class Cell(Value):
    """One guest cell, complete; `nodes` is where its memory may come from."""

    id: int
    cpus: Cpuset
    """Of 0..max-1; empty for a memory-only cell."""
    memory_kib: int
    page_kib: int | None = None
    """Huge page size; None for ordinary pages, 0 for the host's default huge page size."""
    nodes: Nodeset | None = None
    """As asked for the cell alone; None is "the VM's nodeset", which may be auto."""
    mode: str = "strict"
    distances: tuple[int, ...] | None = None
    """To cells 0..n-1; None where nothing was said."""
    access: str | None = None
    discard: str | None = None
    extra_kib: int = 0
    """Memory of DIMMs that sit in this cell: it comes from the same host nodes."""

    @property
    def total_kib(self) -> int:
        """What the host has to give: boot memory and DIMMs."""
        return self.memory_kib + self.extra_kib


def granule_kib(guest: Guest, page_kib: int | None = None) -> int:
    """The unit in which a cell's memory is cut.

    libvirt rounds a cell up to 1 MiB, and to 256 MiB on POWER, without a word
    (qemuDomainAlignMemorySizes); 2 MiB is kept where it divides, for transparent huge pages.
    """
    if guest.arch.startswith("ppc64"):
        base = 256 * 1024
    else:
        base = 2048 if guest.memory_kib % 2048 == 0 else 1024
    return max(base, real_page_kib(page_kib) or 0)


def real_page_kib(page_kib: int | None) -> int | None:
    """A page size with 0, the host's default huge page, taken as 2 MiB (x86, arm64, POWER)."""
    return 2048 if page_kib == 0 else page_kib


def inherited(guest: Guest, name: str) -> str | None:
    """`mem_access` or `discard` of the cells that the domain has, where all of them agree.

    The engine writes memAccess="shared" on each cell of a VM with shared huge pages; cells in
    their place have to keep it, or vhost-user devices see none of the guest's memory.
    """
    values = {getattr(cell, name) for cell in guest.cells}
    return values.pop() if len(values) == 1 else None


def extra_kib(guest: Guest, cell: int) -> int:
    """KiB of the memory devices in a cell that come from the host nodes of that cell.

    An NVDIMM or virtio-pmem has a file behind it; a device with a nodemask of its own is
    bound by that.
    """
    return sum(
        device.size_kib
        for device in guest.devices
        if device.model in ("dimm", "virtio-mem")
        and device.nodes is None
        and (device.cell or 0) == cell
    )
