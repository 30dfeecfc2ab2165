# SPDX-License-Identifier: Apache-2.0
"""docs/how-auto-decides.md is true: its figures are the code's, and its rule is what happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from numa_domain.base.idset import Nodeset
from numa_domain.host import margins
from numa_domain.host.model import MAX_NODES
from numa_domain.placement.auto import (
    bin_packing,
    model,
    node_set_search,
    one_node_each,
    shared_nodes,
    spread,
    spread_one,
    stage_order,
    wide_choice,
)
from numa_domain.placement.place import place
from numa_domain.placement.refusal import alternatives
from tests.makers import host, request, vm

ROOT = Path(__file__).parents[2]
PAGE = " ".join((ROOT / "docs/how-auto-decides.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("figure", "sentence"),
    [
        (model.SLACK, "or at most {} % busier than the mean"),
        (model.SLACK, "the busiest node's now, or {} % above the host's mean"),
        (margins.QEMU_KIB // 1024, "needs {} MiB and"),
        (margins.QEMU_PER_GIB_KIB // 1024, "and {} MiB a GiB beside"),
        (MAX_NODES, "Nodes from id {} on are never taken"),
        (stage_order.FAR, "at least {} times as far apart"),
        (node_set_search.EXACT_NODES, "exact up to {} host nodes"),
        (f"{node_set_search.MAX_WORK:,}", "ends after {} looks at a node"),
        (one_node_each.MAX_MATCHINGS, "{} matchings divided by the cells"),
        (f"{bin_packing.MAX_STEPS:,}", "exact within {} steps for a packing"),
        (f"{shared_nodes.MAX_STEPS:,}", "and {} for all"),
        (f"{spread.MAX_TRIES:,}", "interleaved cells, of which {} ways are tried"),
        (spread.MAX_LOOKS, "(stage 3; the search ends after {} looks for each node)"),
        (wide_choice.MAX_TRIES, "made few in {} steps divided by the host's nodes"),
        (wide_choice.MAX_SETS, "and counts, of which {} sets of nodes are tried"),
        (alternatives.MOST_TRIALS, "Smaller sizes are tried {} times at most"),
    ],
)
def test_figure_is_that_of_the_code(figure: object, sentence: str) -> None:
    assert sentence.format(figure) in PAGE


def test_twice_is_that_of_the_code() -> None:
    assert spread_one.MORE == 2
    assert "up to twice as many are looked at" in PAGE


def test_rule_in_one_sentence_is_what_happens() -> None:
    """Fullest that holds it; not one that is crowded; else the least busy; closest before both."""
    machine = host(10, 20, 30)
    busy = {0: 40, 1: 24, 2: 16}
    loaded = machine.replace(vcpus={Nodeset.of([i]): count for i, count in busy.items()})
    assert _auto(8, machine) == "0"
    assert _auto(15, machine) == "1"
    assert _auto(8, loaded) == "1"  # node 0 has half more than the mean
    assert _auto(25, loaded) == "2"
    # a VM of 32 vCPUs is too much for each: then the least busy, not the fullest
    two = host(10, 20).replace(vcpus={Nodeset.of([0]): 4, Nodeset.of([1]): 2})
    assert str(place(vm(8, 32), request("auto:1"), two).nodes) == "1"
    near = host(30, 30, 10, 10, apart=lambda a, b: 12 if a // 2 == b // 2 else 32)
    devices = near.replace(devices={"0000:3b:00.0": 0})
    assert str(place(vm(8, pci=("0000:3b:00.0",)), request("auto"), devices).nodes) == "0"


def test_files_that_the_page_names_are_there() -> None:
    for name in ("place_auto.py", "one_node_each.py", "shared_nodes.py", "spread.py"):
        assert f"`{name}`" in PAGE
        assert (ROOT / "numa_domain/placement/auto" / name).exists()
    assert (ROOT / "benchmarks/day.py").exists()


def _auto(gib: int, machine: object) -> str:
    return str(place(vm(gib), request("auto"), machine).nodes)  # type: ignore[arg-type]  # a host
