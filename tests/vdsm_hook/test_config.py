# SPDX-License-Identifier: Apache-2.0
"""The configuration file: what it may say, and how it is told what is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from numa_domain.base.errors import NumaError
from vdsm_hook.config import DEFAULT, Config

KEYS = (
    "sysfs, proc, cgroup, run_dir, log_file, log_level, time_limit, kernel_percent, "
    "qemu_percent, start_grace, libvirt_uri, libvirt_password_file"
)


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "hook.conf"
    path.write_text(text)
    return str(path)


def test_config_keys_are_read_and_others_keep_their_defaults(tmp_path: Path) -> None:
    text = "# ours\n\n sysfs = /mnt/sys \ntime_limit=2.5\nstart_grace = 60\nlog_level = debug\n"
    assert Config.read(written(tmp_path, text)) == Config(
        sysfs="/mnt/sys", time_limit=2.5, start_grace=60, log_level="debug"
    )


def test_config_empty_is_all_defaults(tmp_path: Path) -> None:
    assert Config.read(written(tmp_path, "")) == Config()


def test_config_no_log_is_an_empty_log_file(tmp_path: Path) -> None:
    assert Config.read(written(tmp_path, "log_file =\n")).log_file == ""


@pytest.mark.skipif(os.path.exists(DEFAULT), reason=f"{DEFAULT} is on this machine")
def test_config_default_file_may_be_absent() -> None:
    assert Config.read(DEFAULT) == Config()


@pytest.mark.parametrize(
    ("text", "where", "error"),
    [
        (
            "sysfs = /sys\ntimelimit = 3\n",
            ", line 2",
            f"there is no key 'timelimit'; the keys are {KEYS}",
        ),
        (
            "sysfs /sys",
            ", line 1",
            "'sysfs /sys' is not key = value; correct the line, or put a # before it",
        ),
        ("sysfs = sys", ", line 1", "'sys' cannot be sysfs; write an absolute path"),
        ("time_limit = 10", ", line 1", "'10' cannot be time_limit; write seconds from 0.1 to 9"),
        ("time_limit = 1e9", ", line 1", "'1e9' cannot be time_limit; write seconds from 0.1 to 9"),
        (
            "start_grace = 5",
            ", line 1",
            "'5' cannot be start_grace; write whole seconds, at least 10",
        ),
        (
            "log_level = loud",
            ", line 1",
            "'loud' cannot be log_level; write one of error, warning, info, debug",
        ),
        (
            "libvirt_uri = qemu system",
            ", line 1",
            "'qemu system' cannot be libvirt_uri; "
            "write an address as libvirt has it, such as qemu:///system",
        ),
    ],
)
def test_config_mistake_is_told_with_its_line(
    tmp_path: Path, text: str, where: str, error: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(NumaError) as caught:
        Config.read(path)
    assert str(caught.value) == f"{path}{where}: {error}"


def test_config_named_and_absent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NumaError) as caught:
        Config.read(str(tmp_path / "gone.conf"))
    assert str(caught.value) == (
        f"{tmp_path}/gone.conf: the hook's configuration cannot be read: it is not there; "
        "restore the file, or run numa-hook install --config with another"
    )


def test_config_fifo_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "hook.conf")
    with pytest.raises(NumaError) as caught:
        Config.read(str(tmp_path / "hook.conf"))
    assert "cannot be read: not a regular file" in str(caught.value)


@pytest.mark.parametrize("key", ["kernel_percent", "qemu_percent"])
def test_config_margins_are_per_cent(tmp_path: Path, key: str) -> None:
    path = tmp_path / "hook.conf"
    path.write_text(f"{key} = 50\n")
    assert getattr(Config.read(str(path)), key) == 50
    path.write_text(f"{key} = 1001\n")
    with pytest.raises(NumaError) as caught:
        Config.read(str(path))
    assert str(caught.value) == (
        f"{path}, line 1: '1001' cannot be {key}; write per cent from 0 to 1000"
    )
