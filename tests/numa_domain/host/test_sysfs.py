# SPDX-License-Identifier: Apache-2.0
"""Hosts read from sysfs: captured ones written to disk, real files' oddities, and garbage."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from numa_domain.base.errors import HostError
from numa_domain.base.idset import Nodeset
from numa_domain.host.json_format import read_json, write_json
from numa_domain.host.sysfs import devices_from_sysfs, read_sysfs
from tests.hosts import load_hosts
from tests.sysfs_tree import write_sysfs

NODES = "devices/system/node"
KERNEL = "check that this is the sysfs of a Linux host"
MOUNT = "check that sysfs is mounted there and who may read it"

MEMINFO = """
Node 1 MemTotal:       67108864 kB
Node 1 MemFree:        57913400 kB
Node 1 MemUsed:         9195464 kB
Node 1 Active:          7193236 kB
Node 1 Inactive:         166232 kB
Node 1 Active(anon):    7151120 kB
Node 1 Inactive(anon):    67848 kB
Node 1 Active(file):      42116 kB
Node 1 Inactive(file):    98384 kB
Node 1 Unevictable:           0 kB
Node 1 Mlocked:               0 kB
Node 1 Dirty:              5068 kB
Node 1 Writeback:             0 kB
Node 1 FilePages:        208364 kB
Node 1 Shmem:             67864 kB
Node 1 SReclaimable:      25472 kB
Node 1 AnonHugePages:   4392960 kB
Node 1 HugePages_Total:     0
Node 1 HugePages_Free:      0
"""
"""Of a real host; shortened."""


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """The sysfs of a host with nodes 0 and 1, each with pools of two sizes."""
    host = load_hosts()["hwloc:32em64t-2n8c+dax+nvme+mic+dimms"]
    return write_sysfs(host, tmp_path)


def put(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def said(root: Path) -> str:
    """What reading it is refused with, without the root in it."""
    with pytest.raises(HostError) as caught:
        read_sysfs(root)
    return str(caught.value).replace(f"{root}/", "")


@pytest.mark.parametrize("name", load_hosts())
def test_every_captured_host_reads_back_the_same(name: str, tmp_path: Path) -> None:
    host = load_hosts()[name]
    assert read_sysfs(write_sysfs(host, tmp_path)) == host


@pytest.mark.parametrize("reclaimable", [0, 1, 5000, 147_819, 300_001, 9_000_000])
def test_page_cache_and_pools_read_back_the_same(reclaimable: int, tmp_path: Path) -> None:
    host = read_json(
        '{"nodes": [{"id": 3, "cpus": "0-3", "memory_kib": 16747124, "free_kib": 2000000,'
        f'"reclaimable_kib": {reclaimable}, "distances": {{"3": 10}},'
        '"pages": {"2048": {"total": 512, "free": 12}, "1048576": {"total": 4, "free": 4}}}],'
        '"devices": {"0000:3b:00.0": 3}}'
    )
    assert read_sysfs(write_sysfs(host, tmp_path)) == host


def test_this_machine_is_read() -> None:
    if not os.path.isdir(f"/sys/{NODES}/node0"):
        pytest.skip("this machine has no /sys/devices/system/node/node0")
    host = read_sysfs()
    online = Path("/sys/devices/system/cpu/online").read_text().strip()
    cpus = [i for node in host.nodes.values() for i in node.cpus]
    assert str(Nodeset.of(cpus)) == str(Nodeset.parse(online))
    assert all(node.available_kib <= node.memory_kib for node in host.nodes.values())
    assert host.memory_nodes
    assert read_json(write_json(host)) == host


def test_reclaimable_counts_clean_cache_less_what_the_kernel_keeps(two: Path) -> None:
    put(two, f"{NODES}/node1/meminfo", MEMINFO)
    node = read_sysfs(two).nodes[1]
    # (42116 + 98384 - 5068) / 2 of the file cache, 25472 / 2 of the slab
    assert (node.memory_kib, node.free_kib) == (67108864, 57913400)
    assert node.reclaimable_kib == 67716 + 12736


def test_reclaimable_large_cache_keeps_the_low_watermark_only(two: Path) -> None:
    text = MEMINFO.replace("     42116 kB", "   8388608 kB").replace("57913400", "  700000")
    put(two, f"{NODES}/node1/meminfo", text)
    node = read_sysfs(two).nodes[1]
    assert node.reclaimable_kib == 8388608 + 98384 - 5068 - (131072 + 67108) + 12736


def test_reclaimable_old_kernel_counts_file_pages_without_shmem(two: Path) -> None:
    lines = [line for line in MEMINFO.splitlines() if "(file)" not in line]
    put(two, f"{NODES}/node1/meminfo", "\n".join(lines))
    cache = 208364 - 67864 - 5068
    assert read_sysfs(two).nodes[1].reclaimable_kib == cache - cache // 2 + 12736


def test_reclaimable_not_told_is_none(two: Path) -> None:
    put(two, f"{NODES}/node1/meminfo", "Node 1 MemTotal: 5000 kB\nNode 1 MemFree: 4000 kB")
    node = read_sysfs(two).nodes[1]
    assert (node.memory_kib, node.free_kib, node.reclaimable_kib) == (5000, 4000, 0)


def test_offline_cpus_in_a_cpulist_are_left_out(two: Path) -> None:
    put(two, "devices/system/cpu/online", "0-2,8-15\n")
    assert str(read_sysfs(two).nodes[0].cpus) == "0-2"


def test_cpulists_count_where_nothing_says_which_cpus_are_online(two: Path) -> None:
    (two / "devices/system/cpu/online").unlink()
    assert str(read_sysfs(two).nodes[0].cpus) == "0-7"


def test_cpulists_that_overlap_stay_as_they_are(two: Path) -> None:
    put(two, f"{NODES}/node1/cpulist", "0-15\n")
    host = read_sysfs(two)
    assert [str(node.cpus) for node in host.nodes.values()] == ["0-7", "0-15"]


def test_rhel7_kernel_ends_lists_with_nul(two: Path) -> None:
    put(two, f"{NODES}/online", "0-1\n\0")
    put(two, f"{NODES}/node0/cpulist", "0-7\n\0")
    assert str(read_sysfs(two).nodes[0].cpus) == "0-7"


def test_offline_node_is_not_read(two: Path) -> None:
    put(two, f"{NODES}/online", "1\n")
    put(two, f"{NODES}/node1/distance", "10\n")
    (two / NODES / "node0" / "meminfo").unlink()
    host = read_sysfs(two)
    assert list(host.nodes) == [1]
    assert host.nodes[1].distances == {1: 10}


def test_distances_of_possible_nodes_lose_the_offline_ones(two: Path) -> None:
    # A captured host with node 0 offline has a column for it all the same: "21 10"
    put(two, f"{NODES}/online", "1\n")
    put(two, f"{NODES}/possible", "0-1\n")
    put(two, f"{NODES}/node1/distance", "21 10\n")
    assert read_sysfs(two).nodes[1].distances == {1: 10}


def test_distances_of_nobody_knows_which_nodes_are_not_told(two: Path) -> None:
    put(two, f"{NODES}/node1/distance", "21 10 40\n")
    host = read_sysfs(two)
    assert host.nodes[1].distances == {}
    assert host.distance(1, 0) == 21


def test_distances_out_of_range_are_not_told(two: Path) -> None:
    put(two, f"{NODES}/node1/distance", "0 10\n")
    assert read_sysfs(two).nodes[1].distances == {1: 10}


def test_nodes_are_found_by_folder_where_no_file_names_them(two: Path) -> None:
    (two / NODES / "online").unlink()
    assert list(read_sysfs(two).nodes) == [0, 1]


def test_devices_have_the_node_that_sysfs_tells(two: Path) -> None:
    for address, node in [("0000:3b:00.0", 1), ("0000:5e:00.0", -1), ("0000:86:00.0", 7)]:
        put(two, f"bus/pci/devices/{address}/numa_node", f"{node}\n")
    assert read_sysfs(two).devices == {"0000:3b:00.0": 1}
    assert read_sysfs(two, pci=["0000:5e:00.0"]).devices == {}
    assert devices_from_sysfs(two, ["0000:86:00.0"]) == {"0000:86:00.0": 7}


def test_devices_that_nobody_asks_for_are_not_read(two: Path) -> None:
    put(two, "bus/pci/devices/0000:3b:00.0/numa_node", "garbage\n")
    assert read_sysfs(two, pci=["0000:5e:00.0"]).devices == {}
    assert said(two) == (
        "bus/pci/devices/0000:3b:00.0/numa_node: a whole number is expected, and 'garbage' "
        f"is there; {KERNEL}"
    )


def test_no_nodes_says_so(tmp_path: Path) -> None:
    text = (
        "devices/system/node: there are no NUMA nodes here; "
        "name the directory that is sysfs, or boot a kernel that has CONFIG_NUMA"
    )
    assert said(tmp_path) == text
    put(tmp_path, f"{NODES}/online", "\n")
    assert said(tmp_path) == text


@pytest.mark.parametrize("name", ["cpulist", "meminfo"])
def test_missing_file_is_an_error(two: Path, name: str) -> None:
    (two / NODES / "node1" / name).unlink()
    text = f"the file cannot be read: No such file or directory; {MOUNT}"
    assert said(two) == f"{NODES}/node1/{name}: {text}"


def test_folder_in_place_of_a_file_is_an_error(two: Path) -> None:
    (two / NODES / "node1" / "meminfo").unlink()
    (two / NODES / "node1" / "meminfo").mkdir()
    text = f"the file cannot be read: Is a directory; {MOUNT}"
    assert said(two) == f"{NODES}/node1/meminfo: {text}"


def test_file_without_end_is_an_error(two: Path) -> None:
    (two / NODES / "node1" / "meminfo").unlink()
    (two / NODES / "node1" / "meminfo").symlink_to("/dev/zero")
    text = f"the file cannot be read: it is larger than 65535 bytes; {MOUNT}"
    assert said(two) == f"{NODES}/node1/meminfo: {text}"


def test_fifo_does_not_block(two: Path) -> None:
    (two / NODES / "node1" / "meminfo").unlink()
    os.mkfifo(two / NODES / "node1" / "meminfo")
    assert said(two) == f"{NODES}/node1/meminfo: there is no MemTotal in it; {KERNEL}"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("node1/meminfo", "", "there is no MemTotal in it"),
        ("node1/meminfo", "Node 1 MemTotal: 5 kB\n", "there is no MemFree in it"),
        (
            "node1/meminfo",
            "Node 1 MemTotal: 5\nNode 1 MemFree: 5 kB\n",
            "an amount in kB is expected, and 'MemTotal: 5' is there",
        ),
        (
            "node1/meminfo",
            "Node 1 MemTotal: -5 kB\nNode 1 MemFree: 5 kB\n",
            "a whole number is expected, and '-5' is there",
        ),
        (
            "node1/meminfo",
            f"Node 1 MemTotal: {10**15} kB\nNode 1 MemFree: 5 kB\n",
            "a whole number is expected, and '1000000000000000' is there",
        ),
        ("node1/cpulist", "0-x", "a list of ids like 0-7,16 is expected, and '0-x' is there"),
        (
            "node1/cpulist",
            "0-7\x1b[31m",
            "a list of ids like 0-7,16 is expected, and '0-7\\x1b[31m' is there",
        ),
        ("../cpu/online", "\n", "a list of ids like 0-7,16 is expected, and '' is there"),
        ("online", "0-99999", "a list of ids like 0-7,16 is expected, and '0-99999' is there"),
        ("node1/distance", "10 x", "a whole number is expected, and 'x' is there"),
        (
            "node1/hugepages/hugepages-2048kB/nr_hugepages",
            "",
            "a whole number is expected, and '' is there",
        ),
    ],
)
def test_garbage_says_the_path_and_what_is_there(
    two: Path, path: str, text: str, expected: str
) -> None:
    place = os.path.normpath(f"{NODES}/{path}")
    put(two, place, text)
    assert said(two) == f"{place}: {expected}; {KERNEL}"


def test_pool_that_shrinks_meanwhile_has_no_more_free_than_all(two: Path) -> None:
    pool = f"{NODES}/node1/hugepages/hugepages-2048kB"
    put(two, f"{pool}/nr_hugepages", "3\n")
    put(two, f"{pool}/free_hugepages", "5\n")
    assert read_sysfs(two).nodes[1].pages[2048].free == 3


def test_import_takes_nothing_that_a_hook_need_not_pay_for() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import numa_domain.host.sysfs; "
        "print(*sys.modules.keys() & {'json', 're', 'typing', 'dataclasses', 'pathlib', 'lxml'})"
    )
    checkout = str(Path(__file__).parents[3])
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, checkout],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ran.stdout == "\n"


def test_mediated_and_vdpa_devices_have_their_parents_node(two: Path) -> None:
    parent = two / "devices/pci0000:3a/0000:3b:00.2"
    for name in ("0d5f", "vdpa0/vhost-vdpa-0", "vdpa1/vhost-vdpa/vhost-vdpa-1"):
        (parent / name).mkdir(parents=True)
    (parent / "numa_node").write_text("1\n")
    for bus, name in (("mdev", "0d5f"), ("vdpa", "vdpa0"), ("vdpa", "vdpa1")):
        folder = two / "bus" / bus / "devices"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(parent / name)
    names = ("mdev:0d5f", "vdpa:vhost-vdpa-0", "vdpa:vhost-vdpa-1", "mdev:none", "vdpa:none")
    assert devices_from_sysfs(two, names) == dict.fromkeys(names[:3], 1)
