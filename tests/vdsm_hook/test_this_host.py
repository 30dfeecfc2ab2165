# SPDX-License-Identifier: Apache-2.0
"""What a VM that starts may use of its host: the kernel's margin, CPUs, and others' promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from numa_domain import __version__
from numa_domain.host.json_format import read_json
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import GIB, Machine, two_nodes
from tests.vdsm_hook.vdsm import VM_ID
from vdsm_hook.reservation_file import peek, uptime
from vdsm_hook.running_vms import survey
from vdsm_hook.this_host import this_host

ZONE = """\
Node {node}, zone   Normal
  pages free     5
        high     {high}
        managed  4000000
        protection: (0, 0)
"""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    found = Machine(tmp_path, kernel_percent=100, qemu_percent=100)
    (found.proc / "zoneinfo").write_text(
        ZONE.format(node=0, high=2560) + ZONE.format(node=1, high=9)
    )
    return found


def test_start_that_would_need_what_the_kernel_keeps_is_refused(machine: Machine) -> None:
    answer = machine.start(engine_domain(vcpus=2, memory_gib=16), "0")
    assert "the VM needs 16.16 GiB (160 MiB of them for QEMU) on node 0" in answer.line
    assert "where 15.99 GiB are free (10 MiB kept for the kernel)" in answer.line
    assert machine.start(engine_domain(vcpus=2, memory_gib=15), "0").rc == 0
    assert machine.promises[VM_ID] == {0: {0: 15 * GIB + (64 + 15 * 6) * 1024}}


def test_margins_can_be_switched_off(tmp_path: Path) -> None:
    machine = Machine(tmp_path, kernel_percent=0, qemu_percent=0)
    assert machine.start(engine_domain(vcpus=2, memory_gib=16), "0").rc == 0


@pytest.mark.parametrize(("free_gib", "rc"), [(0, 2), (1, 0)])
def test_vm_in_huge_pages_needs_ordinary_memory_for_qemu(
    tmp_path: Path, free_gib: int, rc: int
) -> None:
    machine = Machine(tmp_path, two_nodes(free_gib), kernel_percent=0, qemu_percent=100)
    pages = b"<memoryBacking><hugepages><page size='2048'/></hugepages></memoryBacking><devices>"
    xml = engine_domain(vcpus=2, memory_gib=1).replace(b"<devices>", pages, 1)
    answer = machine.start(xml, "1")
    assert answer.rc == rc
    if rc:
        assert "the VM needs 64 MiB (64 MiB of them for QEMU) on node 1, where 0 KiB" in answer.line
    else:
        assert machine.promises[VM_ID] == {1: {0: 64 * 1024, 2048: GIB}}


def test_isolated_cpus_get_no_pins(machine: Machine) -> None:
    (machine.sysfs / "devices/system/cpu/isolated").write_text("8-13\n")
    xml = machine.start(engine_domain(vcpus=2, memory_gib=4), "1").after
    assert b'<emulatorpin cpuset="14-15"' in xml
    assert b'cpuset="14-15"' in xml
    assert b'"8-15"' not in xml


def test_command_host_prints_what_a_start_would_see(machine: Machine) -> None:
    assert machine.start(engine_domain(vcpus=3, memory_gib=4), "all").rc == 0
    command = [sys.executable, "-m", "vdsm_hook.install", "host", "--hooks-dir", str(machine.hooks)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    reservations = peek(machine.config)
    vms = survey(machine.config, {r.vm_id: r.pid for r in reservations}, uptime())
    seen = this_host(machine.config, reservations, vms)
    assert read_json(printed) == seen
    assert [(str(c.nodes), c.kib) for c in seen.claims] == [("0-1", 4 * GIB + (64 + 24) * 1024)]
    assert {str(nodes): count for nodes, count in seen.vcpus.items()} == {"0-1": 3}
    assert json.loads(printed)["qemu_percent"] == 100
    assert json.loads(printed)["version"] == __version__


def test_vcpus_of_vms_that_run_draw_the_next_elsewhere(tmp_path: Path) -> None:
    """Eight VMs of 8 vCPUs do not all go to the node with least free memory."""
    machine = Machine(tmp_path, two_nodes(free_gib=30))
    ids = [f"0d5f3a52-6b1c-4f0e-9a43-00000000001{i}" for i in range(4)]
    for vm_id in ids:
        xml = engine_domain(vcpus=8, memory_gib=1, vm_id=vm_id)
        assert machine.start(xml, "auto", "", vm_id).rc == 0
    nodes = [next(iter(machine.promises[vm_id])) for vm_id in ids]
    assert sorted(nodes) == [0, 0, 1, 1]
