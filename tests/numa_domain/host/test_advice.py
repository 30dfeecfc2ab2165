# SPDX-License-Identifier: Apache-2.0
"""A host's settings: read without a change, and told with what follows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from numa_domain.base.idset import Cpuset
from numa_domain.host.advice import Advice, advise
from numa_domain.host.model import HostTopology, Node, PagePool
from numa_domain.host.settings import HostSettings
from tests.sysfs_tree import write_sysfs

GIB = 1 << 20


def host(*pools: int, nodes: int = 2) -> HostTopology:
    """Nodes of 16 GiB with 8 CPUs, and as many pages of 1 GiB."""
    return HostTopology.of(
        Node(
            i,
            Cpuset.of(range(8 * i, 8 * i + 8)),
            16 * GIB,
            8 * GIB,
            pages={GIB: PagePool(pools[i], 0)} if pools else {},
        )
        for i in range(nodes)
    )


def about(setting: str, found: HostSettings, on: HostTopology | None = None) -> Advice:
    mine = [each for each in advise(on or host(), found) if each.setting.startswith(setting)]
    assert len(mine) == 1
    return mine[0]


FILES = {
    "proc/sys/kernel/numa_balancing": "1\n",
    "proc/sys/vm/zone_reclaim_mode": "1\n",
    "proc/77/comm": "numad\n",
    "sys/kernel/mm/ksm/run": "1\n",
    "sys/kernel/mm/ksm/merge_across_nodes": "1\n",
    "sys/kernel/mm/ksm/pages_sharing": "4096\n",
    "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
    "sys/kernel/mm/numa/demotion_enabled": "true\n",
    "sys/devices/system/cpu/isolated": "6-7\n",
    "sys/devices/system/cpu/cpu0/topology/physical_package_id": "0\n",
    "sys/devices/system/cpu/cpu8/topology/physical_package_id": "1\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_sysfs(host(), tmp_path / "sys")
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_settings_are_read_as_the_kernel_has_them(root: Path) -> None:
    assert HostSettings.read(root) == HostSettings(
        numa_balancing=1,
        zone_reclaim=1,
        ksm_run=1,
        merge_across_nodes=True,
        ksm_sharing=4096,
        huge_pages="madvise",
        demotion=True,
        isolated=Cpuset.parse("6-7"),
        sockets=2,
        numad=77,
    )


def test_settings_of_a_kernel_without_them_are_none(tmp_path: Path) -> None:
    assert HostSettings.read(tmp_path) == HostSettings()
    assert [each.setting for each in advise(host(), HostSettings())] == ["nodes"]


@pytest.mark.parametrize(
    ("found", "setting", "changes"),
    [
        (HostSettings(ksm_run=1, merge_across_nodes=True), "ksm", True),
        (HostSettings(ksm_run=0, merge_across_nodes=True, ksm_sharing=9), "ksm", True),
        (HostSettings(ksm_run=0, merge_across_nodes=True), "ksm", False),
        (HostSettings(ksm_run=1, merge_across_nodes=False), "ksm", False),
        (HostSettings(zone_reclaim=1), "zone_reclaim_mode", True),
        (HostSettings(zone_reclaim=0), "zone_reclaim_mode", False),
        (HostSettings(numa_balancing=1), "numa_balancing", False),
        (HostSettings(numa_balancing=4), "numa_balancing", False),
        (HostSettings(huge_pages="never"), "transparent_hugepage", False),
        (HostSettings(demotion=True), "demotion_enabled", True),
        (HostSettings(isolated=Cpuset.parse("3")), "isolcpus", False),
        (HostSettings(numad=5), "numad", True),
    ],
)
def test_setting_is_told_with_what_to_change(
    found: HostSettings, setting: str, changes: bool
) -> None:
    each = about(setting, found)
    assert bool(each.todo) is changes
    assert each.follows


def test_pool_that_a_node_lacks_is_told_by_node() -> None:
    lacking = about("huge pages", HostSettings(), host(4, 0))
    assert lacking.value == "4 on node 0, 0 on node 1"
    assert lacking.follows == "a cell with page=1G cannot lie on node 1"
    assert "/node1/hugepages/hugepages-1048576kB/nr_hugepages" in lacking.todo
    assert about("huge pages", HostSettings(), host(4, 4)).todo == ""


def test_nodes_say_whether_the_firmware_divides_sockets_or_joins_them() -> None:
    assert "NPS2" in about("nodes", HostSettings(sockets=2), host(nodes=4)).follows
    assert about("nodes", HostSettings(sockets=2)).todo == ""
    assert "firmware" in about("nodes", HostSettings(sockets=2), host(nodes=1)).todo
    assert about("nodes", HostSettings(sockets=1), host(nodes=1)).todo == ""


def test_host_advise_tells_all_and_changes_nothing(numa_domain: Any, root: Path) -> None:
    def whole() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in root.rglob("*") if p.is_file()}

    before = whole()
    said = numa_domain("host", "--advise", "--root", str(root))
    assert (said.code, said.err) == (0, "")
    assert "ksm: run 1, 4096 pages saved, merge_across_nodes 1\n" in said.out
    assert said.out.endswith("\n4 to change: see the lines with =>\n")
    told = json.loads(numa_domain("host", "--advise", "--root", str(root), "--json").out)
    assert sum(bool(each["todo"]) for each in told["advice"]) == 4
    assert whole() == before


def test_metrics_have_what_would_be_changed(numa_domain: Any, root: Path) -> None:
    out = numa_domain("metrics", "--root", str(root)).out
    assert 'ovirt_numa_host_setting_advised{setting="ksm"} 1\n' in out
    assert 'ovirt_numa_host_setting_advised{setting="numa_balancing"} 0\n' in out
