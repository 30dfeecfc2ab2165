# SPDX-License-Identifier: Apache-2.0
"""A small storm of starts, with hooks killed in it; the large one is a benchmark."""

from __future__ import annotations

from pathlib import Path

from benchmarks.start_storm import HOST, storm
from tests.hosts import load_hosts
from tests.vdsm_hook.machine import Machine


def test_storm_promises_nothing_twice_and_loses_nothing(tmp_path: Path) -> None:
    machine = Machine(tmp_path, load_hosts()[HOST])
    _, problems = storm(machine, starts=120, slots=8, seed=7)
    assert problems == []
