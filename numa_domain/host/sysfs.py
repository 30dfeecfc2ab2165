# SPDX-License-Identifier: Apache-2.0
"""The running host from sysfs: its nodes, their CPUs and memory, and the nodes of PCI devices.

A memory figure that cannot be read is an error; there are no defaults.

    >>> read_sysfs("/nowhere")
    Traceback (most recent call last):
    numa_domain.host.sysfs.NoNuma: /nowhere/devices/system/node: there are no NUMA nodes here; \
name the directory that is sysfs, or boot a kernel that has CONFIG_NUMA

The hook reads a whole host at each VM start, about eighty files for eight nodes. Hence plain file
descriptors, bytes, and a search for each figure by its name (`benchmarks/hook_cost.py`).
"""

from __future__ import annotations

import os

from ..base.errors import HostError, TextError, excerpt
from ..base.idset import Cpuset, Nodeset
from .model import HostTopology, Node, PagePool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike
    from typing import TypeVar

    _Set = TypeVar("_Set", Nodeset, Cpuset)

_LARGEST = 1 << 16
_PAGE = 4096
"""sysfs returns at most this much from one read."""


class NoNuma(HostError):
    what = "there are no NUMA nodes here"
    todo = "name the directory that is sysfs, or boot a kernel that has CONFIG_NUMA"


class FileUnreadable(HostError):
    what = "the file cannot be read: {reason}"
    todo = "check that sysfs is mounted there and who may read it"


class FileMalformed(HostError):
    what = "{expected} is expected, and {found!r} is there"
    todo = "check that this is the sysfs of a Linux host"


class FigureMissing(HostError):
    what = "there is no {figure} in it"
    todo = "check that this is the sysfs of a Linux host"


def read_sysfs(
    root: str | PathLike[str] = "/sys", pci: Iterable[str] | None = None
) -> HostTopology:
    """The running host, from the directory that is mounted at /sys.

    `pci` names the PCI devices to look up; None looks up all, which may be hundreds. Only online
    nodes and CPUs are read (older kernels list offline CPUs in a node's cpulist). Raises
    `HostError` with the path of what cannot be read.
    """
    system = f"{os.fspath(root)}/devices/system"
    ids = _online_nodes(f"{system}/node")
    cpus = _online_cpus(f"{system}/cpu/online")
    nodes = {id: _node(f"{system}/node", id, ids, cpus) for id in ids}
    devices = devices_from_sysfs(root, pci)
    return HostTopology(nodes, {a: node for a, node in devices.items() if node in nodes})


def node_cpus(root: str | PathLike[str]) -> dict[int, Cpuset]:
    """The online CPUs of each node by its id, and nothing else of the host."""
    system = f"{os.fspath(root)}/devices/system"
    online = _online_cpus(f"{system}/cpu/online")
    return {
        id: _node_cpus(f"{system}/node/node{id}", online) for id in _online_nodes(f"{system}/node")
    }


def cpu_list(path: str) -> Cpuset | None:
    """The CPUs that a file of the kernel lists; None where there is no such file."""
    text = _read_if_there(path)
    if text is not None and text.strip() == b"(null)":  # nohz_full, where it is not set
        return Cpuset()
    return None if text is None else _parse(Cpuset, text, path)


def devices_from_sysfs(
    root: str | PathLike[str], addresses: Iterable[str] | None = None
) -> dict[str, int]:
    """Device (as `Guest.pci` names it) -> node id, for these or for all PCI devices.

    Devices that do not exist are left out, and those whose node the firmware does not give (-1).
    """
    bus, found = f"{os.fspath(root)}/bus", {}
    for address in _entries(f"{bus}/pci/devices") if addresses is None else addresses:
        path = f"{_device(bus, address)}/numa_node"
        text = _read_if_there(path)
        if text is not None and text.strip() != b"-1":
            found[address] = _whole(text, path)
    return found


def _device(bus: str, name: str) -> str:
    """The folder of a device that has a node: of a mediated or vDPA device, that of its parent."""
    kind, _, own = name.partition(":")
    if kind == "mdev":
        return f"{bus}/mdev/devices/{own}/.."
    if kind == "vdpa":
        for each in _entries(f"{bus}/vdpa/devices"):
            folder = f"{bus}/vdpa/devices/{each}"
            if os.path.exists(f"{folder}/{own}") or os.path.exists(f"{folder}/vhost-vdpa/{own}"):
                return f"{folder}/.."
    return f"{bus}/pci/devices/{name}"


def _online_cpus(path: str) -> Cpuset | None:
    cpus = cpu_list(path)  # None: a kernel without CPU hotplug, or a capture of parts of sysfs
    if cpus is not None and not cpus:  # this process runs on one
        raise _malformed(path, "a list of ids like 0-7,16", _read(path))
    return cpus


def _online_nodes(folder: str) -> Nodeset:
    text = _read_if_there(f"{folder}/online")
    if text is not None:
        ids = _parse(Nodeset, text, f"{folder}/online")
    else:  # older kernels, and captures of parts of sysfs
        names = [name[4:] for name in _entries(folder) if name.startswith("node")]
        ids = Nodeset.of(int(name) for name in names if name.isdigit())
    if not ids:
        raise NoNuma(folder)
    return ids


def _node(folder: str, id: int, ids: Nodeset, online: Cpuset | None) -> Node:
    own = f"{folder}/node{id}"
    path = f"{own}/meminfo"
    meminfo = _read(path)
    memory = _figure(meminfo, b" MemTotal:", path)
    free = min(memory, _figure(meminfo, b" MemFree:", path))
    return Node(
        id,
        _node_cpus(own, online),
        memory,
        free,
        min(memory - free, _reclaimable(meminfo, memory, path)),
        0,
        _distances(folder, id, ids),
        _pages(f"{own}/hugepages"),
    )


def _node_cpus(own: str, online: Cpuset | None) -> Cpuset:
    cpus = _parse(Cpuset, _read(f"{own}/cpulist"), f"{own}/cpulist")
    return cpus if online is None else cpus & online


def _reclaimable(meminfo: bytes, memory: int, path: str) -> int:
    """KiB of this node that the kernel's MemAvailable would count on top of MemFree.

    The rule is si_mem_available in Linux (mm/show_mem.c): page cache on the file LRU lists, which
    excludes shmem and locked pages, and reclaimable slab, each less its half or the low watermark,
    whichever is smaller. There are two differences. Dirty pages and pages under writeback do not
    count, because QEMU, which touches gigabytes at once, would wait for the disk. And the
    watermark, which sysfs does not give, is taken as its usual upper bound: min_free_kbytes (128
    MiB per node) plus watermark_scale_factor (0.1 %).
    """

    def figure(name: bytes) -> int:
        return _figure(meminfo, name, path) if name in meminfo else 0

    if b" Active(file):" in meminfo:
        cache = figure(b" Active(file):") + figure(b" Inactive(file):")
    else:  # before Linux 2.6.28
        cache = figure(b" FilePages:") - figure(b" Shmem:") - figure(b" Unevictable:")
    cache = max(0, cache - figure(b" Dirty:") - figure(b" Writeback:"))
    slab = figure(b" SReclaimable:")
    kept = 131072 + memory // 1000
    return cache - min(cache // 2, kept) + slab - min(slab // 2, kept)


def _distances(folder: str, id: int, ids: Nodeset) -> Mapping[int, int]:
    """The node's row of the distance matrix; its columns are the online nodes in order.

    One captured host with an offline node has a column for each possible node instead. Any other
    number of columns is treated as unknown rather than guessed.
    """
    path = f"{folder}/node{id}/distance"
    text = _read_if_there(path)
    if text is None:
        return {}
    row = [_whole(word, path) for word in text.split()]
    columns = ids
    if len(row) != len(columns):
        possible = _read_if_there(f"{folder}/possible") or b""
        columns = _parse(Nodeset, possible, f"{folder}/possible")
        if len(row) != len(columns):
            return {}
    return {node: value for node, value in zip(columns, row) if node in ids and 0 < value < 256}


def _pages(folder: str) -> dict[int, PagePool]:
    pools = {}
    for name in _entries(folder):
        size = name[len("hugepages-") : -len("kB")]
        if not (name.startswith("hugepages-") and size.isdigit()):
            continue
        total = _count(f"{folder}/{name}/nr_hugepages")
        # Most pools are empty, and then the second file need not be read
        free = min(total, _count(f"{folder}/{name}/free_hugepages")) if total else 0
        pools[int(size)] = PagePool(total, free)
    return dict(sorted(pools.items()))


def _count(path: str) -> int:
    return _whole(_read(path), path)


def _figure(meminfo: bytes, name: bytes, path: str) -> int:
    """The KiB after a name, as in b"Node 0 MemTotal:       4810968 kB"."""
    start = meminfo.find(name)
    if start < 0:
        raise FigureMissing(path, figure=name.decode().strip(" :"))
    end = meminfo.find(b"\n", start)
    words = meminfo[start + len(name) : end if end >= 0 else None].split()
    if len(words) != 2 or words[1] != b"kB":
        line = meminfo[start + 1 : end if end >= 0 else None]
        raise _malformed(path, "an amount in kB", line)
    return _whole(words[0], path)


def _whole(text: bytes, path: str) -> int:
    digits = text.strip()
    if not digits.isdigit() or len(digits) > 15:
        raise _malformed(path, "a whole number", text)
    return int(digits)


def _parse(kind: type[_Set], text: bytes, path: str) -> _Set:
    """A list of ids as the kernel writes it: libvirt's grammar, and it may be empty."""
    try:
        shown = text.decode("ascii").strip("\0\n")  # RHEL 7's kernel ends these with a NUL
        return kind.parse(shown) if shown else kind()
    except (TextError, UnicodeDecodeError):
        raise _malformed(path, "a list of ids like 0-7,16", text) from None


def _malformed(path: str, expected: str, found: bytes) -> FileMalformed:
    shown = excerpt(found[:_PAGE].decode("ascii", "backslashreplace").strip())
    return FileMalformed(path, expected=expected, found=shown)


def _entries(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []
    except OSError as e:
        raise FileUnreadable(folder, reason=e.strerror) from e


def _read(path: str) -> bytes:
    try:
        return _content(path)
    except OSError as e:
        raise FileUnreadable(path, reason=e.strerror) from e


def _read_if_there(path: str) -> bytes | None:
    try:
        return _content(path)
    except FileNotFoundError:
        return None
    except OSError as e:
        raise FileUnreadable(path, reason=e.strerror) from e


def _content(path: str) -> bytes:
    # O_NONBLOCK: what is given as sysfs may hold a FIFO
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        content = os.read(descriptor, _LARGEST)
        while content and len(content) % _PAGE == 0:
            if len(content) >= _LARGEST:
                raise FileUnreadable(path, reason=f"it is larger than {_LARGEST - 1} bytes")
            more = os.read(descriptor, _LARGEST)
            if not more:
                break
            content += more
    finally:
        os.close(descriptor)
    return content
