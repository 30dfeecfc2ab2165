# SPDX-License-Identifier: Apache-2.0
"""VMs and hosts for tests, one line each: GiB in, values of the core out.

Decides nothing that a test might be about: what is not named is as plain as can be.

    >>> place(vm(16, 4), request("auto:2", "2"), host(30, 2, 12, 9)).nodes
    Nodeset(bits=5)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from numa_domain.base.idset import Cpuset
from numa_domain.guest.model import CpuTopology, Guest, GuestPages
from numa_domain.host.model import HostTopology, Node, PagePool
from numa_domain.request.model import NumaRequest

MIB, GIB = 1024, 1024 * 1024


def vm(
    memory_gib: float = 4, vcpus: int = 4, most: int | None = None, threads: int = 1, **more: Any
) -> Guest:
    """A VM that starts with `vcpus` of at most `most`; `page` is its huge page size in KiB."""
    memory, most = int(memory_gib * GIB), most or vcpus
    if "page" in more:
        more["hugepages"] = (GuestPages(more.pop("page")),)
    return Guest(
        name="vm",
        uuid="",
        memory_kib=memory,
        current_memory_kib=memory,
        max_memory_kib=memory,
        vcpus_max=most,
        vcpus_current=Cpuset.of(range(vcpus)),
        topology=CpuTopology(max(1, most // threads), threads=threads),
        **more,
    )


def host(
    *free_gib: float,
    cpus: int | Sequence[int] = 8,
    apart: Callable[[int, int], int] | None = None,
    ids: Sequence[int] | None = None,
    pages: Mapping[int, Mapping[int, int]] = {},
    devices: Mapping[str, int] = {},
    total_gib: float | None = None,
) -> HostTopology:
    """Nodes of so much free memory; `pages` is free huge pages by node and size in KiB."""
    ids = ids or range(len(free_gib))
    counts = [cpus] * len(free_gib) if isinstance(cpus, int) else cpus
    nodes, first = [], 0
    for i, free, count in zip(ids, free_gib, counts):
        pools = {size: PagePool(free, free) for size, free in pages.get(i, {}).items()}
        total = free if total_gib is None else total_gib
        nodes.append(
            Node(
                id=i,
                cpus=Cpuset.of(range(first, first + count)),
                memory_kib=int(total * GIB) + sum(size * p.total for size, p in pools.items()),
                free_kib=int(free * GIB),
                distances={j: 10 if i == j else apart(i, j) for j in ids} if apart else {},
                pages=pools,
            )
        )
        first += count
    return HostTopology.of(nodes, devices)


def request(nodeset: str | None = None, topology: str | None = None) -> NumaRequest:
    return NumaRequest.parse(nodeset=nodeset, topology=topology)


def by_pairs(near: int = 12, far: int = 32, size: int = 2) -> Callable[[int, int], int]:
    """Distances of nodes that stand in groups, such as sockets."""
    return lambda a, b: near if a // size == b // size else far
