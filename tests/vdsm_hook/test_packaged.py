# SPDX-License-Identifier: Apache-2.0
"""numa-hook on a host whose hooks are an RPM's: by a real rpm, with a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import need

SPEC = """
Name: some-hooks
Version: 1
Release: 1
Summary: hooks
License: none
BuildArch: noarch
%description
Hooks.
%install
mkdir -p %{{buildroot}}{folder}
cp -r {source}/. %{{buildroot}}{folder}
%files
{folder}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in which rpm knows a package that has a file of the hooks, another's."""
    foreign = tmp_path / "files/before_vm_start/50_numa"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("#!/bin/sh\n")
    return packaged(tmp_path)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The same, of a package with our hooks."""
    words = ["--hooks-dir", str(tmp_path / "files"), "--config", str(tmp_path / "hook.conf")]
    (tmp_path / "hook.conf").touch()
    done = run(tmp_path, "install", *words)
    assert done.returncode == 0, done.stderr
    return packaged(tmp_path)


def packaged(tmp_path: Path) -> Path:
    """Of what is in `files`."""
    build = need("rpmbuild")
    folder = tmp_path / "hooks"
    text = SPEC.format(folder=folder, source=tmp_path / "files")
    (tmp_path / "hooks.spec").write_text(text)
    (tmp_path / ".rpmmacros").write_text(f"%_dbpath {tmp_path}/db\n%_topdir {tmp_path}/top\n")
    environ = {**os.environ, "HOME": str(tmp_path)}
    for command in (
        [build, "--quiet", "-bb", "--nodeps", str(tmp_path / "hooks.spec")],
        ["rpm", "-i", "--nodeps", "--force-debian",
         str(tmp_path / "top/RPMS/noarch/some-hooks-1-1.noarch.rpm")],
    ):  # fmt: skip
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert (folder / "before_vm_start/50_numa").exists()
    return tmp_path


def numa_hook(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    (home / "hook.conf").touch()
    return run(home, *words, "--hooks-dir", str(home / "hooks"))


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vdsm_hook.install", *words]
    environ = {**os.environ, "HOME": str(home)}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """All that is there, with the times of the last changes."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


def test_install_beside_our_package_warns_and_changes_nothing(own: Path) -> None:
    before, path = files(own / "hooks"), own / "hooks/before_vm_start/50_numa"
    done = numa_hook(own, "install")
    assert (done.returncode, done.stdout) == (0, "the hooks are there already\n")
    said = (
        f"{path}: it is a file of the package some-hooks, and nothing is changed; use dnf to update"
        " or remove that; --force goes over it until the package's next update"
    )
    assert done.stderr == f"numa-hook: warning: {said}\n"
    assert files(own / "hooks") == before
    found = json.loads(numa_hook(own, "install", "--json").stdout)
    assert (found["installed"], found["warnings"][0]["code"]) == ([], "PackagedHooks")


def test_uninstall_beside_our_package_refuses_and_changes_nothing(own: Path) -> None:
    before = files(own / "hooks")
    done = numa_hook(own, "uninstall")
    assert (done.returncode, done.stdout) == (2, "")
    assert "it is a file of the package some-hooks, and nothing is changed; use dnf" in done.stderr
    assert files(own / "hooks") == before


@pytest.mark.parametrize("name", ["install", "uninstall"])
def test_files_of_a_package_are_left_alone(home: Path, name: str) -> None:
    path = home / "hooks/before_vm_start/50_numa"
    before = path.read_bytes()
    done = numa_hook(home, name)
    assert done.returncode == 2
    assert done.stderr == (
        f"numa-hook: {path}: it is a file of the package some-hooks, and nothing is changed; use"
        " dnf to update or remove that; --force goes over it until the package's next update\n"
    )
    assert path.read_bytes() == before
    assert not (home / "hooks/after_vm_start").exists()


def test_files_of_a_package_are_replaced_where_that_is_wanted(home: Path) -> None:
    done = numa_hook(home, "install", "--force", "--config", str(home / "hook.conf"))
    assert done.returncode == 0, done.stderr
    assert b"numa-hook" in (home / "hooks/before_vm_start/50_numa").read_bytes()
