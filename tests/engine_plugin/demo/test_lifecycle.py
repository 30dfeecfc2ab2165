# SPDX-License-Identifier: Apache-2.0
"""VMs start, stop and move through real hook processes, and the audit log says so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ovirtsdk4 import types

from tests.engine_plugin.demo.lifecycle import MIB, domain_of, pin, prop, refused


def test_start_answers_with_a_job_before_the_vm_is_up(served: Any, vms: Any) -> None:
    service = vms()
    with served.http() as http:
        answer = http.post(f"/vms/{service.get().id}/start", content="<action/>")
    assert answer.status_code == 200
    assert "<status>complete</status>" in answer.text
    assert "<job href=" in answer.text
    assert vms.settled(service).status == types.VmStatus.UP


def test_start_and_stop_are_in_the_audit_log(vms: Any) -> None:
    service = vms()
    vm = vms.started(service)
    host = vms.connection.follow_link(vm.host).name
    service.stop()
    name = vm.name
    assert vms.events(service) == [
        f"VM {name} was created by admin@internal-authz.",
        f"VM {name} was started by admin@internal-authz (Host: {host}).",
        f"VM {name} started on Host {host}",
        f"VM {name} powered off by admin@internal-authz (Host: {host}).",
        f"VM {name} is down.  ",
    ]


def test_shutdown_says_who_it_was(vms: Any) -> None:
    service = vms()
    vm = vms.started(service)
    host = vms.connection.follow_link(vm.host).name
    service.shutdown()
    assert vms.events(service)[-2:] == [
        f"VM shutdown initiated by admin@internal-authz on VM {vm.name} (Host: {host}).",
        f"VM {vm.name} is down. Exit message: Admin shut down from the engine",
    ]


@pytest.mark.parametrize("action", ["stop", "shutdown"])
def test_vm_that_is_down_is_stopped_again_without_a_word_but_in_the_log(
    vms: Any, action: str
) -> None:
    service = vms()
    getattr(service, action)()
    vm = service.get()
    told = f"VM {vm.name} is already Down, Stop VM was skipped. User: admin@internal-authz."
    assert vms.events(service)[-1] == told


def test_reboot_of_a_vm_that_is_down_is_refused(vms: Any) -> None:
    refusal = "[Cannot restart VM because the VM is in Down status.]"
    assert refused(vms().reboot) == (409, refusal)


def test_start_of_a_running_vm_is_refused(vms: Any) -> None:
    service = vms()
    vms.started(service)
    refusal = "[Cannot run VM because the VM is in Up status.]"
    assert refused(service.start) == (409, refusal)
    name, why = service.get().name, f"due to a failed validation: {refusal}"
    assert vms.events(service)[-1] == f"Failed to run VM {name} {why} (User: admin@internal-authz)."
    service.stop()


def test_pinned_vm_is_never_migrated(vms: Any) -> None:
    service = vms()
    service.update(pin())
    assert refused(service.migrate) == (409, "[Cannot migrate VM. VM is pinned to Host.]")


def test_manually_migratable_vm_needs_force(vms: Any) -> None:
    service = vms()
    service.update(pin(affinity=types.VmAffinity.USER_MIGRATABLE))
    vms.started(service)
    assert refused(service.migrate) == (
        409,
        "[Cannot migrate VM. VM is non migratable and user did not specify the force-migration"
        " flag]",
    )
    service.migrate(force=True)
    assert vms.settled(service).status == types.VmStatus.UP
    service.stop()


def test_migration_of_a_vm_that_is_down_is_refused(vms: Any) -> None:
    service = vms()
    refusal = "[Cannot migrate VM. VM is not running.]"
    assert refused(service.migrate) == (409, refusal)
    assert vms.events(service)[-1] == (
        f"Migration failed due to a failed validation: {refusal}"
        f" (VM: {service.get().name}, Source: <UNKNOWN>)."
    )


def test_migration_moves_the_vm(vms: Any) -> None:
    service = vms()
    before = vms.started(service).host.id
    service.migrate()
    after = vms.settled(service)
    assert after.host.id != before
    assert vms.events(service)[-1].startswith("Migration completed (VM: ")
    service.stop()


def test_suspended_vm_resumes_with_the_domain_it_had(served: Any, vms: Any) -> None:
    service = vms()
    service.update(pin("spr-snc4"))
    vms.started(service)
    before = domain_of(served, service)["domain_xml"]
    service.suspend()
    assert service.get().status == types.VmStatus.SUSPENDED
    service.start()
    vm = service.get()
    assert vm.status == types.VmStatus.UP
    assert domain_of(served, service)["domain_xml"] == before
    service.stop()


def test_suspended_vm_that_is_stopped_is_down_with_its_next_configuration(vms: Any) -> None:
    service = vms()
    vms.started(service)
    service.suspend()
    service.update(types.Vm(custom_properties=prop("numa_nodeset", "0")), next_run=True)
    vm = service.get()
    assert (vm.next_run_configuration_exists, vm.custom_properties) == (True, None)
    vm = vms.stopped(service)
    assert (vm.status, vm.custom_properties[0].value) == (types.VmStatus.DOWN, "0")
    told = f"Suspended VM {vm.name} has had its save state cleared by admin@internal-authz."
    assert vms.events(service)[-2] == told


def test_update_during_a_migration_is_kept(vms: Any, hook: Any) -> None:
    hook("epyc-nps4", "before_vm_migrate_source", "sleep 1")
    service = vms()
    service.update(pin("epyc-nps4", affinity=types.VmAffinity.MIGRATABLE))
    vms.started(service)
    service.update(pin("epyc-nps4", "spr-snc4", affinity=types.VmAffinity.MIGRATABLE))
    service.migrate()
    assert service.get().status == types.VmStatus.MIGRATING
    service.update(types.Vm(description="while it moves"))
    assert vms.settled(service).description == "while it moves"
    service.stop()


def test_run_once_replaces_the_properties_for_one_run(vms: Any, hook: Any, tmp_path: Any) -> None:
    service = vms(custom_properties=prop("sndbuf", "1"))
    service.update(pin("spr-snc4"))
    hook("spr-snc4", "before_vm_start", f'echo "${{sndbuf-none}} $hugepages" >> {tmp_path}/seen')
    try:
        vms.started(service, vm=types.Vm(custom_properties=prop("hugepages", "2048")))
        assert service.get().run_once is True
        service.stop()
        vms.started(service)
        service.stop()
    finally:
        hook("spr-snc4", "before_vm_start", "exit 0")
    assert (tmp_path / "seen").read_text() == "none 2048\n1 \n"
    assert service.get().custom_properties[0].value == "1"


def test_run_once_with_properties_by_a_vm_manager_is_403(served: Any, vms: Any) -> None:
    mine = served.sdk("oscar").system_service().vms_service().vm_service(vms().get().id)
    once = types.Vm(custom_properties=prop("sndbuf", "1"))
    assert refused(lambda: mine.start(vm=once))[0] == 403


def test_run_once_on_a_host_starts_there(vms: Any) -> None:
    service = vms()
    where = types.VmPlacementPolicy(hosts=[types.Host(name="xeon-cxl")])
    vm = vms.started(service, vm=types.Vm(placement_policy=where))
    assert vms.connection.follow_link(vm.host).name == "xeon-cxl"
    service.stop()


def test_start_in_pause_waits_for_a_second_start(vms: Any) -> None:
    service = vms()
    assert vms.started(service, pause=True).status == types.VmStatus.PAUSED
    service.start()
    assert service.get().status == types.VmStatus.UP
    service.stop()


def test_vm_whose_property_is_no_longer_defined_does_not_start(served: Any, vms: Any) -> None:
    service = vms(custom_properties=prop("numa_topology", "2"))
    user = served.app.state.engine._definitions["4.7"].user
    expression = user.pop("numa_topology")
    try:
        found = refused(service.start)
    finally:
        user["numa_topology"] = expression
    assert found == (
        400,
        "[Cannot run VM if some of the specified custom properties are not configured by the"
        " system. The keys are: numa_topology]",
    )


def test_vm_without_a_host_names_every_hosts_reason(vms: Any) -> None:
    service = vms(memory=400 * 1024 * MIB)
    service.update(pin("xeon-cxl"))
    code, detail = refused(service.start)
    assert code == 409
    assert detail.startswith(
        "[Cannot run VM. There is no host that satisfies current scheduling constraints."
        " See below for details:, The host epyc-2of8 did not satisfy internal filter PinToHost"
        " because the host is not present in the pinning list."
    )


def test_domain_page_needs_a_login(served: Any, vms: Any) -> None:
    import httpx

    url = f"{served.base}/demo/vms/{vms().get().id}/domain"
    assert httpx.get(url).status_code == 401
    with served.http() as http:
        answer = http.get(url)
    assert (answer.status_code, json.loads(answer.text)) == (
        404,
        {"error": "this VM has not been started here"},
    )
