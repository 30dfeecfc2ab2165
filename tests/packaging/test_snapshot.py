# SPDX-License-Identifier: Apache-2.0
"""What a snapshot is called: a newer one is an update to dnf and pip, as they compare."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.version import Version

from tests.packaging.build import SOURCE
from tests.tools import need

BEFORE = "1"
"""The release of every snapshot until snapshots were counted."""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """With one commit, and what a snapshot is named by."""
    for name in ("numa_domain/__init__.py", "packaging/snapshot.py", "setup.py", "README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(SOURCE / name, tmp_path / name)
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "2026-01-31T09:30:05Z")
    return tmp_path


def git(folder: Path, *words: str, at: str = "") -> None:
    date = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at} if at else {}
    identity = ["-c", "user.name=a", "-c", "user.email=a@localhost", "-c", "tag.gpgsign=false"]
    command = [need("git"), "-C", str(folder), *identity, *words]
    subprocess.run(command, env={**os.environ, **date}, check=True, stdout=subprocess.DEVNULL)


def commit(folder: Path, at: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "x", at=at)


def asked(folder: Path, what: str) -> str:
    program = f"from snapshot import ROOT, Snapshot; print({what})"
    done = subprocess.run(
        ["python3", "-B", "-c", program],
        cwd=folder / "packaging", capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def release(folder: Path) -> str:
    return asked(folder, "Snapshot.of(ROOT).release")


def wheel_version(folder: Path) -> str:
    """As setup.py has it where make dist packs."""
    record = folder / "packaging/snapshot.json"
    record.write_text(asked(folder, "Snapshot.of(ROOT).to_json()"))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "setup.py", "--quiet", "--version"],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    record.unlink()
    return done.stdout.strip()


def newer(first: str, second: str) -> bool:
    """As rpm compares releases."""
    text = f'%{{lua:print(rpm.vercmp("{first}.el9", "{second}.el9"))}}'
    command = [need("rpm"), "--eval", text]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip() == "1"


def later(repository: Path) -> None:
    commit(repository, "2026-02-01T00:00:00Z")


def same_second(repository: Path) -> None:
    """As a rebase makes them."""
    commit(repository, "2026-01-31T09:30:05Z")


def tagged(repository: Path) -> None:
    later(repository)
    git(repository, "tag", f"v{version(repository)}")


def after_the_tag(repository: Path) -> None:
    tagged(repository)
    commit(repository, "2026-02-02T00:00:00Z")


def version(repository: Path) -> str:
    return asked(repository, "Snapshot.of(ROOT).version")


@pytest.mark.parametrize("change", [later, same_second, tagged, after_the_tag])
def test_newer_snapshot_is_an_update(repository: Path, change: Callable[[Path], None]) -> None:
    first = release(repository)
    change(repository)
    assert newer(release(repository), first)


def test_snapshot_after_a_release_is_newer_than_it(repository: Path) -> None:
    tagged(repository)
    first = release(repository)
    commit(repository, "2026-02-02T00:00:00Z")
    assert newer(release(repository), first)


def test_any_snapshot_is_newer_than_those_that_were_not_counted(repository: Path) -> None:
    assert newer(release(repository), BEFORE)
    assert not newer(BEFORE, BEFORE)


def test_release_says_when_and_which(repository: Path) -> None:
    assert re.fullmatch(r"1\.20260131093005\.1\.g[0-9a-f]{8}", release(repository))


def test_tagged_commit_is_the_release_itself(repository: Path) -> None:
    tagged(repository)
    assert release(repository) == "1.20260201000000.2"
    assert wheel_version(repository) == version(repository)


def test_tag_of_another_version_makes_no_release(repository: Path) -> None:
    git(repository, "tag", "v99.0")
    assert ".g" in release(repository)


def test_changed_file_is_no_release(repository: Path) -> None:
    tagged(repository)
    (repository / "README.md").write_text("changed\n")
    assert re.fullmatch(r"1\.20260201000000\.2\.g[0-9a-f]{8}\.dirty", release(repository))


def test_wheel_of_a_newer_snapshot_is_an_update_to_pip(repository: Path) -> None:
    first = wheel_version(repository)
    later(repository)
    assert Version(wheel_version(repository)) > Version(first) > Version(version(repository))


def test_file_that_is_not_tracked_is_not_in_it(repository: Path) -> None:
    (repository / "numa_domain/stray.py").touch()
    assert asked(repository, "'numa_domain/stray.py' in Snapshot.of(ROOT).files") == "False"


def test_file_that_was_removed_is_not_in_it(repository: Path) -> None:
    (repository / "README.md").unlink()
    assert asked(repository, "'README.md' in Snapshot.of(ROOT).files") == "False"


def test_modes_are_gits_whatever_the_umask_was(repository: Path) -> None:
    (repository / "numa_domain/tool").touch()
    (repository / "numa_domain/tool").chmod(0o700)
    later(repository)
    files = asked(repository, "Snapshot.of(ROOT).files")
    assert "'numa_domain/tool': True" in files
    assert "'README.md': False" in files


def test_link_is_refused(repository: Path) -> None:
    (repository / "link").symlink_to("README.md")
    later(repository)
    with pytest.raises(subprocess.CalledProcessError) as caught:
        release(repository)
    assert caught.value.stderr.splitlines()[-1] == (
        "link: only files can be packaged, and git has it with mode 120000"
    )
