# SPDX-License-Identifier: Apache-2.0
"""Every command of README and documentation does what the page says; or there is a reason.

They run as they stand, in bash, on a captured host with a VM that was refused and one that runs,
and before an embedded engine with a VM db1.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types

from tests.captures import Capture
from tests.docs.blocks import ANSWERS, EXCUSED, PAGES, ROOT, Command, commands
from tests.engine_plugin.conftest import demo  # noqa: F401  # the fixture
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import Machine

BIN = Path(sys.executable).parent
GIB = 2**30
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def excuse(command: Command) -> str | None:
    return next((why for text, why in EXCUSED.items() if re.fullmatch(text, command.text)), None)


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A host: VMs web1 and db1 run, and a start of web1 was refused before."""
    root = tmp_path_factory.mktemp("host")
    Capture("cells").rename("web1", "11111111-0000-4000-8000-000000000001", 4001).write(root)
    Capture("cells").rename("db1", "11111111-0000-4000-8000-000000000002", 4002).write(root)
    (root / "hooks").mkdir()
    machine = Machine(root / "hooks")
    custom = b"<ovirt-vm:custom><ovirt-vm:numa_nodeset>7</ovirt-vm:numa_nodeset></ovirt-vm:custom>"
    web1 = engine_domain().replace(b"<name>vm1<", b"<name>web1<")
    place = rb"(?s)<ovirt-vm:custom>.*</ovirt-vm:custom>|(?=</ovirt-vm:vm>)"
    xml = re.sub(place, custom, web1, count=1)
    refused = machine.call("before_vm_start", xml, {"numa_nodeset": "7"}).answer()
    assert refused.rc == 2
    return root


@pytest.fixture(scope="module")
def path(captured: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands, which take the captured host for theirs."""
    folder = tmp_path_factory.mktemp("bin")
    hooks = shlex.quote(str(next((captured / "hooks").rglob("before_vm_start")).parent))
    root, host = shlex.quote(str(captured)), "--host host.json"
    scripts = {
        "numa-domain": f"""
            case "$1 $*" in
            *--host*|nodeset*) set -- "$@" ;;
            host*--advise*|verify*|metrics*|report*) set -- "$@" --root {root} ;;
            host*) set -- "$@" --sysfs {root}/sys ;;
            check*|fit*|suggest*|rewrite*) set -- "$@" {host} ;;
            esac""",
        "numa-hook": f'set -- "$@" --hooks-dir {hooks}',
        "ovirt-numa": "",
    }
    for name, more in scripts.items():
        program = folder / name
        program.write_text(f'#!/bin/bash\n{more}\nexec {shlex.quote(str(BIN / name))} "$@"\n')
        program.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def engine(demo: str) -> dict[str, str]:  # noqa: F811
    """The environment in which an engine has a VM db1."""
    connection = sdk.Connection(
        url=f"{demo}/ovirt-engine/api", username="admin@internal", password="demo"
    )
    system = connection.system_service()
    listed = system.hosts_service().list(search="cluster = numa-lab")
    hosts = [types.Host(id=host.id) for host in listed if host.name in ("epyc-nps4", "xeon-cxl")]
    system.vms_service().add(
        types.Vm(
            name="db1",
            cluster=types.Cluster(name="numa-lab"),
            template=types.Template(name="Blank"),
            memory=16 * GIB,
            memory_policy=types.MemoryPolicy(max=32 * GIB, guaranteed=16 * GIB),
            placement_policy=types.VmPlacementPolicy(hosts=hosts),
            cpu=types.Cpu(topology=types.CpuTopology(sockets=8, cores=1, threads=1)),
        )
    )
    connection.close()
    return {"OVIRT_URL": demo, "OVIRT_USERNAME": "admin@internal", "OVIRT_PASSWORD": "demo"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where commands are typed: the files that they name are there."""
    (tmp_path / "vm.xml").write_bytes(engine_domain())
    capture = ROOT / "tests/golden/host.json"
    (tmp_path / "host.json").write_text(capture.read_text())
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_commands_do_what_the_page_says(
    name: str, path: Path, engine: dict[str, str], folder: Path
) -> None:
    collector = "/var/lib/node_exporter/textfile_collector"
    environ = {**os.environ, **engine, "HOME": str(folder)}
    environ["PATH"] = f"{path}:{os.environ['PATH']}"
    for command in commands(ROOT / name):
        if excuse(command):
            continue
        line = command.text.replace(collector, str(folder))
        done = subprocess.run(
            ["bash", "-c", line], cwd=folder, env=environ, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        code, says = ANSWERS.get(command.text, (0, ""))
        told = f"{command.page}:{command.line}: {command.text}\n{done.stdout}{done.stderr}"
        assert code is None or done.returncode == code, told
        assert re.search(says, done.stdout, re.MULTILINE), told
        assert "Traceback" not in done.stderr, told


def test_every_page_is_looked_at() -> None:
    found = {command.page for page in PAGES for command in commands(page)}
    assert {"README.md", "docs/3am.md", "docs/quick-start.md", "docs/measuring.md"} <= found


def test_blocks_have_a_language() -> None:
    """One without could hold commands that nobody runs; `text` is what is no command."""
    unmarked = re.compile(r"^ *```\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
    bad = []
    for page in PAGES:
        text = re.sub(r"^( *)```\w+\n.*?^\1```$", "", page.read_text(), flags=re.M | re.S)
        if any("─" not in block and "│" not in block for block in unmarked.findall(text)):
            bad.append(page.name)
    assert bad == []


def test_blocks_of_other_shells_are_run_elsewhere() -> None:
    """tests/engine_plugin/service/test_rest_page.py runs those of the REST page."""
    other = re.compile(r"^ *```(bash|shell|console|zsh)$", re.MULTILINE)
    assert [page.name for page in PAGES if other.search(page.read_text())] == ["rest.md"]


def test_each_excuse_and_each_answer_is_needed() -> None:
    found = [command for page in PAGES for command in commands(page)]
    lines = {command.text for command in found}
    unused = [text for text in EXCUSED if not any(re.fullmatch(text, line) for line in lines)]
    assert unused == []
    assert [text for text in ANSWERS if text not in lines] == []


def test_no_command_of_ours_is_excused_but_those_of_an_engines_machine() -> None:
    found = [command for page in PAGES for command in commands(page)]
    ours = [c.text for c in found if re.match(r"(numa|ovirt)-", c.text) and excuse(c)]
    assert [text for text in ours if not text.startswith("ovirt-numa setup")] == []
