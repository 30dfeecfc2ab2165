# SPDX-License-Identifier: Apache-2.0
"""What is packaged is what git tracks, wherever the checkout lies; nothing else is touched.

The packages come from a fresh clone in a folder with a blank in its name, built under umask 077,
with files lying about that git does not track (conftest.py).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.build import ENVIRON, SOURCE, Checkout, query
from tests.packaging.conftest import STRAY
from tests.tools import need

Packages = dict[str, Path]
TARGETS = (
    *("demo", "demo-hook", "tab", "test", "lint", "format", "fuzz", "bench", "venv", "collection"),
    *("deps", "constraints", "clean", "dist", "rpm", "wheels", "docs", "test-lab"),
    *("ui-build", "ui-test", "e2e", "screenshots"),
)
UNBEARABLE = {
    **{sign: sign for sign in '"$`\\:?'},
    "\t": "a tab",
    "\n": "a new line",
}


def test_folder_beside_a_checkout_with_a_blank_in_its_path_is_left_alone(
    packages: Packages, dist: Path, checkout: Checkout
) -> None:
    """`rm -rf .../a b/ovirt-numa/build/rpm` removes .../a as well."""
    assert packages
    assert checkout.path.parent.name == "a b"
    assert [path.name for path in (checkout.path.parents[1] / "a").iterdir()] == ["kept"]


def test_files_that_git_does_not_track_are_not_packaged(
    packages: Packages, dist: Path, checkout: Checkout
) -> None:
    """A module that somebody is writing; what an earlier build of the tab has left."""
    names = [name for path in packages.values() for name in query(path, "-l").split()]
    for stray in STRAY:
        assert (checkout.path / stray).exists()
        assert [name for name in names if name.endswith(Path(stray).name)] == []


def test_what_is_left_out_and_what_is_changed_is_told(checkout: Checkout, tmp_path: Path) -> None:
    """And a package of files that no commit has says so in its release."""
    copy = tmp_path / "copy"
    shutil.copytree(checkout.path, copy, symlinks=True)
    (copy / "engine_plugin/ui/node_modules").unlink()  # a link is no folder to .gitignore
    with open(copy / "README.md", "a") as file:
        file.write("more\n")
    program = (
        "from pathlib import Path; from snapshot import Snapshot; print(Snapshot.of(Path('..')))"
    )
    done = subprocess.run(
        ["python3", "-c", program],
        cwd=copy / "packaging", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr.splitlines() == [
        "packaged as they are, not as the commit has them: README.md",
        "not tracked by git, and left out: numa_domain/stray.py",
    ]
    assert re.search(r"release='1\.\d{14}\.\d+\.g[0-9a-f]{8}\.dirty'", done.stdout)


def test_packages_of_one_commit_are_the_same_wherever_and_whenever_they_are_built(
    packages: Packages, checkout: Checkout, tmp_path: Path
) -> None:
    """Byte for byte, source package and all: another folder, umask, time zone, user's home."""
    other = Checkout(tmp_path / "other", of=checkout.path)
    variables = {"TZ": "Asia/Tokyo", "HOME": str(tmp_path), "TMPDIR": "/tmp", "LC_ALL": "C"}
    lock = "engine_plugin/ui/node_modules/.package-lock.json"
    subprocess.run(
        ["make", "--old-file", lock, "rpm"],
        cwd=other.path, env={**ENVIRON, **variables}, umask=0o002, check=True,
        stdout=subprocess.DEVNULL, timeout=300,
    )  # fmt: skip
    first, second = packages["vdsm-hook-numa"].parent, other.path / "build/rpm/el9"
    names = sorted(str(path.relative_to(first)) for path in first.rglob("*") if path.is_file())
    assert len(names) == 5
    assert [name for name in names if "src.rpm" in name]
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_packages_have_the_commits_time_and_no_machines_name(
    packages: Packages, checkout: Checkout
) -> None:
    command = ["git", "-C", str(checkout.path), "log", "-1", "--format=%ct"]
    time = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    for path in packages.values():
        assert query(path, "--qf", "%{BUILDTIME} %{BUILDHOST}") == f"{time} build"
        times = set(query(path, "--qf", "[%{FILEMTIMES}\n]").split())
        assert max(times, key=int) == time


def test_release_of_el_that_there_is_not_is_refused(checkout: Checkout, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"EL=8: it is one of 9, 10\n"):
        checkout.make(tmp_path, "rpm", "EL=8")


def test_build_that_fails_leaves_the_former_packages(archive: Checkout, tmp_path: Path) -> None:
    former = tmp_path / "rpm/el9/vdsm-hook-numa-0.0.1-1.el9.noarch.rpm"
    former.parent.mkdir(parents=True)
    former.touch()
    with pytest.raises(AssertionError, match="the former ones are as they were"):
        archive.make(tmp_path, "rpm", "RPMFLAGS=--no-such-option")
    assert former.exists()


@pytest.mark.parametrize("sign", UNBEARABLE, ids=repr)
def test_folder_that_no_quoting_helps_is_refused_in_one_line(tmp_path: Path, sign: str) -> None:
    """Before anything is done in it."""
    folder = tmp_path / f"a{sign}b"
    for name in ("packaging", "tests/lab", "engine_plugin/ui"):
        (folder / name).mkdir(parents=True)
    for path in (
        "Makefile",
        "packaging/packaging.mk",
        "tests/lab/lab.mk",
        "engine_plugin/ui/ui.mk",
    ):
        shutil.copy(SOURCE / path, folder / path)
    done = subprocess.run(
        ["make", "help"], cwd=folder, env=ENVIRON, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        r"Makefile:\d+: \*\*\* The name of this folder or of one above it has "
        + re.escape(UNBEARABLE[sign])
        + r" in it, which pip or npm do not bear: move the checkout\.  Stop\.\n",
        done.stderr,
    )


@pytest.mark.parametrize("target", TARGETS)
def test_recipes_leave_names_of_folders_to_the_shells_quoting(
    target: str, checkout: Checkout
) -> None:
    """No absolute path and no variable of the caller is pasted into a command."""
    lock = "engine_plugin/ui/node_modules/.package-lock.json"
    values = {name: f"@{name}'s $(value)@" for name in ("BUILD", "LAB", "EL")}
    command = ["make", "--no-print-directory", "--dry-run", "--old-file", lock, target]
    done = subprocess.run(
        [*command, *(f"{name}={value.replace('$', '$$')}" for name, value in values.items())],
        cwd=checkout.path, env=ENVIRON, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [value for value in values.values() if value in done.stdout] == []
    assert str(checkout.path) not in done.stdout


def test_build_folder_without_a_name_is_refused(checkout: Checkout) -> None:
    """It would be the file system's root."""
    with pytest.raises(AssertionError, match="BUILD is empty"):
        checkout.make("", "docs")


def test_folder_for_rpmbuilds_work_has_to_be_plain(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "x y").mkdir()
    done = subprocess.run(
        ["python3", "packaging/rpms.py", "--el", "9", "--into", str(tmp_path)],
        cwd=checkout.path, env={**ENVIRON, "TMPDIR": str(tmp_path / "x y")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"TMPDIR is {str(tmp_path / 'x y')!r}: rpmbuild needs a path of letters, digits and ./+-_"
        " only; run it with TMPDIR=/var/tmp"
    )


def test_snapshot_of_what_is_no_clone_is_refused(tmp_path: Path) -> None:
    need("git")
    for name in ("numa_domain/__init__.py", "packaging/snapshot.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(SOURCE / name, tmp_path / name)
    program = "from snapshot import ROOT, Snapshot; Snapshot.of(ROOT)"
    done = subprocess.run(
        ["python3", "-c", program],
        cwd=tmp_path / "packaging", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        f"{tmp_path}: git does not say what it tracks: fatal: not a git repository (or any of the"
        " parent directories): .git; package from a clone, or from an archive that make dist made\n"
    )
