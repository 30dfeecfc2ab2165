# SPDX-License-Identifier: Apache-2.0
"""The service's file: what is written is read again, and what is not ours is none."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from numa_domain.affinity.holding import Held
from numa_domain.base.idset import Cpuset
from vdsm_hook.affinity.state import (
    State,
    StateUnreadable,
    VcpuGroup,
    VmState,
    process_ticks,
    read,
    running,
    to_json,
    write,
)


def cpus(text: str) -> Cpuset:
    return Cpuset.parse(text)


VM = VmState(
    "0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90",
    "web1",
    3,
    (
        VcpuGroup(cpus("0-1,4"), "held", cpus("0-5"), cpus("0-1")),
        VcpuGroup(cpus("2-3"), "away", cpus("0-1"), cpus("0-1")),
        VcpuGroup(cpus("5"), "free", cpus("0-5"), cpus("0-5")),
        VcpuGroup(cpus("6"), "left", cpus("1"), cpus("1")),
    ),
    "away",
)
STATE = State(os.getpid(), 4711, 1_772_355_302, connected=True, passes=2, pins=128, vms=(VM,))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write(STATE, f"{tmp_path}/run")
    assert read(f"{tmp_path}/run") == STATE
    assert (tmp_path / "run/affinity.json").stat().st_mode & 0o777 == 0o644


def test_remembered_are_vcpus_that_are_held_or_were_to_be() -> None:
    here, away = Held(cpus("0-5"), cpus("0-1")), Held(cpus("0-1"), cpus("0-1"))
    assert VM.held == {0: here, 1: here, 4: here, 2: away, 3: away}


def test_vcpus_are_counted_by_their_states() -> None:
    assert [STATE.count(name) for name in ("held", "away", "free", "left")] == [3, 2, 1, 1]


def test_nothing_there_is_none(tmp_path: Path) -> None:
    assert read(f"{tmp_path}/nowhere") is None


PLAIN: dict[str, Any] = {"id": "a", "name": "b", "run": 1, "problem": "", "vcpus": []}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"version": 2}, "ValueError: version 2"),
        ({"pid": "4711"}, "TypeError: pid"),
        ({"connected": 1}, "TypeError: connected"),
        ({"vms": None}, "TypeError: 'NoneType' object is not iterable"),
        ({"vms": [{}]}, "KeyError: 'vcpus'"),
        ({"started": 1 << 60}, "ValueError: started"),
        ({"pins": -1}, "ValueError: pins"),
        ({"pid": -1}, "ValueError: pid"),
        ({"vms": [{**PLAIN, "id": 1}]}, "TypeError: vms"),
        ({"vms": [{**PLAIN, "name": ["b"]}]}, "TypeError: vms"),
        ({"vms": [{**PLAIN, "run": "1"}]}, "TypeError: run"),
        ({"vms": [{"vcpus": [{"vcpus": "x"}]}]}, "NodesetSyntax: in 'x', an id"),
    ],
)
def test_file_of_another_release_or_kind_is_told(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    (tmp_path / "affinity.json").write_text(json.dumps({**to_json(STATE), **change}))
    assert unreadable(tmp_path).startswith(reason)


def unreadable(folder: Path) -> str:
    """The reason."""
    with pytest.raises(StateUnreadable) as caught:
        read(str(folder))
    assert str(caught.value).startswith(
        f"{folder}/affinity.json: what numa-affinity holds cannot be read: "
    )
    return str(caught.value).partition("cannot be read: ")[2]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "\0", '{"version": 1}', "\u00e4", "[" * 100_000]
)
def test_file_that_is_damaged_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "affinity.json").write_bytes(text.encode("latin-1"))
    unreadable(tmp_path)


def test_link_is_not_followed(tmp_path: Path) -> None:
    write(STATE, f"{tmp_path}/other")
    (tmp_path / "affinity.json").symlink_to(tmp_path / "other/affinity.json")
    assert unreadable(tmp_path).startswith("Too many levels of symbolic links; let the user vdsm")


def test_directory_in_the_files_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "affinity.json").mkdir()
    assert unreadable(tmp_path).startswith("Is a directory; ")


def test_directory_that_root_makes_is_for_the_hooks_user(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    os.chown(tmp_path, 65534, 65534)
    write(STATE, f"{tmp_path}/run")
    assert (tmp_path / "run").stat().st_uid == 65534


@pytest.mark.parametrize("name", ["affinity.json", "affinity.json.new"])
@pytest.mark.parametrize("kind", ["directory", "fifo", "link"])
def test_file_is_written_whatever_is_in_its_way(tmp_path: Path, name: str, kind: str) -> None:
    path = tmp_path / name
    {"directory": Path.mkdir, "fifo": os.mkfifo, "link": lambda p: p.symlink_to("x")}[kind](path)
    write(STATE, str(tmp_path))
    assert read(str(tmp_path)) == STATE


def test_service_runs_while_its_process_is_there() -> None:
    mine = STATE.replace(ticks=process_ticks(os.getpid()))
    assert running(mine)
    assert not running(mine.replace(ticks=mine.ticks - 1))
    assert not running(mine.replace(pid=2**22 + 1))
    assert not running(STATE.replace(ticks=0))
    assert not running(None)
