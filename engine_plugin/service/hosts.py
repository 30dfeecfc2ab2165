# SPDX-License-Identifier: Apache-2.0
"""Hosts as the engine shows them, as the core's `HostTopology`.

Decides units and what counts as a host's answer: the engine gives a node's memory in MiB and
labels its statistics "bytes" while they are MiB too (NumaStatisticalQuery), so the magnitude
is told from memory.total and never believed. Knows no VM.

    topology = read_nodes(document, pages={})
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from numa_domain.errors import HostError
from numa_domain.grammar import level
from numa_domain.host import HostTopology, Node, PagePool
from numa_domain.nodeset import Cpuset
from numa_domain.release import DIRECTORY, Release
from numa_domain.request import NumaRequest

from .bulk import Element, reference, statistics, text, texts

BEFORE_START = "before_vm_start"
HOOK = "50_numa"
_CORES = etree.XPath("cpu/cores/core/index/text()", smart_strings=False)
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

    @classmethod
    def of(cls, hooks: Element) -> Hooks:
        points, releases = {}, []
        for hook in hooks.iterfind("hook"):
            point, name = text(hook, "event_name") or "", text(hook, "name") or ""
            if name == HOOK:
                points[point] = text(hook, "md5") or ""
            elif point == DIRECTORY:
                releases.append(Release.of_name(name))
        # More than one is a copy that somebody left: believe no more than the lowest.
        known = [release for release in releases if release]
        return cls(points, min(known, key=lambda each: each.grammar, default=None))

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


def read_nodes(document: Element, path: str) -> HostTopology:
    """The nodes of `GET /hosts/{id}/numanodes?follow=statistics`; `path` is for messages.

    Huge page pools are not in it: the engine knows them of the host as a whole only
    (`with_pages`).
    """
    elements = sorted(document.iterfind("host_numa_node"), key=lambda e: _index(e, path))
    ids = [_index(element, path) for element in elements]
    if not ids:
        raise HostNodeless(path)
    return HostTopology.of(_node(element, ids, path) for element in elements)


def _index(element: Element, path: str) -> int:
    index = text(element, "index")
    if index is None or not index.isdigit():
        raise HostUnreadable(path, node="?", reason="it has no index", path=path)
    return int(index)


def _node(element: Element, ids: list[int], path: str) -> Node:
    index = _index(element, path)
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
        distances=_distances(element, ids),
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


def _distances(element: Element, ids: list[int]) -> dict[int, int]:
    """By id; the engine joins them in the order of the nodes."""
    row = (text(element, "node_distance") or "").split()
    if len(row) != len(ids) or not all(value.isdigit() and int(value) for value in row):
        return {}
    return {other: int(value) for other, value in zip(ids, row)}


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
