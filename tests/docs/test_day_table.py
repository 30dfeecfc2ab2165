# SPDX-License-Identifier: Apache-2.0
"""benchmarks/day.txt is what benchmarks/day.py prints: one row is made again, and what the page on
`auto` says of the table is in it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "benchmarks/day.txt").read_text(encoding="utf-8").splitlines()


def _rows(first: str) -> list[str]:
    """The rows of the table whose head begins so."""
    start = next(at for at, line in enumerate(LINES) if line.startswith(first)) + 1
    end = next((at for at in range(start, len(LINES)) if not LINES[at]), len(LINES))
    return LINES[start:end]


def test_row_is_what_the_benchmark_prints() -> None:
    command = ["--table", "requests", "--starts", "400", "--hosts", "epyc7401", "--mixes", "mixed"]
    made = subprocess.run(
        [sys.executable, "benchmarks/day.py", *command],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert made.stdout.splitlines()[1] in LINES


def test_auto_is_as_near_to_the_best_rules_as_is_said() -> None:
    ratios = [row[34:50].split(" / ") for row in _rows("refused / load / room  ")]
    assert len(ratios) == 60
    over = [pair for pair in ratios if max(map(float, pair)) > 1.10]
    assert len(over) <= 2, over
    assert max(float(load) for _, load in ratios) <= 1.10
    assert len(_rows("refused / load / room (split")) == 60
