# SPDX-License-Identifier: Apache-2.0
"""The host: its NUMA nodes by id, with CPUs, memory, huge pages and distances.

Node ids have gaps on POWER and with accelerators (0, 8, 250-255), so nodes are keyed by id, not by
position. A node may have no CPUs, no memory, or neither. `sysfs.py`, `capabilities.py` and
`json_format.py` read hosts.

    >>> host = HostTopology.of([Node(8, Cpuset.parse("0-3"), memory_kib=4194304, free_kib=4194304)])
    >>> str(host.memory_nodes), host.nodes[8].available_kib
    ('8', 4194304)
"""

from __future__ import annotations

from ..base.frozen import Value
from ..base.idset import Cpuset, Nodeset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


MAX_NODES = 128
"""QEMU's own (include/sysemu/numa.h): "Invalid host-nodes value" for this id and above."""


class PagePool(Value):
    """The huge pages of one size on one node, counted in pages."""

    total: int
    free: int
    promised: int = 0
    """How many of the free ones are promised to VMs that have not taken them yet."""

    @property
    def available(self) -> int:
        return max(0, self.free - self.promised)


class Node(Value):
    """A NUMA node of the host."""

    id: int
    cpus: Cpuset
    """The online CPUs. Broken firmware may list a CPU on two nodes."""
    memory_kib: int
    """All its RAM including huge page pools; 0 for a node without memory."""
    free_kib: int
    """MemFree, which includes neither the pages of pools nor page cache."""
    reclaimable_kib: int = 0
    """Page cache that the kernel frees under pressure."""
    promised_kib: int = 0
    """Promised to VMs that are starting or running here and have not touched it yet."""
    distances: Mapping[int, int] = {}
    """To each node by id; empty or incomplete where the host does not say."""
    pages: Mapping[int, PagePool] = {}
    """Huge page pools by page size in KiB."""
    kept_kib: int = 0
    """Of the free memory: what the kernel keeps for itself (`margins.py`)."""
    unusable: Cpuset = Cpuset()
    """Those of its CPUs on which VMs cannot run: isolated, or not in the control group of VMs."""

    @property
    def available_kib(self) -> int:
        """Ordinary memory that can be promised to a new VM."""
        return max(0, self.free_kib + self.reclaimable_kib - self.kept_kib - self.promised_kib)

    @property
    def usable(self) -> Cpuset:
        """The CPUs on which VMs can run."""
        return self.cpus - self.unusable if self.unusable else self.cpus

    def stock_kib(self, page_kib: int) -> tuple[int, int]:
        """(KiB free, KiB promised) in pages of this size; 0 means ordinary pages."""
        if not page_kib:
            return self.free_kib + self.reclaimable_kib, self.promised_kib
        pool = self.pages.get(page_kib)
        return (pool.free * page_kib, pool.promised * page_kib) if pool else (0, 0)


class Claim(Value):
    """Memory that is promised to a VM on any of some nodes."""

    nodes: Nodeset
    kib: int
    page_kib: int = 0
    """0 for ordinary pages."""


class HostTopology(Value):
    """A host: nodes by id in rising order, and the nodes of PCI devices by address."""

    nodes: Mapping[int, Node]
    devices: Mapping[str, int] = {}
    """PCI address ("0000:3b:00.0") -> node id, without devices whose node is unknown (-1)."""
    claims: tuple[Claim, ...] = ()
    """What VMs here were promised on several nodes together; on one it is `Node.promised_kib`."""
    vcpus: Mapping[Nodeset, int] = {}
    """How many vCPUs of VMs that were placed here run on the CPUs of these nodes."""
    qemu_percent: int = 0
    """How much of what QEMU usually needs beside the guest's memory is added to each VM."""
    default_page_kib: int = 0
    """The size of huge pages where a VM does not say which; 0 if it is not known."""

    @staticmethod
    def of(nodes: Iterable[Node], devices: Mapping[str, int] = {}) -> HostTopology:
        """The host with these nodes, without distances and devices that refer to others."""
        found = {node.id: node for node in sorted(nodes, key=lambda node: node.id)}
        for node in found.values():
            if not node.distances.keys() <= found.keys():
                known = {n: d for n, d in node.distances.items() if n in found}
                found[node.id] = node.replace(distances=known)
        return HostTopology(found, {a: n for a, n in devices.items() if n in found})

    @property
    def memory_nodes(self) -> Nodeset:
        """The nodes that have memory."""
        return Nodeset.of(n.id for n in self.nodes.values() if n.memory_kib > 0)

    @property
    def bindable(self) -> Nodeset:
        """The nodes with memory to which QEMU can bind it: it counts to `MAX_NODES`."""
        return Nodeset.of(n for n in self.memory_nodes if n < MAX_NODES)

    def distance(self, a: int, b: int) -> int:
        """From a to b. If the host does not say: the distance from b to a, else 10 (itself) or 20.

        10 and 20 are the defaults of ACPI (LOCAL_DISTANCE and REMOTE_DISTANCE in Linux).
        """
        there = self.nodes[a].distances.get(b) or self.nodes[b].distances.get(a)
        return there or (10 if a == b else 20)
