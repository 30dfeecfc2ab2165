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


@pytest.mark.parametrize(
    "group",
    [
        "/machine.slice/vm-17.scope",
        "/production.slice/lxc-host.slice/vm.scope",
        "/machine/web1.libvirt",
        "/docker/0d5f3a52",
    ],
)
@pytest.mark.parametrize("below", ["", "/libvirt", "/libvirt/emulator", "/libvirt/vcpu12"])
def test_node_memory_is_found_whatever_the_group_is_called(
    tmp_path: Path, group: str, below: str
) -> None:
    assert machine(tmp_path, f"0::{group}{below}\n", {group: "anon N0=8192\n"}) == {0: 8}


@pytest.mark.parametrize(
    "group",
    [
        *("/", "/machine", "/machine.slice", "/system.slice/libvirtd.service"),
        *("/a/session-1.scope", "/init.scope", "/x/init.scope", "/../../machine.slice/vm.scope"),
    ],
)
def test_node_memory_of_a_group_of_many_is_unknown(tmp_path: Path, group: str) -> None:
    assert machine(tmp_path, f"0::{group}\n", {group: "anon N0=8192\n"}) == {}


def test_node_memory_of_a_group_with_another_vm_is_unknown(tmp_path: Path) -> None:
    group = tmp_path / "cgroup/pods/a"
    group.mkdir(parents=True)
    (group / "cgroup.procs").write_text("7\n8\n")
    (tmp_path / "proc/8").mkdir(parents=True)
    (tmp_path / "proc/8/cmdline").write_bytes(b"qemu\0-uuid\0x\0")
    assert machine(tmp_path, "0::/pods/a\n", {"/pods/a": "anon N0=8192\n"}) == {}
    (group / "cgroup.procs").write_text("7\n9\n")
    (tmp_path / "proc/7/cgroup").write_text("0::/pods/a\n")
    assert node_memory(7, f"{tmp_path}/proc", f"{tmp_path}/cgroup") == {0: 8}


def test_statistics_of_version_1_count_shared_memory_that_must_be_there(tmp_path: Path) -> None:
    """A VM with shared memory has nearly nothing that is anonymous."""
    group = tmp_path / f"cgroup/memory{SCOPE}"
    group.mkdir(parents=True)
    (group / "memory.stat").write_text("shmem 1\ntotal_shmem 8192000\n")
    text = "hierarchical_anon=1 N0=1 N1=0\nhierarchical_file=2100 N0=2000 N1=100\n"
    found = machine(tmp_path, f"9:memory:{SCOPE}\n", {f"/memory{SCOPE}": text})
    cached = {0: 2000 * PAGE_KIB, 1: 100 * PAGE_KIB}
    assert found == {0: PAGE_KIB + 8000 - cached[1], 1: 0}


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
