# SPDX-License-Identifier: Apache-2.0
"""What of a node's free memory the kernel keeps, and what QEMU needs beside the guest's memory.

Allocations bound to a node fail, and the OOM killer comes, before the node's free memory is used
up. The kernel keeps in each zone its high watermark and what is reserved against allocations that
could use a higher zone ("protection"): the sum that MemAvailable leaves out too
(calculate_totalreserve_pages in Linux, mm/page_alloc.c).

    >>> kept("Node 0, zone   Normal\\n        high     30\\n        managed  4096\\n"
    ...      "        protection: (0, 0, 20)\\n", page_kib=4)
    {0: 200}
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .model import HostTopology

QEMU_KIB = 64 * 1024
"""Per VM. Measured with QEMU 7.2: 17 MiB, 0.4 MiB for each disk or interface, and a video RAM of
16 MiB or more, which counts as QEMU's own.
"""
QEMU_PER_GIB_KIB = 6 * 1024
"""Per GiB of ordinary pages. Measured: 2 MiB of page tables; KVM has its own for the guest, and an
entry for each page to find them.
"""

MOST_PERCENT = 1000
"""More is a slip of the pen."""

_ZONE = re.compile(
    r"^Node (\d+), zone.*?^\s+high\s+(\d+)$.*?^\s+managed\s+(\d+)$"
    r".*?^\s+protection: \(([\d, ]*)\)$",
    re.MULTILINE | re.DOTALL,
)


def kept(zoneinfo: str, page_kib: int) -> dict[int, int]:
    """Node id -> KiB that the kernel keeps, from the text of /proc/zoneinfo."""
    sums: dict[int, int] = {}
    for node, high, managed, protection in _ZONE.findall(zoneinfo):
        reserved = max((int(word) for word in protection.split(",") if word.strip()), default=0)
        pages = min(int(managed), int(high) + reserved)
        sums[int(node)] = sums.get(int(node), 0) + pages * page_kib
    return sums


def estimated_kib(memory_kib: int) -> int:
    """The same for a node of this size, where /proc/zoneinfo is not to be had: 64 MiB and 0.2 %,
    about what Linux keeps by default.
    """
    return min(memory_kib, 65536 + memory_kib // 512) if memory_kib else 0


def with_margins(
    host: HostTopology, zoneinfo: str, page_kib: int, kernel_percent: int, qemu_percent: int
) -> HostTopology:
    """The host with these margins, in per cent of what is read and measured."""
    known = kept(zoneinfo, page_kib)
    nodes = {}
    for i, node in host.nodes.items():
        kib = known[i] if i in known else estimated_kib(node.memory_kib)
        nodes[i] = node.replace(kept_kib=kib * kernel_percent // 100)
    return host.replace(nodes=nodes, qemu_percent=qemu_percent)


def estimated(host: HostTopology) -> HostTopology:
    """The host with the margins that its hooks keep by default, as near as it can be told from
    elsewhere.
    """
    return with_margins(host, "", 4, 100, 100)


def qemu_kib(host: HostTopology, kib: int, cells: int) -> int:
    """What QEMU needs for a cell of ordinary pages, if the VM has so many cells."""
    if not host.qemu_percent:
        return 0
    whole = QEMU_KIB // max(1, cells) + kib * QEMU_PER_GIB_KIB // (1024 * 1024)
    return whole * host.qemu_percent // 100 // 4 * 4
