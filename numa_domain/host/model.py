# SPDX-License-Identifier: Apache-2.0
"""What the host is: its NUMA nodes by id, and what each of them has.

Node ids are sparse on POWER and with accelerators (0, 8, 250-255), so nodes are keyed by id. A
node may have no CPUs, no memory, or neither. `sysfs.py`, `capabilities.py` and `json_format.py`
read hosts.

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


class PagePool(Value):
    """The huge pages of one size on one node, in pages."""

    total: int
    free: int
    promised: int = 0
    """Of the free ones: promised to VMs that have not taken them yet."""

    @property
    def available(self) -> int:
        return max(0, self.free - self.promised)


class Node(Value):
    """One host NUMA node."""

    id: int
    cpus: Cpuset
    """The online CPUs; may overlap another node's on broken firmware."""
    memory_kib: int
    """All its RAM, huge page pools included; 0 for a node without memory."""
    free_kib: int
    """MemFree: neither the pools' pages nor page cache."""
    reclaimable_kib: int = 0
    """Page cache that the kernel gives up under pressure."""
    promised_kib: int = 0
    """Promised to VMs that start or run here, and not yet touched by them."""
    distances: Mapping[int, int] = {}
    """To each node by id; empty or partial where the host does not say."""
    pages: Mapping[int, PagePool] = {}
    """Huge page pools by page size in KiB."""

    @property
    def available_kib(self) -> int:
        """What a new VM can be promised in ordinary pages."""
        return max(0, self.free_kib + self.reclaimable_kib - self.promised_kib)

    def stock_kib(self, page_kib: int) -> tuple[int, int]:
        """KiB free and KiB promised in pages of this size; 0 stands for ordinary pages."""
        if not page_kib:
            return self.free_kib + self.reclaimable_kib, self.promised_kib
        pool = self.pages.get(page_kib)
        return (pool.free * page_kib, pool.promised * page_kib) if pool else (0, 0)


class HostTopology(Value):
    """A host: nodes by id in rising order, and PCI devices' nodes by address."""

    nodes: Mapping[int, Node]
    devices: Mapping[str, int] = {}
    """PCI address ("0000:3b:00.0") -> node id; those whose node is unknown (-1) are absent."""

    @staticmethod
    def of(nodes: Iterable[Node], devices: Mapping[str, int] = {}) -> HostTopology:
        """The host of these nodes in order, without what refers to nodes that are not there."""
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

    def distance(self, a: int, b: int) -> int:
        """From a to b; where the host does not say: the other way round, else 10 or 20.

        10 and 20 are the ACPI defaults (LOCAL_DISTANCE, REMOTE_DISTANCE in Linux).
        """
        there = self.nodes[a].distances.get(b) or self.nodes[b].distances.get(a)
        return there or (10 if a == b else 20)
