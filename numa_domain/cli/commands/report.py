# SPDX-License-Identifier: Apache-2.0
"""numa-domain report: a file about this host and its VMs, to attach to a bug report.

It contains only what is listed here: no devices, passwords, network settings or guest host names;
of a VM's XML only the elements about CPUs and memory.
"""

from __future__ import annotations

import io
import json
import os
import platform
import subprocess
import sys
import tarfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from ... import __version__
from ...base.errors import NumaError
from ...domxml.tree import OURS
from ...host.json_format import write_json
from ...host.sysfs import read_sysfs
from ...observed.verdict import judge
from ..answer import as_json, told
from .hook_state import ask_hooks
from .metrics import OutputUnwritable
from .running_vms import observe, running_arguments
from .verify import answer

EXAMPLES = """\
examples:
  numa-domain report                          numa-report-HOST-TIME.tar.gz, here
  numa-domain report --output /tmp/numa.tar.gz

Run it as root: others do not see where cells are, nor the hooks' log. It is small; look into it
before you send it, it is all text.
"""

KEPT = (
    *("memory", "currentMemory", "maxMemory", "vcpu", "vcpus", "iothreads"),
    *("cpu", "cputune", "numatune", "memoryBacking", "memtune"),
)
"""The children of a domain that are in the report."""
_LOG_LINES = 400
_COMMANDS = (
    ("uname", "-srm"),
    ("virsh", "--version"),
    ("rpm", "-q", "vdsm", "libvirt-daemon", "qemu-kvm", "vdsm-hook-numa"),
    ("numastat", "-m"),
)
_SETTINGS = (
    "proc/sys/kernel/numa_balancing",
    "proc/sys/vm/zone_reclaim_mode",
    "sys/kernel/mm/transparent_hugepage/enabled",
    "sys/kernel/mm/ksm/run",
    "sys/kernel/mm/ksm/merge_across_nodes",
    "sys/kernel/mm/ksm/pages_sharing",
    "sys/devices/system/node/online",
    "sys/devices/system/node/has_memory",
    "sys/devices/system/node/has_cpu",
)
"""Other settings that move memory, or decide where it goes."""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--output", metavar="FILE", help="the file to write, a .tar.gz")
    parser.add_argument("--hooks-dir", metavar="DIR", help="where VDSM's hooks are")
    running_arguments(parser)


def run(args: Namespace) -> int:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    name = f"numa-report-{platform.node() or 'host'}-{stamp}"
    path = Path(args.output or f"{name}.tar.gz")
    parts = dict(_parts(args))
    try:
        _write(path, name, parts)
    except OSError as error:
        raise OutputUnwritable(str(path), reason=error.strerror) from None
    if args.json:
        print(as_json({"file": str(path), "parts": sorted(parts)}))
    else:
        print(f"{path}: {', '.join(sorted(parts))}")
    return 0


def _write(path: Path, folder: str, parts: dict[str, str]) -> None:
    """With mode 0600: the names of VMs and hosts are nobody else's business."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(fd, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as bundle:
        for name, text in sorted(parts.items()):
            data = text.encode("utf-8", "replace")
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size, entry.mtime, entry.mode = len(data), int(time.time()), 0o600
            bundle.addfile(entry, io.BytesIO(data))


def _parts(args: Namespace) -> Iterator[tuple[str, str]]:
    """If a part fails, its error takes its place, and the other parts follow."""
    root = Path(args.root)
    journal = _asked("journal", args)
    yield "versions.txt", _versions()
    yield "settings.txt", "".join(f"{name}: {_text(root / name)}\n" for name in _SETTINGS)
    yield "host.json", _told(lambda: write_json(read_sysfs(root / "sys")))
    yield "hooks.json", json.dumps(_asked("status", args), indent=1)
    yield "journal.json", json.dumps(journal, indent=1)
    yield "hook.conf", _text(Path(journal.get("config") or "/etc/ovirt-numa/hook.conf"))
    yield "hook.log", _tail(Path(journal.get("log_file") or "/var/log/vdsm/numa-hook.log"))
    yield "vms.json", json.dumps(list(_vms(args)), indent=1, default=str)


def _versions() -> str:
    lines = [f"ovirt-numa {__version__}", f"python {platform.python_version()} {sys.executable}"]
    for command in _COMMANDS:
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=15,
                check=False,
            )
            lines += [f"$ {' '.join(command)}", done.stdout.strip() or done.stderr.strip()]
        except (OSError, subprocess.TimeoutExpired) as error:
            lines.append(f"$ {' '.join(command)}: {error}")
    return "\n".join([*lines, ""])


def _asked(question: str, args: Namespace) -> dict[str, Any]:
    try:
        return ask_hooks(question, args.hooks_dir)
    except NumaError as error:
        return {"error": told(error)}


def _vms(args: Namespace) -> Iterator[dict[str, Any]]:
    for vm, seen in observe(args, None):
        if isinstance(seen, NumaError):
            yield {"vm": vm.name, "uuid": vm.uuid, "error": told(seen)}
        else:
            found = answer(vm, seen.requested, judge(seen.requested, seen.sample, seen.cpus))
            yield {**found, "xml": about_memory(seen.xml)}


def about_memory(xml: bytes) -> str:
    """The elements about CPUs and memory, our record, and of the devices only memory."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    domain = etree.fromstring(xml, parser)
    kept = etree.Element("domain")
    for tag in KEPT:
        kept.extend(domain.findall(tag))
    kept.extend(domain.findall("devices/memory"))
    kept.extend(domain.findall(f"metadata/{{{OURS}}}placement"))
    for path in kept.iter("path"):
        path.text = "..."  # of an NVDIMM's file
    etree.indent(kept)
    return etree.tostring(kept, encoding="unicode")


def _told(work: Callable[[], str]) -> str:
    try:
        return work()
    except NumaError as error:
        return json.dumps({"error": told(error)}, default=str)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        return f"({error.strerror})"


def _tail(path: Path) -> str:
    return "\n".join(_text(path).splitlines()[-_LOG_LINES:])
