# SPDX-License-Identifier: Apache-2.0
"""The live XML of running VMs.

It comes from libvirt's own state files, which only root may read, or else from `virsh -r dumpxml`,
which any user may run; hosts have no libvirt-python. One virsh is started for all VMs, since
starting it takes longer than verifying a VM.

    live_xmls([vm], "/")[vm.uuid]   ->  b"<domain type='kvm'..."
"""

from __future__ import annotations

import errno
import os
import re
import stat
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...base.errors import HostError
from ...observed.proc import Vm

URI = "qemu:///system"
_LIMIT = 15
"""Seconds that virsh may take. If libvirt hangs, it hangs for hours."""
_AT_ONCE = 1000
"""VMs per virsh. Its commands are a single argument, which is limited to 128 KiB."""
_LARGEST = 32 << 20
_STATE = re.compile(rb"<domain\b.*</domain>", re.DOTALL)
"""The domain within libvirt's <domstatus>."""
_DUMPED = re.compile(rb"^<domain\b.*?^</domain>$", re.DOTALL | re.MULTILINE)
"""A domain in virsh's output, where everything inside a domain is indented."""
_UUID = re.compile(rb"<uuid>([0-9a-fA-F-]{36})</uuid>")


class LiveXmlUnreadable(HostError):
    what = "libvirt does not give its XML: {reason}"
    todo = "try virsh -r -c qemu:///system dumpxml {vm}"


def live_xmls(vms: Sequence[Vm], root: str) -> dict[str, bytes | LiveXmlUnreadable]:
    """VM uuid -> its XML as libvirt has it now, or the error."""
    found: dict[str, bytes | LiveXmlUnreadable] = {}
    unread = []
    for vm in vms:
        path = Path(root, f"run/libvirt/qemu/{vm.name}.xml")
        try:
            state = _STATE.search(_read_state(path, vm.name))
        except OSError as error:
            unread.append(vm)
            found[vm.uuid] = LiveXmlUnreadable(vm=vm.name, reason=f"{path}: {error.strerror}")
        else:
            no_domain = LiveXmlUnreadable(vm=vm.name, reason=f"{path} has no domain in it")
            found[vm.uuid] = no_domain if state is None else state.group()
    if root == "/":
        for i in range(0, len(unread), _AT_ONCE):
            found.update(dump(unread[i : i + _AT_ONCE]))
    return found


def _read_state(path: Path, name: str) -> bytes:
    """libvirt's file. The name comes from a command line, which any user's process may have: it
    must not lead elsewhere, nor to what never ends. Raises `OSError`.
    """
    if "/" in name or name in ("", ".", ".."):
        raise OSError(errno.EINVAL, "no VM can have this name")
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        return file.read(_LARGEST)


def dump(vms: Sequence[Vm], uri: str = URI) -> Mapping[str, bytes | LiveXmlUnreadable]:
    """The same from virsh, which continues if a VM does not exist."""
    commands = "; ".join(f"dumpxml {vm.uuid}" for vm in vms)
    dumped, reason = _virsh(uri, commands)
    found = {}
    for xml in _DUMPED.findall(dumped):
        uuid = _UUID.search(xml)
        if uuid is not None:
            found[uuid[1].decode("ascii").lower()] = xml
    return {
        vm.uuid: found.get(vm.uuid) or LiveXmlUnreadable(vm=vm.name, reason=_why(vm, reason))
        for vm in vms
    }


def _virsh(uri: str, commands: str) -> tuple[bytes, str]:
    """Its stdout and stderr."""
    try:
        done = subprocess.run(
            ["virsh", "-r", "-c", uri, commands],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LIMIT,
            check=False,
        )
    except FileNotFoundError:
        return b"", "there is no virsh here"
    except subprocess.TimeoutExpired:
        return b"", f"no answer within {_LIMIT} s"
    return done.stdout, done.stderr.decode("utf-8", "replace")


def _why(vm: Vm, said: str) -> str:
    """The line that names this VM; else the first two lines, which say that it failed and why."""
    lines = [line.removeprefix("error: ") for line in said.strip().splitlines()]
    about = next((line for line in lines if vm.uuid in line), "")
    return about or ": ".join(lines[:2]) or "it says nothing"
