# SPDX-License-Identifier: Apache-2.0
"""Nodes as names in VDSM's list of hooks: what is written is read, what is damaged is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numa_domain.base.idset import Cpuset
from numa_domain.host import hook_list as told_nodes
from numa_domain.host.model import HostTopology, Node
from tests.hosts import load_hosts
from tests.makers import GIB

AT = 1_796_000_000


def bare(host: HostTopology) -> HostTopology:
    """Without what is not told."""
    return HostTopology.of(n.replace(pages={}, reclaimable_kib=0) for n in host.nodes.values())


@pytest.mark.parametrize("name", sorted(load_hosts()))
def test_captured_host_is_read_back_in_any_order(name: str) -> None:
    host = load_hosts()[name]
    names = told_nodes.write(host, AT)
    found = told_nodes.read([*reversed(names), "hooks-0.1.0-grammar-1", "50_numa"])
    assert found is not None
    assert (found.at, found.host) == (AT, bare(host))


@pytest.mark.parametrize("name", sorted(load_hosts()))
def test_names_have_nothing_at_which_the_engine_cuts(name: str) -> None:
    # VdsHooksParser reads Java's Map.toString(): {point={script={checksum=...}}, ...}
    assert not set("{}=, ") & set("".join(told_nodes.write(load_hosts()[name], AT)))


def test_name_of_a_node_without_cpus_as_it_is_written() -> None:
    host = HostTopology.of(
        [
            Node(0, Cpuset.parse("0-3,8-11"), 4096, 1024, distances={0: 10, 2: 14}, kept_kib=96),
            Node(2, Cpuset(), 8192, 8000, distances={0: 14, 2: 10}),
        ]
    ).replace(qemu_percent=50)
    assert told_nodes.write(host, AT) == [
        "node:0_cpus:0-3+8-11_kib:4096_free:1024_kept:96_distances:10.14_qemu:50_at:1796000000",
        "node:2_cpus:none_kib:8192_free:8000_kept:0_distances:14.10_qemu:50_at:1796000000",
    ]


GOOD = "node:0_cpus:0-3_kib:4096_free:1024_distances:10_at:1796000000"


def test_field_of_a_later_release_is_passed_over() -> None:
    assert told_nodes.read([f"{GOOD}_tier:2"]) == told_nodes.read([GOOD])


def test_margins_are_told_and_those_of_older_hooks_are_the_defaults() -> None:
    now = told_nodes.read([f"{GOOD}_kept:96_qemu:50"])
    assert now is not None
    assert (now.host.nodes[0].kept_kib, now.host.qemu_percent) == (96, 50)
    before = told_nodes.read([GOOD.replace("4096", str(64 * GIB))])
    assert before is not None
    assert (before.host.nodes[0].kept_kib, before.host.qemu_percent) == (196608, 100)


@pytest.mark.parametrize(
    "names",
    [
        [],
        [f"{GOOD}_kept:-1"],
        [f"{GOOD}_qemu:many"],
        ["hooks-0.1.0-grammar-1"],
        [GOOD, GOOD],
        [GOOD, GOOD.replace("node:0", "node:1").replace("at:1796000000", "at:1796000001")],
        [GOOD.replace("_kib:4096", "")],
        [GOOD.replace("_at:1796000000", "")],
        [GOOD.replace("4096", "-1")],
        [GOOD.replace("4096", "9" * 17)],
        [GOOD.replace("4096", "\u0664")],
        [GOOD.replace("0-3", "3-0")],
        [GOOD.replace("0-3", "")],
        [f"{GOOD}_x:{'1' * 20_000}"],
    ],
)
def test_what_is_damaged_or_of_two_moments_tells_nothing(names: list[str]) -> None:
    assert told_nodes.read(names) is None


@given(st.lists(st.text(max_size=60).map(lambda text: f"node:{text}"), max_size=4))
def test_any_text_is_read_without_an_error(names: list[str]) -> None:
    told_nodes.read(names)
