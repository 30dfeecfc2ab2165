# SPDX-License-Identifier: Apache-2.0
"""The lab's host: four nodes of unequal size, one of them without CPUs, and one that can go.

Decides the hardware and the command that boots it: the machine's own root file system below a
virtual machine of virtme-ng, with Debian's own kernel and emulated CPUs, so that nothing but
QEMU is needed. Never knows a case.

    node      0      1      2      3      4          distances   0-1 12, 0-3 17
    CPUs    0-1    2-3    4-6      -      -                      0-2, 1-2, 1-4 20
    memory   2G   1.5G     1G   1.5G   256M                      all others 28

Node 4 is a DIMM that is plugged in and offline: it is a node while a case has it online. CPU 6 is
isolated: the kernel lets nothing run there that is not pinned to it.
"""

from __future__ import annotations

import glob
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class LabNode:
    """One node of the lab's host."""

    cpus: str
    memory_mib: int


NODES = {
    0: LabNode("0-1", 2048),
    1: LabNode("2-3", 1536),
    2: LabNode("4-6", 1024),
    3: LabNode("", 1536),
}
DISTANCES = {(0, 1): 12, (0, 2): 20, (0, 3): 17, (1, 2): 20, (1, 3): 28, (2, 3): 28}
TAKEN, TAKEN_MIB = 4, 256
"""The node that can be taken away."""
TAKEN_DISTANCES = {0: 28, 1: 20, 2: 28, 3: 28}
CPUS = 7
ISOLATED = 6


def distance(a: int, b: int) -> int:
    """As the kernel has to show it."""
    return 10 if a == b else DISTANCES[min(a, b), max(a, b)]


def kernel() -> str | None:
    """The newest kernel image that has its modules here; None where there is none."""
    for path in sorted(glob.glob("/boot/vmlinuz-*"), reverse=True):
        release = path.partition("vmlinuz-")[2]
        if os.access(path, os.R_OK) and os.path.isdir(f"/lib/modules/{release}/kernel"):
            return path
    return None


def vng() -> str | None:
    """virtme-ng's program: of this Python's environment, else of the PATH."""
    beside = Path(sys.executable).with_name("vng")
    return str(beside) if beside.exists() else shutil.which("vng")


def command(vng: str, kernel: str, shared: Path, script: str) -> list[str]:
    """Boot the host, run a script in it, share one directory with it."""
    total = sum(node.memory_mib for node in NODES.values())
    words = [vng, "--run", kernel, "--disable-kvm", "--force-9p", "--cpus", str(CPUS)]
    words += ["--memory", f"{total}M", "--append", f"isolcpus={ISOLATED}"]
    for node in NODES.values():
        cpus = f",cpus={node.cpus}" if node.cpus else ""
        words += ["--numa", f"{node.memory_mib}M{cpus}"]
    for (a, b), value in DISTANCES.items():
        words += ["--numa-distance", f"{a},{b}={value}"]
    return [*words, f"--qemu-opts={_options(total)}", f"--rwdir={shared}", "--exec", script]


def _options(total: int) -> str:
    """What virtme-ng has no option for: a CPU with all that can be emulated (with AMD's
    virtualization, so that KVM works in the lab), and node 4.
    """
    words = ["-cpu", "max", "-m", f"size={total}M,slots=1,maxmem={2 * total}M"]
    words += ["-numa", f"node,nodeid={TAKEN}"]
    for node, value in TAKEN_DISTANCES.items():
        words += ["-numa", f"dist,src={node},dst={TAKEN},val={value}"]
    words += ["-object", f"memory-backend-ram,id=taken,size={TAKEN_MIB}M"]
    words += ["-device", f"pc-dimm,memdev=taken,node={TAKEN}"]
    return " ".join(words)
