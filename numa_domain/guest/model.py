# SPDX-License-Identifier: Apache-2.0
"""What the VM is, as far as NUMA goes: the facts of its domain XML as values.

`domxml/read.py` makes them of XML, and fills in what libvirt would (missing ids, units, current
vCPUs).

    >>> pages = (GuestPages(2048), GuestPages(1048576, Nodeset.of([1])))
    >>> guest = Guest(name="vm", uuid="", memory_kib=1048576, current_memory_kib=1048576,
    ...               max_memory_kib=1048576, vcpus_max=4, vcpus_current=Cpuset.of(range(4)),
    ...               hugepages=pages)
    >>> guest.page_kib(0), guest.page_kib(1)
    (2048, 1048576)
"""

from __future__ import annotations

from ..base.frozen import Value
from ..base.idset import Cpuset, Nodeset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class CpuTopology(Value):
    """`cpu/topology`; vCPU ids run through threads first, then cores, dies, sockets."""

    sockets: int
    dies: int = 1
    clusters: int = 1
    cores: int = 1
    threads: int = 1


class GuestCell(Value):
    """One `cpu/numa/cell` that the domain already has."""

    id: int
    cpus: Cpuset
    """Empty for a memory-only cell."""
    memory_kib: int
    mem_access: str | None = None
    discard: str | None = None
    distances: Mapping[int, int] = {}


class MemoryDevice(Value):
    """`devices/memory`: a DIMM, an NVDIMM, virtio-mem or virtio-pmem."""

    model: str
    size_kib: int
    cell: int | None = None
    """`target/node`."""
    page_kib: int | None = None
    """`source/pagesize`."""
    nodes: Nodeset | None = None
    """`source/nodemask`: host nodes that the device itself asks for."""


class GuestPages(Value):
    """One `memoryBacking/hugepages/page`; `cells` None is the default of every cell."""

    size_kib: int
    cells: Nodeset | None = None


class Memnode(Value):
    """One `numatune/memnode` that the domain already has."""

    cell: int
    mode: str
    nodes: Nodeset


class Guest(Value):
    """A VM; memory in KiB, vCPU ids as in the domain."""

    name: str
    uuid: str
    memory_kib: int
    """Boot memory without memory devices: what the cells sum to, and have to after any change.

    That is the sum of the domain's cells, whatever `<memory>` says, since libvirt makes the
    VM as large as they are (virDomainDefPostParseMemory, seen with 9.0.0: 1 GiB of `<memory>`
    beside 512 MiB of cells is a VM of 512 MiB). Without cells it is `<memory>` less all
    memory devices, which libvirt counts in there; oVirt's engine leaves NVDIMMs out of
    `<memory>` (LibvirtVmXmlBuilder.writeMemory, and vm.py's _mem_subtract_nvdimms in VDSM),
    but it never writes one without cells, and libvirt refuses any device without them.
    """
    current_memory_kib: int
    max_memory_kib: int
    """`maxMemory`, or `memory_kib` where memory cannot be hot-plugged."""
    vcpus_max: int
    vcpus_current: Cpuset
    """The vCPUs that the guest starts with."""
    topology: CpuTopology | None = None
    cells: tuple[GuestCell, ...] = ()
    """By id, 0..n-1."""
    devices: tuple[MemoryDevice, ...] = ()
    hugepages: tuple[GuestPages, ...] = ()
    """Empty without `hugepages`; without any `page` in it, one of size 0: the host's default."""
    memory_mode: str | None = None
    """Of an existing `numatune/memory`."""
    memory_nodes: Nodeset | None = None
    memnodes: tuple[Memnode, ...] = ()
    vcpu_pins: Mapping[int, Cpuset] = {}
    """`cputune/vcpupin`."""
    vcpu_cpuset: Cpuset | None = None
    """`vcpu/@cpuset`: where threads without a pin of their own may run."""
    emulator_pin: Cpuset | None = None
    iothread_pins: Mapping[int, Cpuset] = {}
    iothreads: int = 0
    pci: tuple[str, ...] = ()
    """Addresses of passed-through PCI host devices, "0000:3b:00.0"."""
    arch: str = "x86_64"
    locked: bool = False
    """`memoryBacking/locked`."""

    @property
    def threads(self) -> int:
        """Threads per core, 1 where the domain does not say."""
        return self.topology.threads if self.topology else 1

    def page_kib(self, cell: int) -> int | None:
        """The huge page size of a cell; None for ordinary pages."""
        default = None
        for page in self.hugepages:
            if page.cells is None:
                default = page.size_kib
            elif cell in page.cells:
                return page.size_kib
        return default
