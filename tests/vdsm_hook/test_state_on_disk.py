# SPDX-License-Identifier: Apache-2.0
"""Whatever lies at the paths that the hooks keep: VMs start, and `numa-hook status` tells of it.

The hooks run as a user who is not root, as VDSM's do: root can open what stops all others.
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
from pathlib import Path

import pytest

from tests.tools import missing
from tests.vdsm_hook.bounds import check_refused
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import Machine
from tests.vdsm_hook.vdsm import VM_ID, Answer

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")

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


@pytest.fixture
def host() -> Iterator[Host]:
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
PATHS = ["lock", "reservations", "reservations.new", "reservations.damaged", "journal"]
PATHS += ["journal.new", "affinity.json", "lock.unusable", "reservations.unusable"]


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_vms_start_whatever_is_there(host: Host, name: str, kind: Callable[[Path], None]) -> None:
    host.run_dir.mkdir()
    os.chown(host.run_dir, NOBODY, NOBODY)
    kind(host.run_dir / name)
    assert isinstance(host.status()["problems"], list)
    host.started()
    host.started(OTHER)
    assert set(host.promises) == {VM_ID, OTHER}
    assert host.as_nobody("after_vm_destroy").rc == 0
    assert set(host.promises) == {OTHER}
    if name in ("lock", "reservations", "journal"):
        assert host.status()["problems"] == []
        runs = (host.run_dir / "journal").read_text(errors="replace")
        assert runs.count("before_vm_start") == 2


@pytest.mark.parametrize("name", ["lock", "reservations", "journal"])
@pytest.mark.parametrize("kind", KINDS[:10], ids=lambda kind: kind.__name__)
def test_status_names_what_is_there(host: Host, name: str, kind: Callable[[Path], None]) -> None:
    host.run_dir.mkdir()
    os.chown(host.run_dir, NOBODY, NOBODY)
    kind(host.run_dir / name)
    told = [problem for problem in host.status()["problems"] if f"/{name} " in problem]
    assert told
    assert all(problem.endswith("the next run of a hook puts it right") for problem in told)


def test_full_directory_in_the_way_is_kept_and_told(host: Host) -> None:
    host.run_dir.mkdir()
    os.chown(host.run_dir, NOBODY, NOBODY)
    full_directory(host.run_dir / "lock")
    host.started()
    aside = host.run_dir / "lock.unusable"
    assert (aside / "something").read_text() == "of value"
    assert host.status()["notes"] == [
        f"{aside} was in the way or damaged: look at it, and delete it"
    ]


def test_shell_of_root_that_runs_a_hook_leaves_what_the_user_of_the_hooks_can_use(
    host: Host,
) -> None:
    assert host.start(XML, "0").rc == 0
    for path in (host.run_dir, *host.run_dir.iterdir(), host.log):
        assert path.stat().st_uid == NOBODY
    assert host.status()["problems"] == []
    host.started(OTHER)
    assert set(host.promises) == {VM_ID, OTHER}


def test_log_that_its_user_cannot_write_is_told(host: Host) -> None:
    host.log.write_text("of root\n")
    host.log.chmod(0o640)
    host.started()
    assert host.status()["problems"] == [
        f"{host.log} belongs to root (mode 0640): nothing is logged; chown nobody {host.log}"
    ]


@pytest.mark.parametrize("below", ["hook.log", "not/there/hook.log"])
def test_log_that_cannot_be_made_is_told_with_what_makes_it(host: Host, below: str) -> None:
    closed = host.root / "closed"
    closed.mkdir(mode=0o755)
    log = closed / below
    host.configure(log_file=log)
    host.started()
    made = f"touch {log}; chown nobody {log}"
    if "/" in below:
        made = f"install -d -o nobody {log.parent}"
    assert host.status()["problems"] == [
        f"the user nobody cannot make {log}: nothing is logged; {made}"
    ]
    subprocess.run(["sh", "-c", made], check=True)
    host.started(OTHER)
    assert OTHER in log.read_text()
    assert host.status()["problems"] == []


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


def test_ledger_that_is_a_link_keeps_its_reservations(host: Host) -> None:
    host.started()
    elsewhere = host.run_dir / "elsewhere"
    (host.run_dir / "reservations").rename(elsewhere)
    (host.run_dir / "reservations").symlink_to("elsewhere")
    host.started(OTHER)
    assert set(host.promises) == {VM_ID, OTHER}
    assert not (host.run_dir / "reservations").is_symlink()


def test_ledger_of_root_is_read_and_replaced(host: Host) -> None:
    host.started()
    os.chown(host.run_dir / "reservations", 0, 0)
    host.started(OTHER)
    assert set(host.promises) == {VM_ID, OTHER}


def test_ledger_that_its_owner_may_not_read_keeps_its_reservations(host: Host) -> None:
    host.started()
    (host.run_dir / "reservations").chmod(0)
    host.started(OTHER)
    assert set(host.promises) == {VM_ID, OTHER}


@pytest.mark.parametrize("line", ["\xe9 1 0 0:0=4", "\x1b[2J 1 0 0:0=4", " 1 0 0:0=4", "x 1 0 0=4"])
def test_ledger_line_that_nobody_wrote_is_damage(host: Host, line: str) -> None:
    host.started()
    ledger = host.run_dir / "reservations"
    lines = ledger.read_text().splitlines()
    ledger.write_text("\n".join([*lines[:-1], line, "end 2", ""]))
    assert host.status()["problems"] == [
        f"{ledger} has 1 damaged line; the next run of a hook puts it right"
    ]
    host.started(OTHER)
    assert set(host.promises) == {VM_ID, OTHER}


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


def test_ledger_of_a_later_release_keeps_the_lines_that_can_be_read(host: Host) -> None:
    host.started()
    ledger = host.run_dir / "reservations"
    title, line, _ = ledger.read_text().splitlines()
    later = f"{OTHER} 1 0 0:0=4 tier:2=hbm"
    ledger.write_text("\n".join([title.replace(" 1 ", " 2 ", 1), line, later, "end 2", ""]))
    assert host.status()["problems"] == [
        f"{ledger} has 2 damaged lines; the next run of a hook puts it right"
    ]
    third = OTHER.replace("9a", "9b")
    host.started(third)
    assert set(host.promises) == {VM_ID, third}
    assert host.status()["problems"] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_refusal_is_the_same_whatever_is_where_its_xml_would_be_kept(
    host: Host, kind: Callable[[Path], None]
) -> None:
    host.run_dir.mkdir()
    os.chown(host.run_dir, NOBODY, NOBODY)
    kind(host.run_dir / "refused")
    assert all("/refused" not in p or "; " in p for p in host.status()["problems"])
    line = check_refused(host.as_nobody("before_vm_start", nodeset="7"))
    assert "the host has no node 7" in line
    assert [p for p in host.status()["problems"] if "/refused" in p] == []


@pytest.mark.parametrize("kind", KINDS[:10], ids=lambda kind: kind.__name__)
def test_log_that_is_no_file_stops_no_start_and_is_told_with_what_to_do(
    host: Host, kind: Callable[[Path], None]
) -> None:
    kind(host.log)
    host.started()
    (told,) = host.status()["problems"]
    assert told.startswith(f"{host.log} ")
    assert ": nothing is logged; " in told


@pytest.mark.parametrize(
    "kind",
    [k for k in KINDS if k not in (of_root, without_rights, empty)],
    ids=lambda kind: kind.__name__,
)
def test_configuration_that_is_no_file_is_refused_at_once_with_its_name(
    host: Host, kind: Callable[[Path], None]
) -> None:
    host.config_file.unlink()
    kind(host.config_file)
    answer = host.as_nobody("before_vm_start")
    assert str(host.config_file) in check_refused(answer)


def test_rename_that_fails_leaves_no_promise_and_no_entry_of_a_start(host: Host) -> None:
    """The directory of VDSM's file is taken away while the hook waits for the lock."""
    host.run_dir.mkdir(parents=True)
    domain = host.files / "domain.xml"
    domain.write_bytes(XML)
    (host.files / "domain.xml.target").mkdir()
    call = host.call(
        "before_vm_start",
        XML,
        {"numa_nodeset": "0"},
        directory=host.files / "domain.xml.target",
        path=domain,
        preexec=lambda: immutable(domain, "+i"),
    )
    try:
        answer = call.answer()
    finally:
        immutable(domain, "-i")
    if answer.rc == 0:
        missing("a file system with immutable files")
    assert "the new domain XML cannot be written: Operation not permitted" in check_refused(answer)
    assert host.promises == {}
    (line,) = (host.run_dir / "journal").read_text().splitlines()
    assert line.split("\t")[3] == "DomainFileUnwritable"


def immutable(path: Path, how: str) -> None:
    tool = shutil.which("chattr") or missing("chattr (Debian: e2fsprogs)")
    subprocess.run([tool, how, path], capture_output=True, check=False)


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
