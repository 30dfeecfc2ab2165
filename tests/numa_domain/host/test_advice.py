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


@pytest.mark.parametrize("text", ["", "x\n", "-1\n", "9" * 5000])
@pytest.mark.parametrize(
    ("setting", "path"),
    [
        ("numa_balancing", "proc/sys/kernel/numa_balancing"),
        ("zone_reclaim_mode", "proc/sys/vm/zone_reclaim_mode"),
        ("ksm", "sys/kernel/mm/ksm/merge_across_nodes"),
        ("transparent_hugepage", "sys/kernel/mm/transparent_hugepage/enabled"),
        ("demotion_enabled", "sys/kernel/mm/numa/demotion_enabled"),
    ],
)
def test_setting_that_says_something_unknown_is_told_so_and_not_judged(
    root: Path, setting: str, path: str, text: str
) -> None:
    (root / path).write_text(text)
    found = HostSettings.read(root)
    assert [(each.setting, each.path) for each in found.unread] == [(setting, f"/{path}")]
    told = about(setting, found)
    assert (told.value, told.todo, told.known) == ("not known", "", False)
    assert f"/{path}: it says {text.strip()[:40]!r}, which is not known here" in told.follows


@pytest.mark.parametrize("name", ["isolated", "nohz_full"])
def test_list_of_cpus_that_is_none_is_told_with_its_file(root: Path, name: str) -> None:
    (root / f"sys/devices/system/cpu/{name}").write_text("3-\n")
    (unread,) = HostSettings.read(root).unread
    assert unread.path == f"/sys/devices/system/cpu/{name}"
    assert unread.reason == "it says '3-', which is not known here"


def test_setting_that_cannot_be_read_is_told_so(root: Path) -> None:
    path = root / "proc/sys/vm/zone_reclaim_mode"
    path.unlink()
    path.mkdir()
    told = about("zone_reclaim_mode", HostSettings.read(root))
    assert told.follows.endswith("/proc/sys/vm/zone_reclaim_mode: Is a directory")


def test_no_cpu_set_apart_is_no_setting_that_cannot_be_read(root: Path) -> None:
    (root / "sys/devices/system/cpu/nohz_full").write_text("(null)\n")
    (root / "sys/devices/system/cpu/isolated").write_text("\0\n")
    found = HostSettings.read(root)
    assert (found.isolated, found.nohz_full, found.unread) == (Cpuset(), Cpuset(), ())


def test_cpus_without_tick_are_told_as_isolated_ones_are() -> None:
    assert about("nohz_full", HostSettings(nohz_full=Cpuset.parse("2-3"))).value == "2-3"


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
        (HostSettings(numa_balancing=3), "numa_balancing", False),
        (HostSettings(ksm_run=1), "nodes", False),
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
    assert said.out.endswith("\n3 to change: see the lines with =>\n")
    told = json.loads(numa_domain("host", "--advise", "--root", str(root), "--json").out)
    assert sum(bool(each["todo"]) for each in told["advice"]) == 3
    assert whole() == before


def test_metrics_have_what_would_be_changed(numa_domain: Any, root: Path) -> None:
    out = numa_domain("metrics", "--root", str(root)).out
    assert 'ovirt_numa_host_setting_advised{setting="ksm"} 1\n' in out
    assert 'ovirt_numa_host_setting_advised{setting="numa_balancing"} 0\n' in out


@pytest.mark.parametrize(
    ("nodes", "sockets", "follows", "todo"),
    [
        (1, 2, "all memory is equally far", True),
        (1, 1, "all memory is equally far", False),
        (2, 1, "a socket is 2 nodes (SNC, or NPS2)", False),
        (3, 2, "a socket is several nodes", False),
    ],
)
def test_nodes_and_sockets_of_unequal_numbers_are_told_without_inventing_a_factor(
    nodes: int, sockets: int, follows: str, todo: bool
) -> None:
    told = about("nodes", HostSettings(sockets=sockets), host(nodes=nodes))
    assert told.follows.startswith(follows)
    assert bool(told.todo) is todo


def of(*nodes: Node) -> HostTopology:
    return HostTopology.of(nodes)


def test_slow_memory_beside_one_interleaved_node_does_not_hide_the_interleaving() -> None:
    cxl = of(Node(0, Cpuset.of(range(8)), 16 * GIB, 0), Node(1, Cpuset(), 16 * GIB, 0))
    told = [each for each in advise(cxl, HostSettings(sockets=2)) if each.setting == "nodes"]
    assert "interleaving" in told[0].todo


def test_node_with_cpus_and_no_memory_is_told_and_needs_no_huge_pages() -> None:
    bare = of(
        Node(0, Cpuset.of(range(8)), 16 * GIB, 0, pages={GIB: PagePool(4, 0)}),
        Node(1, Cpuset.of(range(8, 16)), 0, 0),
    )
    found = {each.setting: each for each in advise(bare, HostSettings())}
    assert found["nodes without memory"].value == "1"
    assert found["nodes without memory"].todo
    assert found["huge pages of 1 GiB"].todo == ""


def test_node_of_memory_alone_is_told() -> None:
    cxl = of(Node(0, Cpuset.of(range(8)), 16 * GIB, 0), Node(2, Cpuset(), 16 * GIB, 0))
    assert about("nodes without CPUs", HostSettings(), cxl).value == "2"
    assert about("demotion_enabled", HostSettings(demotion=True), cxl).todo
    assert not about("demotion_enabled", HostSettings(demotion=True)).todo


def test_merging_on_a_host_with_one_node_is_not_to_be_changed() -> None:
    merging = HostSettings(ksm_run=1, merge_across_nodes=True)
    assert about("ksm", merging, host(nodes=1)).todo == ""


def test_merging_that_was_off_is_not_switched_on_by_what_is_advised() -> None:
    off = HostSettings(ksm_run=0, merge_across_nodes=True, ksm_sharing=9)
    assert about("ksm", off).todo.endswith("echo 0 > /sys/kernel/mm/ksm/run")
    on = off.replace(ksm_run=1)
    assert about("ksm", on).todo.endswith("echo 1 > /sys/kernel/mm/ksm/run")


def test_host_reads_the_root_that_is_given_also_without_advise(
    numa_domain: Any, root: Path
) -> None:
    said = numa_domain("host", "--root", str(root), "--json")
    assert (said.code, said.err) == (0, "")
    assert [node["memory_kib"] for node in json.loads(said.out)["nodes"]] == [16 * GIB] * 2
