# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa setup --undo`: everything is as it was, and what others did meanwhile stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine_plugin.setup.engine import Engine
from tests.engine_plugin.setup.rows import OLDER, OTHERS, OURS, ROWS, WANTED


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path, ROWS)


def test_undo_takes_everything_back(engine: Engine) -> None:
    files = engine.files()
    engine.setup("--yes")
    done = engine.setup("--undo", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert engine.rows == ROWS
    assert (
        "left there: numa_nodeset of level 4.7, which setup did not write; numa_nodeset,"
        " numa_topology, numa_restore of level 4.8, which setup did not write\n"
    ) in done.stdout
    assert engine.files() == files
    assert engine.told[-3:] == ["disable ovirt-engine-numa", "reload httpd", "restart ovirt-engine"]


@pytest.mark.parametrize(
    "value",
    [
        "color=^red$;",
        'a==;b=^=$;c="q\'uote" ',
        "numa_nodeset=^a$;x=1;numa_nodeset=^b$",
        f"a=1;{OURS};z=2;",
        "numa_nodeset=;a=",
        "numa_nodeset2=1;xnuma_nodeset=2;numa_nodeset=^(old)$",
        "a=^(x\ny)$;b=2",
    ],
)
def test_undo_restores_byte_for_byte(engine: Engine, value: str) -> None:
    engine.rows = rows = {"4.6": "", "4.7": value}
    assert engine.setup("--yes").returncode == 0
    assert engine.setup("--undo", "--yes").returncode == 0
    assert engine.rows == rows


def test_undo_keeps_what_others_defined_meanwhile(engine: Engine) -> None:
    engine.rows = {"4.7": f"{OLDER};a=1;"}
    engine.setup("--yes")
    engine.rows = {"4.7": engine.rows["4.7"] + ";later=^x$"}
    assert engine.setup("--undo", "--yes").returncode == 0
    assert engine.rows == {"4.7": f"{OLDER};a=1;later=^x$"}


def test_undo_keeps_what_others_defined_between_two_setups(engine: Engine) -> None:
    engine.rows = {"4.7": OLDER}
    engine.setup("--yes")
    engine.rows = {"4.7": "numa_nodeset=^of another release$;later=^x$"}
    engine.setup("--yes")
    assert engine.setup("--undo", "--yes").returncode == 0
    assert engine.rows == {"4.7": f"{OLDER};later=^x$"}


def test_undo_of_a_value_that_engine_config_does_not_take(engine: Engine) -> None:
    """As somebody put it into the database; what was between two semicolons was nothing."""
    engine.rows = {"4.7": "a=1;;b=2"}
    engine.setup("--yes")
    assert engine.setup("--undo", "--yes").returncode == 0
    assert engine.rows == {"4.7": "a=1;b=2"}


def test_undo_of_one_level_leaves_the_others_to_be_undone(engine: Engine) -> None:
    engine.setup("--yes")
    assert engine.setup("--undo", "--yes", "--levels", "4.6").returncode == 0
    assert engine.rows == {**WANTED, "4.6": OTHERS}
    assert engine.setup("--undo", "--yes").returncode == 0
    assert engine.rows == ROWS


def test_restart_due_after_undo_is_remembered_and_older_definitions_stay(engine: Engine) -> None:
    engine.rows = {"4.7": OLDER}
    engine.setup("--yes")
    done = engine.setup("--undo", "--yes", fails="restart ovirt-engine")
    assert done.returncode == 2
    assert engine.rows == {"4.7": OLDER}
    assert engine.setup("--undo", "--yes").returncode == 0
    assert (engine.rows, engine.told[-1]) == ({"4.7": OLDER}, "restart ovirt-engine")


def test_undo_leaves_settings_that_setup_did_not_write(engine: Engine) -> None:
    path = engine.root / "etc/ovirt-numa/service.conf"
    path.parent.mkdir(parents=True)
    path.write_text("OVIRT_NUMA_ENGINE_URL=https://other/ovirt-engine/api\n")
    engine.setup("--yes")
    done = engine.setup("--undo", "--yes")
    assert f"settings           left there: {path}, which setup did not write\n" in done.stdout
    assert path.exists()


def test_undo_unasked_changes_nothing(engine: Engine) -> None:
    engine.setup("--yes")
    files = engine.files()
    done = engine.setup("--undo")
    assert (done.returncode, done.stdout) == (1, "nothing was changed\n")
    assert (engine.rows, engine.files()) == (WANTED, files)


def test_undo_before_setup_has_nothing_to_do(engine: Engine) -> None:
    """Also where somebody has defined our properties by hand."""
    files = engine.files()
    assert engine.setup("--undo", "--yes").returncode == 0
    assert (engine.rows, engine.files()) == (ROWS, files)
