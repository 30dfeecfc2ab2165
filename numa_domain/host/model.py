# SPDX-License-Identifier: Apache-2.0
"""What the host is: its NUMA nodes by id, and what each of them has.

Decides the shape of a host. Never reads one itself: `sysfs.py`, `capabilities.py` and
`json_format.py` do, and are imported when they are asked for, so that the hook, which reads
sysfs alone, does not pay for the other two. Nodes are keyed by id, since ids are sparse on
POWER and with accelerators (0, 8, 250-255); a node may have no CPUs, no memory, or neither.

    >>> text = '{"nodes": [{"id": 8, "cpus": "0-3", "memory_kib": 4194304}]}'
    >>> host = HostTopology.from_json(text)
    >>> str(host.nodes[8].cpus), host.nodes[8].available_kib
    ('0-3', 4194304)
"""

from __future__ import annotations

from ..base.frozen import Value
from ..base.idset import Cpuset, Nodeset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike


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

    @staticmethod
    def from_sysfs(
        root: str | PathLike[str] = "/sys", pci: Iterable[str] | None = None
    ) -> HostTopology:
        """The running host, from the directory that is mounted at /sys.

        `pci` names the devices to look up, so that nobody pays for reading hundreds; None is
        all of them. Raises `HostError` with the path of what cannot be read.
        """
        from .sysfs import read_sysfs

        return read_sysfs(root, pci)

    @staticmethod
    def from_capabilities(
        xml: str | bytes, free_kib: Mapping[int, int] | None = None
    ) -> HostTopology:
        """The host that libvirt's capabilities XML describes.

        Free memory is not in it: it comes from `free_kib`, by node id (virsh freecell), and is
        otherwise all that no huge page pool has. Raises `HostError` or `XMLError`.
        """
        from .capabilities import read_capabilities

        return read_capabilities(xml, free_kib)

    @staticmethod
    def from_json(text: str | bytes) -> HostTopology:
        """The host that a JSON text describes; `HostError` with the place in it otherwise."""
        from .json_format import read_json

        return read_json(text)

    def to_json(self) -> str:
        """The text from which `from_json` makes the same host again."""
        from .json_format import write_json

        return write_json(self)

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
