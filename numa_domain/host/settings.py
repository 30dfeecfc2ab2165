# SPDX-License-Identifier: Apache-2.0
"""A host's settings that decide where memory goes, or move it, as /proc and /sys have them.

What the kernel does not have is None: an older one, or one built without it.

    HostSettings.read("/").merge_across_nodes       True
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..base.frozen import Value
from ..base.idset import Cpuset


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
    sockets: int | None = None
    numad: int | None = None
    """The process numad, which moves memory and pins by itself."""

    @classmethod
    def read(cls, root: str | Path = "/") -> HostSettings:
        """Of the host whose /proc and /sys are below a folder. Reading changes nothing."""
        return cls.read_at(Path(root, "sys"), Path(root, "proc"))

    @classmethod
    def read_at(cls, sys: str | Path, proc: str | Path) -> HostSettings:
        """The same of any two folders."""
        sys, proc = Path(sys), Path(proc)
        ksm = sys / "kernel/mm/ksm"
        merge = _number(ksm / "merge_across_nodes")
        return cls(
            numa_balancing=_number(proc / "sys/kernel/numa_balancing"),
            zone_reclaim=_number(proc / "sys/vm/zone_reclaim_mode"),
            ksm_run=_number(ksm / "run"),
            merge_across_nodes=None if merge is None else bool(merge),
            ksm_sharing=_number(ksm / "pages_sharing") or 0,
            huge_pages=_chosen(sys / "kernel/mm/transparent_hugepage/enabled"),
            demotion=_yes(sys / "kernel/mm/numa/demotion_enabled"),
            isolated=_cpus(sys / "devices/system/cpu/isolated"),
            sockets=len(set(_packages(sys))) or None,
            numad=_process(proc, "numad"),
        )


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return None


def _number(path: Path) -> int | None:
    text = _text(path)
    return int(text) if text is not None and text.isdecimal() else None


def _chosen(path: Path) -> str | None:
    """Of "always [madvise] never" the one in brackets."""
    text = _text(path) or ""
    return next((word[1:-1] for word in text.split() if word.startswith("[")), None)


def _yes(path: Path) -> bool | None:
    text = _text(path)
    return None if text is None else text in ("true", "1")


def _cpus(path: Path) -> Cpuset:
    text = _text(path)
    return Cpuset.parse(text) if text else Cpuset()


def _packages(sys: Path) -> Iterator[str]:
    """The socket of each CPU that says it."""
    for path in (sys / "devices/system/cpu").glob("cpu[0-9]*/topology/physical_package_id"):
        text = _text(path)
        if text is not None and text != "-1":
            yield text


def _process(proc: Path, name: str) -> int | None:
    for path in proc.glob("[0-9]*/comm"):
        if _text(path) == name:
            return int(path.parent.name)
    return None
