# SPDX-License-Identifier: Apache-2.0
"""Hosts as the engine shows them, as the core's `HostTopology`.

The engine gives a node's memory in MiB and labels its statistics "bytes" while they are MiB too
(NumaStatisticalQuery), so the magnitude is told from memory.total and never believed.

    shown = read_nodes(document, path)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from numa_domain.base.errors import HostError
from numa_domain.base.idset import Cpuset
from numa_domain.host.hook_list import ToldNodes
from numa_domain.host.hook_list import read as read_told
from numa_domain.host.model import HostTopology, Node, PagePool
from numa_domain.host.told_affinity import ToldAffinity
from numa_domain.host.told_affinity import read as read_affinity
from numa_domain.host.told_settings import ToldSettings
from numa_domain.host.told_settings import read as read_settings
from numa_domain.host.told_vms import ToldVm
from numa_domain.host.told_vms import read as read_vms
from numa_domain.release import DIRECTORY, Release
from numa_domain.request.grammar_level import level
from numa_domain.request.model import NumaRequest

from . import hidden_nodes
from .bulk import Element, XPath, reference, statistics, text, texts
from .hidden_nodes import ShownNodes

BEFORE_START = "before_vm_start"
HOOK = "50_numa"
_CORES = XPath("cpu/cores/core/index/text()")
"""500 hosts have a hundred thousand of them: one by one they cost as much as all the rest."""
MIB_IN_BYTES = 1 << 20


class HostUnreadable(HostError):
    what = "node {node} of the host: {reason}"
    todo = "look at {path} on the engine; refresh the host's capabilities"


class HostNodeless(HostError):
    what = "the engine knows no NUMA nodes of this host"
    todo = "refresh the host's capabilities in oVirt (Management, Refresh Capabilities)"


@dataclass(frozen=True)
class HostRecord:
    """A host in a list of hosts."""

    id: str
    name: str
    status: str
    cluster_id: str | None
    memory_kib: int

    @classmethod
    def of(cls, host: Element) -> HostRecord:
        return cls(
            id=host.get("id") or "",
            name=text(host, "name") or "",
            status=text(host, "status") or "unknown",
            cluster_id=reference(host, "cluster"),
            memory_kib=int(text(host, "memory") or 0) // 1024,
        )


@dataclass(frozen=True)
class Hooks:
    """Our hook on a host."""

    points: Mapping[str, str] = field(default_factory=dict)
    """Hook point -> checksum of the script of our name there."""
    release: Release | None = None
    """None where none is told of: then those scripts are not ours."""
    nodes: ToldNodes | None = None
    """What the host told of its NUMA nodes, where its hooks do that."""
    affinity: ToldAffinity | None = None
    """Whether it holds vCPUs beside their memory, where its hooks report that."""
    settings: ToldSettings | None = None
    """Its settings that count for NUMA, where its hooks report those."""
    vms: Mapping[str, ToldVm] = field(default_factory=dict)
    """VMs with settings that ran there when the engine read all this, by id."""

    @classmethod
    def of(cls, hooks: Element) -> Hooks:
        points: dict[str, str] = {}
        names: list[str] = []
        for hook in hooks.iterfind("hook"):
            point, name = text(hook, "event_name") or "", text(hook, "name") or ""
            if name == HOOK:
                points[point] = text(hook, "md5") or ""
            elif point == DIRECTORY:
                names.append(name)
        # More than one is a copy that somebody left: believe no more than the lowest.
        known = [release for release in map(Release.of_name, names) if release]
        release = min(known, key=lambda each: each.grammar, default=None)
        return cls(
            points,
            release,
            read_told(names),
            read_affinity(names),
            read_settings(names),
            read_vms(names),
        )

    @property
    def starts(self) -> bool:
        """Whether a VM that starts here gets its NUMA settings."""
        return self.release is not None and BEFORE_START in self.points

    @property
    def foreign(self) -> bool:
        """Whether only another's script has the name of ours, as VDSM's own until 2019 had."""
        return self.release is None and BEFORE_START in self.points

    def reads(self, request: NumaRequest) -> bool:
        """Whether it knows every part of the request."""
        return self.release is not None and self.release.grammar >= level(request)


def read_nodes(document: Element, path: str) -> ShownNodes:
    """The nodes of `GET /hosts/{id}/numanodes?follow=statistics`; `path` is for messages.

    Nodes without CPUs are not in it (`hidden_nodes`). Nor are huge page pools: the engine knows
    them of the host as a whole only (`with_pages`).
    """
    indexed = [(_index(each, path), each) for each in document.iterfind("host_numa_node")]
    elements = sorted(indexed, key=lambda pair: pair[0])
    if not elements:
        raise HostNodeless(path)
    total, rows = hidden_nodes.distances({index: _row(each) for index, each in elements})
    nodes = (_node(index, each, rows.get(index, {}), path) for index, each in elements)
    return ShownNodes(HostTopology.of(nodes), total)


def _index(element: Element, path: str) -> int:
    index = text(element, "index")
    if index is None or not index.isdigit():
        raise HostUnreadable(path, node="?", reason="it has no index", path=path)
    return int(index)


def _node(index: int, element: Element, distances: Mapping[int, int], path: str) -> Node:
    mib = int(text(element, "memory") or 0)
    figures = dict(statistics(element))
    free = figures.get("memory.free")
    if free is None and mib:
        reason = "the engine has no figure of its free memory"
        raise HostUnreadable(path, node=index, reason=reason, path=path)
    cores = texts(_CORES(element))
    return Node(
        id=index,
        cpus=Cpuset.of(int(core) for core in cores),
        memory_kib=mib * 1024,
        free_kib=_free_kib(mib, figures.get("memory.total"), free or 0, index, path),
        distances=distances,
    )


def _free_kib(mib: int, total: float | None, free: float, index: int, path: str) -> int:
    """In whichever of MiB and bytes the node's total agrees with its memory."""
    measure = total if total else free
    if measure <= 1.1 * mib + 1:
        return int(free) * 1024
    if measure <= 1.1 * (mib + 1) * MIB_IN_BYTES:
        return int(free) // 1024
    reason = f"its memory is {mib} MiB, and its statistics say {measure:.0f}"
    raise HostUnreadable(path, node=index, reason=reason, path=path)


def _row(element: Element) -> list[int]:
    """The distances to all nodes in their order; empty where they cannot be read."""
    words = (text(element, "node_distance") or "").split()
    return [int(word) for word in words] if all(word.isdigit() for word in words) else []


def with_pages(host: HostTopology, figures: Mapping[str, float]) -> HostTopology:
    """The host with huge page pools, each node's as large as the whole host's.

    From `GET /hosts/{id}/statistics` (hugepages.2048.free): which node they are on, only the
    host knows. So what does not fit here fits nowhere; what fits may still not fit its node.
    """
    pools = {}
    for name, free in figures.items():
        head, _, rest = name.partition(".")
        size, _, what = rest.partition(".")
        if head == "hugepages" and what == "free" and size.isdigit():
            total = figures.get(f"hugepages.{size}.total", free)
            pools[int(size)] = (int(total), int(free))
    nodes = {}
    for i, node in host.nodes.items():
        most = {size: node.memory_kib // size for size in pools}
        pages = {
            size: PagePool(min(total, most[size]), min(free, most[size]))
            for size, (total, free) in pools.items()
        }
        nodes[i] = node.replace(pages=pages)
    return host.replace(nodes=nodes)
