# SPDX-License-Identifier: Apache-2.0
"""The threads of a core, as the kernel lists them."""

from __future__ import annotations

from pathlib import Path

import pytest

from numa_domain.base.errors import HostError
from numa_domain.base.idset import Cpuset
from numa_domain.host.cores import read_cores


def write(root: Path, cpu: int, text: str) -> None:
    path = root / f"devices/system/cpu/cpu{cpu}/topology/thread_siblings_list"
    path.parent.mkdir(parents=True)
    path.write_text(f"{text}\n")


def test_threads_of_a_core_are_one_core(tmp_path: Path) -> None:
    for cpu, text in ((0, "0,2"), (1, "1,3"), (2, "0,2"), (3, "1,3")):
        write(tmp_path, cpu, text)
    found = read_cores(Cpuset.parse("0-3"), str(tmp_path))
    assert found == {Cpuset.parse("0,2"), Cpuset.parse("1,3")}


def test_cpu_of_which_nothing_is_said_is_a_core_by_itself(tmp_path: Path) -> None:
    write(tmp_path, 0, "0-1")
    found = read_cores(Cpuset.parse("0,5"), str(tmp_path))
    assert found == {Cpuset.parse("0-1"), Cpuset.parse("5")}


def test_list_that_is_none_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, 0, "x")
    with pytest.raises(HostError, match="thread_siblings_list"):
        read_cores(Cpuset.parse("0"), str(tmp_path))


def test_this_machines_cpus_are_all_in_some_core() -> None:
    cpus = Cpuset.parse("0")
    assert all(0 in core for core in read_cores(cpus))
