# SPDX-License-Identifier: Apache-2.0
"""Statistics of hosts and of their NUMA nodes.

Decides after HostStatisticalQuery and NumaStatisticalQuery, with the engine's slip kept: the
figures of a node are MiB, though their unit says bytes. Of a whole host the engine knows the
used memory in percent only. Knows no measuring: hosts are as they were captured, and the
guests of this engine never touch memory.

    memory.free of a node with 32 GiB free: 32768, "bytes"
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from ..model import Host, HostNode
from .element import Element, reference
from .places import BASE

_SIZES = (2048, 1048576)
"""Pools of huge pages that an x86 host tells of, even where they are empty."""
_SHARED = (
    "The amount of memory, in bytes, shared among Virtual-Machines on this Host by Kernel"
    " Same-page Merging (KSM)"
)
_BOOTED = 1_700_000_000


class Figure(NamedTuple):
    name: str
    description: str
    unit: str
    datum: str

    @property
    def type(self) -> str:
        return "decimal" if self.unit == "percent" else "integer"


def of_node(host: Host, node: HostNode) -> list[Element]:
    """The six of a node. A link to the node is in each."""
    href = f"{BASE}/hosts/{host.id}/numanodes/{node.id}"
    parent = reference("host_numa_node", href, node.id)
    figures = [*_memory(node.memory_mb, node.free_mb), *_cpu("0.5")]
    return [_element(figure, href, parent) for figure in figures]


def of_host(host: Host) -> list[Element]:
    """Of a whole host, in bytes; the free huge pages of each size are here and nowhere else."""
    href = f"{BASE}/hosts/{host.id}"
    parent = reference("host", href, host.id)
    total = host.memory_mb << 20
    free_percent = 100 * sum(n.free_mb for n in host.nodes) // max(1, host.memory_mb)
    used = total * (100 - free_percent) // 100
    figures = [
        *_memory(total, total - used),
        Figure("memory.shared", _SHARED, "bytes", "0"),
        Figure("swap.total", "Total swap", "bytes", "0"),
        Figure("swap.free", "Free swap", "bytes", "0"),
        Figure("swap.used", "Used swap", "bytes", "0"),
        Figure("ksm.cpu.current", "KSM CPU usage", "percent", "0"),
        *_cpu("1"),
        Figure("cpu.load.avg.5m", "CPU 5 minute load average", "percent", "0.10"),
        Figure("boot.time", "Boot time of the machine", "none", str(_BOOTED)),
    ]
    found = [_element(figure, href, parent) for figure in figures]
    return found + [_element(figure, href, None) for figure in _pages(host)]  # these have no link


def _memory(total: int, free: int) -> list[Figure]:
    return [
        Figure("memory.total", "Total memory", "bytes", str(total)),
        Figure("memory.used", "Used memory", "bytes", str(total - free)),
        Figure("memory.free", "Free memory", "bytes", str(free)),
    ]


def _cpu(system: str) -> list[Figure]:
    return [
        Figure("cpu.current.user", "User CPU usage", "percent", "1"),
        Figure("cpu.current.system", "System CPU usage", "percent", system),
        Figure("cpu.current.idle", "Idle CPU usage", "percent", "99"),
    ]


def _pages(host: Host) -> list[Figure]:
    """Free ones of all sizes, then all of all sizes; pools that are empty are told as such."""
    pools = {str(size): (0, 0) for size in _SIZES} | host.pages
    named = (("free", 1), ("total", 0))
    return [
        Figure(
            f"hugepages.{size}.{name}",
            f"Amount of {name} huge pages of the given size",
            "none",
            str(counts[at]),
        )
        for name, at in named
        for size, counts in pools.items()
    ]


def _element(figure: Figure, href: str, parent: Element | None) -> Element:
    """Its id is told by its name alone: UUID.nameUUIDFromBytes."""
    digest = hashlib.md5(figure.name.encode(), usedforsecurity=False).digest()
    key = str(uuid.UUID(bytes=digest, version=3))
    content: list[Element] = [
        ("name", figure.name),
        ("description", figure.description),
        ("kind", "gauge"),
        ("type", figure.type),
        ("unit", figure.unit),
        ("values", [("value", [("datum", Decimal(figure.datum))])]),
    ]
    if parent is None:
        return ("statistic", content, {"id": key})
    return reference("statistic", f"{href}/statistics/{key}", key, [*content, parent])


def of_vm(href: str, key: str, memory_mb: int, figures: Iterable[Figure] = ()) -> list[Element]:
    """Of a VM only what is configured: what a guest of the demo uses is not measured."""
    parent = reference("vm", href, key)
    total = Figure("memory.installed", "Total memory configured", "bytes", str(memory_mb << 20))
    return [_element(figure, href, parent) for figure in (total, *figures)]
