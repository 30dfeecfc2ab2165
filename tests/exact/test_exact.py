# SPDX-License-Identifier: Apache-2.0
"""`auto` is exact: a part of the cases that `run.py` proves."""

from __future__ import annotations

import random

import pytest

from numa_domain.base.idset import Nodeset

from . import brute, compare
from .cases import KINDS, case
from .run import proved

SHAPES = ("easy", "tight", "planted", "hall", "rivals", "large", "pages", "full")

pytest.importorskip("scipy", reason="missing: scipy, from the extra `test`")


@pytest.mark.parametrize("block", range(8))
def test_choice_of_few_nodes_is_that_of_a_brute_force(block: int) -> None:
    found = [f"{why}\n{case}" for case, _, why in proved(1_000_000 + 250 * block, 250, 6, 5) if why]
    assert found == []


@pytest.mark.parametrize("block", range(3))
def test_choice_of_16_nodes_is_that_of_a_solver(block: int) -> None:
    found = [
        f"{why}\n{case}" for case, _, why in proved(2_000_000 + 100 * block, 100, 16, 16) if why
    ]
    assert found == []


def test_cases_come_in_every_kind_and_to_every_stage() -> None:
    seen = [(case.kind, best.stage) for case, best, _ in proved(1_000_000, 2 * len(KINDS), 5, 4)]
    assert {kind for kind, _ in seen} >= set(KINDS)
    assert {"own", "shared", "one", "several", "none"} <= {stage for _, stage in seen}


@pytest.mark.parametrize("block", range(4))
def test_every_node_that_a_count_names_is_used_by_a_cell(block: int) -> None:
    """Cells with nodes of their own to choose from, and another count than there are cells."""
    found = []
    for seed in range(400 * block, 400 * block + 400):
        chance = random.Random(f"count {seed}")
        sizes = chance.randint(2, 6), chance.randint(1, 5)
        some = case(f"{chance.choice(SHAPES)} count", seed, *sizes)
        if some.rules.count == len(some.demands):
            continue
        ids = list(some.host.nodes)
        picked = [chance.sample(ids, chance.randint(1, len(ids))) for _ in some.demands]
        demands = tuple(d.replace(nodes=Nodeset.of(p)) for d, p in zip(some.demands, picked))
        some = some._replace(demands=demands)
        why = compare.wrong(some, compare.ours(some), brute.best(some))
        found += [f"{why}\n{some}"] if why else []
    assert found == []
