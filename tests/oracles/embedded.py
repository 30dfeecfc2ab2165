# SPDX-License-Identifier: Apache-2.0
"""The real libvirt as an oracle: its QEMU driver, embedded in a process of its own.

Decides nothing of NUMA: it hands XML to libvirt and brings back what libvirt says. The
process runs without root's rights where it was started with them, since Debian's libvirt
wants a user that its daemon's package makes; huge pages are mounted before, where root may.

libvirt is told that the host has nodes 0 to 15, by setting libnuma's own variable in that
process (`numa_nodes_ptr`, which virNumaNodeIsAvailable asks): nothing is started, so that no
memory is ever bound, and a machine of one node can judge the XML of a host of many.

    with Embedded(tmp_path) as libvirt:
        libvirt.define(xml)         # as libvirt would keep it; raises `Refused`
        libvirt.argv(xml)           # what QEMU would be started with
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

NODES = 16
NOBODY = 65534
HUGE_PAGES = {"2M": 2048, "1G": 1048576}


class Refused(Exception):
    """libvirt's own words."""


class Embedded:
    """The worker process, one request and one answer at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __enter__(self) -> Embedded:
        self.worker = subprocess.Popen(
            [sys.executable, __file__, str(self.root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            self.facts = self._read()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self.worker.stdin is not None
        assert self.worker.stdout is not None
        self.worker.stdin.close()
        self.worker.wait(timeout=60)
        self.worker.stdout.close()

    def define(self, xml: str) -> str:
        """The domain as libvirt keeps it."""
        return str(self._ask("define", xml)["text"])

    def argv(self, xml: str) -> str:
        """QEMU's command line."""
        return str(self._ask("argv", xml)["text"])

    def _ask(self, what: str, xml: str) -> dict[str, Any]:
        assert self.worker.stdin is not None
        print(json.dumps([what, xml]), file=self.worker.stdin, flush=True)
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self.worker.stdout is not None
        line = self.worker.stdout.readline()
        if not line:
            raise Refused("the embedded libvirt ended")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer


def serve(root: Path) -> None:
    """The worker: requests on standard input, answers on standard output."""
    import libvirt

    pages = _prepare(root)
    _pretend_nodes()
    os.environ.update(HOME=str(root), XDG_RUNTIME_DIR=str(root), XDG_CACHE_HOME=str(root))
    libvirt.registerErrorHandler(lambda *_: None, None)
    libvirt.virEventRegisterDefaultImpl()
    threading.Thread(target=_loop, args=[libvirt], daemon=True).start()
    try:
        connection = libvirt.open(f"qemu:///embed?root={root}")
    except libvirt.libvirtError as error:
        _say(error=str(error))
        return
    _say(version=connection.getLibVersion(), pages=pages)
    for line in sys.stdin:
        what, xml = json.loads(line)
        try:
            _say(text=_define(connection, xml) if what == "define" else _argv(connection, xml))
        except libvirt.libvirtError as error:
            _say(error=str(error))


def _define(connection: Any, xml: str) -> str:
    domain = connection.defineXML(xml)
    text = str(domain.XMLDesc(2))  # inactive
    domain.undefineFlags(4)  # and forget its NVRAM
    return text


def _argv(connection: Any, xml: str) -> str:
    return str(connection.domainXMLToNative("qemu-argv", xml, 0))


def _prepare(root: Path) -> list[int]:
    """Directories, huge page mounts of this process alone, and root's rights given up."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "etc").mkdir(exist_ok=True)
    mounted = []
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        private = libc.unshare(0x20000) == 0 and libc.mount(None, b"/", None, 0x44000, None) == 0
        for name, size in HUGE_PAGES.items() if private else ():
            target = root / f"huge{name}"
            target.mkdir(exist_ok=True)
            where, options = os.fsencode(target), f"pagesize={name}".encode()
            if libc.mount(b"none", where, b"hugetlbfs", 0, options) == 0:
                os.chown(target, NOBODY, NOBODY)
                mounted.append((str(target), size))
        for path in (root, root / "etc"):
            os.chown(path, NOBODY, NOBODY)
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    mounts = ", ".join(f'"{path}"' for path, _ in mounted)
    (root / "etc" / "qemu.conf").write_text(f"hugetlbfs_mount = [ {mounts} ]\n")
    return [size for _, size in mounted]


def _pretend_nodes() -> None:
    numa = ctypes.CDLL("libnuma.so.1", mode=ctypes.RTLD_GLOBAL)
    numa.numa_bitmask_alloc.restype = ctypes.c_void_p
    numa.numa_bitmask_setbit.argtypes = [ctypes.c_void_p, ctypes.c_uint]
    mask = numa.numa_bitmask_alloc(1024)
    for node in range(NODES):
        numa.numa_bitmask_setbit(mask, node)
    ctypes.c_void_p.in_dll(numa, "numa_nodes_ptr").value = mask


def _loop(libvirt: Any) -> None:
    while True:
        libvirt.virEventRunDefaultImpl()


def _say(**answer: Any) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        serve(Path(sys.argv[1]))
