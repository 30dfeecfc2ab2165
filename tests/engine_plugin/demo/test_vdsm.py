# SPDX-License-Identifier: Apache-2.0
"""VDSM's contract, point by point, with scripts that are really run."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine_plugin.demo.vdsm import HookFailed, run_hooks

POINT = "before_vm_start"


def script(hooks: Path, name: str, body: str, *, point: str = POINT, mode: int = 0o755) -> None:
    path = hooks / point / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(mode)


def test_no_hooks_data_unchanged(tmp_path: Path) -> None:
    result = run_hooks(tmp_path, POINT, "<domain/>")
    assert (result.data, result.runs) == ("<domain/>", ())


def test_scripts_share_one_file_in_order_of_name(tmp_path: Path) -> None:
    script(tmp_path, "60_b", 'echo b >> "$_hook_domxml"')
    script(tmp_path, "50_a", 'echo a >> "$_hook_domxml"')
    assert run_hooks(tmp_path, POINT, "start\n").data == "start\na\nb\n"


def test_not_executable_and_hidden_files_are_not_run(tmp_path: Path) -> None:
    script(tmp_path, "50_off", "exit 2", mode=0o644)
    script(tmp_path, ".50_hidden", "exit 2")
    (tmp_path / POINT / "50_folder").mkdir()
    assert run_hooks(tmp_path, POINT, "x").runs == ()


def test_every_executable_runs_whatever_its_name(tmp_path: Path) -> None:
    script(tmp_path, "50_numa.rpmsave", 'echo old > "$_hook_domxml"')
    assert run_hooks(tmp_path, POINT, "x").data == "old\n"


def test_environment_has_properties_and_id(tmp_path: Path) -> None:
    script(
        tmp_path, "50_a", 'echo "$vmId|$numa_nodeset|$HOME|$PYTHONPATH|$(pwd)" > "$_hook_domxml"'
    )
    result = run_hooks(
        tmp_path,
        POINT,
        "",
        vm_id="1234",
        properties={"numa_nodeset": "0-1", "HOME": "/overridden"},
        environ={"HOME": "/root", "PATH": "/usr/bin:/bin"},
    )
    library = ":/usr/lib/python3.9/site-packages/vdsm/hook"
    assert result.data == f"1234|0-1|/overridden|{library}|/\n"


def test_file_is_the_users_alone_and_gone_after(tmp_path: Path) -> None:
    script(tmp_path, "50_a", 'stat -c "%a %n" "$_hook_domxml" > "$_hook_domxml".new\n'
           'cat "$_hook_domxml".new > "$_hook_domxml"; rm "$_hook_domxml".new')  # fmt: skip
    mode, path = run_hooks(tmp_path, POINT, "x").data.split()
    assert mode == "600"
    assert not Path(path).exists()


def test_a_replaced_file_counts(tmp_path: Path) -> None:
    script(tmp_path, "50_a", 'echo new > "$_hook_domxml".t; mv "$_hook_domxml".t "$_hook_domxml"')
    assert run_hooks(tmp_path, POINT, "old").data == "new\n"


def test_rc_2_stops_and_fails_with_its_message(tmp_path: Path) -> None:
    script(tmp_path, "50_a", "echo 'node 7 is missing' >&2; exit 2")
    script(tmp_path, "60_b", "echo never > $_hook_domxml")
    with pytest.raises(HookFailed) as caught:
        run_hooks(tmp_path, POINT, "x")
    assert caught.value.exit_message == "Hook Error: (b'node 7 is missing\\n',)"
    assert [run.rc for run in caught.value.result.runs] == [2]
    assert caught.value.result.data == "x"


@pytest.mark.parametrize("rc", [1, 3, 127])
def test_other_rc_runs_the_next_and_fails(tmp_path: Path, rc: int) -> None:
    script(tmp_path, "50_a", f"echo first >&2; exit {rc}")
    script(tmp_path, "60_b", "echo second >&2")
    with pytest.raises(HookFailed) as caught:
        run_hooks(tmp_path, POINT, "x")
    assert caught.value.stderr == b"first\n"
    assert [run.rc for run in caught.value.result.runs] == [rc, 0]


def test_elsewhere_the_message_is_the_last_scripts(tmp_path: Path) -> None:
    point = "before_vm_migrate_source"
    script(tmp_path, "50_a", "echo first >&2; exit 1", point=point)
    script(tmp_path, "60_b", "echo second >&2", point=point)
    with pytest.raises(HookFailed) as caught:
        run_hooks(tmp_path, point, "x")
    assert caught.value.stderr == b"second\n"


def test_after_points_never_fail(tmp_path: Path) -> None:
    script(tmp_path, "50_a", "exit 2", point="after_vm_destroy")
    assert [r.rc for r in run_hooks(tmp_path, "after_vm_destroy", "x").runs] == [2]
