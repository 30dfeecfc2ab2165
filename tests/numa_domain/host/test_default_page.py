# SPDX-License-Identifier: Apache-2.0
"""The host's default huge page, and what follows from it for `<hugepages/>` without a size."""

from __future__ import annotations

from pathlib import Path

import pytest

from numa_domain.base.errors import NumaError
from numa_domain.host.default_page import default_page_kib
from numa_domain.host.json_format import read_json, write_json
from numa_domain.placement.place import place
from numa_domain.placement.suggest import suggest
from tests.makers import GIB, host, request, vm

BOTH = {0: {2048: 8192, 1048576: 16}, 1: {2048: 8192, 1048576: 16}}


@pytest.mark.parametrize(
    ("text", "kib"),
    [
        ("MemTotal: 1 kB\nHugepagesize:    1048576 kB\n", 1048576),
        ("HugePages_Total: 0\nHugepagesize:       2048 kB\nHugetlb: 0 kB\n", 2048),
        ("MemTotal: 1 kB\n", 0),
        ("Hugepagesize: many kB\n", 0),
        ("", 0),
    ],
)
def test_default_is_that_of_meminfo(tmp_path: Path, text: str, kib: int) -> None:
    (tmp_path / "meminfo").write_text(text)
    assert default_page_kib(str(tmp_path)) == kib


def test_default_without_meminfo_is_unknown(tmp_path: Path) -> None:
    assert default_page_kib(str(tmp_path)) == 0
    (tmp_path / "meminfo").mkdir()
    assert default_page_kib(str(tmp_path)) == 0


@pytest.mark.parametrize("default", [0, 2048, 1048576])
def test_default_is_kept_in_json(default: int) -> None:
    machine = host(10, 10).replace(default_page_kib=default)
    assert read_json(write_json(machine)) == machine


@pytest.mark.parametrize(("default", "page"), [(0, 2048), (2048, 2048), (1048576, 1048576)])
@pytest.mark.parametrize("nodeset", ["0", "auto"])
@pytest.mark.parametrize("topology", [None, "2"])
def test_pages_without_a_size_are_of_the_hosts_default(
    default: int, page: int, nodeset: str, topology: str | None
) -> None:
    machine = host(30, 30, pages=BOTH).replace(default_page_kib=default)
    found = place(vm(8, 4, page=0), request(nodeset, topology), machine)
    assert {size for pages in found.charges.values() for size in pages} == {page}


def test_cells_are_whole_pages_of_the_hosts_default() -> None:
    machine = host(30, 30, pages=BOTH).replace(default_page_kib=1048576)
    found = place(vm(5, 4, page=0), request("0-1", "2"), machine)
    assert [placed.cell.memory_kib for placed in found.cells] == [3 * GIB, 2 * GIB]
    with pytest.raises(NumaError) as caught:
        place(vm(5.5, 4, page=0), request("0-1", "2"), machine)
    assert "5.5 GiB" in str(caught.value) or "5632" in str(caught.value)
    assert "1 GiB pages" in str(caught.value)


def test_suggestion_speaks_of_the_pages_that_count() -> None:
    machine = host(300, 300, pages={0: {1048576: 16}, 1: {1048576: 16}})
    found = suggest(vm(24, 4, page=1048576), machine)
    assert "the most that is free is 16 GiB in 1 GiB pages" in found.why[0]


def test_topology_host_alone_means_the_nodes_that_the_vm_may_use() -> None:
    machine = host(10, 30, 30)
    found = place(vm(9, 6), request(None, "host"), machine)
    assert [str(placed.nodes) for placed in found.cells] == ["0", "1", "2"]
    assert str(found.nodes) == "0-2"
    own = vm(8, 6, memory_mode="strict", memory_nodes=request("1-2", None).target.nodes)  # type: ignore[union-attr]
    found = place(own, request(None, "host"), machine)
    assert [str(placed.nodes) for placed in found.cells] == ["1", "2"]
