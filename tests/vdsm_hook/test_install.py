# SPDX-License-Identifier: Apache-2.0
"""numa-hook: what it puts where, what it leaves alone, and what it finds wrong."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vdsm_hook import install, label
from vdsm_hook.executables import NAME, POINTS, checksum, put, render, settings_in, state

SOURCE = Path(__file__).parents[2]


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """VDSM's directory, in which it has made one point's."""
    (tmp_path / "hooks" / "before_vm_start").mkdir(parents=True)
    return tmp_path / "hooks"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "hook.conf"
    path.write_text(f"run_dir = {tmp_path}/run\n")
    return path


def run(*args: object) -> int:
    return install.main([str(arg) for arg in args])


def status(capsys: pytest.CaptureFixture[str], hooks: Path) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = run("status", "--hooks-dir", hooks, "--json")
    return code, json.loads(capsys.readouterr().out)


def test_install_puts_an_executable_at_every_point(hooks: Path, config: Path) -> None:
    assert run("install", "--hooks-dir", hooks, "--config", config) == 0
    for point in POINTS:
        path = hooks / point / NAME
        assert oct(path.stat().st_mode & 0o777) == "0o755"
        assert [p.name for p in path.parent.glob("[!.]*")] == [NAME]
        settings = settings_in(path.read_bytes())
        assert settings is not None
        assert settings.config == str(config)
        assert f'run("{point}", CONFIG)' in path.read_text()


def test_install_executable_starts_in_isolation(hooks: Path, config: Path) -> None:
    run("install", "--hooks-dir", hooks, "--config", config)
    first = (hooks / "before_vm_start" / NAME).read_text().splitlines()[0]
    assert first == f"#!{os.path.realpath(sys.executable)} -IS"


def test_install_again_replaces_ours(hooks: Path, config: Path) -> None:
    run("install", "--hooks-dir", hooks, "--config", config)
    path = hooks / "before_vm_start" / NAME
    path.write_text(path.read_text() + "# edited\n")
    assert run("install", "--hooks-dir", hooks, "--config", config) == 0
    assert "# edited" not in path.read_text()


def test_install_leaves_a_foreign_file_alone(
    hooks: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = hooks / "before_vm_start" / NAME
    path.write_text("#!/bin/sh\n")
    assert run("install", "--hooks-dir", hooks, "--config", config) == 2
    assert capsys.readouterr().err == (
        f"numa-hook: {path}: the file there is not ours; "
        "look at it, and take it away or use --force\n"
    )
    assert path.read_text() == "#!/bin/sh\n"
    assert run("install", "--hooks-dir", hooks, "--config", config, "--force") == 0
    assert settings_in(path.read_bytes()) is not None


def test_install_config_that_is_not_there_is_refused(
    hooks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("install", "--hooks-dir", hooks, "--config", tmp_path / "no.conf") == 2
    assert capsys.readouterr().err == (
        f"numa-hook: {tmp_path}/no.conf: the configuration file is not there; "
        "write it first; every key has a default, so it may be empty\n"
    )
    assert not list(hooks.glob("*/*"))


def test_install_config_that_is_wrong_is_refused(
    hooks: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text("time_limit = 99\n")
    assert run("install", "--hooks-dir", hooks, "--config", config) == 2
    assert capsys.readouterr().err == (
        f"numa-hook: {config}, line 1: '99' cannot be time_limit; write seconds from 0.1 to 9\n"
    )


def test_install_python_that_cannot_run_the_hooks_is_refused(
    hooks: Path, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'no module named zlib' >&2; exit 1\n")
    python.chmod(0o755)
    assert run("install", "--hooks-dir", hooks, "--config", config, "--python", python) == 2
    assert capsys.readouterr().err == (
        f"numa-hook: {python}: no module named zlib; "
        "name another with --python: Python 3.9 or later\n"
    )
    python.write_text(f"#!/bin/sh\necho {python} False\n")
    assert run("install", "--hooks-dir", hooks, "--config", config, "--python", python) == 2
    assert capsys.readouterr().err == (
        f"numa-hook: {python}: it is older than Python 3.9; "
        "name another with --python: Python 3.9 or later\n"
    )


def test_install_warns_of_copies_that_vdsm_would_run(
    hooks: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (f"{NAME}.rpmsave", "50_other.bak", "50_other", ".50_hidden.bak"):
        (hooks / "before_vm_start" / name).write_text("#!/bin/sh\n")
        (hooks / "before_vm_start" / name).chmod(0o755)
    (hooks / "before_vm_start" / "51_not_executable.bak").write_text("")
    assert run("install", "--hooks-dir", hooks, "--config", config) == 0
    warnings = [line for line in capsys.readouterr().err.splitlines() if "runs it" in line]
    assert warnings == [
        f"numa-hook: warning: {hooks}/before_vm_start/{name} is executable: VDSM runs it as well;"
        " take it away, or its permission to be executed"
        for name in (f"{NAME}.rpmsave", "50_other.bak")
    ]


def test_install_warns_of_paths_that_vdsm_cannot_read(
    hooks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "hook.conf").touch()
    for folder in (tmp_path, *tmp_path.parents):
        if os.access(folder, os.W_OK) and folder.stat().st_uid == os.getuid():
            folder.chmod(folder.stat().st_mode | 0o001)
        if folder.name.startswith("pytest-of"):
            break
    run("install", "--hooks-dir", hooks, "--config", closed / "hook.conf")
    assert (
        f"numa-hook: warning: {closed} cannot be read by the user vdsm; "
        "install where everyone can read\n"
    ) in capsys.readouterr().err


def test_install_under_a_narrow_umask_leaves_the_hooks_open_to_vdsm(
    hooks: Path, config: Path
) -> None:
    """A process of its own, since a umask is the whole process's."""
    command = [sys.executable, "-m", "vdsm_hook.install", "install", "--hooks-dir", str(hooks)]
    done = subprocess.run(
        [*command, "--config", str(config)],
        cwd=SOURCE, capture_output=True, text=True, check=False, umask=0o077, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for point in POINTS:
        assert oct((hooks / point).stat().st_mode & 0o777) == "0o755"
        assert oct((hooks / point / NAME).stat().st_mode & 0o777) == "0o755"
    assert oct(label.path(hooks).parent.stat().st_mode & 0o777) == "0o755"


def test_uninstall_takes_ours_and_the_directories_that_we_made(
    hooks: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("install", "--hooks-dir", hooks, "--config", config)
    other = hooks / "after_vm_destroy" / "50_other"
    other.touch()
    capsys.readouterr()
    assert run("uninstall", "--hooks-dir", hooks) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"removed {path}" for path in (*(hooks / p / NAME for p in POINTS), label.path(hooks))
    ]
    assert sorted(p.name for p in hooks.iterdir()) == ["after_vm_destroy", "before_vm_start"]
    assert other.exists()
    assert run("uninstall", "--hooks-dir", hooks) == 0
    assert capsys.readouterr().out == "nothing of ours is there\n"


def test_uninstall_takes_a_hooks_directory_that_we_made(tmp_path: Path, config: Path) -> None:
    run("install", "--hooks-dir", tmp_path / "a" / "hooks", "--config", config)
    run("uninstall", "--hooks-dir", tmp_path / "a" / "hooks")
    assert not (tmp_path / "a").exists()


def test_uninstall_leaves_a_foreign_file(hooks: Path) -> None:
    path = hooks / "before_vm_start" / NAME
    path.write_text("#!/bin/sh\n")
    assert run("uninstall", "--hooks-dir", hooks) == 0
    assert path.exists()


def test_status_of_installed_hooks_is_good(
    hooks: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("install", "--hooks-dir", hooks, "--config", config)
    code, answer = status(capsys, hooks)
    assert {p: e["state"] for p, e in answer["points"].items()} == dict.fromkeys(
        POINTS, "installed"
    )
    assert [p for p in answer["problems"] if p["code"] != "PathUnreadable"] == []
    assert code == (1 if answer["problems"] else 0)


def test_status_tells_missing_modified_and_foreign(
    hooks: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("install", "--hooks-dir", hooks, "--config", config)
    (hooks / POINTS[0] / NAME).unlink()
    (hooks / POINTS[1] / NAME).write_bytes((hooks / POINTS[1] / NAME).read_bytes() + b"#\n")
    (hooks / POINTS[2] / NAME).write_text("#!/bin/sh\n")
    (hooks / POINTS[3] / NAME).chmod(0o644)
    code, answer = status(capsys, hooks)
    assert code == 1
    assert [e["state"] for e in answer["points"].values()] == [
        *("missing", "modified", "foreign", "modified"),
        *["installed"] * (len(POINTS) - 4),
    ]
    assert answer["points"][POINTS[4]]["sha256"] == checksum(hooks / POINTS[4] / NAME)


def test_status_tells_imports_that_fail(
    hooks: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("install", "--hooks-dir", hooks, "--config", config)
    settings = settings_in((hooks / POINTS[0] / NAME).read_bytes())
    assert settings is not None
    for point in POINTS:
        put(hooks, point, settings.replace(paths=("/nowhere",)), force=False)
    code, answer = status(capsys, hooks)
    assert code == 1
    assert {"code": "PythonUnusable", "blames": "host"}.items() <= answer["problems"][0].items()
    assert [problem["text"] for problem in answer["problems"][:1]] == [
        f"{settings.python}: ModuleNotFoundError: No module named 'vdsm_hook'; "
        "name another with --python: Python 3.9 or later"
    ]


def test_status_as_a_table_has_a_line_for_every_point(
    hooks: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("install", "--hooks-dir", hooks, "--config", config)
    (config.parent / "run").mkdir()
    (config.parent / "run" / "reservations").write_text(
        "ovirt-numa reservations 1 boot "
        + Path("/proc/sys/kernel/random/boot_id").read_text()
        + "0d5f 1 0 0:0=8388608 1:2048=4096\n"
        + "0d60 1 0 0:0=8388608 any:0-1:0=8388608\nend 2\n"
    )
    capsys.readouterr()
    assert run("status", "--hooks-dir", hooks) in (0, 1)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[2 : 2 + len(POINTS)]] == [
        [point, "installed"] for point in POINTS
    ]
    assert "reserved for VM 0d5f: 8 GiB on node 0, 4 MiB on node 1 in 2 MiB pages" in lines
    assert "reserved for VM 0d60: 8 GiB on nodes 0-1" in lines


def test_render_round_trips_odd_paths() -> None:
    for odd in ("/a b", '/q"uote\\', "/\u00e9\n"):
        from vdsm_hook.executables import Settings

        settings = Settings("/usr/bin/python3", (odd, "/x"), odd)
        assert settings_in(render("before_vm_start", settings)) == settings


def test_state_of_a_directory_without_the_file_is_missing(hooks: Path) -> None:
    assert state(hooks, "before_vm_start") == ("missing", None)


def command(*words: str, more: str = "") -> subprocess.CompletedProcess[str]:
    line = f"{shlex.join([sys.executable, '-m', 'vdsm_hook.install', *words])} {more}"
    return subprocess.run(line, shell=True, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", [(), ("frob",), ("status", "--frob"), ("journal", "1", "2")])
def test_command_that_is_wrong_is_told_in_one_line(words: tuple[str, ...]) -> None:
    done = command(*words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.endswith(" --help\n")


@pytest.mark.parametrize("words", [("status",), ("journal",), ("status", "--json"), ("--help",)])
def test_command_with_a_full_disk_behind_it_gives_no_traceback(words: tuple[str, ...]) -> None:
    done = command(*words, more=">/dev/full")
    assert done.stderr == "numa-hook: the output cannot be written: No space left on device\n"
    assert done.returncode == 2


@pytest.mark.parametrize("name", ["install", "uninstall", "status", "journal"])
def test_help_of_each_command_has_examples(name: str) -> None:
    assert f"examples:\n  numa-hook {name}" in command(name, "--help").stdout


def test_error_in_json_has_code_and_blames() -> None:
    done = command("install", "--config", "/absent", "--json")
    error = json.loads(done.stderr)["error"]
    assert (error["code"], error["blames"], error["where"]) == ("ConfigAbsent", "host", "/absent")
