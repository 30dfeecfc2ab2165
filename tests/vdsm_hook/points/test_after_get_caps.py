# SPDX-License-Identifier: Apache-2.0
"""after_get_caps, as a process under VDSM's contract: all nodes are told, nothing else changes."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from numa_domain.base.idset import Nodeset
from numa_domain.host import hook_list as told_nodes
from numa_domain.host import told_affinity, told_settings, told_vms
from numa_domain.host.margins import estimated_kib
from numa_domain.host.settings import HostSettings
from numa_domain.release import DIRECTORY
from tests.hosts import load_hosts
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import Machine
from tests.vdsm_hook.vdsm import VM_ID, Answer, Call

POINT = "after_get_caps"
CAPABILITIES = {
    "numaNodes": {"0": {"cpus": [0, 1], "totalMemory": "15360"}},
    "hooks": {"before_vm_start": {"50_numa": {"checksum": "ab"}}, DIRECTORY: {"hooks-1": {}}},
    "cpuModel": "Gau\u00df \u732b",
    "memFree": 1e20,
    "netConfigDirty": "False",
}


def get_capabilities(machine: Machine, text: str | None = None) -> Answer:
    """The hook as VDSM runs it: a file with JSON, no VM and no properties."""
    directory = machine.files / "caps"
    directory.mkdir(exist_ok=True)
    path = directory / "json"
    path.write_text(json.dumps(CAPABILITIES) if text is None else text)
    environ = {"_hook_json": str(path)}
    call = Call(
        machine.script(POINT), environ=environ, vm_id="", directory=directory, path=path, xml=b""
    )
    return call.answer()


@pytest.mark.parametrize("name", ["hwloc:memorysidecaches", "numactl:cxl-2s"])
def test_every_node_is_told_and_all_else_is_as_it_was(tmp_path: Path, name: str) -> None:
    host = load_hosts()[name]
    machine = Machine(tmp_path, host)
    before = int(time.time())
    answer = get_capabilities(machine)
    assert (answer.rc, answer.line, answer.beside) == (0, "", ())
    after = json.loads(answer.after)
    told = after["hooks"].pop(DIRECTORY)
    assert after == {
        **CAPABILITIES,
        "hooks": {"before_vm_start": {"50_numa": {"checksum": "ab"}}},
    }
    assert told.pop("hooks-1") == {}
    settings = told_settings.read(told)
    assert settings is not None
    assert settings.settings == HostSettings()
    assert told_vms.read(told) == {}
    found = told_nodes.read(told)
    assert found is not None
    assert before <= found.at <= time.time()
    assert told_affinity.read(told) == told_affinity.ToldAffinity(False, 0, found.at)
    assert settings.at == found.at
    assert {i: n.cpus for i, n in found.host.nodes.items()} == {
        i: n.cpus for i, n in host.nodes.items()
    }
    assert all(entry == {"checksum": ""} for entry in told.values())


def test_what_the_kernel_keeps_and_qemu_needs_is_told_as_this_host_counts(tmp_path: Path) -> None:
    machine = Machine(tmp_path, kernel_percent=200, qemu_percent=50)
    zone = "Node 1, zone   Normal\n high 2560\n managed 400000\n protection: (0, 0)\n"
    (machine.proc / "zoneinfo").write_text(zone)
    answer = get_capabilities(machine)
    found = told_nodes.read(json.loads(answer.after)["hooks"][DIRECTORY])
    assert found is not None
    page_kib = os.sysconf("SC_PAGE_SIZE") // 1024
    assert found.host.nodes[1].kept_kib == 2 * 2560 * page_kib
    assert found.host.nodes[0].kept_kib == 2 * estimated_kib(machine.host.nodes[0].memory_kib)
    assert found.host.qemu_percent == 50


def test_capabilities_without_hooks_get_some(machine: Machine) -> None:
    answer = get_capabilities(machine, '{"hooks": {}}')
    assert len(json.loads(answer.after)["hooks"][DIRECTORY]) == len(machine.host.nodes) + 2


def test_settings_of_the_host_are_told_with_its_pools(machine: Machine) -> None:
    ksm = machine.sysfs / "kernel" / "mm" / "ksm"
    ksm.mkdir(parents=True)
    (ksm / "run").write_text("1\n")
    (ksm / "merge_across_nodes").write_text("1\n")
    (machine.proc / "sys" / "vm").mkdir()
    (machine.proc / "sys" / "vm" / "zone_reclaim_mode").write_text("1\n")
    told = told_settings.read(names_told(machine))
    assert told is not None
    assert told.settings == HostSettings(ksm_run=1, merge_across_nodes=True, zone_reclaim=1)
    assert told.pools == {2048: {0: 0, 1: 1024}}


def test_vm_that_auto_has_placed_is_told_with_its_nodes_while_it_runs(machine: Machine) -> None:
    assert machine.start(engine_domain(vcpus=4, memory_gib=8), "auto").rc == 0
    assert told_vms.read(names_told(machine)) == {}  # it has no process yet
    machine.vm_process(4711, VM_ID, anon="N0=1048576 N1=0")
    told = told_vms.read(names_told(machine))
    assert set(told) == {VM_ID}
    assert told[VM_ID].nodes == Nodeset.of(machine.promises[VM_ID])
    assert told[VM_ID].touched == {0: 1024}


def names_told(machine: Machine) -> list[str]:
    answer = get_capabilities(machine)
    assert answer.rc == 0, answer.line
    return list(json.loads(answer.after)["hooks"][DIRECTORY])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value: line 1 column 1 (char 0)"),
        ("[]", "'list' object has no attribute 'setdefault'"),
        ('{"hooks": []}', "'list' object has no attribute 'setdefault'"),
    ],
)
def test_what_is_no_capabilities_stays_and_vdsm_goes_on(
    machine: Machine, text: str, reason: str
) -> None:
    answer = get_capabilities(machine, text)
    assert (answer.rc, answer.after, answer.beside) == (0, text.encode(), ())
    assert answer.line == (
        "numa: after_get_caps: the host's capabilities are not what VDSM hands over: "
        f"{reason}; look what another hook at after_get_caps has made of them\n"
    )


def test_host_that_cannot_be_read_keeps_the_capabilities_and_says_why(machine: Machine) -> None:
    machine.configure(sysfs=machine.root / "nothing")
    answer = get_capabilities(machine)
    assert (answer.rc, answer.after) == (0, answer.before or json.dumps(CAPABILITIES).encode())
    assert answer.line.startswith(f"numa: {machine.root}/nothing/devices/system/node: ")
