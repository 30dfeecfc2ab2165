# SPDX-License-Identifier: Apache-2.0
"""What users of Ansible and Terraform copy: it is read by their tools, and by ours."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from numa_domain.request.model import NumaRequest
from tests.packaging.build import SOURCE
from vdsm_hook.config import Config

ANSIBLE = SOURCE / "packaging" / "ansible"
TERRAFORM = SOURCE / "packaging" / "terraform"


def test_playbook_of_hosts_and_role_are_read_by_ansible() -> None:
    program = Path(sys.executable).with_name("ansible-playbook")
    command = [str(program), "--syntax-check", "-i", "ovirt_hosts,", "examples/hosts.yml"]
    environ = {**os.environ, "ANSIBLE_ROLES_PATH": str(ANSIBLE / "roles")}
    done = subprocess.run(
        command, cwd=ANSIBLE, env=environ, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", sorted(ANSIBLE.rglob("*.yml")), ids=lambda path: path.name)
def test_yaml_is_read(path: Path) -> None:
    assert yaml.safe_load(path.read_text())


def test_vm_of_playbook_asks_for_what_we_understand() -> None:
    (play,) = yaml.safe_load((ANSIBLE / "examples/vm.yml").read_text())
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
