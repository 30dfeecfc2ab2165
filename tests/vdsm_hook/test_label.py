# SPDX-License-Identifier: Apache-2.0
"""The label, from which the engine learns which release of the hooks is on a host."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from numa_domain import __version__
from numa_domain.release import DIRECTORY, Release
from numa_domain.request.grammar_level import LEVEL
from vdsm_hook import install, label
from vdsm_hook.executables import POINTS, put_label, take_labels


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Hooks as numa-hook installs them."""
    config = tmp_path / "hook.conf"
    config.write_text(f"run_dir = {tmp_path}/run\n")
    command = ["install", "--hooks-dir", str(tmp_path / "hooks"), "--config", str(config)]
    assert install.main(command) == 0
    return tmp_path / "hooks"


def problems(hooks_dir: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    install.main(["status", "--hooks-dir", str(hooks_dir), "--json"])
    found = json.loads(capsys.readouterr().out)["problems"]
    return [each["text"] for each in found if each["code"] == "LabelMislaid"]


def test_label_is_installed_where_vdsm_reports_and_never_runs(installed: Path) -> None:
    path = installed / DIRECTORY / f"hooks-{__version__}-grammar-{LEVEL}"
    assert label.labels(installed) == [path]
    assert oct(path.stat().st_mode & 0o777) == "0o755"
    assert DIRECTORY not in POINTS
    assert label.state(installed) == "installed"


def test_label_says_the_same_when_it_is_run(installed: Path) -> None:
    done = subprocess.run([label.path(installed)], capture_output=True, text=True, check=True)
    assert done.stdout == f"ovirt-numa {__version__}, grammar {LEVEL}\n"


def test_label_of_another_release_is_replaced(installed: Path) -> None:
    old = installed / DIRECTORY / Release("0.0.9", 1).name
    label.path(installed).rename(old)
    assert label.state(installed) == "other"
    put_label(installed)
    assert label.labels(installed) == [label.path(installed)]


def test_status_tells_a_label_that_is_not_this_releases(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert problems(installed, capsys) == []
    label.path(installed).rename(installed / DIRECTORY / "hooks-0.0.9-grammar-1")
    assert problems(installed, capsys) == [
        f"{installed / DIRECTORY} holds hooks-0.0.9-grammar-1 and not {Release().name} as it was"
        " installed: the engine is told another release; run numa-hook install"
    ]
    label.labels(installed)[0].unlink()
    assert problems(installed, capsys)[0].startswith(f"{installed / DIRECTORY} holds nothing")


def test_label_that_nobody_may_run_is_not_reported_and_so_not_installed(installed: Path) -> None:
    label.path(installed).chmod(0o644)
    assert label.state(installed) == "other"


def test_uninstall_takes_labels_of_every_release_and_leaves_other_files(installed: Path) -> None:
    (installed / DIRECTORY / "hooks-0.0.9-grammar-1").touch()
    (installed / DIRECTORY / "notes").touch()
    assert len(take_labels(installed)) == 2
    assert [p.name for p in (installed / DIRECTORY).glob("[!.]*")] == ["notes"]
    assert label.state(installed) == "missing"
