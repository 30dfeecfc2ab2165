# SPDX-License-Identifier: Apache-2.0
"""numa-hook on a host whose hooks are an RPM's: by a real rpm, with a database of its own."""

from __future__ import annotations

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
echo '#!/bin/sh' > %{{buildroot}}{folder}/50_numa
%files
{folder}/50_numa
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in which rpm knows a package that has a file of the hooks."""
    build = need("rpmbuild")
    folder = tmp_path / "hooks" / "before_vm_start"
    folder.mkdir(parents=True)
    (tmp_path / "hooks.spec").write_text(SPEC.format(folder=folder))
    (tmp_path / ".rpmmacros").write_text(f"%_dbpath {tmp_path}/db\n%_topdir {tmp_path}/top\n")
    environ = {**os.environ, "HOME": str(tmp_path)}
    for command in (
        [build, "--quiet", "-bb", "--nodeps", str(tmp_path / "hooks.spec")],
        ["rpm", "-i", "--nodeps", "--force-debian",
         str(tmp_path / "top/RPMS/noarch/some-hooks-1-1.noarch.rpm")],
    ):  # fmt: skip
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert (folder / "50_numa").exists()
    return tmp_path


def numa_hook(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    (home / "hook.conf").touch()
    command = [
        sys.executable,
        "-m",
        "vdsm_hook.install",
        *words,
        "--hooks-dir",
        str(home / "hooks"),
    ]
    environ = {**os.environ, "HOME": str(home)}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["install", "uninstall"])
def test_files_of_a_package_are_left_alone(home: Path, name: str) -> None:
    path = home / "hooks/before_vm_start/50_numa"
    before = path.read_bytes()
    done = numa_hook(home, name)
    assert done.returncode == 2
    assert done.stderr == (
        f"numa-hook: {path}: it is a file of the package some-hooks; use dnf to update or remove"
        " that; --force goes over it until the package's next update\n"
    )
    assert path.read_bytes() == before
    assert not (home / "hooks/after_vm_start").exists()


def test_files_of_a_package_are_replaced_where_that_is_wanted(home: Path) -> None:
    done = numa_hook(home, "install", "--force", "--config", str(home / "hook.conf"))
    assert done.returncode == 0, done.stderr
    assert b"numa-hook" in (home / "hooks/before_vm_start/50_numa").read_bytes()
