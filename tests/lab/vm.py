# SPDX-License-Identifier: Apache-2.0
"""A VM of the lab, treated as VDSM treats one: hooks as the user vdsm, then libvirt.

Decides the order of hook points and of libvirt's calls, after VDSM's vm.py (4.50). The XML is
the one that the engine builds, made fit for the lab by the demonstration's own `adapt`: KVM
stays. Never compares anything.

    vm = Vm(lab, "strict", {"numa_nodeset": "1"}); vm.start(); vm.areas(); vm.destroy()
"""

from __future__ import annotations

import json
import os
import re
import time
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from engine_plugin.demo import vdsm
from engine_plugin.demo.adapt import Boot, adapt
from engine_plugin.demo.guest import GuestReport

from . import numa_maps
from .lab import HOOKS, CommandFailed

if TYPE_CHECKING:
    from .lab import Lab

TEMPLATE = Path(vdsm.__file__).with_name("vm.xml")
_CMDLINE = "console=ttyS0 panic=-1 memtest=1 numa_stay=1"
"""memtest writes to every page before the system starts: the kernel's own way (MEMTEST) to make
the guest's memory resident. numa_stay is a variable for our init, which then does not power off."""


class Refused(Exception):
    """A hook refused; the text is what an admin reads."""


class Vm:
    """One VM."""

    def __init__(
        self,
        lab: Lab,
        name: str,
        properties: Mapping[str, str],
        *,
        memory_mib: int = 256,
        boots: bool = False,
        backing: str = "<memoryBacking><allocation mode='immediate'/></memoryBacking>",
    ) -> None:
        """`boots`: it runs, and touches its memory itself. Otherwise it is started paused, and
        QEMU touches all of it before (`backing`)."""
        self.lab, self.name, self.properties = lab, name, dict(properties)
        self.id = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
        self.boots = boots
        self.console = Path(f"/run/{name}.console")
        self.console.write_bytes(b"")
        self.xml = self._build(memory_mib, "" if boots else backing)
        self.runs: list[vdsm.ScriptRun] = []
        lab.vms.append(self)

    def _build(self, memory_mib: int, backing: str) -> str:
        boot = Boot("/run/vmlinuz", "/run/initramfs", _CMDLINE, str(self.console))
        text = TEMPLATE.read_text().replace("524288", str(memory_mib << 10))
        text = text.replace("2097152", str(max(2 << 20, memory_mib << 10)))  # maxMemory
        domain = etree.fromstring(adapt(text, boot)[0].encode())
        domain.set("type", "kvm")
        domain.find("name").text, domain.find("uuid").text = self.name, self.id
        for entry in domain.iterfind("sysinfo/system/entry[@name='uuid']"):
            entry.text = self.id
        if backing:
            domain.insert(5, etree.fromstring(backing))
        return etree.tostring(domain, encoding="unicode")

    def hook(self, point: str, xml: str, **params: str) -> str:
        """One hook point, as VDSM runs it; the XML that comes out. Raises `Refused`."""

        def work() -> tuple[Any, str]:
            try:
                result = vdsm.run_hooks(
                    HOOKS,
                    point,
                    xml,
                    vm_id=self.id,
                    properties=self.properties,
                    params=params,
                    timeout=60,
                )
                return result, ""
            except vdsm.HookFailed as error:
                return error.result, error.stderr.decode("ascii")

        result, refusal = self.lab.as_vdsm(work)
        for run in result.runs:
            self.lab.say(f"{point}: {run} [{run.seconds:.1f} s]")
        self.runs += result.runs
        if refusal:
            raise Refused(refusal.strip())
        return result.data

    def start(self) -> None:
        """before_vm_start, libvirt, after_vm_start."""
        new = self.hook("before_vm_start", self.xml)
        self.launch(new)
        self.hook("after_vm_start", self.live_xml())

    def launch(self, xml: str) -> None:
        """libvirt's part; raises `CommandFailed` with its words."""
        path = Path(f"/run/{self.name}.xml")
        path.write_text(xml)
        self.lab.say(f"{path}\n{xml}")
        self.lab.virsh("define", str(path))
        self.lab.virsh("start", self.name, *([] if self.boots else ["--paused"]))

    def destroy(self) -> None:
        """End it, and say so to the hooks."""
        xml = self.live_xml()
        self.lab.virsh("destroy", self.name)
        self.lab.virsh("undefine", self.name)
        self.hook("after_vm_destroy", xml)

    def end(self) -> None:
        """Whatever became of it."""
        self.lab.virsh("destroy", self.name, check=False)
        self.lab.virsh("undefine", self.name, "--managed-save", check=False)
        self.hook("after_vm_destroy", self.xml)

    def live_xml(self) -> str:
        """As libvirt has it now."""
        return self.lab.virsh("dumpxml", self.name).stdout

    @property
    def pid(self) -> int:
        return int(Path(f"/run/libvirt/qemu/{self.name}.pid").read_text())

    @property
    def alive(self) -> bool:
        return self.lab.virsh("domstate", self.name).stdout.strip() in ("running", "paused")

    def touch(self, mib: int, begin: int, end: int, near: Iterable[int]) -> None:
        """Write to a part of its mapping of so many MiB, as a guest would whose vCPU runs on one of
        these CPUs: where several nodes are allowed, the kernel takes the nearest.
        """
        maps = Path(f"/proc/{self.pid}/maps").read_text()
        sizes = numa_maps.sizes_kib(maps)
        start = next(address for address, kib in sizes.items() if kib == mib << 10)
        usual = os.sched_getaffinity(0)
        os.sched_setaffinity(0, near)
        try:
            with open(f"/proc/{self.pid}/mem", "r+b", buffering=0) as memory:
                for address in range(start + (begin << 20), start + (end << 20), 4096):
                    os.pwrite(memory.fileno(), b"x", address)
        finally:
            os.sched_setaffinity(0, usual)
        self.lab.say(f"{self.name}: MiB {begin} to {end} touched near CPUs {near}")

    def pins(self) -> set[str]:
        """The CPUs on which its threads may run, as the kernel has them."""
        tasks = Path(f"/proc/{self.pid}/task").glob("*/status")
        texts = [path.read_text() for path in tasks]
        return {re.findall(r"^Cpus_allowed_list:\s*(\S*)", text, re.M)[0] for text in texts}

    def areas(self) -> list[numa_maps.Area]:
        """The mappings of the guest's memory, in the order of its cells' sizes in the XML."""
        return numa_maps.guest_memory(numa_maps.read(self.pid))

    def pages(self, size_mib: int) -> list[dict[int, int]]:
        """KiB by node of each mapping of a size."""
        return [dict(a.nodes) for a in self.areas() if a.size_kib == size_mib << 10]

    def cgroup(self) -> dict[int, int]:
        """KiB by node as memory.numa_stat has it, anonymous and shared memory."""
        path = Path(f"/proc/{self.pid}/cgroup").read_text().strip().partition("::")[2]
        group = Path("/sys/fs/cgroup" + path.partition("/libvirt/")[0])
        while not (group / "memory.numa_stat").exists() and group != Path("/sys/fs/cgroup"):
            group = group.parent
        nodes: dict[int, int] = {}
        for line in (group / "memory.numa_stat").read_text().splitlines():
            words = line.split()
            if words[0] in ("anon", "shmem"):
                for word in words[1:]:
                    node, number = word[1:].split("=")
                    nodes[int(node)] = nodes.get(int(node), 0) + int(number) // 1024
        return nodes

    def report(self, seconds: int = 120) -> GuestReport:
        """What the guest says of itself, when it has booted."""
        until = time.monotonic() + seconds
        while "numa-report end" not in self.console.read_text(errors="replace"):
            if time.monotonic() > until:
                break
            time.sleep(1)
        text = self.console.read_text(errors="replace")
        self.lab.say("console\n" + "\n".join(x for x in text.splitlines() if "numa-report" in x))
        return GuestReport.parse(text)

    def verify(self, *words: str) -> tuple[int, dict[str, Any]]:
        """numa-domain verify: its exit code and its answer."""
        self.capture()
        done = self.lab.numa_domain("verify", self.name, "--json", *words)
        if done.returncode not in (0, 1):
            raise CommandFailed(done.stderr)
        return done.returncode, json.loads(done.stdout)

    def capture(self) -> None:
        """What verify reads, as one JSON file: an artefact, and data for tests."""
        own = Path("/proc", str(self.pid))
        group = (own / "cgroup").read_text().strip().partition("::")[2].rpartition("/")[0]
        paths = [own / name for name in ("cmdline", "cgroup", "maps", "numa_maps")]
        paths += sorted(own.glob("task/*/status")) + sorted(own.glob("task/*/stat"))
        paths += [Path(f"/sys/fs/cgroup{group}/memory.numa_stat")]
        paths += [Path(f"/run/libvirt/qemu/{self.name}.xml")]
        files = {str(path): path.read_text() for path in paths if path.exists()}
        (self.lab.shared / f"capture-{self.name}.json").write_text(json.dumps(files))
