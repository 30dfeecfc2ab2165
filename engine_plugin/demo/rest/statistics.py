# SPDX-License-Identifier: Apache-2.0
"""Statistics of hosts and of their NUMA nodes.

Decides after HostStatisticalQuery and NumaStatisticalQuery, with the engine's slip kept: the
figures of a node are MiB, though their unit says bytes. Knows no measuring: hosts are as they
were captured, and the guests of this engine never touch memory.

    memory.free of a node with 32 GiB free: 32768, "bytes"
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from ovirtsdk4 import types

from ..model import Host, HostNode
from .content import Item
from .web import BASE

_INTEGER, _DECIMAL = types.ValueType.INTEGER, types.ValueType.DECIMAL
_BYTES, _PERCENT = types.StatisticUnit.BYTES, types.StatisticUnit.PERCENT
_NONE = types.StatisticUnit.NONE
Figure = tuple[str, str, Any, Any, float]


def of_node(host: Host, node: HostNode) -> list[Item]:
    """The six of a node. A link to the node is in each."""
    figures: list[Figure] = [
        *_memory(node.memory_mb, node.free_mb),
        *_cpu(),
    ]
    found = []
    for item in _items(figures, node.id, f"{BASE}/hosts/{host.id}/numanodes/{node.id}"):
        item.value.host_numa_node = types.NumaNode(id=node.id)
        item.value.host_numa_node.host = types.Host(id=host.id)
        found.append(item)
    return found


def of_host(host: Host) -> list[Item]:
    """Of a whole host, in bytes; the free huge pages of each size are here and nowhere else."""
    total = host.memory_mb << 20
    free = sum(n.free_mb for n in host.nodes) << 20
    figures: list[Figure] = [
        *_memory(total, free),
        ("memory.shared", "The amount of memory, in bytes, shared", _BYTES, _INTEGER, 0),
        ("swap.total", "Total swap", _BYTES, _INTEGER, 0),
        ("swap.free", "Free swap", _BYTES, _INTEGER, 0),
        ("swap.used", "Used swap", _BYTES, _INTEGER, 0),
        *_cpu(),
    ]
    for size, (count, unused) in sorted(host.pages.items(), key=lambda p: int(p[0])):
        text = "huge pages of the given size"
        free_text, total_text = f"Amount of free {text}", f"Amount of total {text}"
        figures.append((f"hugepages.{size}.free", free_text, _NONE, _INTEGER, unused))
        figures.append((f"hugepages.{size}.total", total_text, _NONE, _INTEGER, count))
    found = list(_items(figures, host.id, f"{BASE}/hosts/{host.id}"))
    for item in found:
        item.value.host = types.Host(id=host.id)
        item.value.host.href = f"{BASE}/hosts/{host.id}"
    return found


def _memory(total: float, free: float) -> list[Figure]:
    return [
        ("memory.total", "Total memory", _BYTES, _INTEGER, total),
        ("memory.used", "Used memory", _BYTES, _INTEGER, total - free),
        ("memory.free", "Free memory", _BYTES, _INTEGER, free),
    ]


def _cpu() -> list[Figure]:
    return [
        ("cpu.current.user", "User CPU usage", _PERCENT, _DECIMAL, 1),
        ("cpu.current.system", "System CPU usage", _PERCENT, _DECIMAL, 1),
        ("cpu.current.idle", "Idle CPU usage", _PERCENT, _DECIMAL, 98),
    ]


def _items(figures: Iterable[Figure], parent: str, href: str) -> Iterable[Item]:
    for name, text, unit, kind, datum in figures:
        key = str(uuid.uuid5(uuid.UUID(parent), name))
        value = types.Statistic(
            id=key,
            name=name,
            description=text,
            kind=types.StatisticKind.GAUGE,
            type=kind,
            unit=unit,
            values=[types.Value(datum=float(datum))],
        )
        yield Item(value, f"{href}/statistics/{key}")
