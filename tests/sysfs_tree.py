# SPDX-License-Identifier: Apache-2.0
"""A sysfs tree on disk that says what a `HostTopology` says, in the kernel's own formats.

Decides the files' form (drivers/base/node.c, mm/hugetlb.c); `numa_domain.host.sysfs` reads them.
For tests, benchmarks and demonstrations, which have no host with eight nodes at hand.

    >>> write_sysfs(host, tmp_path)        # then read_sysfs(tmp_path) == host
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.host.model import HostTopology, Node


def write_sysfs(host: HostTopology, root: Path, *, unknown_devices: Mapping[str, int] = {}) -> Path:
    """Write the tree below `root`, which stands for /sys, and return `root`.

    `unknown_devices` are PCI devices whose numa_node is no node of the host (-1).
    """
    system = root / "devices" / "system"
    ids = Nodeset.of(host.nodes)
    cpus = Cpuset()
    for node in host.nodes.values():
        cpus |= node.cpus
        _write_node(system / "node" / f"node{node.id}", node, host)
    _write(system / "cpu" / "online", str(cpus))
    for name in ("online", "possible"):
        _write(system / "node" / name, str(ids))
    _write(system / "node" / "has_memory", str(host.memory_nodes))
    _write(
        system / "node" / "has_cpu", str(Nodeset.of(n.id for n in host.nodes.values() if n.cpus))
    )
    for address, id in {**host.devices, **unknown_devices}.items():
        _write(root / "bus" / "pci" / "devices" / address / "numa_node", str(id))
    return root


def _write_node(folder: Path, node: Node, host: HostTopology) -> None:
    _write(folder / "cpulist", str(node.cpus))
    _write(folder / "meminfo", meminfo(node))
    if node.distances:
        _write(folder / "distance", " ".join(str(host.distance(node.id, n)) for n in host.nodes))
    for size, pool in node.pages.items():
        _write(folder / "hugepages" / f"hugepages-{size}kB" / "nr_hugepages", str(pool.total))
        _write(folder / "hugepages" / f"hugepages-{size}kB" / "free_hugepages", str(pool.free))


def meminfo(node: Node) -> str:
    """The meminfo of a node of which `reclaimable_kib` can be had back from page cache."""
    # What the kernel keeps of its cache: half of it, or the low watermark if that is less
    kept = min(node.reclaimable_kib, 131072 + node.memory_kib // 1000)
    cache = node.reclaimable_kib + kept
    pool = next(iter(node.pages.values()), None)
    figures = {
        "MemTotal": node.memory_kib,
        "MemFree": node.free_kib,
        "MemUsed": node.memory_kib - node.free_kib,
        "Active(anon)": 0,
        "Inactive(anon)": 0,
        "Active(file)": cache // 3,
        "Inactive(file)": cache - cache // 3,
        "Unevictable": 0,
        "Dirty": 0,
        "Writeback": 0,
        "FilePages": cache,
        "Shmem": 0,
        "SReclaimable": 0,
    }
    lines = [f"Node {node.id} {name + ':':<15}{kib:>9} kB" for name, kib in figures.items()]
    for name, count in (("Total", pool and pool.total), ("Free", pool and pool.free), ("Surp", 0)):
        lines.append(f"Node {node.id} HugePages_{name}: {count or 0:>5}")
    return "\n".join(lines)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text}\n")
