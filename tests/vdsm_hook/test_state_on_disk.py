# SPDX-License-Identifier: Apache-2.0
"""Whatever lies at the paths that the hooks keep: VMs start, and `numa-hook status` tells of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tools import missing
from tests.vdsm_hook.bounds import check_refused
from tests.vdsm_hook.unprivileged_host import (
    KINDS,
    NOBODY,
    OTHER,
    XML,
    Host,
    empty,
    full_directory,
    of_root,
    unprivileged_host,
    without_rights,
)
from tests.vdsm_hook.vdsm import VM_ID

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def host() -> Iterator[Host]:
    with unprivileged_host() as host:
        yield host


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
