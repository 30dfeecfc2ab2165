# SPDX-License-Identifier: Apache-2.0
"""The XML of refused starts: kept by the hook, given back by `numa-hook journal --xml`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import VM_ID, Machine
from vdsm_hook.refused_xml import KEPT, LARGEST, kept

OTHER = "9a430000-6b1c-4f0e-9a43-1f2b6c7d8e90"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def journal(machine: Machine, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vdsm_hook.install", "journal", *words]
    return subprocess.run(
        [*command, "--hooks-dir", str(machine.hooks)], capture_output=True, text=True, check=False
    )


def refuse(machine: Machine, xml: bytes = engine_domain(), vm_id: str = VM_ID) -> None:
    refused = machine.call("before_vm_start", xml, {"numa_nodeset": "7"}, vm_id).answer()
    assert refused.rc == 2


def test_refused_xml_is_given_back_as_vdsm_handed_it_over(machine: Machine) -> None:
    refuse(machine)
    done = journal(machine, "--xml", "last")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.encode() == engine_domain()
    assert journal(machine, "--xml", VM_ID.upper()).stdout == done.stdout
    in_json = json.loads(journal(machine, "--xml", "last", "--json").stdout)
    assert (in_json["vm"], in_json["xml"]) == (VM_ID, done.stdout)


def test_refused_xml_is_named_by_the_vm_or_by_the_time_of_the_journal(machine: Machine) -> None:
    first = engine_domain().replace(b"<name>vm1<", b"<name>web1<")
    refuse(machine, first)
    refuse(machine, vm_id=OTHER)
    assert b"web1" in first
    assert journal(machine, "--xml", "web1").stdout.encode() == first
    shown = journal(machine).stdout.splitlines()[-1].split("   ")[0]
    assert journal(machine, "--xml", shown).stdout.encode() in (first, engine_domain())


def test_refused_xml_goes_into_check(machine: Machine) -> None:
    """The line of the 3 a.m. page: with the inputs that the engine wrote into the XML."""
    custom = b"<ovirt-vm:numa_nodeset>7</ovirt-vm:numa_nodeset>"
    xml = engine_domain().replace(b"</ovirt-vm:custom>", custom + b"</ovirt-vm:custom>")
    if custom not in xml:
        xml = engine_domain().replace(
            b"</ovirt-vm:vm>", b"<ovirt-vm:custom>" + custom + b"</ovirt-vm:custom></ovirt-vm:vm>"
        )
    assert custom in xml
    refuse(machine, xml)
    told = journal(machine, "--xml", "last").stdout
    done = subprocess.run(
        [sys.executable, "-m", "numa_domain", "check", "-", "--json"],
        input=told, capture_output=True, text=True, check=False,
    )  # fmt: skip
    problems = json.loads(done.stdout)["problems"]
    assert (done.returncode, [problem["code"] for problem in problems]) == (1, ["NodeUnknown"])


def test_refused_xml_is_kept_of_a_hook_that_took_too_long(machine: Machine) -> None:
    os.mkfifo(machine.root / "fifo")  # a read of it never ends
    machine.configure(time_limit=0.3, proc=machine.proc, sysfs=machine.root / "sys")
    node = next((machine.root / "sys").rglob("meminfo"))
    node.unlink()
    os.mkfifo(node)
    refuse(machine)
    assert journal(machine, "--xml", "last").stdout.encode() == engine_domain()


def test_refused_xmls_are_few_small_and_private(machine: Machine) -> None:
    for _ in range(KEPT + 2):
        refuse(machine)
    found = kept(machine.config)
    assert len(found) == KEPT
    modes = {Path(path).stat().st_mode & 0o777 for _, _, path in found}
    assert modes == {0o600}
    assert Path(found[0][2]).parent.stat().st_mode & 0o777 == 0o700
    large = engine_domain().replace(b"</domain>", b" " * LARGEST + b"</domain>")
    refuse(machine, large, OTHER)
    assert [vm_id for _, vm_id, _ in kept(machine.config)] == [VM_ID] * KEPT


def test_start_that_succeeds_leaves_no_xml(machine: Machine) -> None:
    machine.start(engine_domain(), "0-1", "2")
    assert kept(machine.config) == []
    done = journal(machine, "--xml", "last")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("numa-hook: no XML of a refused start is kept here; ")


def test_run_that_is_not_known_is_told_with_those_that_are(machine: Machine) -> None:
    refuse(machine)
    done = journal(machine, "--xml", "absent")
    assert done.stderr == (
        "numa-hook: no refused start of absent is kept here; name one of: last, web1\n"
    )
