# SPDX-License-Identifier: Apache-2.0
"""The VMs that run on this host, and where their memory and threads are, from /proc and cgroups.

    vms()["web1"]  ->  Vm(name="web1", uuid="0d5f...", pid=4711)
    sample(4711).threads[0].allowed

Any user may read a process's command line, threads and cgroup. Only root and the process's own user
may read numa_maps, and only numa_maps tells one cell from another.
"""

from __future__ import annotations

import os

from ..base.errors import HostError
from ..base.frozen import Value
from ..base.idset import Cpuset
from .cgroup import node_memory, read_file
from .numa_maps import Area, read_areas

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LAST_CPU = 36
"""The CPU that a thread ran on last: this field of /proc/PID/stat, counted after the name in
brackets.
"""


class ProcessGone(HostError):
    what = "process {pid} of the VM has ended"
    todo = "look whether the VM is still up"


class Vm(Value):
    """A VM with a QEMU process on this host."""

    name: str
    uuid: str
    pid: int


class Thread(Value):
    """A thread of a QEMU process."""

    id: int
    kind: str
    """"vcpu", "iothread", "emulator" (the main thread), or "other"."""
    number: int
    """That of the vCPU or I/O thread."""
    allowed: Cpuset
    """The CPUs that it may run on."""
    last: int
    """The CPU that it ran on last; -1 if it never ran."""


class Sample(Value):
    """What was read of one process."""

    pid: int
    areas: tuple[Area, ...] | None
    """None if numa_maps may not be read."""
    cgroup: Mapping[int, int]
    """Node id -> KiB, without huge pages of a pool; empty if the file does not exist."""
    threads: tuple[Thread, ...]


def vms(proc: str = "/proc") -> dict[str, Vm]:
    """VM name -> VM, from the command lines of all processes. What libvirt would not name so is
    none of its VMs.
    """
    found = {}
    for name in os.listdir(proc):
        if name.isdigit():
            vm = _vm(read_file(f"{proc}/{name}/cmdline"), int(name))
            if vm is not None:
                found[vm.name] = vm
    return dict(sorted(found.items()))


def _vm(command: str, pid: int) -> Vm | None:
    words = command.split("\0")
    if "-uuid" not in words[:-1] or "-name" not in words[:-1]:
        return None
    options = words[words.index("-name") + 1].replace(",,", "\0").split(",")
    name = next((o[len("guest=") :] for o in options if o.startswith("guest=")), options[0])
    name, uuid = name.replace("\0", ","), words[words.index("-uuid") + 1].lower()
    if not _is_uuid(uuid) or "/" in name or not name.isprintable() or name in ("", ".", ".."):
        return None
    return Vm(name, uuid, pid)


def _is_uuid(text: str) -> bool:
    """Any user's process can have any words: these end up in a path, and in commands of virsh."""
    return [len(part) for part in text.split("-")] == [8, 4, 4, 4, 12] and all(
        char in "0123456789abcdef-" for char in text
    )


def sample(pid: int, proc: str = "/proc", cgroup: str = "/sys/fs/cgroup") -> Sample:
    """Where the memory and the threads of a process are. Raises `ProcessGone`."""
    own = f"{proc}/{pid}"
    threads = tuple(_threads(own, pid))
    if not threads:
        raise ProcessGone(pid=pid)
    return Sample(pid, _areas(own), node_memory(pid, proc, cgroup), threads)


def _areas(own: str) -> tuple[Area, ...] | None:
    """The mappings; None if this user may not read them."""
    try:
        with open(f"{own}/maps", encoding="utf-8", errors="replace") as file:
            maps = file.read()
        with open(f"{own}/numa_maps", encoding="utf-8", errors="replace") as file:
            return read_areas(file.read(), maps)
    except PermissionError:
        return None
    except (FileNotFoundError, ProcessLookupError):
        raise ProcessGone(pid=int(os.path.basename(own))) from None


def _threads(own: str, pid: int) -> Iterator[Thread]:
    try:
        ids = sorted(map(int, os.listdir(f"{own}/task")))
    except OSError:
        return
    for id in ids:
        status, stat = read_file(f"{own}/task/{id}/status"), read_file(f"{own}/task/{id}/stat")
        if status and stat:
            kind, number = _kind(_field(status, "Name"), id == pid)
            allowed = _field(status, "Cpus_allowed_list")
            fields = stat.rpartition(")")[2].split()
            cpus = Cpuset.parse(allowed) if allowed else Cpuset()
            yield Thread(id, kind, number, cpus, int(fields[_LAST_CPU]))


def _kind(name: str, main: bool) -> tuple[str, int]:
    """libvirt runs QEMU with -name debug-threads=on, hence names like "CPU 3/KVM" and "IO
    iothread1".
    """
    if main:
        return "emulator", 0
    if name.startswith("CPU ") and name[4:].partition("/")[0].isdigit():
        return "vcpu", int(name[4:].partition("/")[0])
    if name.startswith("IO iothread") and name[11:].isdigit():
        return "iothread", int(name[11:])
    return "other", 0


def _field(status: str, name: str) -> str:
    for line in status.splitlines():
        key, _, text = line.partition(":\t")
        if key == name:
            return text.strip()
    return ""
