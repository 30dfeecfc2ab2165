# SPDX-License-Identifier: Apache-2.0
"""The VM: what its domain XML says about CPUs and memory, as values.

`domxml/read.py` makes them from XML, and fills in what libvirt would (missing ids, units, current
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
    """`cpu/topology`. vCPU ids count through threads first, then cores, dies and sockets."""

    sockets: int
    dies: int = 1
    clusters: int = 1
    cores: int = 1
    threads: int = 1


class GuestCell(Value):
    """A `cpu/numa/cell` that the domain already has."""

    id: int
    cpus: Cpuset
    """Empty for a memory-only cell."""
    memory_kib: int
    mem_access: str | None = None
    discard: str | None = None
    distances: Mapping[int, int] = {}


class MemoryDevice(Value):
    """A `devices/memory`: a DIMM, an NVDIMM, virtio-mem or virtio-pmem."""

    model: str
    size_kib: int
    cell: int | None = None
    """`target/node`."""
    page_kib: int | None = None
    """`source/pagesize`."""
    nodes: Nodeset | None = None
    """`source/nodemask`: the host nodes that the device itself is bound to."""
    requested_kib: int | None = None
    """`target/requested` of virtio-mem: what is plugged of it."""

    @property
    def taken_kib(self) -> int:
        """What it takes from the host."""
        return self.size_kib if self.requested_kib is None else self.requested_kib

    @property
    def apart(self) -> bool:
        """Whether it may lie on other nodes, or in other pages, than its cell."""
        return self.nodes is not None or self.page_kib is not None


class GuestPages(Value):
    """A `memoryBacking/hugepages/page`; with `cells` None it is the default for all cells."""

    size_kib: int
    cells: Nodeset | None = None


class Memnode(Value):
    """A `numatune/memnode` that the domain already has."""

    cell: int
    mode: str
    nodes: Nodeset


class Guest(Value):
    """A VM. Memory is in KiB, vCPU ids are those of the domain."""

    name: str
    uuid: str
    memory_kib: int
    """Boot memory without memory devices. The cells sum to it, before and after any change.

    It is the sum of the domain's cells, whatever `<memory>` says, since libvirt makes the VM as
    large as its cells (virDomainDefPostParseMemory; seen with 9.0.0: 1 GiB of `<memory>` with 512
    MiB of cells is a VM of 512 MiB). Without cells it is `<memory>` less all memory devices, which
    libvirt counts in `<memory>`. oVirt's engine leaves NVDIMMs out of `<memory>`
    (LibvirtVmXmlBuilder.writeMemory, and vm.py's _mem_subtract_nvdimms in VDSM), but it never
    writes one without cells, and libvirt refuses any device without cells.
    """
    current_memory_kib: int
    max_memory_kib: int
    """`maxMemory`; `memory_kib` if memory cannot be hot-plugged."""
    vcpus_max: int
    vcpus_current: Cpuset
    """The vCPUs that are plugged when the guest starts."""
    topology: CpuTopology | None = None
    cells: tuple[GuestCell, ...] = ()
    """In order of id, 0..n-1."""
    devices: tuple[MemoryDevice, ...] = ()
    hugepages: tuple[GuestPages, ...] = ()
    """Empty without `hugepages`; a `hugepages` without any `page` is one of size 0, the host's
    default.
    """
    memory_mode: str | None = None
    """`numatune/memory/@mode`, if there is one."""
    memory_nodes: Nodeset | None = None
    memnodes: tuple[Memnode, ...] = ()
    vcpu_pins: Mapping[int, Cpuset] = {}
    """`cputune/vcpupin`."""
    vcpu_cpuset: Cpuset | None = None
    """`vcpu/@cpuset`: where threads without a pin of their own may run."""
    emulator_pin: Cpuset | None = None
    iothread_pins: Mapping[int, Cpuset] = {}
    own_pins: Mapping[int, Cpuset] = {}
    """Those of `vcpu_pins` that no placement has written: somebody wants them."""
    own_thread_pins: tuple[Cpuset, ...] = ()
    """Likewise those of the emulator and of I/O threads."""
    iothreads: int = 0
    pci: tuple[str, ...] = ()
    """Passed-through host devices: PCI addresses like "0000:3b:00.0", mediated devices as
    "mdev:UUID", vDPA devices as "vdpa:vhost-vdpa-0".
    """
    cells_of_buses: Nodeset = Nodeset()
    """The cells that PCI expander buses are in."""
    arch: str = "x86_64"
    default_page_kib: int = 2048
    """What a page size of 0 means: the host's default, which `place` fills in where it is known."""
    locked: bool = False
    """`memoryBacking/locked`."""

    @property
    def cells_of_devices(self) -> Nodeset:
        """The cells that devices are in: they have to be there after any change."""
        named = {device.cell for device in self.devices}
        return self.cells_of_buses | Nodeset.of(cell for cell in named if cell is not None)

    @property
    def threads(self) -> int:
        """Threads per core; 1 if the domain does not say."""
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
