# SPDX-License-Identifier: Apache-2.0
"""The live XML of running VMs, from libvirt.

Decides where it comes from: libvirt's own state files, which root may read without asking
anybody, else `virsh -r dumpxml`, which everybody may; there is no libvirt-python on hosts. One
virsh for all of them: each takes longer to start than a VM to verify. Never judges.

    live_xmls([vm], "/")[vm.uuid]   ->  b"<domain type='kvm'..."
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...base.errors import HostError
from ...observed.proc import Vm

URI = "qemu:///system"
_LIMIT = 15
"""Seconds for virsh: libvirt may hang, and then it does so for hours."""
_AT_ONCE = 1000
"""VMs for one virsh, whose commands are one argument: 128 KiB at most."""
_STATE = re.compile(rb"<domain\b.*</domain>", re.DOTALL)
"""What is within libvirt's <domstatus>."""
_DUMPED = re.compile(rb"^<domain\b.*?^</domain>$", re.DOTALL | re.MULTILINE)
"""virsh indents all that is within a domain."""
_UUID = re.compile(rb"<uuid>([0-9a-fA-F-]{36})</uuid>")


class LiveXmlUnreadable(HostError):
    what = "libvirt does not give its XML: {reason}"
    todo = "try virsh -r -c qemu:///system dumpxml {vm}"


def live_xmls(vms: Sequence[Vm], root: str) -> dict[str, bytes | LiveXmlUnreadable]:
    """The XML of each by its uuid, as libvirt has it now; or why there is none."""
    found: dict[str, bytes | LiveXmlUnreadable] = {}
    unread = []
    for vm in vms:
        path = Path(root, f"run/libvirt/qemu/{vm.name}.xml")
        try:
            state = _STATE.search(path.read_bytes())
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


def dump(vms: Sequence[Vm], uri: str = URI) -> Mapping[str, bytes | LiveXmlUnreadable]:
    """Ask libvirt, which goes on to the next where there is no such VM."""
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
    """What it prints, and what it complains about."""
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
    """The line about this VM, else the first two: that it failed, and why."""
    lines = [line.removeprefix("error: ") for line in said.strip().splitlines()]
    about = next((line for line in lines if vm.uuid in line), "")
    return about or ": ".join(lines[:2]) or "it says nothing"
