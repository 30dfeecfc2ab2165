# SPDX-License-Identifier: Apache-2.0
"""How much memory a VM has on each node, from the cgroup of its QEMU process.

Any user may read that. Huge pages from a pool are not included. The hook imports this, so it
imports nothing that is slow.

    node_memory(4711)   ->  {0: 2097152}

Format: the kernel's Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
"""

from __future__ import annotations

import os

_LARGEST = 1 << 18


def node_memory(pid: int, proc: str = "/proc", root: str = "/sys/fs/cgroup") -> dict[int, int]:
    """Node id -> KiB of ordinary pages; empty if the file does not exist.

    libvirt puts QEMU into .../machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator, a threaded group
    without memory figures of its own; so the figures are taken from the next group above that has
    them. Above the scope are all VMs together.
    """
    for line in read_file(f"{proc}/{pid}/cgroup").splitlines():
        number, controllers, path = (*line.split(":", 2), "", "")[:3]
        if number == "0" and not controllers:
            base = root
        elif "memory" in controllers.split(","):
            base = f"{root}/memory"
        else:
            continue
        while "qemu" in path:
            text = read_file(f"{base}{path}/memory.numa_stat")
            if text:
                return read_statistics(text, os.sysconf("SC_PAGE_SIZE") // 1024)
            path = path.rpartition("/")[0]
    return {}


def read_statistics(text: str, page_kib: int = 4) -> dict[int, int]:
    """Node id -> KiB of anonymous and shared memory, from the text of memory.numa_stat.

    Version 2 counts in bytes. Version 1 counts in pages, and does not tell shared memory from page
    cache, so there only anonymous memory counts.

    >>> read_statistics("anon N0=8192 N1=4096")
    {0: 8, 1: 4}
    """
    nodes: dict[int, int] = {}
    for line in text.splitlines():
        name, *words = line.split()
        if name in ("anon", "shmem"):
            divisor, factor = 1024, 1
        elif name.startswith("hierarchical_anon="):
            divisor, factor = 1, page_kib
        else:
            continue
        for word in words:
            node, _, number = word.partition("=")
            if node[:1] == "N" and node[1:].isdigit() and number.isdigit():
                kib = int(number) * factor // divisor
                nodes[int(node[1:])] = nodes.get(int(node[1:]), 0) + kib
    return nodes


def read_file(path: str, largest: int = _LARGEST) -> str:
    """The text of a file; "" if it cannot be read, since processes may end at any moment."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    data = b""
    try:
        while len(data) < largest and (more := os.read(fd, _LARGEST)):  # often a page at a time
            data += more
    except OSError:
        return ""
    finally:
        os.close(fd)
    return data.decode("utf-8", "replace")
