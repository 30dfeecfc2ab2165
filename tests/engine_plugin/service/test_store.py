# SPDX-License-Identifier: Apache-2.0
"""Storing and removing settings: what the engine has afterwards, seen by its own client."""

from __future__ import annotations

from dataclasses import replace

from ovirtsdk4 import types

from engine_plugin.demo.model import HOSTED_ENGINE

from .somebody import path, properties, put


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
