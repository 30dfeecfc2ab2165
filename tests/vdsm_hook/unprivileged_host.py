# SPDX-License-Identifier: Apache-2.0
"""A machine whose hooks run as a user who is not root, as VDSM's do, and what may lie at a path.

Root can open what stops all others.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tools import missing
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import Machine
from tests.vdsm_hook.vdsm import VM_ID, Answer

XML = engine_domain(vcpus=4, memory_gib=4)
OTHER = "9a43f1e2-6b1c-4f0e-8a43-1f2b6c7d8e91"
NOBODY = 65534


def become_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


class Host(Machine):
    """With hooks that run as the user nobody, who owns the directory above the kept files."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.log = root / "log" / "hook.log"
        self.configure()
        for path in (self.files, self.run_dir.parent, self.log.parent):
            path.mkdir(exist_ok=True)
            os.chown(path, NOBODY, NOBODY)

    def as_nobody(self, point: str, vm_id: str = VM_ID, nodeset: str = "0") -> Answer:
        directory = Path(tempfile.mkdtemp(dir=self.files))
        os.chown(directory, NOBODY, NOBODY)
        domain = directory / "domain.xml"
        domain.write_bytes(XML)
        os.chown(domain, NOBODY, NOBODY)
        return self.call(
            point,
            XML,
            {"numa_nodeset": nodeset},
            vm_id,
            directory=directory,
            path=domain,
            preexec=become_nobody,
        ).answer()

    def started(self, vm_id: str = VM_ID) -> Answer:
        answer = self.as_nobody("before_vm_start", vm_id)
        assert (answer.rc, answer.line) == (0, "")
        assert answer.after != answer.before
        assert answer.beside == ()
        return answer

    def status(self) -> dict[str, list[str]]:
        """`problems` and `notes`; as root, which is who asks."""
        done = subprocess.run(
            [
                *(sys.executable, "-m", "vdsm_hook.install", "status", "--json"),
                *("--hooks-dir", str(self.hooks)),
            ],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.stderr == ""
        found = json.loads(done.stdout)
        told = [problem["text"] for problem in found["problems"]]
        ours = [text for text in told if str(self.root) in text or "/dev/null" in text]
        label = f"{self.hooks}/ovirt_numa"
        return {"problems": [p for p in ours if label not in p], "notes": found["notes"]}


@contextmanager
def unprivileged_host() -> Iterator[Host]:
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    yield Host(root)
    shutil.rmtree(root)


def directory(path: Path) -> None:
    path.mkdir()


def full_directory(path: Path) -> None:
    path.mkdir()
    (path / "something").write_text("of value")


def link(path: Path) -> None:
    path.symlink_to(path.parent.parent / "elsewhere")
    (path.parent.parent / "elsewhere").write_text("of value")


def dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere" / "at all")


def loop(path: Path) -> None:
    path.symlink_to(path)


def fifo(path: Path) -> None:
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # a socket's path is limited to 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.bind(path.name)
    finally:
        os.chdir(here)


def device(path: Path) -> None:
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 3))
    except PermissionError:
        missing("the right to make devices")


def of_root(path: Path) -> None:
    path.write_text("")
    path.chmod(0o600)


def of_root_and_full(path: Path) -> None:
    path.write_text("of root\n" * 10)
    path.chmod(0o600)


def without_rights(path: Path) -> None:
    path.write_text("")
    os.chown(path, NOBODY, NOBODY)
    path.chmod(0)


def empty(path: Path) -> None:
    path.write_bytes(b"")
    os.chown(path, NOBODY, NOBODY)


def junk(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 100)
    os.chown(path, NOBODY, NOBODY)


def huge(path: Path) -> None:
    with open(path, "wb") as file:
        file.truncate(1 << 40)
    os.chown(path, NOBODY, NOBODY)


KINDS: list[Callable[[Path], None]] = [
    *(directory, full_directory, link, dangling, loop, fifo, unix_socket, device),
    *(of_root, of_root_and_full, without_rights, empty, junk, huge),
]
