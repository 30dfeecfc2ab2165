# SPDX-License-Identifier: Apache-2.0
"""numa-affinity as it is typed, where it cannot begin; and its lines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.vdsm_hook.affinity.world import ROOT
from vdsm_hook.affinity.say import say_on_stderr


def run(*words: str, code: str = "") -> subprocess.CompletedProcess[str]:
    start = f"{code}; import sys; from vdsm_hook.affinity.command import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", start.lstrip("; "), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_configuration_that_is_wrong_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hook.conf"
    path.write_text("libvirt_uri = nowhere\n")
    done = run("--config", str(path))
    assert (done.returncode, done.stderr) == (
        2,
        f"numa-affinity: {path}, line 1: 'nowhere' cannot be libvirt_uri; "
        "write an address as libvirt has it, such as qemu:///system\n",
    )


def test_host_without_libvirts_bindings_is_told_what_to_install(tmp_path: Path) -> None:
    path = tmp_path / "hook.conf"
    path.write_text(f"run_dir = {tmp_path}\n")
    done = run("--config", str(path), code="import sys; sys.modules['libvirt'] = None")
    assert done.returncode == 2
    assert done.stderr.startswith("numa-affinity: import of libvirt halted")
    assert done.stderr.endswith(f": install python3-libvirt, for {sys.executable}\n")


def test_version_is_that_of_the_hooks() -> None:
    assert run("--version").stdout.startswith("ovirt-numa ")


def test_lines_have_their_level_for_the_journal(capsys: pytest.CaptureFixture[str]) -> None:
    say = say_on_stderr("warning", {"JOURNAL_STREAM": "9:1"})
    say("info", "unsaid")
    say("warning", "web1\n: é")
    assert capsys.readouterr().err == "<4>web1\\n: \\xe9\n"


def test_lines_have_words_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    say_on_stderr("debug", {})("info", "held")
    assert capsys.readouterr().err == "numa-affinity: info: held\n"
