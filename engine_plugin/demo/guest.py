# SPDX-License-Identifier: Apache-2.0
"""A real guest for a domain XML: booted by libvirt and QEMU, and asked what it sees.

Decides how a guest is run here (libvirt's embedded driver, emulated CPUs, a Debian or EL
kernel with our own init) and what an engine-built XML must give up for that. Never knows
the request that the XML was made from.

    with Machine() as machine:
        xml = machine.adapt(engine_xml)          # then the hook
        report = machine.boot(xml)
        report.nodes[1].distances                # {0: 21, 1: 10}
"""

from __future__ import annotations

import glob
import os
import pwd
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from numa_domain.base.idset import Cpuset

from .adapt import Boot, adapt
from .initramfs import initramfs

QEMU_CONF = """\
stdio_handler = "file"
security_driver = "none"
namespaces = []
cgroup_controllers = []
"""
"""What libvirt's embedded driver needs where no daemon and no root is."""
_KERNELS = ("/boot/vmlinuz-*", "/lib/modules/*/vmlinuz")
_DRIVERS = (
    "/usr/lib/*/libvirt/connection-driver/libvirt_driver_qemu.so",
    "/usr/lib*/libvirt/connection-driver/libvirt_driver_qemu.so",
)
_CMDLINE = "console=ttyS0 quiet panic=-1 no_timer_check"
"""On a busy machine an emulated timer is too slow for the kernel's check, which would panic."""
_PRINTK = re.compile(r"\[ *[0-9]+\.[0-9]{6}\] [^\n]*\n")
_PAGE_KIB = 4


class GuestFailed(Exception):
    """libvirt refused the XML, QEMU did not start, or the guest did not report in time."""


@dataclass(frozen=True)
class GuestNode:
    """One NUMA node as the guest's kernel shows it."""

    cpus: Cpuset
    memory_kib: int
    """All pages of the node, what the kernel keeps for itself included."""
    usable_kib: int
    """MemTotal."""
    distances: Mapping[int, int]


@dataclass(frozen=True)
class GuestReport:
    """What the guest says of itself."""

    nodes: Mapping[int, GuestNode]
    online: Cpuset

    @classmethod
    def parse(cls, console: str) -> GuestReport:
        """From the text of the serial console; `init` writes it there.

        So does the kernel, a line at a time, between any two of init's characters.
        """
        lines = re.findall(r"^numa-report (.*?)\s*$", _PRINTK.sub("", console), re.MULTILINE)
        if "end" not in lines:
            raise GuestFailed(f"the guest did not report; its console ends: {console[-300:]!r}")
        online = Cpuset()
        facts: dict[int, dict[str, str]] = {}
        for line in lines:
            word, _, rest = line.partition(" ")
            if word == "online":
                online = Cpuset.parse(rest)
            elif word == "node":
                _add(facts, rest)
        return cls({i: _node(facts[i], sorted(facts)) for i in sorted(facts)}, online)


def _add(facts: dict[int, dict[str, str]], line: str) -> None:
    """One "ID KEY VALUE" line; the present pages of a node's zones add up."""
    node, key, value = (*line.split(" ", 2), "")[:3]
    known = facts.setdefault(int(node), {})
    if key == "present_pages":
        value = str(int(known.get(key, "0")) + int(value))
    known[key] = value


def _node(facts: Mapping[str, str], ids: list[int]) -> GuestNode:
    cpus = facts["cpus"]
    return GuestNode(
        cpus=Cpuset.parse(cpus) if cpus else Cpuset(),
        memory_kib=int(facts.get("present_pages", "0")) * _PAGE_KIB,
        usable_kib=int(facts["usable_kib"]),
        distances=dict(zip(ids, map(int, facts["distances"].split()))),
    )


def find_kernel() -> str | None:
    """The newest kernel image that can be read; None where there is none."""
    found = [path for pattern in _KERNELS for path in sorted(glob.glob(pattern), reverse=True)]
    return next((path for path in found if os.access(path, os.R_OK)), None)


def missing() -> list[str]:
    """What this machine lacks to boot a guest, with the package that has it."""
    lacks = []
    if shutil.which("virsh") is None:
        lacks.append("virsh (package libvirt-clients, or libvirt-client)")
    if not any(glob.glob(pattern) for pattern in _DRIVERS):
        lacks.append("libvirt's QEMU driver (package libvirt-daemon-driver-qemu)")
    if not (shutil.which("qemu-system-x86_64") or os.access("/usr/libexec/qemu-kvm", os.X_OK)):
        lacks.append("QEMU (package qemu-system-x86, or qemu-kvm-core)")
    if find_kernel() is None:
        lacks.append("a readable kernel in /boot (package linux-image-amd64, or kernel-core)")
    return lacks


class Machine:
    """A folder with kernel, initramfs and an embedded libvirt of its own; no daemon, no root.

    As root everything runs as "nobody": the embedded driver of a root process wants the
    user libvirt-qemu, which only exists where libvirt's daemons are set up.
    """

    def __init__(self, timeout: int = 120) -> None:
        self.timeout = timeout
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="numa-guest-"))
        self._write("etc/qemu.conf", QEMU_CONF.encode())
        kernel = find_kernel()
        if kernel is None:
            raise GuestFailed("; ".join(missing()))
        self._write("vmlinuz", Path(kernel).read_bytes())
        self._write("initramfs", initramfs())
        self._write("console.log", b"")

    def __enter__(self) -> Machine:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def adapt(self, domain_xml: str) -> tuple[str, list[str]]:
        """The XML with what this machine lacks replaced, and each change in words."""
        folder = self.folder
        boot = Boot(f"{folder}/vmlinuz", f"{folder}/initramfs", _CMDLINE, f"{folder}/console.log")
        return adapt(domain_xml, boot)

    def qemu_argv(self, domain_xml: str) -> str:
        """The command line that libvirt would start QEMU with."""
        path = self._write("domain.xml", domain_xml.encode())
        with self._virsh(f"domxml-to-native qemu-argv {path}") as virsh:
            said, _ = virsh.communicate(timeout=self.timeout)
        if virsh.returncode != 0:
            raise GuestFailed(_refusal(said.splitlines(keepends=True)))
        return said.strip()

    def boot(self, domain_xml: str) -> GuestReport:
        """Define it, start it, wait until it powers off, and give what it said.

        Raises `GuestFailed` with libvirt's own words.
        """
        path = self._write("domain.xml", domain_xml.encode())
        console = self._write("console.log", b"")
        name = shlex.quote(_name_of(domain_xml))
        said = []
        with self._virsh(
            f"define --validate {path}; start {name}; "
            f"event {name} lifecycle --loop --timeout {self.timeout}; "
            f"destroy {name}; undefine {name}"
        ) as virsh:
            for line in virsh.stdout or ():
                said.append(line)
                if ": Stopped" in line:
                    virsh.send_signal(signal.SIGINT)  # ends the wait, not virsh
                elif not line.strip() and _failed_to_start(said):
                    virsh.terminate()  # there is no event to wait for
        if not any(line.endswith(" started\n") for line in said):
            raise GuestFailed(_refusal(said))
        return GuestReport.parse(console.read_text(encoding="utf-8", errors="replace"))

    def _write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        if self._user:
            for each in (self.folder, path.parent, path):
                os.chown(each, self._user.pw_uid, self._user.pw_gid)
        return path

    def _virsh(self, commands: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["virsh", "-c", f"qemu:///embed?root={self.folder}", commands],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "LC_ALL": "C.UTF-8",
                "LIBVIRT_DEBUG": "error",
            },
            cwd=self.folder,
            user=self._user.pw_uid if self._user else None,
            group=self._user.pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
        )


def _name_of(domain_xml: str) -> str:
    found = re.search(r"<name>([^<]+)</name>", domain_xml)
    if found is None:
        raise GuestFailed("the domain has no name; give it one")
    return found.group(1)


def _failed_to_start(said: list[str]) -> bool:
    return any(line.startswith("error: Failed to start") for line in said)


def _refusal(said: list[str]) -> str:
    """The first error in what virsh said, up to the blank line after it."""
    start = next((i for i, line in enumerate(said) if line.startswith("error:")), 0)
    end = next((i for i in range(start, len(said)) if not said[i].strip()), len(said))
    return "".join(said[start:end]).strip()
