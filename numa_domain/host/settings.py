# SPDX-License-Identifier: Apache-2.0
"""A host's settings that decide where memory goes, or move it, as /proc and /sys have them.

What the kernel does not have is None: an older one, or one built without it. What it has and cannot
be read, or says something that is not known here, is None too, and stands in `unread`.

    HostSettings.read("/").merge_across_nodes       True
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..base.errors import TextError
from ..base.frozen import Value
from ..base.idset import Cpuset

_DIGITS = 18
"""No setting of the kernel has more."""


class Unread(Value):
    """A setting that is there, and of which nothing is known."""

    setting: str
    path: str
    reason: str


class HostSettings(Value):
    """Read once."""

    numa_balancing: int | None = None
    """/proc/sys/kernel/numa_balancing: 0 off, 1 on, 2 memory tiers."""
    zone_reclaim: int | None = None
    """/proc/sys/vm/zone_reclaim_mode."""
    ksm_run: int | None = None
    """/sys/kernel/mm/ksm/run: 1 merges pages."""
    merge_across_nodes: bool | None = None
    ksm_sharing: int = 0
    """Pages that are saved by merging now."""
    huge_pages: str | None = None
    """Transparent ones: always, madvise or never."""
    demotion: bool | None = None
    """/sys/kernel/mm/numa/demotion_enabled: cold pages go to slower nodes."""
    isolated: Cpuset = Cpuset()
    """CPUs that no process is scheduled on by itself (isolcpus=)."""
    nohz_full: Cpuset = Cpuset()
    """CPUs without the scheduler's tick, for threads that are pinned to one alone."""
    sockets: int | None = None
    numad: int | None = None
    """The process numad, which moves memory and pins by itself."""
    unread: tuple[Unread, ...] = ()

    @classmethod
    def read(cls, root: str | Path = "/") -> HostSettings:
        """Of the host whose /proc and /sys are below a folder. Reading changes nothing."""
        return cls.read_at(Path(root, "sys"), Path(root, "proc"))

    @classmethod
    def read_at(cls, sys: str | Path, proc: str | Path) -> HostSettings:
        """The same, of any two folders."""
        files = _Files(Path(sys), Path(proc))
        return cls(
            numa_balancing=files.number("numa_balancing", "proc/sys/kernel/numa_balancing"),
            zone_reclaim=files.number("zone_reclaim_mode", "proc/sys/vm/zone_reclaim_mode"),
            ksm_run=files.number("ksm", f"{_KSM}/run"),
            merge_across_nodes=files.yes("ksm", f"{_KSM}/merge_across_nodes"),
            ksm_sharing=files.number("ksm", f"{_KSM}/pages_sharing") or 0,
            huge_pages=files.chosen("transparent_hugepage", f"{_MM}/transparent_hugepage/enabled"),
            demotion=files.yes("demotion_enabled", f"{_MM}/numa/demotion_enabled"),
            isolated=files.cpus("isolcpus", f"{_CPU}/isolated"),
            nohz_full=files.cpus("nohz_full", f"{_CPU}/nohz_full"),
            sockets=len(set(_packages(files.at(_CPU)))) or None,
            numad=_process(files.proc, "numad"),
            unread=tuple(files.unread),
        )


_MM = "sys/kernel/mm"
_KSM = f"{_MM}/ksm"
_CPU = "sys/devices/system/cpu"
_YES = {"0": False, "1": True, "false": False, "true": True}


class _Files:
    """Below two folders; what is there and cannot be read is gathered."""

    def __init__(self, sys: Path, proc: Path) -> None:
        self.sys, self.proc = sys, proc
        self.unread: list[Unread] = []

    def at(self, path: str) -> Path:
        """Of a path such as "sys/kernel/mm"."""
        first, _, rest = path.partition("/")
        return (self.proc if first == "proc" else self.sys) / rest

    def number(self, setting: str, path: str) -> int | None:
        text = self._text(setting, path)
        if text is not None and text.isdecimal() and len(text) <= _DIGITS:
            return int(text)
        self._unknown(setting, path, text)
        return None

    def yes(self, setting: str, path: str) -> bool | None:
        text = self._text(setting, path)
        if text in _YES:
            return _YES[text]
        self._unknown(setting, path, text)
        return None

    def chosen(self, setting: str, path: str) -> str | None:
        """Of "always [madvise] never" the one in brackets."""
        text = self._text(setting, path)
        words = (text or "").split()
        found = [word[1:-1] for word in words if word[:1] == "[" and word[-1:] == "]"]
        if len(found) == 1 and found[0]:
            return found[0]
        self._unknown(setting, path, text)
        return None

    def cpus(self, setting: str, path: str) -> Cpuset:
        text = self._text(setting, path)
        try:
            # A kernel with nohz_full that was given none says (null)
            return Cpuset.parse(text) if text and text != "(null)" else Cpuset()
        except TextError:
            self._unknown(setting, path, text)
            return Cpuset()

    def _text(self, setting: str, path: str) -> str | None:
        try:
            return _text(self.at(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self.unread.append(Unread(setting, f"/{path}", str(error.strerror)))
            return None

    def _unknown(self, setting: str, path: str, text: str | None) -> None:
        if text is not None:
            reason = f"it says {text[:40]!r}, which is not known here"
            self.unread.append(Unread(setting, f"/{path}", reason))


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii", errors="replace").strip("\0 \t\n")


def _packages(cpus: Path) -> Iterator[str]:
    """The socket of each CPU that says it."""
    for path in cpus.glob("cpu[0-9]*/topology/physical_package_id"):
        try:
            text = _text(path)
        except OSError:  # it goes offline meanwhile
            continue
        if text.isdecimal():
            yield text


def _process(proc: Path, name: str) -> int | None:
    for path in proc.glob("[0-9]*/comm"):
        try:
            found = _text(path)
        except OSError:  # it ends meanwhile
            continue
        if found == name:
            return int(path.parent.name)
    return None
