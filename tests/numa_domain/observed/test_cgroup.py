# SPDX-License-Identifier: Apache-2.0
"""A VM's memory by its cgroup: which group, and which figures of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from numa_domain.observed.cgroup import node_memory, read_file, read_statistics

SCOPE = "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope"
PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024


def machine(folder: Path, cgroup: str, groups: dict[str, str]) -> dict[int, int]:
    """What is found for process 7, in this line of /proc, with these groups' figures."""
    (folder / "proc/7").mkdir(parents=True)
    (folder / "proc/7/cgroup").write_text(cgroup)
    for group, text in groups.items():
        path = folder / "cgroup" / group.lstrip("/")
        path.mkdir(parents=True, exist_ok=True)
        (path / "memory.numa_stat").write_text(text)
    return node_memory(7, str(folder / "proc"), str(folder / "cgroup"))


@pytest.mark.parametrize("below", ["", "/libvirt/emulator", "/libvirt"])
def test_node_memory_is_that_of_the_scope(tmp_path: Path, below: str) -> None:
    groups = {SCOPE: "anon N0=8192\n", "/machine.slice": "anon N0=999999\n"}
    assert machine(tmp_path, f"0::{SCOPE}{below}\n", groups) == {0: 8}


def test_node_memory_of_version_1_is_below_its_controller(tmp_path: Path) -> None:
    lines = f"4:cpuset,cpu:/x\n9:memory:{SCOPE}\n1:name=systemd:/y\n"
    groups = {f"/memory{SCOPE}": "hierarchical_anon=3 N0=1 N1=2\n"}
    assert machine(tmp_path, lines, groups) == {0: PAGE_KIB, 1: 2 * PAGE_KIB}


def test_node_memory_is_unknown_where_no_group_is_a_vms(tmp_path: Path) -> None:
    groups = {"/user.slice": "anon N0=8192\n"}
    assert machine(tmp_path, "0::/user.slice\n", groups) == {}


def test_node_memory_of_a_process_that_has_ended_is_unknown(tmp_path: Path) -> None:
    assert node_memory(8, str(tmp_path)) == {}


def test_read_file_reads_to_the_end_and_not_what_it_may_not(tmp_path: Path) -> None:
    (tmp_path / "long").write_text("x" * 200_000)
    assert len(read_file(str(tmp_path / "long"))) == 200_000
    assert read_file(str(tmp_path)) == read_file(str(tmp_path / "absent")) == ""


def test_statistics_of_version_2_is_anonymous_and_shared_memory_in_bytes() -> None:
    text = "anon N0=8192 N1=4096\nfile N0=999999 N1=0\nshmem N0=0 N1=4096\n"
    assert read_statistics(text) == {0: 8, 1: 8}


def test_statistics_of_version_1_is_the_hierarchys_anonymous_pages() -> None:
    text = "total=9 N0=4 N1=5\nanon=1 N0=1\nhierarchical_anon=7 N0=3 N1=4\n"
    assert read_statistics(text, page_kib=64) == {0: 192, 1: 256}
