# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa setup --scheduler` on an engine's machine, before the embedded engine's REST API."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from ovirtsdk4 import types

from engine_plugin.demo.external.broker import Found
from engine_plugin.demo.seed import LAB
from engine_plugin.scheduler.units import DISCOVERED
from tests.engine_plugin import engines
from tests.engine_plugin.setup.engine import Engine
from tests.engine_plugin.setup.rows import ROWS

SECRETS = {"OVIRT_NUMA_SCHEDULER_PASSWORD": "demo", "OVIRT_PASSWORD": "demo"}
USER = ("--scheduler", "--scheduler-user", "rita@internal")
FORMER = "b4ed2332-a7ac-4d5f-9596-99a439cb2812"
WANTED = {
    "ExternalSchedulerEnabled": "true",
    "ExternalSchedulerServiceURL": "http://127.0.0.1:18781/",
    "ExternalSchedulerResponseTimeout": "5000",
}


@pytest.fixture
def rest(tmp_path: Path) -> Iterator[engines.Engine]:
    found = engines.Engine(tmp_path / "embedded")
    yield found
    found.close()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return Engine(tmp_path, ROWS)


def discovered(rest: engines.Engine) -> None:
    """The engine has been restarted, and the scheduler has answered it."""
    rest.app.state.engine.policies.discovered(
        [
            Found(name, kind, description, "")
            for part, kind in (("filters", "filter"), ("scores", "weight"))
            for name, (description, _) in DISCOVERED[part].items()
        ]
    )


def policy_of(rest: engines.Engine) -> str:
    cluster = rest.sdk.system_service().clusters_service().cluster_service(LAB).get()
    return str(cluster.scheduling_policy.id)


def test_setup_writes_the_user_and_the_options(machine: Engine, rest: engines.Engine) -> None:
    done = machine.setup("--yes", "--engine-url", rest.url, *USER)
    assert (done.returncode, done.stderr) == (0, "")
    path = machine.root / "etc/ovirt-numa/scheduler.account"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().splitlines()[1:] == ["username=rita@internal", "password=demo"]
    assert {name: machine.rows[name] for name in WANTED} == WANTED
    assert {"enable ovirt-engine-numa-scheduler", "restart ovirt-engine"} <= set(machine.told)
    assert machine.setup("--check").returncode == 0
    assert "demo" not in done.stdout


def test_setup_without_the_word_knows_no_scheduler(machine: Engine, rest: engines.Engine) -> None:
    done = machine.setup("--yes", "--engine-url", rest.url)
    assert done.returncode == 0
    assert "scheduler" not in done.stdout
    assert not set(WANTED) & set(machine.rows)


def test_second_run_changes_nothing(machine: Engine, rest: engines.Engine) -> None:
    machine.setup("--yes", "--engine-url", rest.url, *USER)
    told, writes = machine.told, machine.writes
    assert machine.setup("--yes").returncode == 0
    assert (machine.told, machine.writes) == (told, writes)


@pytest.mark.parametrize(
    ("user", "message"),
    [
        (
            "nobody@internal",
            "engine: the engine refuses the login of nobody@internal: Cannot authenticate user"
            " nobody@internal: The user name or password is incorrect; check the name (with its"
            " domain: admin@internal) and the password",
        ),
        (
            "oscar@internal",
            "--scheduler-user: oscar@internal may not read /schedulingpolicies, which the scheduler"
            " needs; give this user the role ReadOnlyAdmin on everything (System), and run this"
            " again",
        ),
    ],
)
def test_user_that_cannot_do_it_is_not_written(
    machine: Engine, rest: engines.Engine, user: str, message: str
) -> None:
    words = ("--scheduler", "--scheduler-user", user)
    done = machine.setup("--yes", "--engine-url", rest.url, *words)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (machine.root / "etc/ovirt-numa/scheduler.account").exists()


def test_user_has_to_be_named(machine: Engine, rest: engines.Engine) -> None:
    done = machine.setup("--yes", "--engine-url", rest.url, "--scheduler")
    assert done.returncode == 2
    assert "--scheduler-user: the scheduler's user of the engine is not named" in done.stderr


def test_check_says_what_is_missing_and_changes_nothing(
    machine: Engine, rest: engines.Engine
) -> None:
    machine.setup("--yes", "--engine-url", rest.url)
    files = machine.files()
    done = machine.setup("--check", *USER)
    assert done.returncode == 1
    assert "ExternalSchedulerEnabled is 'false' and should be 'true'" in done.stdout
    assert "etc/ovirt-numa/scheduler.account" in done.stdout
    assert machine.files() == files


def test_file_that_others_may_read_is_told_and_put_right(
    machine: Engine, rest: engines.Engine
) -> None:
    machine.setup("--yes", "--engine-url", rest.url, *USER)
    path = machine.root / "etc/ovirt-numa/scheduler.account"
    path.chmod(0o644)
    assert "may be read by others" in machine.setup("--check").stdout
    machine.setup("--yes")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_policy_waits_for_the_units(machine: Engine, rest: engines.Engine) -> None:
    done = machine.setup("--yes", "--engine-url", rest.url, *USER, "--admin", "admin@internal")
    assert done.returncode == 2
    assert "the engine does not know the units numa_fit, numa_room yet" in done.stderr


def test_policy_is_a_copy_with_our_units_and_nobodys_yet(
    machine: Engine, rest: engines.Engine
) -> None:
    discovered(rest)
    done = machine.setup("--yes", "--engine-url", rest.url, *USER, "--admin", "admin@internal")
    assert (done.returncode, done.stderr) == (0, "")
    policies = rest.app.state.engine.policies
    known = {policy["name"]: policy for policy in policies.policies()}
    old, new = known["none"], known["none_numa"]
    units = {unit["name"]: unit["id"] for unit in policies.units() if not unit["internal"]}
    assert new["filters"] == {**old["filters"], units["numa_fit"]: 0}
    assert new["weights"] == {**old["weights"], units["numa_room"]: 20}
    assert (new["balance"], new["properties"]) == (old["balance"], old["properties"])
    assert policy_of(rest) == FORMER


def test_policy_is_assigned_when_told_to_and_given_back(
    machine: Engine, rest: engines.Engine
) -> None:
    discovered(rest)
    words = ("--admin", "admin@internal", "--assign", "numa-lab")
    done = machine.setup("--yes", "--engine-url", rest.url, *USER, *words)
    assert done.returncode == 0
    assert policy_of(rest) != FORMER
    assert machine.setup("--check", *words).returncode == 0
    done = machine.setup("--undo", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert policy_of(rest) == FORMER
    names = [policy["name"] for policy in rest.app.state.engine.policies.policies()]
    assert "none_numa" not in names
    assert not (machine.root / "etc/ovirt-numa/scheduler.account").exists()
    assert machine.rows["ExternalSchedulerEnabled"] == "false"
    assert machine.rows["ExternalSchedulerServiceURL"] == "http://localhost:18781/"
    assert "disable ovirt-engine-numa-scheduler" in machine.told


def test_policy_that_was_made_in_part_is_completed(machine: Engine, rest: engines.Engine) -> None:
    discovered(rest)
    policies = rest.sdk.system_service().scheduling_policies_service()
    policies.add(types.SchedulingPolicy(name="none_numa"))
    machine.setup("--yes", "--engine-url", rest.url, *USER, "--admin", "admin@internal")
    kept = rest.app.state.engine.policies.policies()
    found = next(policy for policy in kept if policy["name"] == "none_numa")
    assert len(found["filters"]) == 16


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--policy", "nice"), "--policy: the engine has no scheduling policy 'nice'"),
        (("--assign", "nowhere"), "--assign: the engine has no cluster 'nowhere'"),
    ],
)
def test_what_the_engine_has_not_is_told(
    machine: Engine, rest: engines.Engine, words: tuple[str, str], message: str
) -> None:
    discovered(rest)
    given = (*USER, "--admin", "admin@internal", *words)
    done = machine.setup("--yes", "--engine-url", rest.url, *given)
    assert done.returncode == 2
    assert message in done.stderr
