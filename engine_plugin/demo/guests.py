# SPDX-License-Identifier: Apache-2.0
"""What becomes of a domain in a real libvirt: booted, only defined, or neither.

Decides which of these this machine can do for a domain. QEMU cannot bind memory to nodes that
are not here, and libvirt does not even say what it would be told then: such a domain is only
defined. Knows no VM of the engine.

    Guests(settings).run(domain_xml)["how"]      # "booted", "defined" or "nothing"
"""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset

from . import guest
from .guest import GuestFailed, GuestReport, Machine
from .settings import Settings

Report = dict[str, Any]
_SPARE_KIB = 1 << 20


class Guests:
    """libvirt's embedded QEMU driver, one domain at a time."""

    def __init__(self, settings: Settings) -> None:
        self._boot = settings.boot
        self._seconds = settings.guest_seconds
        self._one_at_a_time = threading.Lock()

    def run(self, domain_xml: str) -> Report:
        """Hand a domain to libvirt; raises `GuestFailed` where libvirt refuses it."""
        if self._boot == "none":
            return {"how": "nothing", "why": "the demo was started with --boot none"}
        lacks = guest.missing()
        if lacks:
            return {"how": "nothing", "why": f"this machine lacks {', '.join(lacks)}"}
        emulator = f"qemu-system-{_arch(domain_xml)}"
        if shutil.which(emulator) is None:
            return {"how": "nothing", "why": f"this machine has no {emulator}"}
        try:
            return self._with_libvirt(domain_xml)
        except subprocess.TimeoutExpired as error:
            raise GuestFailed(f"libvirt did not answer within {self._seconds:g} s") from error

    def _with_libvirt(self, domain_xml: str) -> Report:
        why = why_not_here(domain_xml)
        machine = _Definer(int(self._seconds))
        with self._one_at_a_time, machine:
            adapted, changes = machine.adapt(domain_xml)
            machine.define(adapted)
            found: Report = {"how": "defined", "changes": changes}
            if any("no node" in reason for reason in why):
                found["why"] = "; ".join(why)  # libvirt does not even say what QEMU would be told
                return found
            found["qemu"] = machine.qemu_argv(adapted)
            if self._boot == "define":
                why.insert(0, "the demo was started with --boot define")
            if why:
                return {**found, "why": "; ".join(why)}
            return {**found, "how": "booted", "guest": shown(machine.boot(adapted))}


class _Definer(Machine):
    """The embedded driver, only asked whether it takes a domain."""

    def define(self, domain_xml: str) -> None:
        """libvirt's schema and its QEMU driver's own checks; raises `GuestFailed`."""
        path = self._write("domain.xml", domain_xml.encode())
        with self._virsh(f"define --validate {path}") as virsh:
            said, _ = virsh.communicate(timeout=self.timeout)
        if virsh.returncode != 0:
            raise GuestFailed(said.strip())


def _arch(domain_xml: str) -> str:
    found = etree.fromstring(domain_xml.encode()).find("os/type")
    return "x86_64" if found is None else str(found.get("arch", "x86_64"))


def why_not_here(domain_xml: str, sysfs: Path = Path("/sys")) -> list[str]:
    """What a domain asks of a host that this machine does not have."""
    domain = etree.fromstring(domain_xml.encode())
    nodes = _online(sysfs / "devices/system/node/online")
    cpus = _online(sysfs / "devices/system/cpu/online")
    wanted_nodes = {i for text in _texts(domain, "numatune//@nodeset") for i in _ids(text)}
    wanted_cpus = {i for text in _texts(domain, "cputune//@cpuset") for i in _ids(text)}
    why = []
    if wanted_nodes - nodes:
        why.append(f"this machine has no node {_list(wanted_nodes - nodes)}")
    if wanted_cpus - cpus:
        why.append(f"this machine has no CPU {_list(wanted_cpus - cpus)}")
    memory = int(domain.findtext("memory") or 0)
    free = _free_kib()
    if memory + _SPARE_KIB > free:
        why.append(f"the VM has {memory >> 10} MiB and {free >> 10} MiB are free here")
    return why


def shown(report: GuestReport) -> Report:
    """The guest's own report as JSON."""
    return {
        "online": str(report.online),
        "nodes": {
            str(i): {
                "cpus": str(node.cpus),
                "memory_kib": node.memory_kib,
                "distances": {str(other): value for other, value in node.distances.items()},
            }
            for i, node in report.nodes.items()
        },
    }


def _texts(domain: etree._Element, path: str) -> Iterator[str]:
    found = domain.xpath(path)
    if isinstance(found, list):
        yield from (str(text) for text in found)


def _ids(text: str) -> set[int]:
    try:
        return set(Nodeset.parse(text))
    except NumaError as error:
        raise GuestFailed(f"libvirt: {error}") from error


def _online(path: Path) -> set[int]:
    try:
        return set(Cpuset.parse(path.read_text().strip()))
    except OSError:
        return set()


def _free_kib() -> int:
    found = re.search(r"MemAvailable:\s*(\d+)", Path("/proc/meminfo").read_text())
    return int(found.group(1)) if found else 0


def _list(ids: set[int]) -> str:
    return str(Cpuset.of(ids))
