# SPDX-License-Identifier: Apache-2.0
"""numa-domain report: what is in the bundle, and above all what is not."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from numa_domain import __version__
from tests.captures import Capture
from tests.hosts import load_hosts
from tests.sysfs_tree import write_sysfs
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import Machine

SECRETS = (
    "<devices><graphics type='vnc' passwd='hunter2-vnc'/>"
    "<memory model='nvdimm'><source><path>/secret/pmem0</path></source><target>"
    "<size unit='KiB'>131072</size><node>0</node></target></memory>"
    "<disk type='network'><auth username='hunter2-user'><secret uuid='hunter2-secret'/></auth>"
    "</disk>"
)


@pytest.fixture
def bundle(tmp_path: Path, numa_domain: Any) -> dict[str, str]:
    """The parts of a bundle by name."""
    write_sysfs(load_hosts()["hwloc:16amd64-8n2c"], tmp_path / "sys")
    capture = Capture("cells")
    capture.change("cells.xml", "<devices>", f"<description>hunter2-text</description>{SECRETS}")
    capture.write(tmp_path)
    (tmp_path / "host").mkdir()
    machine = Machine(tmp_path / "host")
    machine.start(engine_domain(), "0-1", "2")
    machine.start(engine_domain(), "7")
    path = tmp_path / "bundle.tar.gz"
    said = numa_domain(
        *("report", "--output", str(path), "--json"),
        *("--root", str(tmp_path), "--hooks-dir", str(machine.hooks)),
    )
    assert (said.code, said.err) == (0, "")
    assert path.stat().st_mode & 0o777 == 0o600
    parts = {}
    with tarfile.open(path) as bundle:
        for member in bundle.getmembers():
            file = bundle.extractfile(member)
            assert file is not None
            folder, _, name = member.name.partition("/")
            assert folder.startswith("numa-report-")
            parts[name] = file.read().decode()
    assert json.loads(said.out) == {
        "version": __version__,
        "file": str(path),
        "parts": sorted(parts),
    }
    return parts


def test_report_has_what_a_bug_needs(bundle: dict[str, str]) -> None:
    assert len(json.loads(bundle["host.json"])["nodes"]) >= 4
    runs = json.loads(bundle["journal.json"])["runs"]
    assert [(run["nodeset"], run["topology"], run["outcome"]) for run in runs] == [
        ("0-1", "2", "new"),
        ("7", "", "NodeUnknown"),
    ]
    assert json.loads(bundle["hooks.json"])["points"]["before_vm_start"]["state"] == "installed"
    assert "time_limit" in bundle["hook.conf"] or "run_dir" in bundle["hook.conf"]
    assert "placed on nodes 0-1" in bundle["hook.log"]
    assert "numa_balancing" in bundle["settings.txt"]
    assert "python 3" in bundle["versions.txt"]


def test_report_has_verdict_and_numa_elements_of_each_vm(bundle: dict[str, str]) -> None:
    (vm,) = json.loads(bundle["vms.json"])
    assert vm["memory"][0]["resident_kib"] == {"0": 131072}
    for element in ("<numatune>", "<cputune>", "<cpu ", "placement", "<memory "):
        assert element in vm["xml"]


def test_report_has_no_secrets(bundle: dict[str, str]) -> None:
    text = "".join(bundle.values())
    assert "hunter2" not in text
    assert "/secret/" not in text
    assert "<disk" not in text
    assert "<serial" not in text


def test_report_of_a_host_where_nothing_can_be_read_is_still_written(
    tmp_path: Path, numa_domain: Any
) -> None:
    (tmp_path / "proc").mkdir()
    path = tmp_path / "bundle.tar.gz"
    said = numa_domain("report", "--output", str(path), "--root", str(tmp_path))
    assert (said.code, said.err) == (0, "")
    with tarfile.open(path) as bundle:
        assert len(bundle.getmembers()) == 8
