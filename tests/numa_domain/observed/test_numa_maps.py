# SPDX-License-Identifier: Apache-2.0
"""Mappings and cgroup figures, from texts that real kernels wrote."""

from __future__ import annotations

import pytest

from numa_domain.observed.numa_maps import Area, Block, match_blocks, read_areas, total
from tests.captures import Capture


def test_areas_of_a_vm_have_size_policy_and_pages() -> None:
    files = Capture("cells").files
    numa_maps = next(text for path, text in files.items() if path.endswith("/numa_maps"))
    maps = next(text for path, text in files.items() if path.endswith("/maps"))
    large = [
        area for area in read_areas(numa_maps, maps) if max(area.nodes.values(), default=0) > 65536
    ]
    assert sorted((a.size_kib, a.policy, dict(a.nodes), a.page_kib) for a in large) == [
        (114688, "bind:1", {1: 114688}, 4),
        (131072, "bind:0", {0: 131072}, 4),
    ]


@pytest.mark.parametrize(
    ("line", "policy", "nodes", "page_kib", "backend"),
    [
        ("7f000000 default anon=3 dirty=3 active=0 N0=1 N1=2 kernelpagesize_kB=4", "default",
         {0: 4, 1: 8}, 4, ""),
        ("7f000000 prefer (many):0-1 anon=1 dirty=1 N1=1 kernelpagesize_kB=4", "prefer (many):0-1",
         {1: 4}, 4, ""),
        ("7f000000 bind=static:0,8 heap anon=1 N8=1 kernelpagesize_kB=64", "bind=static:0,8",
         {8: 64}, 64, ""),
        (r"7f000000 bind:1 file=/dev/hugepages/libvirt/qemu/7/qemu_back_mem.ram-node0.yz0Zrb\040"
         "(deleted) huge anon=128 dirty=128 N1=128 kernelpagesize_kB=2048", "bind:1",
         {1: 262144}, 2048, "ram-node0"),
        (r"7f000000 bind:1 file=/dev/hugepages/qemu_back_mem._objects_ram-node12.yz0Zrb"
         "\\040(deleted) huge dirty=1 N1=1 kernelpagesize_kB=1048576", "bind:1",
         {1: 1048576}, 1048576, "ram-node12"),
        ("7f000000 interleave:0-1 file=/a_N0=7/x mapped=2 N0=1 N1=1 kernelpagesize_kB=4",
         "interleave:0-1", {0: 4, 1: 4}, 4, ""),
    ],
)  # fmt: skip
def test_line_of_numa_maps(
    line: str, policy: str, nodes: dict[int, int], page_kib: int, backend: str
) -> None:
    (area,) = read_areas(line, "7f000000-7f200000 rw-p 00000000 00:00 0")
    assert (area.policy, area.nodes, area.page_kib) == (policy, nodes, page_kib)
    assert (area.size_kib, area.backend) == (2048, backend)


def test_small_mappings_come_as_one() -> None:
    lines = (
        "7f000000 default anon=1 N0=1 kernelpagesize_kB=4\n"
        "7f001000 default file=/lib/x\\040N7=1 mapped=2 N0=1 N8=1 kernelpagesize_kB=4\n"
        "7f200000 default huge anon=1 N8=1 kernelpagesize_kB=2048"
    )
    maps = "7f000000-7f001000 rw-p 0\n7f001000-7f003000 r--p 0"
    assert read_areas(lines, maps) == (Area(0, 0, "", {0: 8, 8: 2052}),)


def test_small_mappings_without_pages_are_left_out() -> None:
    assert read_areas("7f000000 default\n7f100000 default file=/lib/x.so", "") == ()


def test_large_mapping_without_pages_is_there() -> None:
    """A guest's memory before the guest has touched it, as the lab's kernel writes it."""
    areas = read_areas("7f000000 bind:1", "7f000000-7f200000 rw-p 00000000 00:00 0")
    assert areas == (Area(0x7F000000, 2048, "bind:1", {}),)


def area(start: int, size: int, policy: str, **nodes: int) -> Area:
    return Area(start, size, policy, {int(name[1:]): kib for name, kib in nodes.items()})


def test_blocks_of_one_size_are_told_apart_by_their_policy() -> None:
    areas = [area(1, 512, "bind:1", N1=512), area(2, 512, "bind:0", N0=512), area(3, 64, "default")]
    blocks = [Block("ram-node0", 512, "bind:0"), Block("ram-node1", 512, "bind:1")]
    found, rest = match_blocks(blocks, areas)
    assert {name: a.start for name, a in found.items()} == {"ram-node0": 2, "ram-node1": 1}
    assert [a.start for a in rest] == [3]


def test_blocks_alike_in_size_and_policy_are_taken_from_the_highest_address_down() -> None:
    areas = [area(1, 512, "default", N1=512), area(2, 512, "default", N0=512)]
    blocks = [Block("ram-node0", 512, "default"), Block("ram-node1", 512, "default")]
    found, _ = match_blocks(blocks, areas)
    assert {name: a.start for name, a in found.items()} == {"ram-node0": 2, "ram-node1": 1}


def test_block_with_another_policy_than_expected_is_known_by_its_size() -> None:
    found, _ = match_blocks([Block("pc.ram", 512, "bind:0")], [area(1, 512, "bind:3", N3=9)])
    assert found["pc.ram"].start == 1


def test_huge_page_file_is_known_by_its_name_alone() -> None:
    file = r"/dev/hugepages/libvirt/qemu/1-a/qemu_back_mem.ram-node1.abcdef\040(deleted)"
    areas = [area(1, 512, "bind:0").replace(file=file), area(2, 512, "bind:0")]
    found, _ = match_blocks([Block("ram-node0", 512), Block("ram-node1", 512)], areas)
    assert {name: a.start for name, a in found.items()} == {"ram-node1": 1, "ram-node0": 2}


def test_block_without_a_mapping_of_its_size_is_not_found() -> None:
    found, rest = match_blocks([Block("pc.ram", 512)], [area(1, 500, "default")])
    assert (found, len(rest)) == ({}, 1)


def test_total_adds_up_by_node() -> None:
    assert total([area(1, 1, "", N0=3, N8=1), area(2, 1, "", N0=4)]) == {0: 7, 8: 1}
