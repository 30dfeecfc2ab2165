# SPDX-License-Identifier: Apache-2.0
"""The guest's whole system: `init`, a shell, mount and cat, packed as an initramfs.

Decides what is in the archive and how it is laid out (cpio "newc", as the kernel's
Documentation/driver-api/early-userspace/buffer-format.rst has it). Never knows a VM.

The programs are the host's own with the libraries that they are linked to, so that nothing has
to be compiled or installed for the guest.

    initramfs()[:6] == b"070701"
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

INIT = Path(__file__).with_name("init")
PROGRAMS = ("sh", "mount", "cat")
FOLDERS = ("dev", "proc", "sys")


def initramfs() -> bytes:
    """The archive, not compressed: unpacking costs an emulated CPU more than reading."""
    files = {"init": INIT.read_bytes()}
    for name in PROGRAMS:
        program = shutil.which(name, path="/usr/bin:/bin:/usr/sbin:/sbin")
        if program is None:
            raise FileNotFoundError(f"{name} is not in /usr/bin or /bin; the guest needs it")
        files[f"bin/{name}"] = Path(program).read_bytes()
        files.update({lib.lstrip("/"): Path(lib).read_bytes() for lib in libraries(program)})
    folders = {str(parent) for name in files for parent in Path(name).parents} - {"."}
    entries = [(name, 0o040755, b"") for name in sorted(folders | set(FOLDERS))]
    entries += [(name, 0o100755, data) for name, data in sorted(files.items())]
    entries.append(("TRAILER!!!", 0, b""))
    return b"".join(_entry(i, *entry) for i, entry in enumerate(entries, 1))


def libraries(program: str) -> list[str]:
    """The shared libraries of a program, its loader among them."""
    done = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
    return re.findall(r"(/\S+) \(0x", done.stdout)


def _entry(inode: int, name: str, mode: int, data: bytes) -> bytes:
    links, mtime, device, check = 1, 0, (0, 0, 0, 0), 0
    path = name.encode() + b"\0"
    fields = (inode, mode, 0, 0, links, mtime, len(data), *device, len(path), check)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + path
    return _padded(head) + _padded(data)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
