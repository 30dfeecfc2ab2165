# SPDX-License-Identifier: Apache-2.0
"""`auto` is exact: a part of the cases that `run.py` proves."""

from __future__ import annotations

import pytest

from .cases import KINDS
from .run import proved

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
