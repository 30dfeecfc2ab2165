# SPDX-License-Identifier: Apache-2.0
"""Where the memory of a process is: the kernel's texts as values, page counts in KiB.

Decides how /proc/PID/numa_maps and /proc/PID/maps are read, and which mapping is which part of a
guest's memory. Never reads a file (`proc.py` does), and never knows where the memory should be
(`verdict.py`).

    >>> maps = "7f00000000-7f08000000 rw-p 00000000 00:00 0"
    >>> numa = "7f00000000 bind:1 anon=32768 dirty=32768 N1=32768 kernelpagesize_kB=4"
    >>> area, = read_areas(numa, maps)
    >>> area.size_kib, area.policy, dict(area.nodes)
    (131072, 'bind:1', {1: 131072})

Formats: the kernel's fs/proc/task_mmu.c (show_numa_map), mm/mempolicy.c (mpol_to_str).
A policy may have a space in it: "prefer (many):0-1".
"""

from __future__ import annotations

import re

from ..base.frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Nodes = Mapping[int, int]
    """Node -> KiB."""

_BACKEND = "qemu_back_mem."
_COUNT = re.compile(r" N(\d+)=(\d+)")  # a space in a file's name is written \\040

SMALLEST_KIB = 1024
"""libvirt rounds every cell up to this."""


class Area(Value):
    """One mapping of a process."""

    start: int
    size_kib: int
    """0 for the small ones together, and for one that is not in /proc/PID/maps: it came or went
    between the two readings."""
    policy: str
    """As the kernel writes it: "default", "bind:0-1", "prefer:2", "interleave:0-1"."""
    nodes: Nodes
    file: str = ""
    page_kib: int = 4

    @property
    def backend(self) -> str:
        """The id of QEMU's memory backend, which its huge page file has in its name:
        /dev/hugepages/libvirt/qemu/7-vm/qemu_back_mem.ram-node0.yz0Zrb (deleted)."""
        _, found, rest = self.file.rpartition(_BACKEND)
        return rest.partition("\\")[0].rpartition(".")[0].rpartition("_")[2] if found else ""


class Block(Value):
    """One part of a guest's memory as QEMU allocates it: a cell, all of it, or a device."""

    id: str
    """QEMU's id: "ram-node0", "pc.ram", "memdimm0"."""
    size_kib: int
    policy: str = ""
    """As it will stand in numa_maps; "" where that is not known."""


def read_areas(numa_maps: str, maps: str) -> tuple[Area, ...]:
    """The mappings, from numa_maps; maps has their sizes.

    A large one is there without pages too: a guest may not have touched it yet. Those that are
    too small to be guest memory, which nearly all are, come as one: each on its own would cost
    four times as much (benchmarks/verify.py).
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
    """Start -> KiB; both files write the start alike, so it stays a text."""
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
    """Which mapping is which block, by id; and the mappings that are none: QEMU's own.

    A huge page file bears the block's name. Ordinary memory has no name: it is known by its
    size, and by its policy where several have that size. Of blocks with the same size and
    policy (the cells of restrictive, which is no policy) the kernel does not say which is which.
    They are taken from the highest address down: so the kernel gives addresses out, and so
    QEMU asks for them, cell by cell.
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
    """KiB by node of all of them: what `numastat -p` adds up."""
    nodes: dict[int, int] = {}
    for area in areas:
        for node, kib in area.nodes.items():
            nodes[node] = nodes.get(node, 0) + kib
    return nodes
