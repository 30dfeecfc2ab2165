# SPDX-License-Identifier: Apache-2.0
"""Whatever is wrong with the hooks' run directory or its file system: VMs start, and it is told."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tools import missing
from tests.vdsm_hook.unprivileged_host import (
    KINDS,
    NOBODY,
    OTHER,
    XML,
    Host,
    directory,
    loop,
    unprivileged_host,
)
from tests.vdsm_hook.vdsm import VM_ID

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def host() -> Iterator[Host]:
    with unprivileged_host() as host:
        yield host


def test_directory_that_cannot_be_made_is_told_with_what_makes_it(host: Host) -> None:
    host.configure(run_dir=host.root / "closed" / "run")
    (host.root / "closed").mkdir(mode=0o555)
    os.chown(host.root / "closed", NOBODY, NOBODY)
    host.started()
    made = f"install -d -o nobody {host.root}/closed/run"
    (told,) = host.status()["problems"]
    assert told.endswith(f"; {made}")
    subprocess.run(["sh", "-c", made], check=True)
    host.started(OTHER)
    assert host.status()["problems"] == []


def of_another_user(path: Path) -> None:
    path.mkdir()
    path.chmod(0o755)


def closed(path: Path) -> None:
    path.mkdir()
    path.chmod(0o700)


def own_without_rights(path: Path) -> None:
    path.mkdir()
    os.chown(path, NOBODY, NOBODY)
    path.chmod(0)


@pytest.mark.parametrize(
    "kind",
    [
        of_another_user,
        closed,
        own_without_rights,
        *(k for k in KINDS if k not in (directory, loop)),
    ],
    ids=lambda kind: kind.__name__,
)
def test_directory_that_cannot_be_used_is_made_anew(
    host: Host, kind: Callable[[Path], None]
) -> None:
    kind(host.run_dir)
    assert host.status()["problems"]
    host.started()
    host.started(OTHER)
    assert set(host.promises) == {VM_ID, OTHER}
    assert [p for p in host.status()["problems"] if str(host.run_dir) in p] == []


def test_directory_of_another_user_that_was_used_keeps_its_reservations(host: Host) -> None:
    host.started()
    for path in (host.run_dir, *host.run_dir.iterdir()):
        os.chown(path, 0, 0)
    assert host.status()["problems"][0] == (
        f"the user nobody cannot write in {host.run_dir} of root (mode 0755); "
        "the next run of a hook puts it right"
    )
    host.started(OTHER)
    assert set(host.promises) == {VM_ID, OTHER}


def test_directory_that_cannot_be_made_anew_stops_no_start_and_is_told(host: Host) -> None:
    host.run_dir.mkdir()
    os.chown(host.run_dir.parent, 0, 0)
    host.started()
    host.started(OTHER)
    assert host.as_nobody("after_vm_destroy").rc == 0
    assert host.as_nobody("before_vm_dehibernate").rc == 0
    assert host.promises == {}


def test_file_system_that_is_read_only_stops_no_start_and_is_told(host: Host) -> None:
    host.started()
    bind = [["mount", "--bind", host.run_dir, host.run_dir]]
    bind.append(["mount", "-o", "remount,bind,ro", host.run_dir])
    for command in bind:
        if subprocess.run(command, capture_output=True, check=False).returncode:
            missing("the right to mount")
    try:
        host.started(OTHER)
        assert host.status()["problems"] == [
            f"{host.run_dir} is on a file system that is mounted read-only: "
            "VMs start without reservations; "
            f"mount -o remount,rw $(findmnt -n -o TARGET -T {host.run_dir})"
        ]
    finally:
        subprocess.run(["umount", "-l", host.run_dir], check=True)
    assert set(host.promises) == {VM_ID}


@pytest.fixture
def small_disk(host: Host) -> Iterator[Callable[[str], None]]:
    """Puts the run directory on a file system of its own, and fills it: "bytes" or "inodes"."""
    mounted = []

    def fill(what: str) -> None:
        options = f"size=16k,nr_inodes=8,uid={NOBODY},gid={NOBODY},mode=755"
        command = ["mount", "-t", "tmpfs", "-o", options, "none", host.run_dir]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            missing("the right to mount")
        mounted.append(host.run_dir)
        try:
            for i in range(99):
                (host.run_dir / f"filler{i}").write_bytes(b"x" * (1 << 20) * (what == "bytes"))
        except OSError:
            return

    yield fill
    for path in mounted:
        subprocess.run(["umount", "-l", path], check=True)


@pytest.mark.parametrize("what", ["bytes", "inodes"])
def test_file_system_that_is_full_stops_no_start_and_is_told(
    host: Host, small_disk: Callable[[str], None], what: str
) -> None:
    host.run_dir.mkdir(parents=True)
    small_disk(what)
    host.started()
    host.started(OTHER)
    assert host.as_nobody("after_vm_destroy").rc == 0
    assert host.status()["problems"] == [
        f"{host.run_dir} is on a file system that is full: VMs start without reservations; "
        f"make room there: df -h {host.run_dir}; df -i {host.run_dir}"
    ]
    for filler in host.run_dir.glob("filler*"):
        filler.unlink()
    host.started(OTHER)
    assert (set(host.promises), host.status()["problems"]) == ({OTHER}, [])


@pytest.mark.parametrize("kind", ["missing", "directory", "file of root"])
def test_null_device_that_is_not_as_it_should_be_changes_nothing(host: Host, kind: str) -> None:
    host.run_dir.mkdir(parents=True)
    unshare = shutil.which("unshare") or missing("unshare (Debian: util-linux)")
    domain = host.files / "domain.xml"
    domain.write_bytes(XML)
    make = {"missing": "true", "directory": "mkdir /dev/null", "file of root": ": > /dev/null"}
    script = f"mount -t tmpfs none /dev && {make[kind]} && exec {host.script('before_vm_start')}"
    done = subprocess.run(
        [unshare, "-m", "sh", "-c", f"{script} <&- >&-"],
        env={**os.environ, "numa_nodeset": "0", "vmId": VM_ID, "_hook_domxml": str(domain)},
        stderr=subprocess.PIPE,
        check=False,
    )
    if b"unshare" in done.stderr or b"mount" in done.stderr:
        missing("the right to unshare")
    assert (done.returncode, done.stderr) == (0, b"")
    assert domain.read_bytes() != XML
