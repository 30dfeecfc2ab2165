# SPDX-License-Identifier: Apache-2.0
"""Settings that are not stored, and why; and what is taken over instead."""

from __future__ import annotations

import pytest
from ovirtsdk4 import types

from .somebody import path, properties, put


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
