# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa setup` against a program that behaves like engine-config, as processes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine_plugin.setup.engine_config import EngineConfig, EngineConfigAbsent
from tests.engine_plugin.setup.engine import Engine
from tests.engine_plugin.setup.rows import OLDER, OTHERS, OURS, ROWS, WANTED


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path, ROWS)


def test_setup_defines_properties_at_each_level_beside_others(engine: Engine) -> None:
    done = engine.setup("--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert engine.rows == WANTED


def test_setup_leaves_a_level_that_is_right_unwritten(engine: Engine) -> None:
    engine.setup("--yes")
    assert engine.writes == 3


def test_setup_twice_changes_nothing(engine: Engine) -> None:
    engine.setup("--yes")
    files, told, writes = engine.files(), engine.told, engine.writes
    done = engine.setup("--yes")
    assert done.returncode == 0
    assert (engine.files(), engine.told, engine.writes) == (files, told, writes)


def test_setup_writes_settings_and_httpd(engine: Engine) -> None:
    engine.setup("--yes")
    files = engine.files()
    assert (
        b"OVIRT_NUMA_ENGINE_URL=https://engine.example.org/ovirt-engine/api\n"
        in (files["etc/ovirt-numa/service.conf"])
    )
    assert b"<Location /ovirt-engine-numa>" in files["etc/httpd/conf.d/ovirt-engine-numa.conf"]
    assert engine.told[:2] == ["daemon-reload", "enable ovirt-engine-numa"]
    assert {"reload httpd", "restart ovirt-engine"} <= set(engine.told)


def test_setup_unasked_restarts_nothing_and_says_so(engine: Engine) -> None:
    """Without --yes and without a terminal, no question can be answered."""
    done = engine.setup()
    assert done.returncode == 1
    assert (
        "still due: systemctl restart ovirt-engine, or run this again"
        in done.stdout.splitlines()[-1]
    )
    assert not [told for told in engine.told if told.split()[-1] == "ovirt-engine"]
    assert engine.rows == WANTED


def test_restart_that_is_due_is_remembered(engine: Engine) -> None:
    engine.setup()
    assert engine.setup("--check").returncode == 1
    assert engine.setup("--yes").returncode == 0
    assert "restart ovirt-engine" in engine.told
    assert engine.setup("--check").returncode == 0


def test_check_before_says_what_is_missing_and_changes_nothing(engine: Engine) -> None:
    files = engine.files()
    done = engine.setup("--check")
    assert done.returncode == 1
    assert (engine.files(), engine.rows, engine.told, engine.writes) == (files, ROWS, [], 0)
    assert (
        "numa_nodeset, numa_topology, numa_restore of level 4.6;"
        " numa_nodeset, numa_topology, numa_restore of level 4.7"
    ) in done.stdout


def test_check_after_is_well(engine: Engine) -> None:
    engine.setup("--yes")
    done = engine.setup("--check")
    assert done.returncode == 0
    assert "missing" not in done.stdout


def test_service_that_was_just_started_is_not_restarted(engine: Engine) -> None:
    engine.setup("--yes")
    assert "restart ovirt-engine-numa" not in engine.told


@pytest.mark.parametrize("at", [1, 2, 3])
def test_run_cut_off_is_repaired_by_the_next(engine: Engine, at: int) -> None:
    done = engine.setup("--yes", dies_at=at)
    assert done.returncode == 2
    assert done.stderr == (
        "ovirt-numa: engine-config: engine-config -s ended with 1: Connection to the Database"
        " failed.; see that the engine's database runs, then run ovirt-numa setup again\n"
    )
    assert engine.setup("--check").returncode == 1
    assert engine.setup("--yes").returncode == 0
    assert engine.rows == WANTED
    assert "restart ovirt-engine" in engine.told
    assert engine.setup("--undo", "--yes").returncode == 0
    assert engine.rows == ROWS


def test_definitions_of_any_length_are_written(engine: Engine) -> None:
    """The engine's column is text since 4.4.5; before it took 4000 characters."""
    other = f"x={'y' * 6000}"
    engine.rows = {"4.7": other}
    assert engine.setup("--yes").returncode == 0
    assert engine.rows["4.7"].startswith(f"{other};numa_nodeset=")


def test_levels_confine_it(engine: Engine) -> None:
    assert engine.setup("--yes", "--levels", "4.6").returncode == 0
    assert engine.rows == {**ROWS, "4.6": WANTED["4.6"]}


def test_unknown_level_is_refused(engine: Engine) -> None:
    done = engine.setup("--check", "--levels", "4.9")
    assert done.returncode == 2
    assert done.stderr == (
        "ovirt-numa: --levels: the engine has no cluster level 4.9; its levels are 4.5, 4.6, 4.7,"
        " 4.8\n"
    )


def test_second_definition_of_ours_is_removed(engine: Engine) -> None:
    """As -m leaves it, beside an older one."""
    engine.rows = {"4.7": f"{OLDER};{OTHERS};{OURS}"}
    assert engine.setup("--yes").returncode == 0
    assert engine.rows == {"4.7": f"{OTHERS};{OURS}"}


def test_others_definitions_in_any_script_are_kept(engine: Engine) -> None:
    engine.rows = {"4.7": "farbe=^(grün|赤)$", "4.8": "a=^x version: 4.7$"}
    assert engine.setup("--yes").returncode == 0
    assert engine.rows == {
        "4.7": f"farbe=^(grün|赤)$;{OURS}",
        "4.8": f"a=^x version: 4.7$;{OURS}",
    }


def test_foreign_httpd_file_is_left_alone(engine: Engine) -> None:
    path = engine.root / "etc/httpd/conf.d/ovirt-engine-numa.conf"
    path.parent.mkdir(parents=True)
    path.write_text("# somebody else's\n")
    done = engine.setup("--yes")
    assert done.returncode == 2
    assert done.stderr == (
        f"ovirt-numa: {path}: the file there was not written by ovirt-numa; look at it, and move"
        " it away\n"
    )
    assert path.read_text() == "# somebody else's\n"


def test_changed_settings_are_kept(engine: Engine) -> None:
    engine.setup("--yes")
    path = engine.root / "etc/ovirt-numa/service.conf"
    path.write_text("OVIRT_NUMA_ENGINE_URL=https://other/ovirt-engine/api\n")
    assert engine.setup("--yes").returncode == 0
    assert path.read_text() == "OVIRT_NUMA_ENGINE_URL=https://other/ovirt-engine/api\n"


def test_engine_config_absent_is_told(engine: Engine) -> None:
    done = engine.setup("--check", "--engine-config", "no-such-program")
    assert done.returncode == 2
    assert "no-such-program cannot be run" in done.stderr
    assert "run this on the engine's machine, as root" in done.stderr


@pytest.mark.parametrize(
    ("protocols", "address"),
    [
        ("ENGINE_FQDN=e.example.org", "e.example.org"),
        ("ENGINE_FQDN=e.example.org\nENGINE_PROXY_HTTPS_PORT=443", "e.example.org"),
        ("ENGINE_FQDN=e.example.org\nENGINE_PROXY_HTTPS_PORT=8443", "e.example.org:8443"),
        (
            "ENGINE_FQDN=e.example.org\nENGINE_PROXY_ENABLED=true\n"
            "ENGINE_PROXY_HTTPS_PORT=4443\nENGINE_HTTPS_PORT=None",
            "e.example.org:4443",
        ),
        (
            "ENGINE_FQDN=e.example.org\nENGINE_PROXY_ENABLED=false\n"
            "ENGINE_PROXY_HTTPS_PORT=None\nENGINE_HTTPS_PORT=8701",
            "e.example.org:8701",
        ),
    ],
)
def test_settings_have_the_port_on_which_the_engine_is(
    engine: Engine, protocols: str, address: str
) -> None:
    folder = engine.root / "etc/ovirt-engine/engine.conf.d"
    (folder / "10-setup-protocols.conf").write_text(f"{protocols}\n")
    assert engine.setup("--yes").returncode == 0
    text = (engine.root / "etc/ovirt-numa/service.conf").read_text()
    assert f"\nOVIRT_NUMA_ENGINE_URL=https://{address}/ovirt-engine/api\n" in text


def test_later_file_of_the_engines_settings_counts(engine: Engine) -> None:
    folder = engine.root / "etc/ovirt-engine/engine.conf.d"
    (folder / "99-own.conf").write_text('ENGINE_FQDN="other.example.org"\n')
    assert engine.setup("--yes").returncode == 0
    text = (engine.root / "etc/ovirt-numa/service.conf").read_text()
    assert "https://other.example.org/ovirt-engine/api" in text


def test_engine_without_a_name_is_told(engine: Engine) -> None:
    (engine.root / "etc/ovirt-engine/engine.conf.d/10-setup-protocols.conf").unlink()
    done = engine.setup("--yes")
    assert done.stderr == (
        "ovirt-numa: settings: the engine's name is not in /etc/ovirt-engine/engine.conf.d; run"
        " engine-setup first, or give --engine-url\n"
    )


def test_engine_config_may_warn(engine: Engine) -> None:
    """As Java does of its options, on either stream."""
    engine.tell("engine-config", "echo Picked up JAVA_TOOL_OPTIONS: -Xmx1g; echo WARNING >&2")
    assert engine.setup("--yes").returncode == 0
    assert engine.rows == WANTED


def test_engine_config_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    """It is a script, whose child holds its output open."""
    script = tmp_path / "engine-config"
    script.write_text("#!/bin/sh\nsleep 300\n")
    script.chmod(0o755)
    start = time.monotonic()
    with pytest.raises(EngineConfigAbsent) as caught:
        EngineConfig(str(script), seconds=1).values("UserDefinedVMProperties")
    assert time.monotonic() - start < 60
    assert str(caught.value) == (
        f"engine-config: {script} cannot be run: it did not answer in 1 seconds; run this on the"
        " engine's machine, as root"
    )


def test_file_that_cannot_be_written_is_told(engine: Engine) -> None:
    (engine.root / "etc/ovirt-numa").write_text("a file where the directory should be\n")
    done = engine.setup("--yes")
    assert done.returncode == 2
    assert done.stderr == (
        f"ovirt-numa: {engine.root}/etc/ovirt-numa: File exists; see to that, then run ovirt-numa"
        " setup again\n"
    )


def test_port_that_is_changed_in_the_settings_is_httpds_after_the_next_run(engine: Engine) -> None:
    engine.setup("--yes")
    settings = engine.root / "etc/ovirt-numa/service.conf"
    settings.write_text(settings.read_text() + 'OVIRT_NUMA_PORT="9123"\n')
    done = engine.setup("--check")
    assert done.returncode == 1
    assert "ovirt-engine-numa.conf is an older one" in done.stdout
    assert engine.setup("--yes").returncode == 0
    written = (engine.root / "etc/httpd/conf.d/ovirt-engine-numa.conf").read_text()
    assert "ProxyPass http://127.0.0.1:9123 " in written
    assert engine.told.count("reload httpd") == 2
