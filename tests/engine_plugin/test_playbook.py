# SPDX-License-Identifier: Apache-2.0
"""The playbook that users copy, run by Ansible with the collection ovirt.ovirt as it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import missing

ROOT = Path(__file__).parents[2]
PLAYBOOK = ROOT / "packaging" / "ansible" / "vm.yml"
COLLECTIONS = Path(sys.prefix) / "collections"
VARIABLES = {
    "cluster": "numa-lab",
    "allowed_hosts": ["epyc-nps4", "spr-snc4"],
    "ansible_python_interpreter": sys.executable,
}


@pytest.fixture
def login(demo: str) -> dict[str, str]:
    given = {"OVIRT_USERNAME": "admin@internal", "OVIRT_PASSWORD": "demo"}
    return {**os.environ, "OVIRT_URL": f"{demo}/ovirt-engine/api", **given}


def play(login: dict[str, str], folder: Path) -> dict[str, int]:
    """What Ansible counts for this machine."""
    if not (COLLECTIONS / "ansible_collections" / "ovirt" / "ovirt").is_dir():
        missing("the collection ovirt.ovirt (make collection)")
    program = Path(sys.executable).with_name("ansible-playbook")
    environ = {
        **login,
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_HOME": str(folder),
        "ANSIBLE_LOCALHOST_WARNING": "false",
    }
    command = [str(program), "--extra-vars", json.dumps(VARIABLES), str(PLAYBOOK)]
    done = subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    recap = next(line for line in done.stdout.splitlines() if line.startswith("localhost "))
    words = (word.split("=") for word in recap.partition(":")[2].split())
    return {name: int(count) for name, count in words}


def test_playbook_gives_a_vm_its_settings_and_changes_nothing_twice(
    login: dict[str, str], tmp_path: Path
) -> None:
    first, second = play(login, tmp_path), play(login, tmp_path)
    assert (first["changed"], second["changed"]) == (1, 0)
    command = [sys.executable, "-m", "engine_plugin.cli", "fit", "db1", "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env=login, capture_output=True, text=True, timeout=60, check=False
    )
    found = json.loads(done.stdout)
    assert found["request"] == {
        "numa_nodeset": "0-1",
        "numa_topology": "cpus=0-3 mem=8G nodes=0 / cpus=4-7 mem=8G nodes=1",
    }
    assert sorted(host["name"] for host in found["hosts"] if host["fits"]) == [
        "epyc-nps4",
        "spr-snc4",
    ]
