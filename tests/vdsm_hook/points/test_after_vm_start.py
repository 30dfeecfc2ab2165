# SPDX-License-Identifier: Apache-2.0
"""after_vm_start: it tells what is wrong, and never fails nor waits."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.captures import Capture
from tests.vdsm_hook.machine import Machine
from tests.vdsm_hook.vdsm import Answer
from vdsm_hook import journal


@pytest.fixture
def capture() -> Capture:
    return Capture("cells")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path, cgroup=tmp_path / "sys/fs/cgroup", time_limit=2)
    made.run_dir.mkdir(parents=True)  # as before_vm_start did
    return made


def uuid(capture: Capture) -> str:
    words = capture.files[f"/proc/{capture.pid}/cmdline"].split("\0")
    return words[words.index("-uuid") + 1]


def after_start(machine: Machine, capture: Capture, xml: str | None = None) -> Answer:
    text = capture.xml if xml is None else xml
    properties = {"numa_nodeset": "0-1"}
    return machine.call("after_vm_start", text, properties, uuid(capture)).answer()


def test_vm_that_is_where_it_should_be_is_logged(machine: Machine, capture: Capture) -> None:
    capture.write(machine.root)
    answer = after_start(machine, capture)
    assert (answer.rc, answer.line, answer.after) == (0, "", answer.before)
    assert "after_vm_start" in machine.log.read_text()
    assert ": good, by its numa_maps: node 0 " in machine.log.read_text()
    assert journal.read(machine.config).runs[-1].outcome == "unchanged"


def test_drift_is_told_to_vdsm_and_fails_nothing(machine: Machine, capture: Capture) -> None:
    capture.change("/numa_maps", "N0=32768", "N3=32768").write(machine.root)
    answer = after_start(machine, capture)
    assert answer.rc == 0
    assert answer.line == (
        "numa: 128 MiB of cell 0 are on node 3, not on node 0; "
        "shut the VM down and start it to bind it anew; docs/3am.md lists what moves memory\n"
    )
    assert journal.read(machine.config).runs[-1].outcome == "MemoryElsewhere"


def test_vm_that_is_gone_fails_nothing(machine: Machine, capture: Capture) -> None:
    answer = after_start(machine, capture)
    assert (answer.rc, answer.line) == (
        0,
        "numa: there is no QEMU process of the VM that has started; "
        "look in /var/log/libvirt/qemu for what became of it\n",
    )


@pytest.mark.parametrize("xml", ["", "no XML", "<domain/>"])
def test_bad_xml_fails_nothing(machine: Machine, capture: Capture, xml: str) -> None:
    capture.write(machine.root)
    answer = after_start(machine, capture, xml)
    assert answer.rc == 0
    assert answer.line.startswith("numa: ")


def test_kernel_that_does_not_answer_costs_the_time_limit(
    machine: Machine, capture: Capture
) -> None:
    capture.write(machine.root)
    path = machine.root / f"proc/{capture.pid}/numa_maps"
    path.unlink()
    os.mkfifo(path)
    answer = after_start(machine, capture)
    assert answer.rc == 0
    assert answer.seconds < 5
    assert answer.line.startswith("numa: no answer within 2 s while looking for the VM in ")
