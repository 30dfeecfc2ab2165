# SPDX-License-Identifier: Apache-2.0
"""Host.getStats of a captured host: what is free on each node, as it was captured.

Decides the figures that an engine reads again and again. The host is idle: what it runs uses
nothing, and nodes keep the free memory of their capture. Knows no VM beyond their number.

    statistics(topology, place, Load(vms=2, up=1))["numaNodeMemFree"]["0"]["memFree"]   # "62780"
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from ..topologies import Topology
from .capabilities import page_sizes, pages
from .network import Place, interfaces

_USER, _SYSTEM, _IDLE = "1.00", "0.50", "98.50"


@dataclass(frozen=True)
class Load:
    """What runs on a host."""

    vms: int = 0
    up: int = 0
    incoming: int = 0
    outgoing: int = 0


def statistics(
    topology: Topology, place: Place, load: Load, boot_time: float, domains: dict[str, Any]
) -> dict[str, Any]:
    """What VDSM tells of the host now; `domains` are the storage domains that it watches."""
    return {
        **_cpu(),
        **_memory(topology),
        "cpuStatistics": cpus(topology),
        "numaNodeMemFree": nodes(topology),
        "hugepages": huge_pages(topology),
        "network": interfaces(place),
        "rxDropped": "0",
        "txDropped": "0",
        "storageDomains": domains,
        "diskStats": {path: {"free": "100000"} for path in ("/tmp", "/var/log", "/run/vdsm/")},
        "vmCount": load.vms,
        "vmActive": load.up,
        "vmMigrating": load.incoming + load.outgoing,
        "incomingVmMigrations": load.incoming,
        "outgoingVmMigrations": load.outgoing,
        "bootTime": str(int(boot_time)),
        "elapsedTime": str(int(time.time() - boot_time)),
        "dateTime": time.strftime("%Y-%m-%dT%H:%M:%S GMT", time.gmtime()),
        "momStatus": "active",
        "netConfigDirty": "False",
        "v2vJobs": {},
        "haStats": {
            "configured": False,
            "active": False,
            "score": 0,
            "globalMaintenance": False,
            "localMaintenance": False,
        },
    }


def nodes(topology: Topology) -> dict[str, dict[str, Any]]:
    """Free memory of each node in MiB; a node without memory is told as full."""
    return {
        str(node.id): {
            "memFree": str(node.free_kib >> 10),
            "memPercent": _percent(node.memory_kib >> 10, node.free_kib >> 10),
            "hugepages": {
                str(size): {"freePages": str(free)}
                for size, (_, free) in pages(node, topology).items()
            },
        }
        for node in topology.nodes
    }


def cpus(topology: Topology) -> dict[str, dict[str, Any]]:
    """By CPU. A node without any has no statistics in the engine, its memory's included."""
    return {
        str(cpu): {
            "nodeIndex": node.id,
            "cpuUser": _USER,
            "cpuSys": _SYSTEM,
            "cpuIdle": _IDLE,
        }
        for node in topology.nodes
        for cpu in node.cpus
    }


def huge_pages(topology: Topology) -> dict[str, dict[str, int]]:
    """Of the whole host, by size in KiB."""
    found = {}
    for size in sorted(page_sizes(topology)):
        pools = [node.pages.get(size, (0, 0)) for node in topology.nodes]
        total, free = sum(pool[0] for pool in pools), sum(pool[1] for pool in pools)
        found[str(size)] = {
            "nr_hugepages": total,
            "free_hugepages": free,
            "vm.free_hugepages": free,
            "resv_hugepages": 0,
            "surplus_hugepages": 0,
        }
    return found


def _cpu() -> dict[str, str]:
    return {
        "cpuUser": _USER,
        "cpuSys": _SYSTEM,
        "cpuIdle": _IDLE,
        "cpuLoad": "0.02",
        "cpuUserVdsmd": "0.10",
        "cpuSysVdsmd": "0.10",
    }


def _memory(topology: Topology) -> dict[str, Any]:
    total = sum(node.memory_kib for node in topology.nodes) >> 10
    free = sum(node.free_kib for node in topology.nodes) >> 10
    return {
        "memFree": free,
        "memUsed": str(_percent(total, free)),
        "memShared": 0,
        "anonHugePages": "0",
        "swapTotal": 0,
        "swapFree": 0,
        "ksmState": False,
        "ksmPages": 0,
        "ksmCpu": 0,
        "thpState": "always",
    }


def _percent(total: int, free: int) -> int:
    return 100 - 100 * free // total if total else 100
