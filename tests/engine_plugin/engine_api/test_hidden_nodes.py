# SPDX-License-Identifier: Apache-2.0
"""Nodes without CPUs, which the engine's REST API hides: how many, how far, and what they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from engine_plugin.documents.host import hidden as document
from engine_plugin.engine_api.hidden_nodes import NONE, HiddenNodes, ShownNodes, complete, distances
from engine_plugin.engine_api.hosts import Hooks, read_nodes
from numa_domain.base.idset import Cpuset
from numa_domain.host import hook_list as told_nodes
from numa_domain.host.hook_list import ToldNodes
from numa_domain.host.margins import estimated, estimated_kib
from numa_domain.host.model import HostTopology, Node
from tests.hosts import load_hosts

RECORDED = Path(__file__).parents[2] / "data" / "real-engine"
GIB = 1 << 20
AT = 1_796_000_000
XEON_CXL_KIB = 341046198272 // 1024


def recorded(name: str) -> ShownNodes:
    text = (RECORDED / f"host_{name}_numanodes_follow.xml").read_bytes()
    return read_nodes(etree.fromstring(text), "hosts/1/numanodes")


def told() -> ToldNodes:
    return ToldNodes(load_hosts()["numactl:cxl-2s"], AT)


def test_real_engine_hides_two_nodes_of_four_and_their_distances_stay() -> None:
    shown = recorded("xeon-cxl")
    assert (shown.total, list(shown.topology.nodes)) == (4, [0, 1])
    assert shown.topology.nodes[0].distances == {0: 10, 1: 21}
    assert shown.topology.nodes[1].distances == {0: 21, 1: 10}


def test_real_engine_nodes_without_memory_but_with_cpus_are_shown() -> None:
    shown = recorded("epyc-2of8")
    assert (shown.total, list(shown.topology.nodes)) == (8, list(range(8)))
    assert complete(shown, None, 66897051648 // 1024) == (estimated(shown.topology), NONE)


def test_hidden_nodes_that_nobody_told_of_are_counted_with_their_memory() -> None:
    shown = recorded("xeon-cxl")
    host, hidden = complete(shown, None, XEON_CXL_KIB)
    assert host == estimated(shown.topology)
    assert hidden == HiddenNodes(2, 192 * GIB)
    assert [str(each) for each in hidden.warnings("xeon-cxl", host.nodes)] == [
        "xeon-cxl: the engine does not show 2 more nodes without CPUs: 192 GiB"
        " together; the host decides when the VM starts; to see all its nodes here, install this"
        " release of vdsm-hook-numa on it, and refresh its capabilities in oVirt"
    ]


def test_hidden_nodes_that_the_host_told_of_are_there_with_their_age() -> None:
    host, hidden = complete(recorded("xeon-cxl"), told(), XEON_CXL_KIB)
    assert list(host.nodes) == [0, 1, 2, 3]
    assert [host.nodes[i].memory_kib // GIB for i in (2, 3)] == [64, 128]
    assert host.nodes[0].distances == {0: 10, 1: 21, 2: 14, 3: 24}
    assert host.nodes[3].distances == {0: 24, 1: 14, 2: 26, 3: 10}
    assert document(hidden) == {
        "count": 0,
        "memory_kib": 0,
        "told": "2-3",
        "at": "2026-11-30T00:53:20+00:00",
    }
    assert [str(each) for each in hidden.warnings("xeon-cxl", {3})] == [
        "xeon-cxl: what is free on node 3 without CPUs is as the host told it at"
        " 2026-11-30 00:53 UTC; the host decides when the VM starts; refresh its capabilities"
        " in oVirt for new figures"
    ]
    assert hidden.warnings("xeon-cxl", {0, 1}) == []


def test_nodes_that_the_engine_shows_keep_its_figures_which_are_newer() -> None:
    shown = recorded("xeon-cxl")
    host, _ = complete(shown, told(), XEON_CXL_KIB)
    assert [host.nodes[i].free_kib for i in (0, 1)] == [
        shown.topology.nodes[i].free_kib for i in (0, 1)
    ]


def with_kept(host: HostTopology, kib: int, qemu: int) -> ToldNodes:
    nodes = {i: node.replace(kept_kib=kib + i) for i, node in host.nodes.items()}
    return ToldNodes(host.replace(nodes=nodes, qemu_percent=qemu), AT)


@pytest.mark.parametrize("hides", [True, False])
def test_what_kernel_and_qemu_need_is_as_the_host_told_it(hides: bool) -> None:
    shown = recorded("xeon-cxl") if hides else recorded("epyc-2of8")
    whole = told().host if hides else shown.topology
    host, _ = complete(shown, with_kept(whole, 12345, 50), XEON_CXL_KIB)
    assert {i: node.kept_kib for i, node in host.nodes.items()} == {
        i: 12345 + i for i in whole.nodes
    }
    assert host.qemu_percent == 50
    node = shown.topology.nodes[0]
    assert host.nodes[0].available_kib == max(0, node.free_kib - 12345)


def test_what_another_host_told_of_its_kernel_is_not_believed_either() -> None:
    shown = recorded("xeon-cxl")
    other = with_kept(load_hosts()["numactl:epyc-2s-nps4"], 1, 0)
    host, _ = complete(shown, other, XEON_CXL_KIB)
    assert host == estimated(shown.topology)
    assert host.nodes[0].kept_kib == estimated_kib(shown.topology.nodes[0].memory_kib)


@pytest.mark.parametrize(
    "other",
    ["numactl:pve-wiki-2s", "numactl:epyc-2s-nps4", "hwloc:memorysidecaches"],
)
def test_what_another_host_told_is_not_believed(other: str) -> None:
    shown = recorded("xeon-cxl")
    _, hidden = complete(shown, ToldNodes(load_hosts()[other], AT), XEON_CXL_KIB)
    assert hidden.count == 2


def test_told_nodes_that_lack_one_are_not_believed() -> None:
    nodes = [n for i, n in told().host.nodes.items() if i != 3]
    _, hidden = complete(recorded("xeon-cxl"), ToldNodes(HostTopology.of(nodes), AT), XEON_CXL_KIB)
    assert hidden.count == 2


@pytest.mark.parametrize(
    ("rows", "total", "found"),
    [
        ({0: [10, 21], 1: [21, 10]}, 2, {0: {0: 10, 1: 21}, 1: {0: 21, 1: 10}}),
        ({0: [10, 40, 80], 8: [40, 10, 80]}, 3, {0: {0: 10, 8: 40}, 8: {0: 40, 8: 10}}),
        # Nodes 0 and 2 have CPUs, 1 has none: told by the place of the 10.
        ({0: [10, 14, 21], 2: [21, 24, 10]}, 3, {0: {0: 10, 2: 21}, 2: {0: 21, 2: 10}}),
        ({1: [17, 10]}, 2, {1: {1: 10}}),
        # Firmware that says 10 of a neighbour too: which column is whose is not sure.
        ({0: [10, 10, 21], 1: [10, 10, 21]}, 3, {}),
        ({0: [10, 21, 14], 1: [10, 14, 21]}, 3, {}),
        ({0: [20, 21, 14], 1: [21, 20, 14]}, 3, {}),
        # No table: the engine stores zeros, and none for the node itself.
        ({0: [0], 1: [0]}, 2, {}),
        ({0: [], 1: []}, 2, {}),
        ({0: [10, 21], 1: []}, 2, {}),
    ],
)
def test_distances_by_the_place_of_the_ten(
    rows: dict[int, list[int]], total: int, found: dict[int, dict[int, int]]
) -> None:
    assert distances(rows) == (total, found)


def test_hooks_carry_nodes_and_release_side_by_side() -> None:
    host = HostTopology.of([Node(0, Cpuset.parse("0-3,8"), 4096, 1024, distances={0: 10})])
    names = ["hooks-0.1.0-grammar-1", *told_nodes.write(host, AT)]
    text = "".join(
        f"<hook><name>{name}</name><event_name>ovirt_numa</event_name></hook>" for name in names
    )
    hooks = Hooks.of(etree.fromstring(f"<hooks>{text}</hooks>"))
    assert hooks.release is not None
    assert hooks.nodes == ToldNodes(host, AT)
