# SPDX-License-Identifier: Apache-2.0
"""The interface between VDSM and a hook: environment variables, and a file.

As in VDSM 4.50, lib/vdsm/common/hooks.py: the VM's custom properties are environment variables,
`vmId` is the VM, `_hook_domxml` (or `_hook_json`, if no VM is involved) is the path of a file (mode
0600, made by mkstemp). VDSM reads that path again when all hooks have run.

    numa_nodeset=0-1 vmId=0d5f... _hook_domxml=/tmp/tmpk2x /usr/libexec/vdsm/hooks/.../50_numa
"""

from __future__ import annotations

import _signal
import os
from stat import S_IMODE, S_ISREG

from numa_domain.base.errors import HostError, XMLError
from numa_domain.base.frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

NODESET, TOPOLOGY = b"numa_nodeset", b"numa_topology"
FORMER = (b"numa", b"numaset")
"""Properties of the hook that VDSM had until 2019; used if `numa_nodeset` is not set."""

DOMAIN, CAPABILITIES = "domain XML", "host's capabilities"
LARGEST = 8 * 1024 * 1024
"""Bytes of domain XML. A VM with 1,000 disks has less than a million."""


_PIECE = 1 << 16


class NoDomainFile(XMLError):
    what = "the environment has no _hook_domxml, the file with the domain XML, nor _hook_json"
    todo = "this program is run by VDSM; to try settings by hand use numa-domain rewrite"


class DomainFileUnreadable(XMLError):
    what = "the {content} cannot be read: {reason}"
    todo = "check the file that VDSM hands over"


class DomainTooLarge(XMLError):
    what = "the {content} has {size} bytes, more than {largest}"
    todo = "check what the engine or another hook put into it"


class DomainFileUnwritable(HostError):
    what = "the new {content} cannot be written: {reason}"
    todo = "check the free space and the permissions there"


class VmUnknown(XMLError):
    what = "{vm_id!r} is not the id of a VM"
    todo = "this program is run by VDSM, which names the VM in vmId"


class Call(Value):
    """A call of a hook by VDSM."""

    point: str
    vm_id: str
    """Empty if VDSM does not say."""
    nodeset: str | None
    topology: str | None
    path: str
    """The file with the domain XML or JSON; empty if there is none."""
    pid: int = 0
    """The process that VDSM waits for."""

    @classmethod
    def from_environment(cls, point: str, environ: Mapping[bytes, bytes]) -> Call:
        """The call in these variables. Raises `VmUnknown` if vmId is not a plausible id."""
        nodeset = setting(environ, NODESET)
        for name in FORMER:
            nodeset = nodeset or setting(environ, name)
        vm_id = _text(environ.get(b"vmId", b""))
        if vm_id and not (
            len(vm_id) <= 64 and vm_id.replace("-", "").isalnum() and vm_id.isascii()
        ):
            raise VmUnknown(vm_id=vm_id)
        path = os.fsdecode(environ.get(b"_hook_domxml") or environ.get(b"_hook_json", b""))
        return cls(point, vm_id.lower(), nodeset, setting(environ, TOPOLOGY), path, os.getpid())

    @property
    def content(self) -> str:
        """What the file contains, for messages."""
        return CAPABILITIES if self.point == "after_get_caps" else DOMAIN

    @property
    def new_path(self) -> str:
        """Where the new contents are written before the file is replaced."""
        return f"{self.path}.numa-{self.pid}"


def setting(environ: Mapping[bytes, bytes], name: bytes) -> str | None:
    """The value of a property; None if it is not set.

    The engine's dialog stores an emptied property as the word null.
    """
    text = _text(environ.get(name, b"")).strip()
    return None if text in ("", "null") else text


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def nowhere() -> int:
    """The null device, opened; where it is missing or not as it should be, a directory, which can
    be neither read nor written.
    """
    try:
        return os.open(os.devnull, os.O_RDWR)
    except OSError:
        return os.open("/", os.O_RDONLY)


def read_handed(path: str, content: str = DOMAIN) -> bytes:
    """The contents of VDSM's file. A FIFO, a device, a symbolic link or a huge file is refused."""
    if not path:
        raise NoDomainFile()
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise DomainFileUnreadable(path, content=content, reason=error.strerror) from None
    try:
        status = os.fstat(fd)
        if not S_ISREG(status.st_mode):
            raise DomainFileUnreadable(path, content=content, reason="not a regular file")
        if status.st_size > LARGEST:
            raise DomainTooLarge(path, content=content, size=status.st_size, largest=LARGEST)
        return read_all(fd, LARGEST)
    except OSError as error:
        raise DomainFileUnreadable(path, content=content, reason=error.strerror) from None
    finally:
        os.close(fd)


def read_all(fd: int, most: int) -> bytes:
    """The contents of an open file, up to this many bytes.

    It reads in pieces, because files in /proc/sys fail with ENOMEM for a read of 4 MiB.
    """
    parts, left = [], most
    while left and (part := os.read(fd, min(left, _PIECE))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def write_new(call: Call, xml: bytes) -> None:
    """Write the new contents next to the file, with its mode and owner. `supervisor.py` renames it.

    Not synced to disk: VDSM reads it at once, and if the host crashes nobody needs it. A sync could
    take longer than the time limit.
    """
    _signal.signal(_signal.SIGIO, lambda *_: give_up(call))
    try:
        old = os.stat(call.path, follow_symlinks=False)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = os.open(call.new_path, flags, 0o600)
        try:
            write_all(fd, xml)
            os.fchmod(fd, S_IMODE(old.st_mode))
            if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(fd, old.st_uid, old.st_gid)
        finally:
            os.close(fd)
    except OSError as error:
        raise DomainFileUnwritable(
            call.new_path, content=call.content, reason=error.strerror
        ) from None


def give_up(call: Call) -> NoReturn:
    """End the worker whose supervisor is gone, and delete the new file, which nobody
    will rename.
    """
    try:
        remove_new(call)
    finally:
        os._exit(0)


def remove_new(call: Call) -> bool:
    """Delete the new file; whether there was one."""
    try:
        os.unlink(call.new_path)
    except OSError:
        return False
    return True


def write_all(fd: int, data: bytes) -> None:
    """Write all of it, or raise."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
