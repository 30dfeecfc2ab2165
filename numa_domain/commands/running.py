# SPDX-License-Identifier: Apache-2.0
"""The running VMs of this host, each with its live XML and where its memory is.

Decides where a live XML comes from: libvirt's own state file, which root may read without
asking anybody, else `virsh -r dumpxml`, which everybody may. There is no libvirt-python on
hosts. Never judges.

    for vm in find(args): asked, sample = look(vm, args)
"""

from __future__ import annotations

import re
import subprocess
from argparse import ArgumentParser, Namespace
from pathlib import Path

from ..asked import Asked
from ..errors import HostError, RequestError
from ..procfs import Sample, Vm, sample, vms

_URI = "qemu:///system"
_LIMIT = 15
"""Seconds for virsh: libvirt may hang, and then it does so for hours."""
_DOMAIN = re.compile(rb"<domain\b.*</domain>", re.DOTALL)
"""What is within libvirt's <domstatus>."""


class VmNotRunning(RequestError):
    what = "no VM {vm} runs here"
    todo = "give the name or the id of one that does: {names}"


class NoVmGiven(RequestError):
    what = "no VM is named"
    todo = "name one or more, or give --all"


class LiveXmlUnreadable(HostError):
    what = "libvirt does not give the XML of VM {vm}: {reason}"
    todo = "try virsh -r -c qemu:///system dumpxml {vm}"


def running_arguments(parser: ArgumentParser) -> None:
    """--root, for captures and tests."""
    parser.add_argument(
        "--root", metavar="DIR", default="/", help="where proc, sys and run are (/)"
    )


def find(args: Namespace, names: list[str] | None) -> list[Vm]:
    """The VMs of these names or ids; all that run where `names` is None."""
    found = vms(f"{_root(args)}/proc")
    if names is None:
        return list(found.values())
    ids = {vm.uuid: vm for vm in found.values()}
    chosen = []
    for name in names:
        vm = found.get(name) or ids.get(name.lower())
        if vm is None:
            raise VmNotRunning(vm=name, names=", ".join(found) or "there is none")
        chosen.append(vm)
    return chosen


def look(vm: Vm, args: Namespace) -> tuple[Asked, Sample]:
    """What was asked for it, and where it is. Raises `HostError`, `XMLError`."""
    asked = Asked.from_domain(live_xml(vm, args))
    root = _root(args)
    return asked, sample(vm.pid, f"{root}/proc", f"{root}/sys/fs/cgroup")


def live_xml(vm: Vm, args: Namespace) -> bytes:
    """As libvirt has it now."""
    path = Path(f"{_root(args)}/run/libvirt/qemu/{vm.name}.xml")
    try:
        state = path.read_bytes()
    except OSError as error:
        if args.root != "/":
            raise LiveXmlUnreadable(vm=vm.name, reason=f"{path}: {error.strerror}") from None
        return _dumpxml(vm)
    found = _DOMAIN.search(state)
    if found is None:
        raise LiveXmlUnreadable(vm=vm.name, reason=f"{path} has no domain in it")
    return found.group()


def _dumpxml(vm: Vm) -> bytes:
    command = ["virsh", "-r", "-c", _URI, "dumpxml", vm.uuid]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_LIMIT, check=False
        )
    except FileNotFoundError:
        raise LiveXmlUnreadable(vm=vm.name, reason="there is no virsh here") from None
    except subprocess.TimeoutExpired:
        reason = f"no answer within {_LIMIT} s"
        raise LiveXmlUnreadable(vm=vm.name, reason=reason) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise LiveXmlUnreadable(vm=vm.name, reason=(said or ["it failed"])[0])
    return done.stdout


def _root(args: Namespace) -> str:
    return "" if args.root == "/" else str(args.root).rstrip("/")
