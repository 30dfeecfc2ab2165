# SPDX-License-Identifier: Apache-2.0
"""Parses /proc/PID/numa_maps and /proc/PID/maps, and finds the guest's memory among the mappings.

    >>> maps = "7f00000000-7f08000000 rw-p 00000000 00:00 0"
    >>> numa = "7f00000000 bind:1 anon=32768 dirty=32768 N1=32768 kernelpagesize_kB=4"
    >>> area, = read_areas(numa, maps)
    >>> area.size_kib, area.policy, dict(area.nodes)
    (131072, 'bind:1', {1: 131072})

Formats: the kernel's fs/proc/task_mmu.c (show_numa_map) and mm/mempolicy.c (mpol_to_str). A policy
may contain a space: "prefer (many):0-1".
"""

from __future__ import annotations

import re

from ..base.frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Nodes = Mapping[int, int]
    """Node id -> KiB."""

_BACKEND = "qemu_back_mem."
_COUNT = re.compile(r" N(\d+)=(\d+)")  # a space in a file's name is written \\040

SMALLEST_KIB = 1024
"""libvirt rounds every cell up to this."""


class Area(Value):
    """A mapping of a process."""

    start: int
    size_kib: int
    """0 for all small mappings together, and for a mapping that is not in /proc/PID/maps because it
    appeared or went away between the two reads.
    """
    policy: str
    """As the kernel writes it: "default", "bind:0-1", "prefer:2", "interleave:0-1"."""
    nodes: Nodes
    file: str = ""
    page_kib: int = 4

    @property
    def backend(self) -> str:
        """The id of QEMU's memory backend. The name of a huge page file contains it:
        /dev/hugepages/libvirt/qemu/7-vm/qemu_back_mem.ram-node0.yz0Zrb (deleted).
        """
        _, found, rest = self.file.rpartition(_BACKEND)
        return rest.partition("\\")[0].rpartition(".")[0].rpartition("_")[2] if found else ""


class Block(Value):
    """A part of the guest's memory that QEMU allocates as one: a cell, all of it, or a device."""

    id: str
    """QEMU's id: "ram-node0", "pc.ram", "memdimm0"."""
    size_kib: int
    policy: str = ""
    """As it will be in numa_maps; "" if that is not known."""


def read_areas(numa_maps: str, maps: str) -> tuple[Area, ...]:
    """The mappings in numa_maps, with their sizes from maps.

    Large mappings are included even if they have no pages yet, since a guest may not have touched
    them. Mappings too small to be guest memory, which are nearly all, are added up into one:
    keeping each would take four times as long (benchmarks/verify.py).
    """
    sizes = _sizes(maps)
    areas = []
    small: dict[int, int] = {}
    for line in numa_maps.splitlines():
        if sizes.get(line.partition(" ")[0], 0) >= SMALLEST_KIB or _BACKEND in line:
            areas.append(_area(line, sizes))
        elif " N" in line:
            page_kib = int(line.rpartition("=")[2])
            for node, count in _COUNT.findall(line):
                small[int(node)] = small.get(int(node), 0) + int(count) * page_kib
    if small:
        areas.append(Area(0, 0, "", small))
    return tuple(areas)


def _sizes(maps: str) -> dict[str, int]:
    """Start -> KiB. Both files write the start in the same way, so it stays a text."""
    sizes = {}
    for line in maps.splitlines():
        low, _, rest = line.partition("-")
        sizes[low] = (int(rest.partition(" ")[0], 16) - int(low, 16)) >> 10
    return sizes


def _area(line: str, sizes: Mapping[str, int]) -> Area:
    start, policy, *words = line.split(" ")
    if words and words[0].startswith("("):
        policy = f"{policy} {words[0]}"
    page_kib, file = 4, ""
    counts: dict[int, int] = {}
    for word in words:
        name, _, text = word.partition("=")
        if name[:1] == "N" and name[1:].isdigit():
            counts[int(name[1:])] = int(text)
        elif name == "file":
            file = text
        elif name == "kernelpagesize_kB":
            page_kib = int(text)
    nodes = {node: count * page_kib for node, count in counts.items()}
    return Area(int(start, 16), sizes.get(start, 0), policy, nodes, file, page_kib)


def match_blocks(
    blocks: Sequence[Block], areas: Iterable[Area]
) -> tuple[Mapping[str, Area], tuple[Area, ...]]:
    """The mapping of each block, by the block's id; and the other mappings, which are QEMU's own.

    A huge page file has the block's name in its own. Ordinary memory has no name, and is found by
    its size; if several have that size, by its policy. If blocks agree in both (cells with
    restrictive, which sets no policy), the kernel does not say which is which. Then they are taken
    in order of falling addresses, because QEMU allocates cell by cell and the kernel hands out
    addresses downwards.
    """
    left = sorted(areas, key=lambda area: -area.start)
    found: dict[str, Area] = {}
    for fits in (_same_name, _same_policy, _same_size):
        for block in blocks:
            if block.id not in found:
                area = next((a for a in left if fits(block, a)), None)
                if area is not None:
                    found[block.id] = area
                    left.remove(area)
    return found, tuple(left)


def _same_name(block: Block, area: Area) -> bool:
    return area.backend == block.id


def _same_policy(block: Block, area: Area) -> bool:
    return _same_size(block, area) and area.policy == block.policy


def _same_size(block: Block, area: Area) -> bool:
    return not area.backend and area.size_kib == block.size_kib


def total(areas: Iterable[Area]) -> dict[int, int]:
    """Node id -> KiB of all mappings together: what `numastat -p` prints."""
    nodes: dict[int, int] = {}
    for area in areas:
        for node, kib in area.nodes.items():
            nodes[node] = nodes.get(node, 0) + kib
    return nodes
