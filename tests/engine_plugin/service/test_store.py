# SPDX-License-Identifier: Apache-2.0
"""Storing and removing settings: what the engine has afterwards, seen by its own client."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest
from ovirtsdk4 import types

from engine_plugin.demo.model import HOSTED_ENGINE


def properties(vm: Any) -> dict[str, str]:
    return {p.name: p.value for p in vm.custom_properties or []}


def path(vm_id: str, rest: str = "") -> str:
    return f"/api/v1/vms/{vm_id}/numa{rest}"


def put(client: httpx.Client, vm_id: str, body: dict[str, str], **more: Any) -> httpx.Response:
    return client.put(path(vm_id), json=body, **more)


def test_store_vm_without_settings_is_pinned_and_remembers_its_mode(engine, client):
    vm_id = engine.new_vm(affinity="user_migratable")
    answer = put(client, vm_id, {"nodeset": "0-1"})
    assert answer.status_code == 200, answer.text
    vm = engine.vms.vm_service(vm_id).get()
    assert properties(vm) == {"numa_nodeset": "0-1", "numa_restore": "user_migratable"}
    assert vm.placement_policy.affinity == types.VmAffinity.PINNED
    assert [h.id for h in vm.placement_policy.hosts] == [engine.host("epyc-nps4").id]
    assert answer.headers["ETag"] == answer.json()["etag"]


def test_store_other_properties_are_kept(engine, client):
    vm_id = engine.new_vm(sap_agent="true", viodiskcache="none")
    assert put(client, vm_id, {"nodeset": "0"}).status_code == 200
    found = properties(engine.vms.vm_service(vm_id).get())
    assert found["sap_agent"] == "true"
    assert found["viodiskcache"] == "none"


def test_store_text_is_stored_in_canonical_form(engine, client):
    vm_id = engine.new_vm()
    put(client, vm_id, {"nodeset": " strict: 0-3,^1 ", "topology": "2"})
    found = properties(engine.vms.vm_service(vm_id).get())
    assert found["numa_nodeset"] == "0,2-3"
    assert found["numa_topology"] == "2"


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


def test_remove_gives_mode_back(engine, client):
    vm_id = engine.new_vm(sap_agent="true")
    etag = put(client, vm_id, {"nodeset": "0-1"}).headers["ETag"]
    answer = client.delete(path(vm_id), headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    vm = engine.vms.vm_service(vm_id).get()
    assert properties(vm) == {"sap_agent": "true"}
    assert vm.placement_policy.affinity == types.VmAffinity.MIGRATABLE
    assert vm.cpu.cpu_tune is None
    assert [h.id for h in vm.placement_policy.hosts] == [engine.host("epyc-nps4").id]


def test_remove_unknown_former_mode_stays_pinned_and_says_so(engine, client):
    vm_id = engine.new_vm(affinity="pinned", numa_nodeset="0")
    answer = client.delete(path(vm_id), headers={"If-Match": "*"})
    assert answer.json()["notes"] == [
        "the VM stays pinned: which migration mode it had before is not known"
        " (property numa_restore)"
    ]
    vm = engine.vms.vm_service(vm_id).get()
    assert vm.placement_policy.affinity == types.VmAffinity.PINNED


def test_remove_nothing_there_writes_nothing(engine, client):
    vm_id = engine.new_vm()
    before = client.get(path(vm_id)).json()["etag"]
    answer = client.delete(path(vm_id))
    assert (answer.status_code, answer.json()["etag"]) == (200, before)


def test_store_twice_remembers_the_first_mode(engine, client):
    vm_id = engine.new_vm(affinity="user_migratable")
    etag = put(client, vm_id, {"nodeset": "0"}).headers["ETag"]
    put(client, vm_id, {"nodeset": "auto"}, headers={"If-Match": etag})
    found = properties(engine.vms.vm_service(vm_id).get())
    assert found == {"numa_nodeset": "auto", "numa_restore": "user_migratable"}
    assert engine.vms.vm_service(vm_id).get().cpu.cpu_tune is None


def test_store_running_vm_waits_for_its_next_start(engine, client):
    vm_id = engine.new_vm(hosts=("epyc-nps4",))
    service = engine.started(vm_id)
    answer = put(client, vm_id, {"nodeset": "0-1"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["applies"] == {
        "at_once": ["migration"],
        "at_next_start": ["numa_nodeset"],
    }
    assert (found["pending"], found["current"]) == (True, None)
    assert found["request"]["nodeset"] == "0-1"
    assert properties(service.get()) == {}
    assert service.get().placement_policy.affinity == types.VmAffinity.PINNED
    assert properties(service.get(next_run=True))["numa_nodeset"] == "0-1"
    engine.stopped(service)
    assert properties(service.get())["numa_nodeset"] == "0-1"


def test_store_suspended_vm_waits_for_its_next_start(engine, client):
    """A resume goes on with the domain that was saved."""
    vm_id = engine.new_vm()
    service = engine.started(vm_id)
    service.suspend()
    found = put(client, vm_id, {"nodeset": "0"}).json()
    assert found["applies"] == {
        "at_once": ["migration"],
        "at_next_start": ["numa_nodeset"],
    }
    assert found["notes"] == [
        "the VM is suspended: a resume goes on with what it began with, so shut it down to have"
        " these settings"
    ]
    shown = client.get(path(vm_id)).json()
    assert (shown["status"], shown["pending"], shown["current"]) == ("suspended", True, None)
    assert properties(service.get()) == {}
    engine.stopped(service)
    assert client.get(path(vm_id)).json()["pending"] is False
    assert properties(service.get())["numa_nodeset"] == "0"


def test_adopt_suspended_vm_is_refused_and_changes_nothing(engine, client):
    vm_id = engine.new_vm()
    node = types.VirtualNumaNode(
        index=0, memory=8192, cpu=types.Cpu(cores=[types.Core(index=i) for i in range(4)])
    )
    engine.vms.vm_service(vm_id).numa_nodes_service().add(node)
    engine.started(vm_id).suspend()
    answer = client.post(path(vm_id, "/adopt"))
    assert (answer.status_code, answer.json()["code"]) == (409, "VmRuns")
    assert properties(engine.vms.vm_service(vm_id).get(next_run=True)) == {}


def test_store_vm_of_the_engine_itself_is_refused(engine, client):
    vm_id = engine.new_vm()
    store = engine.app.state.engine.store
    vm = store.vm(vm_id)
    store.save_vm(replace(vm, config=replace(vm.config, origin=HOSTED_ENGINE)))
    answer = put(client, vm_id, {"nodeset": "0"})
    assert (answer.status_code, answer.json()["code"]) == (409, "HostedEngine")
    assert answer.json()["detail"] == (
        f"custom_properties: the engine itself runs in {vm.config.name}, and such a VM must have"
        " no custom properties; leave it as it is: it could not be started any more"
    )
    assert properties(engine.vms.vm_service(vm_id).get()) == {}


def test_store_pending_changes_of_others_are_kept(engine, client):
    vm_id = engine.new_vm()
    service = engine.started(vm_id)
    sent = types.Vm(custom_properties=[types.CustomProperty(name="sap_agent", value="true")])
    service.update(sent, next_run=True)
    put(client, vm_id, {"nodeset": "0"})
    found = properties(service.get(next_run=True))
    service.stop()
    assert found["sap_agent"] == "true"
    assert found["numa_nodeset"] == "0"


def test_store_host_without_hook_is_refused_and_forced(engine, client):
    vm_id = engine.new_vm(hosts=("xeon-full", "epyc-nps4"))
    answer = put(client, vm_id, {"nodeset": "0"})
    name = engine.vms.vm_service(vm_id).get().name
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "HooksMissing"
    assert answer.json()["detail"] == (
        f"cluster numa-lab: {name} could start without its NUMA settings on xeon-full: no"
        " before_vm_start/50_numa of ours there; install vdsm-hook-numa there, or allow the VM"
        " other hosts only, or store the settings all the same"
    )
    assert answer.json()["hint"] == "?force=true"
    assert properties(engine.vms.vm_service(vm_id).get()) == {}
    answer = put(client, vm_id, {"nodeset": "0"}, params={"force": "true"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["notes"][0].startswith("stored all the same, though ")


def test_store_level_without_definitions_is_refused_with_the_command(engine, client):
    vm_id = engine.new_vm(hosts=(), cluster="legacy")
    answer = put(client, vm_id, {"nodeset": "0"}, params={"force": "true"})
    found = answer.json()
    assert (answer.status_code, found["code"], found["blames"]) == (
        409,
        "PropertiesUndefined",
        "setup",
    )
    assert found["command"].startswith(
        "engine-config -s 'UserDefinedVMProperties=hook_debug=^(on|off)$;numa_nodeset=^"
    )
    assert found["command"].endswith("--cver=4.6 && systemctl restart ovirt-engine")


def test_store_native_nodes_are_refused_and_adopted(engine, client):
    vm_id = engine.new_vm(hosts=("epyc-nps4",))
    nodes = engine.vms.vm_service(vm_id).numa_nodes_service()
    for index, cpus in enumerate(([0, 1], [2])):
        cores = [types.Core(index=cpu) for cpu in cpus]
        nodes.add(
            types.VirtualNumaNode(
                index=index,
                memory=3072,
                cpu=types.Cpu(cores=cores),
                numa_tune_mode=types.NumaTuneMode.STRICT,
                numa_node_pins=[types.NumaNodePin(index=index + 4)],
            )
        )
    answer = put(client, vm_id, {"nodeset": "0"})
    assert (answer.status_code, answer.json()["code"]) == (409, "NativeNodes")
    assert answer.json()["remedy"] == "take them over, or remove them in oVirt (Host, NUMA)"
    assert answer.json()["hint"] == f"POST /api/v1/vms/{vm_id}/numa/adopt"
    answer = client.post(path(vm_id, "/adopt"))
    assert answer.status_code == 200, answer.text
    assert answer.json()["notes"][:2] == [
        "vCPU 3 was in no node: cell 0 has it now",
        "the nodes had 2 GiB less than the VM: cell 1 has it now",
    ]
    assert nodes.list() == []
    found = properties(engine.vms.vm_service(vm_id).get())
    assert found["numa_topology"] == "cpus=0-1,3 mem=3G nodes=4 / cpus=2 mem=5G nodes=5"
    answer = client.post(path(vm_id, "/adopt"))
    assert (answer.status_code, answer.json()["code"]) == (409, "NoNativeNodes")


def test_store_user_without_permission_is_refused_by_the_engine(engine, client_of):
    vm_id = engine.new_vm()
    answer = put(client_of("oscar"), vm_id, {"nodeset": "0"})
    assert answer.status_code == 403, answer.text
    name = engine.vms.vm_service(vm_id).get().name
    assert answer.json()["detail"] == (
        f"placement_policy: the engine does not let this user set the migration mode of {name};"
        " ask an administrator: the permission CHANGE_VM_CUSTOM_PROPERTIES is needed, which only"
        " roles of administrators have"
    )
    assert properties(engine.vms.vm_service(vm_id).get()) == {}


def test_store_administrator_without_permission_is_refused_by_the_engine(engine, client_of):
    vm_id = engine.new_vm()
    answer = put(client_of("rita"), vm_id, {"nodeset": "0"})
    assert answer.status_code == 403, answer.text
    name = engine.vms.vm_service(vm_id).get().name
    assert answer.json()["detail"] == (
        f"engine: the engine does not let this user store the settings of {name}: User is not"
        " authorized to perform this action; see what the engine says; permission"
        " CHANGE_VM_CUSTOM_PROPERTIES is needed too"
    )


def test_show_user_is_told_no_migration_mode_that_the_engine_hides(engine, client, client_of):
    vm_id = engine.new_vm()
    put(client, vm_id, {"nodeset": "0"})
    found = client_of("oscar").get(path(vm_id)).json()
    assert found["migration"] == {"affinity": "unknown", "hosts": [], "former": "migratable"}
    assert found["problems"] == []


def test_store_cluster_administrator_is_told_of_hosts_without_hook(engine, client_of):
    vm_id = engine.new_vm(hosts=())
    answer = put(client_of("carol"), vm_id, {"nodeset": "0"})
    assert (answer.status_code, answer.json()["code"]) == (409, "HooksMissing")


def test_store_former_property_is_taken_over(engine, client):
    vm_id = engine.new_vm()
    body = {"nodeset": "0", "topology": "2"}
    found = put(client, vm_id, body).json()
    assert found["request"]["property"] == "numa_nodeset"


@pytest.mark.parametrize(
    ("body", "code", "field", "at"),
    [
        ({"nodeset": "0-x"}, "NodesetTextMalformed", "nodeset", 2),
        ({"topology": "cpus=0 mem=8Q"}, "MemoryMalformed", "topology", 11),
        ({"nodeset": "fast:0"}, "ModeUnknown", "nodeset", 0),
    ],
)
def test_store_text_wrong_says_which_and_where(engine, client, body, code, field, at):
    vm_id = engine.new_vm()
    answer = put(client, vm_id, body)
    first = answer.json()["problems"][0]
    assert answer.status_code == 422
    assert (first["code"], first["field"], first["at"]) == (code, field, at)
    assert first["remedy"]


def test_store_cells_wrong_for_the_vm_say_every_problem(engine, client):
    vm_id = engine.new_vm(cores=4, memory=8 << 30)
    answer = put(client, vm_id, {"topology": "cpus=0-1 mem=4G / cpus=1-2 mem=2G"})
    codes = [problem["code"] for problem in answer.json()["problems"]]
    assert answer.status_code == 422
    assert codes == ["VcpuTwice", "VcpuMissing", "MemorySum"]
    assert {problem["field"] for problem in answer.json()["problems"]} == {"topology"}


def test_store_nothing_is_refused(engine, client):
    vm_id = engine.new_vm()
    answer = put(client, vm_id, {})
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "nodeset: neither a nodeset nor a topology is given; give one, or remove the settings",
    )
    assert answer.json()["hint"] == "DELETE removes them"
