# SPDX-License-Identifier: Apache-2.0
"""A setup, or an undo, that is killed before any of its changes: the next run repairs it."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.engine_plugin.setup.engine import Engine
from tests.engine_plugin.setup.rows import ROWS, WANTED

KILLED = -signal.SIGKILL


def changes(engine: Engine, *words: str) -> int:
    """How many there are in a run that nobody kills."""
    return int(engine.setup(*words, killed_at=0).stdout.rpartition("changes: ")[2])


def test_run_killed_anywhere_is_repaired_by_the_next_and_undone(tmp_path: Path) -> None:
    rows = {level: ROWS[level] for level in ("4.6", "4.7")}
    count = changes(Engine(tmp_path / "whole", rows), "--yes")
    assert count > 30
    for at in range(1, count + 1):
        engine = Engine(tmp_path / str(at), rows)
        files = engine.files()
        assert engine.setup("--yes", killed_at=at).returncode == KILLED
        if at % 2:  # the other half is undone as it is
            assert engine.setup("--yes").returncode == 0
            assert engine.rows == {level: WANTED[level] for level in rows}
            assert engine.setup("--check").returncode == 0
        assert engine.setup("--undo", "--yes").returncode == 0
        assert (engine.rows, engine.files()) == (rows, files)


def test_undo_killed_anywhere_is_finished_by_the_next(tmp_path: Path) -> None:
    rows = {level: ROWS[level] for level in ("4.7", "4.8")}
    whole = Engine(tmp_path / "whole", rows)
    whole.setup("--yes")
    count = changes(whole, "--undo", "--yes")
    assert count > 20
    for at in range(1, count + 1):
        engine = Engine(tmp_path / str(at), rows)
        files = engine.files()
        engine.setup("--yes")
        assert engine.setup("--undo", "--yes", killed_at=at).returncode == KILLED
        assert engine.setup("--undo", "--yes").returncode == 0
        assert (engine.rows, engine.files()) == (rows, files)
