# SPDX-License-Identifier: Apache-2.0
"""What users of Ansible and Terraform copy: it is read by their tools, and by ours."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from numa_domain.request.model import NumaRequest
from tests.engine_plugin.setup.engine import Engine
from tests.engine_plugin.setup.rows import ROWS, WANTED
from tests.packaging.build import SOURCE
from tests.tools import missing
from vdsm_hook.config import Config

ANSIBLE = SOURCE / "packaging" / "ansible"
TERRAFORM = SOURCE / "packaging" / "terraform"


def tool(name: str) -> str:
    """A program of the checkout's environment."""
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        missing(f"{name} (make venv)")
    return str(path)


def with_collections() -> dict[str, str]:
    collections = Path(sys.prefix) / "collections"
    if not (collections / "ansible_collections" / "ovirt" / "ovirt").is_dir():
        missing("the collection ovirt.ovirt (make collection)")
    return {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections)}


@pytest.mark.parametrize("name", ["hosts.yml", "engine.yml", "vm.yml"])
def test_playbook_runs_as_its_first_line_says(name: str) -> None:
    """From the top of the checkout, without any setting; as far as it goes without a host."""
    line = (ANSIBLE / name).read_text().splitlines()[1].removeprefix("# ")
    words = line.replace("-i inventory", "-i ovirt_hosts,ovirt_engine").split()
    assert words[0] == "ansible-playbook"
    assert words[-1] == f"packaging/ansible/{name}"
    command = [tool(words[0]), "--syntax-check", *words[1:]]
    environ = with_collections() if name == "vm.yml" else {**os.environ}
    done = subprocess.run(
        command, cwd=SOURCE, env=environ, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr


def test_playbooks_and_roles_are_clean_for_ansible_lint() -> None:
    """By its profile for production; nothing is fetched."""
    command = [tool("ansible-lint"), "--nocolor", "--offline", "--profile", "production"]
    done = subprocess.run(
        [*command, str(ANSIBLE)], cwd=SOURCE, env=with_collections(),
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed: 0 failure(s), 0 warning(s)" in done.stdout + done.stderr


PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  vars_files: [{roles}/{role}/defaults/main.yml]
  handlers:
    - name: Restart numa-affinity
      ansible.builtin.debug: {{msg: restarted}}
  tasks:
    - ansible.builtin.import_tasks: {roles}/{role}/tasks/{tasks}.yml
"""


def role(
    folder: Path, name: str, tasks: str, **variables: object
) -> subprocess.CompletedProcess[str]:
    """Run the tasks of a role on this machine."""
    (folder / "play.yml").write_text(PLAY.format(role=name, tasks=tasks, roles=ANSIBLE / "roles"))
    variables = {"ansible_python_interpreter": sys.executable, **variables}
    environ = {
        **os.environ,
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
    }
    command = [tool("ansible-playbook"), "-e", json.dumps(variables), str(folder / "play.yml")]
    return subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=180, check=False
    )


def test_settings_that_are_emptied_take_the_file_away(tmp_path: Path) -> None:
    path = tmp_path / "hook.conf"

    def settle(**settings: object) -> str:
        given = {"ovirt_numa_hook_config": str(path), "ovirt_numa_hook_settings": settings}
        done = role(tmp_path, "ovirt_numa_hook", "settings", **given)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "changed=1" in settle(time_limit=5)
    assert Config.read(str(path)).time_limit == 5
    assert "changed=0" in settle(time_limit=5)
    assert "changed=1" in settle()
    assert not path.exists()
    assert "changed=0" in settle()
    path.write_text("# an admin's own\ntime_limit = 4\n")
    assert "changed=0" in settle()
    assert Config.read(str(path)).time_limit == 4


def test_rpms_of_a_folder_are_copied_one_of_each(tmp_path: Path) -> None:
    source, cache = tmp_path / "el9", tmp_path / "cache"
    source.mkdir()
    given = {"ovirt_numa_hook_rpm_dir": str(source), "ovirt_numa_hook_cache": str(cache)}
    names = ("python3-numa-domain-0.1.0-1.el9.noarch.rpm", "vdsm-hook-numa-0.1.0-1.el9.noarch.rpm")
    for name in (*names, "ovirt-engine-numa-0.1.0-1.el9.noarch.rpm"):
        (source / name).touch()
    done = role(tmp_path, "ovirt_numa_hook", "rpms", **given)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(path.name for path in cache.iterdir()) == sorted(names)
    (source / names[1]).unlink()
    lacking = role(tmp_path, "ovirt_numa_hook", "rpms", **given)
    assert lacking.returncode != 0
    assert "python3-numa-domain, vdsm-hook-numa is needed" in lacking.stdout


def test_engines_role_sets_up_and_restarts_only_where_it_may(tmp_path: Path) -> None:
    """`ovirt-numa setup` on files below a root, with a program that behaves like engine-config."""
    engine = Engine(tmp_path / "engine", ROWS)

    def run(*, restart: bool) -> str:
        given = {"ovirt_numa_engine_setup": engine.line(), "ovirt_numa_engine_restart": restart}
        done = role(tmp_path, "ovirt_numa_engine", "setup", **given)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    first = run(restart=False)
    assert engine.rows == WANTED
    assert "has to be restarted" in first
    assert not [line for line in engine.told if "restart" in line]
    assert "changed=1" in run(restart=True)
    assert [line for line in engine.told if "restart ovirt-engine" in line]
    assert "changed=0" in run(restart=True)


def test_roles_share_what_brings_their_packages() -> None:
    """An Ansible role stands alone, so there are two copies; they differ in their names."""
    for name in ("packages.yml", "rpms.yml"):
        hook, engine = (
            (ANSIBLE / f"roles/ovirt_numa_{role}/tasks" / name).read_text()
            for role in ("hook", "engine")
        )
        assert hook.replace("ovirt_numa_hook", "ovirt_numa_engine") == engine


@pytest.mark.parametrize("path", sorted(ANSIBLE.rglob("*.yml")), ids=lambda path: path.name)
def test_yaml_is_read(path: Path) -> None:
    assert yaml.safe_load(path.read_text())


def test_vm_of_playbook_asks_for_what_we_understand() -> None:
    (play,) = yaml.safe_load((ANSIBLE / "vm.yml").read_text())
    inputs = {entry["name"]: entry["value"] for entry in play["vars"]["numa_properties"]}
    request = NumaRequest.parse(
        nodeset=inputs.pop("numa_nodeset"), topology=inputs.pop("numa_topology")
    )
    assert inputs == {}
    vm = play["tasks"][1]["ovirt.ovirt.ovirt_vm"]
    assert vm["memory"] == "16GiB"
    assert request.to_properties()["numa_topology"].count("mem=8G") == 2
    assert vm["cpu_sockets"] * vm["cpu_cores"] == 8


def test_roles_example_sets_what_the_hook_knows() -> None:
    text = (ANSIBLE / "roles/ovirt_numa_hook/README.md").read_text()
    keys = re.findall(r"\{(\w+):", text)
    assert keys
    assert set(keys) <= set(Config._fields)


def test_terraform_is_laid_out_by_terraform() -> None:
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("missing tool: terraform, which no distribution has")
    command = [program, "fmt", "-check", "-diff", "."]
    done = subprocess.run(command, cwd=TERRAFORM, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_terraforms_settings_are_understood() -> None:
    text = (TERRAFORM / "main.tf").read_text()
    nodesets = re.findall(r'nodeset\s*= "?([\w:,-]+)"?', text)
    topologies = re.findall(r'topology\s*= "?(\w+)"?', text)
    assert (nodesets, topologies) == (["auto:2", "0-1"], ["2", "2"])
    for nodeset, topology in zip(nodesets, topologies):
        NumaRequest.parse(nodeset=nodeset, topology=topology)
