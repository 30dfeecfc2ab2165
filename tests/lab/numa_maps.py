# SPDX-License-Identifier: Apache-2.0
"""The host's side of a measurement: the pages of a process, mapping by mapping and node by node.

Decides how the kernel's text is read here. The product has a reader of its own; this one is
meant to share no line with it, since it is what the product's answers are compared with.

    7f023be00000 bind:0 anon=32768 dirty=32768 active=0 N0=32768 kernelpagesize_kB=4
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Area:
    """One mapping."""

    start: int
    size_kib: int
    policy: str
    file: str
    page_kib: int
    nodes: dict[int, int]
    """KiB by node."""

    @property
    def backend(self) -> str:
        """The memory backend, where the mapping's file tells it."""
        found = re.search(r"qemu_back_mem[._](?:_objects_)?([\w-]+?)\.\w{6}\b", self.file)
        return found.group(1) if found else ""

    def __str__(self) -> str:
        parts = [f"{kib} KiB on node {node}" for node, kib in sorted(self.nodes.items())]
        pages = f" in {self.page_kib} KiB pages" if self.page_kib > 4 else ""
        return f"{self.size_kib >> 10} MiB ({self.policy}): {', '.join(parts) or 'none'}{pages}"


def sizes_kib(maps: str) -> dict[int, int]:
    """Of each mapping by its address, from /proc/PID/maps."""
    sizes = {}
    for line in maps.splitlines():
        low, high = line.split()[0].split("-")
        sizes[int(low, 16)] = (int(high, 16) - int(low, 16)) >> 10
    return sizes


def parse(maps: str, numa_maps: str) -> list[Area]:
    """From /proc/PID/maps, which has the sizes, and /proc/PID/numa_maps."""
    sizes = sizes_kib(maps)
    areas = []
    for line in numa_maps.splitlines():
        words = line.split()
        start = int(words[0], 16)
        facts = dict(word.split("=", 1) for word in words[2:] if "=" in word)
        page = int(facts.get("kernelpagesize_kB", "4"))
        nodes = {int(k[1:]): int(v) * page for k, v in facts.items() if re.fullmatch(r"N\d+", k)}
        areas.append(Area(start, sizes.get(start, 0), words[1], facts.get("file", ""), page, nodes))
    return areas


def guest_memory(areas: Iterable[Area], least_kib: int = 60 << 10) -> list[Area]:
    """The mappings that are the guest's memory: those that are large. QEMU's own are less than
    32 MiB each; the heaps of its threads have 64 MiB of addresses, of which 132 KiB are theirs.
    """
    return [area for area in areas if area.size_kib >= least_kib and area.nodes]


def read(pid: int) -> list[Area]:
    """Of a process here; needs root."""
    proc = Path("/proc", str(pid))
    return parse((proc / "maps").read_text(), (proc / "numa_maps").read_text())


def total(areas: Iterable[Area]) -> dict[int, int]:
    """KiB by node."""
    nodes: dict[int, int] = {}
    for area in areas:
        for node, kib in area.nodes.items():
            nodes[node] = nodes.get(node, 0) + kib
    return dict(sorted(nodes.items()))
