# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa` as a process, against an embedded engine, and `ovirt-numa demo` on one port."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from engine_plugin.cli.commands.look import _remarks
from numa_domain import __version__

ROOT = Path(__file__).parents[3]
Run = Callable[..., subprocess.CompletedProcess]


@pytest.fixture
def run(demo: str, tmp_path: Path) -> Run:
    def found(*words: str, **environment: str) -> subprocess.CompletedProcess:
        login = {"OVIRT_URL": demo, "OVIRT_USERNAME": "admin@internal", "OVIRT_PASSWORD": "demo"}
        return subprocess.run(
            [sys.executable, "-m", "engine_plugin.cli", *words],
            cwd=ROOT,
            env={**os.environ, "HOME": str(tmp_path), **login, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return found


def test_demo_service_answers_before_the_engine_of_the_same_port(demo):
    form = {"grant_type": "password", "scope": "ovirt-app-api", "password": "demo"}
    token = httpx.post(
        f"{demo}/ovirt-engine/sso/oauth/token",
        data={**form, "username": "admin@internal"},
        headers={"Accept": "application/json"},
    ).json()["access_token"]
    answer = httpx.get(
        f"{demo}/ovirt-engine-numa/api/v1/vms", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200
    assert len(answer.json()["vms"]) >= 12


def test_set_get_clear_change_what_the_engine_keeps(run):
    made = run("set", "web-small", "--nodeset", "auto", "--force", "--json")
    assert made.returncode == 0, made.stderr
    stored = json.loads(made.stdout)
    assert stored["request"]["nodeset"] == "auto"
    assert stored["migration"]["former"] == "migratable"
    shown = json.loads(run("get", "web-small", "--json").stdout)
    assert shown["etag"] == stored["etag"]
    stale = run("set", "web-small", "--nodeset", "0", "--force", "--if-match", '"old"')
    assert stale.returncode == 2
    assert stale.stderr.startswith(
        "ovirt-numa: If-Match: the settings of web-small have changed since they were read;"
    )
    cleared = json.loads(run("clear", "web-small", "--json").stdout)
    assert cleared["request"] is None
    assert cleared["migration"]["affinity"] == "migratable"


def test_set_text_wrong_shows_a_caret(run):
    made = run("set", "web-small", "--nodeset", "0-1,x")
    assert made.returncode == 2
    lines = made.stderr.splitlines()
    assert lines[0].startswith("ovirt-numa: numa_nodeset: ")
    assert lines[1:] == ["0-1,x", "    ^"]


def test_get_lists_the_vms_that_have_settings(run):
    lines = run("get").stdout.splitlines()
    assert lines[0].split() == ["VM", "STATUS", "NODESET", "TOPOLOGY", "MIGRATION"]
    names = [line.split()[0] for line in lines[1:] if line.strip()]
    assert "db-strict" in names
    assert "desktop-1" not in names


def test_fit_exit_status_is_the_answer(run):
    no = run("fit", "too-big")
    assert no.returncode == 1, no.stderr
    assert "missing" in no.stdout
    yes = run("fit", "db-strict", "--diff")
    assert yes.returncode == 0
    assert '+    <memory mode="strict" nodeset="0-1"/>' in yes.stdout


def test_suggest_prints_commands_that_can_be_run(run):
    found = run("suggest", "db-auto")
    assert found.returncode == 0, found.stderr
    assert "ovirt-numa set db-auto --nodeset auto" in found.stdout.splitlines()[0]


def test_health_says_what_to_do(run):
    found = run("health", "legacy")
    assert found.returncode == 1
    assert "property numa_nodeset is missing" in found.stdout
    assert "engine-config -s 'UserDefinedVMProperties=" in found.stdout
    assert run("health", "power").returncode in (0, 1)


def test_health_tells_the_release_of_the_hooks(run):
    lines = [line.split() for line in run("health", "power").stdout.splitlines()]
    assert ["HOST", "STATUS", "HOOK", "VERSION"] in lines
    assert {tuple(line[2:4]) for line in lines if line[1:2] == ["up"]} == {("ok", __version__)}


@pytest.mark.parametrize(
    ("state", "remarks"),
    [
        ({"hook": "ok"}, []),
        (
            {"hook": "missing", "missing": ["before_vm_start"]},
            ["VMs start without their settings: install vdsm-hook-numa"],
        ),
        ({"hook": "foreign"}, ["its 50_numa is not ours: VMs start without their settings"]),
        (
            {"hook": "old", "grammar": 1, "differs": True},
            [
                "reads settings up to level 1 of 2: update vdsm-hook-numa",
                "differs from most hosts",
            ],
        ),
        ({"hook": "partial", "missing": ["after_vm_destroy"]}, ["lacks after_vm_destroy"]),
        (
            {"hook": "missing", "hidden": 2},
            [
                "VMs start without their settings: install vdsm-hook-numa",
                "has 2 more NUMA nodes, which the engine does not show",
            ],
        ),
    ],
)
def test_health_remarks_of_a_host(state, remarks):
    host = {"grammar": None, "differs": False, "missing": [], "hidden": 0, **state}
    assert list(_remarks(host, 2)) == remarks


def test_version_is_the_same_everywhere(run):
    for command in ("engine_plugin.cli", "numa_domain.cli.main", "vdsm_hook.install"):
        words = [sys.executable, "-m", command, "--version"]
        said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
        assert said.stdout == f"ovirt-numa {__version__}\n"


def test_name_unknown_is_a_problem(run):
    found = run("get", "nobody", "--json")
    assert found.returncode == 2
    assert json.loads(found.stderr)["code"] == "EntityUnknown"


def test_login_wrong_is_one_line(run):
    found = run("get", OVIRT_PASSWORD="wrong")
    assert found.returncode == 2
    assert found.stderr.startswith(
        "ovirt-numa: engine: the engine refuses the login of admin@internal:"
    )
    assert len(found.stderr.splitlines()) == 1
    assert "wrong" not in found.stderr


def test_access_from_a_file_that_only_its_owner_reads(run, demo, tmp_path):
    path = tmp_path / "engine.conf"
    path.write_text(f"[engine]\nurl = {demo}\nusername = admin@internal\npassword = demo\n")
    path.chmod(0o644)
    nothing = {"OVIRT_URL": "", "OVIRT_USERNAME": "", "OVIRT_PASSWORD": ""}
    refused = run("get", "db-strict", "--config", str(path), **nothing)
    assert refused.returncode == 2
    assert refused.stderr == (
        f"ovirt-numa: {path}: {path} holds a password or token and may be read by others;"
        f" chmod 600 {path}\n"
    )
    path.chmod(0o600)
    assert run("get", "db-strict", "--config", str(path), **nothing).returncode == 0


def test_access_missing_says_which_option(run):
    found = run("get", OVIRT_URL="")
    assert (found.returncode, found.stderr) == (
        2,
        "ovirt-numa: engine: its address is not given; give --url, set OVIRT_URL, or write it"
        " into ~/.ovirt-numa.conf ([engine])\n",
    )


def test_token_that_was_given_is_left_alive(run, demo):
    form = {"grant_type": "password", "scope": "ovirt-app-api", "password": "demo"}
    token = httpx.post(
        f"{demo}/ovirt-engine/sso/oauth/token",
        data={**form, "username": "admin@internal"},
        headers={"Accept": "application/json"},
    ).json()["access_token"]
    for _ in range(2):
        assert run("get", "db-strict", OVIRT_TOKEN=token, OVIRT_PASSWORD="").returncode == 0


def test_serve_without_an_engine_says_which_variable(run):
    found = run("serve", OVIRT_NUMA_ENGINE_URL="")
    assert found.returncode == 2
    assert found.stderr.startswith("ovirt-numa: OVIRT_NUMA_ENGINE_URL: '' is not the address")
