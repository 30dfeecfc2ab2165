# SPDX-License-Identifier: Apache-2.0
"""What reading a host costs a hook, against opening and reading the same files alone.

    $ PYTHONPATH=. .venv/bin/python benchmarks/sysfs.py

To reach: eight nodes in less than 1 ms. The eight-node host is a captured one, written to
disk; the real /sys is this machine's, where the kernel has to make up the files' content.
"""

from __future__ import annotations

import os
import tempfile
import timeit
from collections.abc import Callable
from pathlib import Path

from numa_domain.host.model import HostTopology, PagePool
from numa_domain.host.sysfs import read_sysfs
from tests.hosts import load_hosts
from tests.sysfs_tree import write_sysfs


def best(call: Callable[[], object], count: int = 20) -> float:
    """Milliseconds of one call: the best of ten rounds, which the machine disturbed least."""
    return min(timeit.repeat(call, number=count, repeat=10)) / count * 1e3


def eight_nodes() -> HostTopology:
    captured = load_hosts()["hwloc:64amd64-4s2n4ca2co"]
    pages = {2048: PagePool(1024, 512), 1048576: PagePool(0, 0)}
    return HostTopology.of(node.replace(pages=pages) for node in captured.nodes.values())


def read_all(paths: list[str]) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        os.read(descriptor, 65536)
        os.close(descriptor)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = write_sysfs(eight_nodes(), Path(folder))
        # All that is read: an empty pool's free pages, has_cpu and the like are not
        unread = ("has_", "possible", "hugepages-1048576kB/free")
        paths = [str(path) for path in root.rglob("*") if path.is_file()]
        paths = [path for path in paths if not any(part in path for part in unread)]
        floor = best(lambda: read_all(paths))
        print(f"open, read and close {len(paths)} files  {floor:7.3f} ms")
        eight = best(lambda: read_sysfs(root, pci=()))
        print(f"a host of 8 nodes from them     {eight:7.3f} ms  {eight / floor:5.2f} times that")
    real = read_sysfs(pci=())
    this = best(lambda: read_sysfs(pci=()))
    print(f"this machine ({len(real.nodes)} nodes)          {this:7.3f} ms")


if __name__ == "__main__":
    main()
