# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa` as a process, against an embedded engine, and `ovirt-numa demo` on one port."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types

from engine_plugin.cli.commands.health import remarks
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


@contextlib.contextmanager
def admin(demo: str) -> Iterator[sdk.Connection]:
    url = f"{demo}/ovirt-engine/api"
    connection = sdk.Connection(url=url, username="admin@internal", password="demo")
    yield connection
    connection.close()


def vcpus(vm: types.Vm) -> int:
    topology = vm.cpu.topology
    return topology.sockets * topology.cores * topology.threads


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


def test_demo_answers_a_kept_connection_at_once(demo):
    """40 ms each is what delayed acknowledgements cost where TCP_NODELAY is not set."""
    seconds = []
    with httpx.Client(base_url=demo) as client:
        for _ in range(20):
            started = time.perf_counter()
            assert client.get("/ovirt-engine-numa/healthz").status_code == 200
            seconds.append(time.perf_counter() - started)
    assert min(seconds[1:]) < 0.03


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
        "ovirt-numa: --if-match: the settings of web-small have changed since they were read; look"
        " at the newer ones, and decide again (ovirt-numa get web-small --json; --if-match takes"
        " their etag)"
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
    ("state", "said"),
    [
        ({"hook": "ok"}, []),
        (
            {"hook": "missing", "missing": ["before_vm_start"]},
            ["VMs start without their settings: install vdsm-hook-numa"],
        ),
        ({"hook": "foreign"}, ["its 50_numa is not ours: VMs start without their settings"]),
        (
            {"hook": "missing", "passed_over": True},
            ["is not chosen for VMs with settings: they could start here with vdsm-hook-numa"],
        ),
        (
            {"hook": "foreign", "passed_over": True},
            ["is not chosen for VMs with settings: its 50_numa is not ours"],
        ),
        (
            {"hook": "old", "grammar": 1, "passed_over": True},
            [
                "reads settings up to level 1 of 2, and is not chosen for others: update"
                " vdsm-hook-numa"
            ],
        ),
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
        (
            {"hook": "ok", "vcpus": {"state": "loose"}},
            ["vCPUs are not held: numa-affinity does not run there"],
        ),
    ],
)
def test_health_remarks_of_a_host(state, said):
    common = {"grammar": None, "differs": False, "missing": [], "hidden": 0, "passed_over": False}
    host = {**common, "vcpus": {"state": "held"}, **state}
    assert list(remarks(host, 2)) == said


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


def test_force_is_an_option_here(run):
    refused = run("set", "web-small", "--nodeset", "0")
    assert refused.returncode == 2
    assert refused.stderr.rstrip().endswith(
        "install vdsm-hook-numa there, or allow the VM other hosts only, or store the settings all"
        " the same (--force)"
    )
    assert run("set", "web-small", "--nodeset", "0", "--force").returncode == 0
    assert run("clear", "web-small").returncode == 0


def test_problem_for_programs_is_that_of_the_service_with_what_is_typed(run):
    found = json.loads(run("set", "web-small", "--nodeset", "0", "--json").stderr)
    assert (found["code"], found["hint"]) == ("HooksMissing", "--force")
    assert found["status"] == 409
    assert found["instance"].startswith("urn:ovirt-numa:request:cli-")


def test_native_nodes_are_adopted_by_the_command_that_the_refusal_names(run, demo):
    with admin(demo) as engine:
        vms = engine.system_service().vms_service()
        (vm,) = vms.list(search="name=web-small")
        nodes = vms.vm_service(vm.id).numa_nodes_service()
        cores = [types.Core(index=i) for i in range(vcpus(vm))]
        memory = vm.memory // (1 << 20)
        nodes.add(types.VirtualNumaNode(index=0, memory=memory, cpu=types.Cpu(cores=cores)))
        refused = run("set", "web-small", "--nodeset", "0", "--force")
        assert refused.stderr == (
            "ovirt-numa: numanodes: web-small has 1 virtual NUMA node of oVirt's own, which ours"
            " would contradict; take them over, or remove them in oVirt (Host, NUMA) (ovirt-numa"
            " adopt web-small)\n"
        )
        adopted = run("adopt", "web-small", "--force", "--json")
        assert adopted.returncode == 0, adopted.stderr
        assert json.loads(adopted.stdout)["request"]["topology"].startswith("cpus=0")
        assert nodes.list() == []
    again = run("adopt", "web-small")
    assert again.stderr == (
        "ovirt-numa: numanodes: web-small has no virtual NUMA nodes of oVirt's own to take over;"
        " store NUMA settings for it instead (ovirt-numa set web-small)\n"
    )
    assert run("clear", "web-small").returncode == 0


def test_nothing_asked_names_the_command_that_removes(run):
    assert run("set", "web-small").stderr == (
        "ovirt-numa: --nodeset: neither a nodeset nor a topology is given; give one, or remove the"
        " settings (ovirt-numa clear)\n"
    )


def test_health_of_a_cluster_without_hosts_says_so(run):
    lines = run("health", "legacy").stdout.splitlines()
    assert lines[-1] == "  no hosts"
    assert lines[1] == (
        "  the engine shows this user no host of cluster legacy: add hosts to it, or ask an"
        " administrator, who may see those that are there"
    )


def test_name_that_nobody_has_is_told_in_a_sentence(run):
    assert run("get", "nobody").stderr == (
        "ovirt-numa: engine: the engine has no VM nobody, or does not show it to this user; check"
        " the name or id, and the user's permissions\n"
    )


def test_address_wrong_says_where_it_is_given(run):
    assert run("get", "--url", "engine").stderr == (
        "ovirt-numa: engine: 'engine' is not the address of an engine, https://...; correct --url,"
        " OVIRT_URL, or the url in ~/.ovirt-numa.conf\n"
    )


def test_engine_away_names_the_options(run):
    found = run("get", OVIRT_URL="http://127.0.0.1:9/ovirt-engine/api", OVIRT_TOKEN="t")
    assert found.stderr == (
        "ovirt-numa: engine: the engine cannot be reached: nothing listens at its address; check"
        " that it runs, and the address and CA certificate that are configured for it (--url and"
        " --ca-file)\n"
    )


def test_serve_of_the_service_loads_no_stand_in() -> None:
    code = (
        "import sys; import engine_plugin.cli.commands.serve\n"
        "print(any(name.startswith('engine_plugin.demo') for name in sys.modules))"
    )
    words = [sys.executable, "-c", code]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"
