# SPDX-License-Identifier: Apache-2.0
"""How much memory a VM has on each node, from the cgroup of its QEMU process.

Any user may read that. Huge pages from a pool are not included. The hook imports this, so it
imports nothing that is slow.

    node_memory(4711)   ->  {0: 2097152}

Format: the kernel's Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGEST = 1 << 18
_THREADS = ("vcpu", "iothread")
"""libvirt's groups for threads are vcpu0, iothread1 and so on, beside "emulator"."""


def node_memory(pid: int, proc: str = "/proc", root: str = "/sys/fs/cgroup") -> dict[int, int]:
    """Node id -> KiB of ordinary pages; empty if no group tells.

    libvirt puts QEMU into .../machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator, a threaded group
    without memory figures of its own; so the figures are taken from the next group above that has
    them, up to the VM's own. One that is not named as libvirt does counts too, if no other VM is in
    it.
    """
    for line in read_file(f"{proc}/{pid}/cgroup").splitlines():
        number, controllers, path = (*line.split(":", 2), "", "")[:3]
        if number == "0" and not controllers:
            base = root
        elif "memory" in controllers.split(","):
            base = f"{root}/memory"
        else:
            continue
        for group in _own_groups(path):
            text = read_file(f"{base}{group}/memory.numa_stat")
            if text and _alone(pid, f"{base}{group}", proc):
                shared = _shared_kib(read_file(f"{base}{group}/memory.stat"))
                return read_statistics(text, os.sysconf("SC_PAGE_SIZE") // 1024, shared)
    return {}


def _own_groups(path: str) -> Iterator[str]:
    """The groups that contain this VM and no other, the innermost first.

    >>> list(_own_groups("/machine.slice/vm.scope/libvirt/emulator"))
    ['/machine.slice/vm.scope/libvirt/emulator', '/machine.slice/vm.scope/libvirt', \
'/machine.slice/vm.scope']
    >>> list(_own_groups("/system.slice/libvirtd.service"))
    []
    """
    if ".." in path.split("/"):
        return  # outside of the part that is mounted here
    while True:
        above, _, name = path.rpartition("/")
        if not above or name.endswith((".slice", ".service", ".partition")):
            return
        if name.startswith("session-") or name == "init.scope":
            return
        yield path
        inner = name in ("emulator", "libvirt") or name.rstrip("0123456789") in _THREADS
        if not inner:
            return
        path = above


def _alone(pid: int, group: str, proc: str) -> bool:
    """Whether no other VM is in the group; libvirt's own names say so."""
    if "qemu" in group:
        return True
    listed = read_file(f"{group}/cgroup.procs") + read_file(f"{group}/libvirt/cgroup.procs")
    others = set(listed.split()) - {str(pid)}
    return not any("\0-uuid\0" in read_file(f"{proc}/{other}/cmdline") for other in others)


def _shared_kib(text: str) -> int:
    """KiB of shared memory in version 1's memory.stat; there is no such line in older kernels."""
    for line in text.splitlines():
        name, _, number = line.partition(" ")
        if name == "total_shmem" and number.isdigit():
            return int(number) // 1024
    return 0


def read_statistics(text: str, page_kib: int = 4, shared_kib: int = 0) -> dict[int, int]:
    """Node id -> KiB of anonymous and shared memory, from the text of memory.numa_stat.

    Version 2 counts in bytes. Version 1 counts in pages, and shared memory together with page
    cache. Of `shared_kib`, which it has in all, a node has at least what the other nodes' cache and
    shared memory cannot contain: that much is counted.

    >>> read_statistics("anon N0=8192 N1=4096")
    {0: 8, 1: 4}
    >>> read_statistics("hierarchical_file=2100 N0=2000 N1=100", 4, 8000)
    {0: 7600, 1: 0}
    """
    nodes: dict[int, int] = {}
    for name, words in _rows(text):
        if name in ("anon", "shmem"):
            found = {node: number // 1024 for node, number in words.items()}
        elif name == "hierarchical_anon":
            found = {node: number * page_kib for node, number in words.items()}
        elif name == "hierarchical_file" and shared_kib:
            cached = {node: number * page_kib for node, number in words.items()}
            whole = sum(cached.values())
            found = {n: max(0, shared_kib - (whole - kib)) for n, kib in cached.items()}
        else:
            continue
        for node, kib in found.items():
            nodes[node] = nodes.get(node, 0) + kib
    return nodes


def _rows(text: str) -> Iterator[tuple[str, dict[int, int]]]:
    """Each line's name, and its number for each node."""
    for line in text.splitlines():
        if not line.split():
            continue
        head, *words = line.split()
        pairs = (word[1:].partition("=") for word in words if word[:1] == "N")
        numbers = {int(n): int(text) for n, _, text in pairs if n.isdigit() and text.isdigit()}
        yield head.partition("=")[0], numbers


def read_file(path: str, most: int = _LARGEST) -> str:
    """The text of a file; "" if it cannot be read, since processes may end at any moment."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    data = b""
    try:
        while len(data) < most and (more := os.read(fd, most)):  # often a page at a time
            data += more
    except OSError:
        return ""
    finally:
        os.close(fd)
    return data.decode("utf-8", "replace")
