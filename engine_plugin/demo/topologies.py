# SPDX-License-Identifier: Apache-2.0
"""The captured hosts: real machines' nodes, and what the engine would have read from them.

Decides how a captured topology becomes an engine's host, an imitation of sysfs, and nothing
else. Knows no VM. The files in `hosts/` name their sources; the nodes in them are in the
form of `read_json`.

    >>> load("xeon-cxl").nodes[2].cpus
    ()
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from numa_domain.base.idset import Cpuset, Nodeset

from .model import Host, HostNode

_FOLDER = Path(__file__).parent / "hosts"
_SPACE = uuid.UUID("6f76697a-6e75-6d61-8000-000000000000")
"""Names become ids that are the same in every fresh engine."""


@dataclass(frozen=True)
class Node:
    """A node as captured, in KiB."""

    id: int
    cpus: tuple[int, ...]
    memory_kib: int
    free_kib: int
    distances: dict[int, int]
    pages: dict[int, tuple[int, int]]


@dataclass(frozen=True)
class Topology:
    """A captured host."""

    name: str
    source: str
    note: str
    architecture: str
    sockets: int
    cores: int
    threads: int
    nodes: tuple[Node, ...]


@lru_cache
def load(name: str) -> Topology:
    data = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    nodes = tuple(_node(entry) for entry in data.pop("nodes"))
    return Topology(name=name, nodes=nodes, **data)


def names() -> list[str]:
    return sorted(path.stem for path in _FOLDER.glob("*.json"))


def identity(kind: str, name: str) -> str:
    """The id of an entity of the demo: told by its name."""
    return str(uuid.uuid5(_SPACE, f"{kind}/{name}"))


def host(topology: Topology, name: str, cluster_id: str, *, has_hook: bool = True) -> Host:
    """The host as the engine knows it: MiB, no page cache, no huge pages per node."""
    host_id = identity("host", name)
    pages: dict[str, tuple[int, int]] = {}
    for node in topology.nodes:
        for size, (total, free) in node.pages.items():
            had = pages.get(str(size), (0, 0))
            pages[str(size)] = (had[0] + total, had[1] + free)
    return Host(
        id=host_id,
        name=name,
        cluster_id=cluster_id,
        topology=topology.name,
        nodes=tuple(_host_node(node, topology, host_id) for node in topology.nodes),
        sockets=topology.sockets,
        cores=topology.cores,
        threads=topology.threads,
        pages=pages,
        has_hook=has_hook,
    )


def write_sysfs(topology: Topology, root: Path) -> None:
    """An imitation of /sys/devices/system/node with what the kernel would show."""
    top = root / "devices/system/node"
    top.mkdir(parents=True, exist_ok=True)
    nodes = topology.nodes
    (top / "online").write_text(_set(n.id for n in nodes))
    (top / "possible").write_text(_set(n.id for n in nodes))
    (top / "has_memory").write_text(_set(n.id for n in nodes if n.memory_kib))
    (top / "has_cpu").write_text(_set(n.id for n in nodes if n.cpus))
    (root / "devices/system/cpu").mkdir(parents=True, exist_ok=True)
    (root / "devices/system/cpu/online").write_text(_set(c for n in nodes for c in n.cpus))
    (root / "bus/pci/devices").mkdir(parents=True, exist_ok=True)
    for node in nodes:
        _write_node(node, topology, top / f"node{node.id}")


def _write_node(node: Node, topology: Topology, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "cpulist").write_text(_set(node.cpus))
    row = [distance(node, other) for other in topology.nodes]
    (folder / "distance").write_text(" ".join(map(str, row)) + "\n")
    figures = {
        "MemTotal": node.memory_kib,
        "MemFree": node.free_kib,
        "MemUsed": node.memory_kib - node.free_kib,
        "Dirty": 0,
        "Writeback": 0,
        "FilePages": 0,
        "Mapped": 0,
        "Shmem": 0,
        "Active(file)": 0,
        "Inactive(file)": 0,
        "SReclaimable": 0,
    }
    lines = (f"Node {node.id} {name + ':':<15} {value:>10} kB\n" for name, value in figures.items())
    (folder / "meminfo").write_text("".join(lines))
    for size, (total, free) in node.pages.items():
        pool = folder / f"hugepages/hugepages-{size}kB"
        pool.mkdir(parents=True, exist_ok=True)
        (pool / "nr_hugepages").write_text(f"{total}\n")
        (pool / "free_hugepages").write_text(f"{free}\n")
        (pool / "surplus_hugepages").write_text("0\n")


def distance(node: Node, other: Node) -> int:
    """The kernel always shows some: 10 and 20 where the firmware has no table."""
    return node.distances.get(other.id) or (10 if node.id == other.id else 20)


def _host_node(node: Node, topology: Topology, host_id: str) -> HostNode:
    distances = tuple(distance(node, other) for other in topology.nodes)
    return HostNode(
        id=str(uuid.uuid5(uuid.UUID(host_id), f"node{node.id}")),
        index=node.id,
        cpus=node.cpus,
        memory_mb=node.memory_kib >> 10,
        free_mb=node.free_kib >> 10,
        distances=distances,
    )


def _node(entry: dict[str, object]) -> Node:
    text = str(entry["cpus"])
    distances = entry.get("distances", {})
    pages = entry.get("pages", {})
    assert isinstance(distances, dict)
    assert isinstance(pages, dict)
    return Node(
        id=int(str(entry["id"])),
        cpus=tuple(Cpuset.parse(text)) if text else (),
        memory_kib=int(str(entry["memory_kib"])),
        free_kib=int(str(entry["free_kib"])),
        distances={int(other): value for other, value in distances.items()},
        pages={int(size): (p["total"], p["free"]) for size, p in pages.items()},
    )


def _set(ids: object) -> str:
    found = Nodeset.of(ids)  # type: ignore[arg-type]  # any iterable of ids
    return f"{found}\n" if found else "\n"
