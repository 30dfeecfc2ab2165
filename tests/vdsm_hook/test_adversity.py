# SPDX-License-Identifier: Apache-2.0
"""Hooks in a bad world: bounded in time and memory, one line, and the file as it was."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools import missing
from tests.vdsm_hook.bounds import check_refused
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import Machine
from tests.vdsm_hook.vdsm import VM_ID, Call

XML = engine_domain(vcpus=4, memory_gib=4)


@pytest.fixture
def held_lock(machine: Machine) -> Iterator[subprocess.Popen[bytes]]:
    """A process that holds the lock of the reservations."""
    machine.run_dir.mkdir(parents=True)
    lock = machine.run_dir / "lock"
    lock.touch()
    flock = shutil.which("flock") or missing("flock (Debian: util-linux)")
    holder = subprocess.Popen([flock, lock, "sh", "-c", "echo held; exec sleep 60"], stdout=-1)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    yield holder
    for line in Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text().split():
        os.kill(int(line), signal.SIGKILL)
    holder.kill()
    holder.wait()
    holder.stdout.close()


def children(pid: int) -> list[int]:
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def worker_of(call: Call) -> int:
    """The worker's pid, as soon as there is one."""
    for _ in range(1000):
        if found := children(call.pid):
            return found[0]
        time.sleep(0.002)
    raise AssertionError("no worker")


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "gone"


def wait_until_gone(pid: int, seconds: float = 1.0) -> None:
    until = time.monotonic() + seconds
    while state(pid) not in ("gone", "Z"):
        assert time.monotonic() < until, f"process {pid} is still there"
        time.sleep(0.005)


def test_stopped_lock_holder_is_not_waited_for_longer_than_the_limit(
    machine: Machine, held_lock: subprocess.Popen[bytes]
) -> None:
    held_lock.send_signal(signal.SIGSTOP)
    answer = machine.start(XML, "0")
    assert check_refused(answer) == (
        f"numa: no answer within 8 s while waiting for the lock {machine.run_dir}/lock; "
        "see with lslocks which process holds it\n"
    )
    assert answer.seconds >= 8


@pytest.mark.parametrize("point", ["before_vm_start", "before_vm_dehibernate", "after_vm_destroy"])
def test_every_point_that_waits_keeps_the_limit_of_the_configuration(
    machine: Machine, held_lock: subprocess.Popen[bytes], point: str
) -> None:
    machine.configure(time_limit=0.5)
    answer = machine.call(point, XML, {"numa_nodeset": "0"}).answer()
    assert "no answer within 0.5 s while waiting for the lock" in check_refused(answer)
    assert answer.seconds < 2


def test_stopped_worker_is_given_up(machine: Machine, held_lock: subprocess.Popen[bytes]) -> None:
    machine.configure(time_limit=1)
    call = machine.call("before_vm_start", XML, {"numa_nodeset": "0"})
    worker = worker_of(call)
    os.kill(worker, signal.SIGSTOP)
    check_refused(call.answer())
    wait_until_gone(worker)


def test_killed_worker_is_told(machine: Machine, held_lock: subprocess.Popen[bytes]) -> None:
    call = machine.call("before_vm_start", XML, {"numa_nodeset": "0"})
    worker = worker_of(call)
    while state(worker) != "S":
        time.sleep(0.002)
    time.sleep(0.3)
    os.kill(worker, signal.SIGKILL)
    assert check_refused(call.answer()) == (
        "numa: the hook was ended by signal 9 while waiting for the lock "
        f"{machine.run_dir}/lock; see {machine.log} and the system's journal on this host\n"
    )


def test_terminated_hook_gives_its_line(
    machine: Machine, held_lock: subprocess.Popen[bytes]
) -> None:
    call = machine.call("before_vm_start", XML, {"numa_nodeset": "0"})
    worker = worker_of(call)
    time.sleep(0.3)
    os.kill(call.pid, signal.SIGTERM)
    assert check_refused(call.answer()) == (
        "numa: the hook was ended by signal 15 while waiting for the lock "
        f"{machine.run_dir}/lock; see {machine.log} and the system's journal on this host\n"
    )
    wait_until_gone(worker)


def test_killed_hook_takes_its_worker_along(
    machine: Machine, held_lock: subprocess.Popen[bytes]
) -> None:
    call = machine.call("before_vm_start", XML, {"numa_nodeset": "0"})
    worker = worker_of(call)
    time.sleep(0.3)
    os.kill(call.pid, signal.SIGKILL)
    assert call.answer().rc == -signal.SIGKILL
    wait_until_gone(worker)


def test_lock_is_free_after_its_holder_was_killed(machine: Machine) -> None:
    machine.run_dir.mkdir(parents=True)
    (machine.run_dir / "lock").touch()
    call = machine.call("before_vm_start", XML, {"numa_nodeset": "0"})
    os.kill(call.pid, signal.SIGKILL)
    call.answer()
    assert machine.start(XML, "0").rc == 0


def break_sysfs(machine: Machine, kind: str) -> None:
    meminfo = machine.sysfs / "devices" / "system" / "node" / "node1" / "meminfo"
    if kind == "missing":
        shutil.rmtree(machine.sysfs)
        return
    meminfo.unlink()
    if kind == "directory":
        meminfo.mkdir()
    elif kind == "fifo":
        os.mkfifo(meminfo)
    elif kind == "endless":
        meminfo.symlink_to("/dev/zero")
    elif kind == "garbage":
        meminfo.write_bytes(bytes(range(256)) * 100)
    elif kind == "empty":
        meminfo.touch()


@pytest.mark.parametrize(
    "kind", ["missing", "gone", "directory", "fifo", "endless", "garbage", "empty"]
)
def test_sysfs_that_cannot_be_read_is_refused_with_its_path(machine: Machine, kind: str) -> None:
    break_sysfs(machine, kind)
    line = check_refused(machine.start(XML, "0"))
    assert str(machine.sysfs)[:40] in line
    assert machine.promises == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_sysfs_without_permission_is_refused_with_its_path() -> None:
    root = Path(tempfile.mkdtemp())
    try:
        root.chmod(0o777)
        machine = Machine(root)
        for path in (machine.files, root / "run"):
            path.mkdir(exist_ok=True)
            path.chmod(0o777)
        domain = machine.files / "domain.xml"
        domain.write_bytes(XML)
        os.chown(domain, 65534, 65534)
        (machine.sysfs / "devices" / "system" / "node" / "node1").chmod(0o700)
        try:
            answer = machine.call(
                "before_vm_start",
                XML,
                {"numa_nodeset": "0"},
                directory=machine.files,
                path=domain,
                preexec=become_nobody,
            ).answer()
        except PermissionError as error:  # the interpreter itself, in a checkout below /root
            pytest.skip(f"the checkout is closed to other users: {error}")
        if "ermission" not in answer.line:
            pytest.skip(f"the checkout is closed to other users: {answer.line}")
        line = check_refused(answer)
        assert line.startswith(f"numa: {machine.sysfs}/devices/system/node/node1")
        assert "Permission denied" in line
    finally:
        shutil.rmtree(root)


def become_nobody() -> None:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)


def limit_files() -> None:
    """No file may grow beyond 1 KiB: a write fails as on a full disk, with another word."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))


def test_disk_full_for_the_domain_is_refused_without_a_promise(machine: Machine) -> None:
    call = machine.call("before_vm_start", XML, {"numa_nodeset": "0"}, preexec=limit_files)
    line = check_refused(call.answer())
    assert "the new domain XML cannot be written: File too large" in line
    assert machine.promises == {}


@pytest.fixture
def full_disk(machine: Machine) -> Iterator[Path]:
    """A file system of its own with next to no room left."""
    disk = machine.root / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        missing("the right to mount a tmpfs")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def fill(disk: Path, leave: int = 0) -> None:
    with open(disk / "filler", "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            file.truncate(max(0, file.tell() - leave))


def test_disk_full_in_the_directory_of_vdsms_file_is_refused(
    machine: Machine, full_disk: Path
) -> None:
    fill(full_disk, leave=8192)
    call = machine.call("before_vm_start", XML, {"numa_nodeset": "0"}, directory=full_disk)
    answer = call.answer()
    assert answer.beside == ("filler",)
    assert answer.rc == 2
    assert answer.after == answer.before
    assert "the new domain XML cannot be written: No space left on device" in answer.line
    assert machine.promises == {}


def test_disk_full_in_the_run_directory_stops_no_start_and_is_told(
    machine: Machine, full_disk: Path
) -> None:
    machine.configure(run_dir=full_disk)
    (full_disk / "lock").touch()
    fill(full_disk)
    answer = machine.start(XML, "0")
    assert (answer.rc, answer.line) == (0, "")
    assert answer.after != XML
    assert "the reservations cannot be written: No space left on device" in machine.log.read_text()
    assert machine.promises == {}
    assert sorted(path.name for path in full_disk.iterdir() if path.stat().st_size) == ["filler"]


def test_kill_at_any_moment_leaves_the_old_or_the_new_file(machine: Machine) -> None:
    """And no other file, no process, no lock; what it leaves of a reservation is given back."""
    whole = machine.start(XML, "0-1", "2")
    new = whole.after
    assert new != XML
    machine.destroy()
    chance, outcomes = random.Random(4), set()
    for _ in range(60):
        call = machine.call("before_vm_start", XML, {"numa_nodeset": "0-1", "numa_topology": "2"})
        time.sleep(chance.uniform(0, 1.3 * whole.seconds))
        pids = children(call.pid)
        with contextlib.suppress(ProcessLookupError):  # it was faster
            os.kill(call.pid, signal.SIGKILL)
        answer = call.answer()
        assert answer.after in (XML, new)
        outcomes.add((answer.rc, answer.after == new))
        for pid in pids:
            wait_until_gone(pid)
        assert list(call.directory.iterdir()) == [call.path]
    assert (-signal.SIGKILL, False) in outcomes
    assert machine.destroy().rc == 0
    assert machine.promises == {}


def test_stderr_that_nobody_reads_changes_no_exit_code(machine: Machine) -> None:
    env = {**os.environ, "numa_nodeset": "0", "vmId": VM_ID}
    script = machine.script("before_vm_migrate_source")
    read, write = os.pipe()
    os.close(read)
    try:
        assert subprocess.run([script], env=env, stderr=write, check=False).returncode == 2
    finally:
        os.close(write)


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1), (0, 1, 2)])
def test_streams_that_are_closed_change_nothing(machine: Machine, closed: tuple[int, ...]) -> None:
    def close() -> None:
        for fd in closed:
            os.close(fd)

    answer = machine.call("before_vm_start", XML, {"numa_nodeset": "0-1"}, preexec=close).answer()
    assert (answer.rc, answer.line) == (0, "")
    assert answer.after == machine.start(XML, "0-1").after != XML
