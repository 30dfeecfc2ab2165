# SPDX-License-Identifier: Apache-2.0
"""CPU pins that an earlier release wrote go with the next change; others stay."""

from __future__ import annotations

from typing import Any

import pytest
from ovirtsdk4 import types

from .somebody import path, properties, put

TWO_CELLS = "cpus=0-1 mem=4G nodes=0 / cpus=2-3 mem=4G nodes=1"
NODE_0, NODE_1 = "0-15,128-143", "16-31,144-159"
"""The CPUs of epyc-nps4's nodes."""
UNPINNED = (
    "cpu_tune, which an earlier release set, is removed: numa-affinity on the host holds the vCPUs"
)
STILL_PINNED = (
    "cpu_tune stays: it is not, or not to be seen as, what an earlier release set with the settings"
)


def pins(engine: Any, vm_id: str) -> dict[int, str]:
    tune = engine.vms.vm_service(vm_id).get().cpu.cpu_tune
    return {p.vcpu: p.cpu_set for p in tune.vcpu_pins} if tune else {}


def pin(engine: Any, vm_id: str, cpus: dict[int, str]) -> None:
    found = [types.VcpuPin(vcpu=vcpu, cpu_set=text) for vcpu, text in cpus.items()]
    tune = types.CpuTune(vcpu_pins=found)
    engine.vms.vm_service(vm_id).update(types.Vm(cpu=types.Cpu(cpu_tune=tune)))


def stored_earlier(engine: Any, cpus: dict[int, str], **more: Any) -> str:
    """A VM as an earlier release left it."""
    vm_id = engine.new_vm(
        cores=4,
        affinity="pinned",
        numa_nodeset="0-1",
        numa_topology=TWO_CELLS,
        numa_restore="user_migratable,cpu_tune",
        **more,
    )
    pin(engine, vm_id, cpus)
    return str(vm_id)


WRITTEN = {0: NODE_0, 1: NODE_0, 2: NODE_1, 3: NODE_1}


def test_store_explicit_nodes_writes_no_pins(engine, client):
    vm_id = engine.new_vm(cores=4)
    answer = put(client, vm_id, {"nodeset": "0-1", "topology": TWO_CELLS})
    assert (answer.status_code, answer.json()["notes"]) == (200, [])
    assert pins(engine, vm_id) == {}


@pytest.mark.parametrize(
    "body", [{"nodeset": "0-1", "topology": TWO_CELLS}, {"nodeset": "auto"}, {"nodeset": "2"}]
)
def test_store_removes_pins_of_an_earlier_release(engine, client, body):
    vm_id = stored_earlier(engine, WRITTEN)
    answer = put(client, vm_id, body, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["notes"]) == (200, [UNPINNED])
    vm = engine.vms.vm_service(vm_id).get()
    assert properties(vm)["numa_restore"] == "user_migratable"
    assert vm.cpu_pinning_policy == types.CpuPinningPolicy.NONE
    assert pins(engine, vm_id) == {}


def test_store_removes_pins_of_a_nodeset_without_cells(engine, client):
    vm_id = engine.new_vm(numa_nodeset="1", numa_restore="migratable,cpu_tune", cores=2)
    pin(engine, vm_id, {0: NODE_1, 1: NODE_1})
    answer = put(client, vm_id, {"nodeset": "0"}, headers={"If-Match": "*"})
    assert answer.json()["notes"] == [UNPINNED]
    assert pins(engine, vm_id) == {}


@pytest.mark.parametrize(
    "changed",
    [{**WRITTEN, 3: "16"}, {**WRITTEN, 0: NODE_1}, {**WRITTEN, 2: f"{NODE_0},{NODE_1}"}],
)
def test_pins_that_somebody_changed_since_stay(engine, client, changed):
    vm_id = stored_earlier(engine, changed)
    answer = put(client, vm_id, {"nodeset": "0-1"}, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["notes"]) == (200, [STILL_PINNED])
    assert pins(engine, vm_id) == changed
    assert properties(engine.vms.vm_service(vm_id).get())["numa_restore"] == "user_migratable"
    again = put(client, vm_id, {"nodeset": "0-2"}, headers={"If-Match": "*"})
    assert again.json()["notes"] == []


def test_remove_takes_pins_of_an_earlier_release_and_no_others(engine, client):
    for cpus, note, left in ((WRITTEN, UNPINNED, {}), ({0: "3"}, STILL_PINNED, {0: "3"})):
        vm_id = stored_earlier(engine, cpus)
        answer = client.delete(path(vm_id), headers={"If-Match": "*"})
        assert answer.json()["notes"] == [note]
        assert pins(engine, vm_id) == left
        assert properties(engine.vms.vm_service(vm_id).get()) == {}


def test_store_pins_of_somebody_else_are_kept(engine, client):
    vm_id = engine.new_vm()
    pin(engine, vm_id, {0: "3"})
    answer = put(client, vm_id, {"nodeset": "0"})
    assert (answer.status_code, answer.json()["notes"]) == (200, [])
    assert pins(engine, vm_id) == {0: "3"}
