# SPDX-License-Identifier: Apache-2.0
"""The CPUs that VMs can use: each of the three things that take one away, and both versions of
control groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from numa_domain.base.errors import HostError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.host.sysfs import read_sysfs
from numa_domain.host.usable_cpus import HostCpus, usable_cpus
from tests.hosts import load_hosts
from tests.makers import host
from tests.sysfs_tree import write_sysfs

CPU = "devices/system/cpu"


@pytest.fixture
def sys(tmp_path: Path) -> Path:
    """Two nodes of eight CPUs, 0-7 and 8-15."""
    return write_sysfs(host(16, 16), tmp_path)


def put(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_all_online_cpus_where_nothing_takes_one(sys: Path) -> None:
    assert str(usable_cpus(sys)) == "0-15"


@pytest.mark.parametrize(
    ("path", "text", "left"),
    [
        (f"{CPU}/online", "0-2,4-15\n", "0-2,4-15"),
        (f"{CPU}/isolated", "2-3,8\n", "0-1,4-7,9-15"),
        (f"{CPU}/isolated", "\n", "0-15"),
        ("fs/cgroup/machine.slice/cpuset.cpus.effective", "4-11\n", "4-11"),
        ("fs/cgroup/cpuset.cpus.effective", "0-13\n", "0-13"),
        ("fs/cgroup/cpuset/machine.slice/cpuset.effective_cpus", "1-15\n", "1-15"),
        ("fs/cgroup/cpuset/cpuset.effective_cpus", "0-14\n", "0-14"),
        ("fs/cgroup/machine.slice/cpuset.cpus.effective", "0-63\n", "0-15"),
    ],
)
def test_cpu_is_taken_away(sys: Path, path: str, text: str, left: str) -> None:
    put(sys, path, text)
    assert str(usable_cpus(sys)) == left


def test_group_of_vms_counts_and_not_the_one_above(sys: Path) -> None:
    put(sys, "fs/cgroup/cpuset.cpus.effective", "0-15\n")
    put(sys, "fs/cgroup/machine.slice/cpuset.cpus.effective", "0-3\n")
    assert str(usable_cpus(sys)) == "0-3"


def test_all_of_them_together(sys: Path) -> None:
    put(sys, f"{CPU}/online", "0-14\n")
    put(sys, f"{CPU}/isolated", "1\n")
    put(sys, "fs/cgroup/machine.slice/cpuset.cpus.effective", "0-3,14-15\n")
    assert str(usable_cpus(sys)) == "0,2-3,14"


def test_cpus_of_nodes_are_usable_ones(sys: Path) -> None:
    put(sys, f"{CPU}/isolated", "8-9\n")
    found = HostCpus.from_sysfs(sys)
    assert str(found.of(Nodeset.parse("1"))) == "10-15"
    assert str(found.of(Nodeset.parse("0-1"))) == "0-7,10-15"
    assert (str(found.nodes[1]), str(found.online)) == ("8-15", "0-15")


def test_node_that_is_not_there_has_none(sys: Path) -> None:
    found = HostCpus.from_sysfs(sys)
    assert found.of(Nodeset.parse("7")) == Cpuset()
    assert (str(found.near(Nodeset.parse("7"))), str(found.near(Nodeset.parse("1,7")))) == (
        "",
        "8-15",
    )


def test_node_whose_cpus_are_all_isolated_has_cpus_and_none_to_use(sys: Path) -> None:
    put(sys, f"{CPU}/isolated", "8-15\n")
    found = HostCpus.from_sysfs(sys)
    node = Nodeset.parse("1")
    assert (str(found.of(node)), str(found.near(node))) == ("", "8-15")


def test_file_that_is_none_of_the_kernels_is_refused(sys: Path) -> None:
    put(sys, f"{CPU}/isolated", "two\n")
    with pytest.raises(HostError) as caught:
        usable_cpus(sys)
    assert str(caught.value).replace(f"{sys}/", "") == (
        "devices/system/cpu/isolated: a list of ids like 0-7,16 is expected, and 'two' is there; "
        "check that this is the sysfs of a Linux host"
    )


@pytest.mark.parametrize("name", load_hosts())
def test_nodes_have_the_cpus_that_the_whole_reader_finds(name: str, tmp_path: Path) -> None:
    root = write_sysfs(load_hosts()[name], tmp_path)
    whole = read_sysfs(root)
    assert HostCpus.from_sysfs(root).nodes == {n.id: n.cpus for n in whole.nodes.values()}
