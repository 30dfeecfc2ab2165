# SPDX-License-Identifier: Apache-2.0
"""A host for hooks: sysfs, /proc, cgroups and a run directory below one root, hooks installed.

Decides where things are; the hooks that run there are the real ones, as processes.

    machine = Machine(tmp_path, load_hosts()["numactl:epyc-nps4"])
    machine.call("before_vm_start", xml, {"numa_nodeset": "0-1"}).answer()
"""

from __future__ import annotations

import functools
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numa_domain.base.idset import Cpuset
from numa_domain.host.model import HostTopology, Node, PagePool
from tests.sysfs_tree import write_sysfs
from tests.vdsm_hook.vdsm import VM_ID, Answer, Call
from vdsm_hook import executables, interpreter
from vdsm_hook.config import Config
from vdsm_hook.reservation_file import peek

GIB = 1024 * 1024


def two_nodes(free_gib: int = 16) -> HostTopology:
    """Two nodes with eight CPUs each, and some huge pages on the second."""
    return HostTopology.of(
        Node(
            id=i,
            cpus=Cpuset.of(range(8 * i, 8 * i + 8)),
            memory_kib=32 * GIB,
            free_kib=free_gib * GIB,
            distances={0: 10 + 11 * i, 1: 21 - 11 * i},
            pages={2048: PagePool(1024 * i, 1024 * i)},
        )
        for i in range(2)
    )


class Machine:
    """The directories, and calls of the hooks on them."""

    def __init__(
        self,
        root: Path,
        host: HostTopology | None = None,
        python: str = sys.executable,
        **config: Any,
    ) -> None:
        self.root = root
        self.host = host or two_nodes()
        self.sysfs = write_sysfs(self.host, root / "sys")
        self.proc = root / "proc"
        self.run_dir = root / "run" / "numa"
        self.log = root / "hook.log"
        self.config_file = root / "hook.conf"
        self.hooks = root / "hooks"
        self.files = root / "tmp"
        self.files.mkdir(parents=True)
        self.process(1, "/usr/lib/systemd/systemd")
        boot = self.proc / "sys" / "kernel" / "random" / "boot_id"
        boot.parent.mkdir(parents=True)
        boot.write_text("5d0c2a54-0000-4000-8000-000000000001\n")
        self.configure(**config)
        self.settings = _settings(python).replace(config=str(self.config_file))
        for point in executables.POINTS:
            executables.put(self.hooks, point, self.settings, force=False)

    def configure(self, **changes: Any) -> None:
        """Write the configuration file anew."""
        settings = {
            "sysfs": self.sysfs,
            "proc": self.proc,
            "cgroup": self.root / "cgroup",
            "run_dir": self.run_dir,
            "log_file": self.log,
            "kernel_percent": 0,
            "qemu_percent": 0,
            **changes,
        }
        text = "".join(f"{key} = {value}\n" for key, value in settings.items())
        self.config_file.write_text(text)

    @property
    def config(self) -> Config:
        return Config.read(str(self.config_file))

    def script(self, point: str) -> Path:
        return self.hooks / point / executables.NAME

    def call(
        self,
        point: str,
        xml: bytes | str = b"",
        properties: Mapping[str, str] = {},
        vm_id: str = VM_ID,
        **more: Any,
    ) -> Call:
        if "directory" not in more:
            more["directory"] = Path(tempfile.mkdtemp(dir=self.files))
        return Call(self.script(point), xml, properties, vm_id, **more)

    def start(self, xml: bytes, nodeset: str, topology: str = "", vm_id: str = VM_ID) -> Answer:
        """before_vm_start to its end."""
        properties = {"numa_nodeset": nodeset, "numa_topology": topology}
        return self.call("before_vm_start", xml, properties, vm_id).answer()

    def destroy(self, vm_id: str = VM_ID) -> Answer:
        """after_vm_destroy to its end."""
        return self.call("after_vm_destroy", b"", {"numa_nodeset": "0"}, vm_id).answer()

    @property
    def promises(self) -> dict[str, dict[int, dict[int, int]]]:
        """What is reserved, by VM."""
        return {
            r.vm_id: {node: dict(pages) for node, pages in r.charges.items()}
            for r in peek(self.config)
        }

    def process(self, pid: int, *command: str, cgroup: str = "", threads: tuple[str, ...] = ()):  # type: ignore[no-untyped-def]
        """A process as /proc shows it."""
        own = self.proc / str(pid)
        own.mkdir(parents=True, exist_ok=True)
        (own / "cmdline").write_bytes(b"".join(word.encode() + b"\0" for word in command))
        (own / "cgroup").write_text(cgroup)
        for i, name in enumerate(threads):
            task = own / "task" / str(pid + i)
            task.mkdir(parents=True, exist_ok=True)
            (task / "comm").write_text(f"{name}\n")

    def vm_process(self, pid: int, vm_id: str, *, running: bool = True, **touched: str) -> None:
        """A QEMU process; `anon` and `shmem` are the words of its memory.numa_stat."""
        scope = f"/machine.slice/machine-qemu\\x2d{pid}\\x2dvm.scope"
        self.process(
            pid,
            *("/usr/libexec/qemu-kvm", "-name", "guest=vm", "-uuid", vm_id, "-no-user-config"),
            cgroup=f"0::{scope}/libvirt/emulator\n",
            threads=("qemu-kvm", "CPU 0/KVM") if running else ("qemu-kvm",),
        )
        stat = self.root / f"cgroup{scope}" / "memory.numa_stat"
        stat.parent.mkdir(parents=True, exist_ok=True)
        stat.write_text("".join(f"{name} {words}\n" for name, words in touched.items()))


@functools.cache
def _settings(python: str) -> executables.Settings:
    return interpreter.settings_for(python, "")
