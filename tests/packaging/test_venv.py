# SPDX-License-Identifier: Apache-2.0
"""The virtual environment (.ci/venv): one that cannot be used is told, with what to do."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.build import SOURCE


def moved(tmp_path: Path) -> Path:
    """A checkout's .ci alone, to which a virtual environment is added."""
    shutil.copytree(SOURCE / ".ci", tmp_path / "x" / ".ci")
    return tmp_path / "x"


def check(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [str(folder / ".ci/venv"), "check"], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


def made(folder: Path, python: str = "/usr/bin/python3") -> None:
    command = [python, "-m", "venv", "--without-pip", ".venv"]
    subprocess.run(command, cwd=folder, check=True, timeout=60)


def test_environment_is_fine_and_so_is_none(tmp_path: Path) -> None:
    folder = moved(tmp_path)
    assert check(folder) == (0, "")
    made(folder)
    assert check(folder) == (0, "")


def test_environment_of_another_folder_is_told(tmp_path: Path) -> None:
    """Its programs begin with a path that is no longer theirs."""
    folder = moved(tmp_path)
    made(folder)
    other = folder.rename(tmp_path / "y")
    assert check(other) == (
        1,
        f".venv: it was made in another folder, {folder}/.venv, and its programs begin with that"
        " path; remove it (rm -rf .venv), then run make again\n",
    )


def test_environment_whose_python_has_gone_is_told(tmp_path: Path) -> None:
    folder = moved(tmp_path)
    made(folder)
    (folder / ".venv/bin/python").unlink()
    (folder / ".venv/bin/python").symlink_to("/usr/bin/python3.2")
    assert check(folder) == (
        1,
        ".venv: its Python does not run (the system's has gone or changed); remove it"
        " (rm -rf .venv), then run make again\n",
    )


def test_environment_of_too_old_a_python_is_told(tmp_path: Path) -> None:
    pattern = (
        *Path("/usr/bin").glob("python3.9"),
        *Path.home().glob(".pyenv/versions/3.9.*/bin/python3.9"),
    )
    python = next(iter(pattern), None)
    if python is None:
        pytest.skip("there is no Python 3.9 here")
    folder = moved(tmp_path)
    made(folder, str(python))
    assert check(folder) == (
        1,
        ".venv: its Python is 3.9, and 3.11 or newer is needed; remove it (rm -rf .venv), then"
        " run make again\n",
    )
