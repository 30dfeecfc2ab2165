# SPDX-License-Identifier: Apache-2.0
"""A host's nodes, read from the engine's document."""

from __future__ import annotations

import pytest
from lxml import etree

from engine_plugin.engine_api.hosts import HostNodeless, HostUnreadable, read_nodes, with_pages


def host_document(memory: int, free: float, total: float | None, distance: str = "10 21") -> object:
    figures = [("memory.free", free), ("memory.total", total)]
    text = "".join(
        f"<statistic><name>{name}</name><values><value><datum>{value}</datum></value></values>"
        "</statistic>"
        for name, value in figures
        if value is not None
    )
    node = (
        "<host_numa_node><index>{i}</index><memory>{memory}</memory>"
        "<node_distance>{distance}</node_distance><cpu><cores><core><index>{i}</index></core>"
        "</cores></cpu><statistics>{text}</statistics></host_numa_node>"
    )
    nodes = "".join(node.format(i=i, memory=memory, distance=distance, text=text) for i in (8, 0))
    return etree.fromstring(f"<host_numa_nodes>{nodes}</host_numa_nodes>")


@pytest.mark.parametrize(
    ("free", "total"), [(32768.0, 65536.0), (32768.0 * 2**20, 65536.0 * 2**20), (32768.0, None)]
)
def test_host_free_memory_is_read_in_the_unit_that_the_total_tells(free, total):
    host = read_nodes(host_document(65536, free, total), "hosts/1/numanodes").topology
    assert [node.free_kib for node in host.nodes.values()] == [32 << 20, 32 << 20]
    assert list(host.nodes) == [0, 8]
    assert host.distance(0, 8) == 21


def test_host_free_memory_that_agrees_with_no_unit_is_refused():
    with pytest.raises(HostUnreadable) as caught:
        read_nodes(host_document(65536, 1.0, 65536.0 * 2**30), "hosts/1/numanodes")
    assert str(caught.value) == (
        "hosts/1/numanodes: node 0 of the host: its memory is 65536 MiB, and its statistics say"
        " 70368744177664; look at hosts/1/numanodes on the engine; refresh the host's capabilities"
    )


def test_host_zero_distances_are_unknown_ones():
    host = read_nodes(host_document(1024, 1.0, 1024.0, "10 0"), "").topology
    assert host.nodes[0].distances == {}


def test_host_without_nodes_is_refused():
    with pytest.raises(HostNodeless):
        read_nodes(etree.fromstring("<host_numa_nodes/>"), "")


def test_host_pages_of_the_host_bound_each_node():
    host = read_nodes(host_document(1024, 512.0, 1024.0), "").topology
    paged = with_pages(host, {"hugepages.2048.free": 700.0, "hugepages.2048.total": 800.0})
    assert {i: (p.total, p.free) for i in paged.nodes for p in [paged.nodes[i].pages[2048]]} == {
        0: (512, 512),
        8: (512, 512),
    }
