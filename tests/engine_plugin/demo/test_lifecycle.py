# SPDX-License-Identifier: Apache-2.0
"""VMs start, stop and move through real hook processes, and the audit log says so."""

from __future__ import annotations

import json
from typing import Any

import ovirtsdk4 as sdk
import pytest
from lxml import etree
from ovirtsdk4 import types

MIB = 1 << 20


def refused(act: Any) -> tuple[int, str]:
    with pytest.raises(sdk.Error) as error:
        act()
    return error.value.code, error.value.fault.detail


def pin(*hosts: str, affinity: Any = types.VmAffinity.PINNED) -> types.Vm:
    found = [types.Host(name=name) for name in hosts]
    return types.Vm(placement_policy=types.VmPlacementPolicy(affinity=affinity, hosts=found))


def prop(name: str, value: str) -> list[types.CustomProperty]:
    return [types.CustomProperty(name=name, value=value)]


def domain_of(served: Any, service: Any) -> dict[str, Any]:
    with served.http() as http:
        url = f"{served.base}/demo/vms/{service.get().id}/domain"
        found: dict[str, Any] = http.get(url).json()
    return found


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
    ]


def test_start_of_a_running_vm_is_refused(vms: Any) -> None:
    service = vms()
    vms.started(service)
    assert refused(service.start) == (409, "[Cannot run VM. VM is running.]")
    service.stop()


def test_properties_reach_the_hook_as_its_environment(vms: Any, hook: Any, served: Any) -> None:
    service = vms(custom_properties=prop("sndbuf", "42"))
    service.update(pin("spr-snc4"))
    vm_id = service.get().id
    hook("spr-snc4", "before_vm_start", 'echo "$vmId $sndbuf $HOME" >&2; exit 1')
    try:
        assert vms.started(service).status == types.VmStatus.DOWN
    finally:
        hook("spr-snc4", "before_vm_start", "exit 0")
    said = rf"Exit message: Hook Error: (b'{vm_id} 42 \n',)."
    assert any(line.endswith(said) for line in vms.events(service))


def test_what_the_hook_writes_is_what_libvirt_gets(served: Any, vms: Any, hook: Any) -> None:
    service = vms()
    service.update(pin("spr-snc4"))
    change = "sed -i 's|<currentMemory>.*</currentMemory>|<currentMemory>7</currentMemory>|'"
    hook("spr-snc4", "before_vm_start", f'{change} "$_hook_domxml"')
    try:
        vms.started(service)
    finally:
        hook("spr-snc4", "before_vm_start", "exit 0")
    found = domain_of(served, service)
    assert etree.fromstring(found["domain_xml"].encode()).findtext("currentMemory") == "7"
    assert etree.fromstring(found["engine_xml"].encode()).findtext("currentMemory") == "1048576"
    assert "+  <currentMemory>7</currentMemory>" in found["diff"]
    service.stop()


def test_failing_hook_is_tried_on_three_hosts_and_shown(vms: Any, hook: Any) -> None:
    names = ("epyc-nps4", "spr-snc4", "xeon-cxl", "epyc-2of8")
    service = vms()
    service.update(pin(*names))
    for name in names:
        hook(name, "before_vm_start", "echo 'numa: no room' >&2; exit 2")
    try:
        vm = vms.started(service)
    finally:
        for name in names:
            hook(name, "before_vm_start", "exit 0")
    assert vm.status == types.VmStatus.DOWN
    lines = vms.events(service)
    down = (
        f"VM {vm.name} is down with error."
        r" Exit message: Hook Error: (b'numa: no room\n',)."
    )
    assert lines.count(down) == 3
    assert sum(line.startswith(f"Trying to restart VM {vm.name}") for line in lines) == 2
    assert sum(line.startswith(f"Failed to run VM {vm.name} on Host") for line in lines) == 2
    assert lines[-1] == f"Failed to run VM {vm.name}  (User: admin@internal-authz)."


def test_second_host_takes_the_vm_that_the_first_refused(vms: Any, hook: Any) -> None:
    service = vms()
    service.update(pin("epyc-nps4", "spr-snc4"))
    first = vms.connection.follow_link(vms.started(service).host).name
    service.stop()
    hook(first, "before_vm_start", "exit 2")
    try:
        vm = vms.started(service)
    finally:
        hook(first, "before_vm_start", "exit 0")
    assert vm.status == types.VmStatus.UP
    assert vms.connection.follow_link(vm.host).name != first
    service.stop()


def test_destroy_hook_runs_at_stop_and_after_a_failed_start(
    vms: Any, hook: Any, tmp_path: Any
) -> None:
    service = vms()
    service.update(pin("spr-snc4"))
    vm_id = service.get().id
    hook("spr-snc4", "after_vm_destroy", f'echo "$vmId" >> {tmp_path}/gone')
    try:
        vms.started(service)
        assert not (tmp_path / "gone").exists()
        service.stop()
        assert (tmp_path / "gone").read_text() == f"{vm_id}\n"
        hook("spr-snc4", "before_vm_start", "exit 2")
        vms.started(service)
        assert (tmp_path / "gone").read_text() == f"{vm_id}\n" * 2
    finally:
        hook("spr-snc4", "before_vm_start", "exit 0")
        hook("spr-snc4", "after_vm_destroy", "exit 0")


def test_host_without_the_hook_starts_a_bound_vm_unbound(served: Any, vms: Any) -> None:
    """What the health check warns of."""
    service = vms.named("no-hook")
    assert vms.started(service).status == types.VmStatus.UP
    assert "<numatune>" not in domain_of(served, service)["domain_xml"]
    service.stop()


def test_real_hook_binds_a_vm_to_its_nodes(served: Any, vms: Any) -> None:
    service = vms.named("db-strict")
    vm = vms.started(service)
    assert vm.status == types.VmStatus.UP, vms.events(service)
    found = etree.fromstring(domain_of(served, service)["domain_xml"].encode())
    memory = found.find("numatune/memory")
    assert memory is not None
    assert (memory.get("mode"), memory.get("nodeset")) == ("strict", "0-1")
    assert [c.get("memory") for c in found.findall("cpu/numa/cell")] == ["16777216", "16777216"]
    assert refused(service.migrate) == (409, "[Cannot migrate VM. VM is pinned to Host.]")
    service.stop()


def test_real_hook_refuses_a_node_that_no_host_has(vms: Any) -> None:
    service = vms.named("wrong-host")
    assert vms.started(service).status == types.VmStatus.DOWN
    lines = [line for line in vms.events(service) if "Exit message: Hook Error: (b" in line]
    assert len(lines) == 3
    assert all("the host has no node 9" in line for line in lines)


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
    assert refused(vms().migrate) == (409, "[Cannot migrate VM. VM is not running.]")


def test_migration_moves_the_vm(vms: Any) -> None:
    service = vms()
    before = vms.started(service).host.id
    service.migrate()
    after = vms.settled(service)
    assert after.host.id != before
    assert vms.events(service)[-1].startswith("Migration completed (VM: ")
    service.stop()


def test_source_hook_that_refuses_keeps_the_vm_where_it_is(vms: Any, hook: Any) -> None:
    service = vms()
    service.update(pin("spr-snc4", affinity=types.VmAffinity.MIGRATABLE))
    before = vms.started(service).host.id
    hook("spr-snc4", "before_vm_migrate_source", "exit 2")
    try:
        service.migrate()
        after = vms.settled(service)
    finally:
        hook("spr-snc4", "before_vm_migrate_source", "exit 0")
    assert (after.status, after.host.id) == (types.VmStatus.UP, before)
    lines = vms.events(service)
    assert sum(line.startswith("Failed to migrate VM") for line in lines) == 2
    assert lines[-1] == f"Migration failed (VM: {after.name}, Source: spr-snc4)."
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


def test_dehibernate_hook_that_refuses_ends_in_a_vm_that_is_down(vms: Any, hook: Any) -> None:
    service = vms()
    service.update(pin("spr-snc4"))
    vms.started(service)
    service.suspend()
    hook("spr-snc4", "before_vm_dehibernate", "echo 'no node 3 here' >&2; exit 2")
    try:
        service.start()
    finally:
        hook("spr-snc4", "before_vm_dehibernate", "exit 0")
    vm = service.get()
    assert vm.status == types.VmStatus.DOWN
    said = rf"VM {vm.name} is down with error. Exit message: Hook Error: (b'no node 3 here\n',)."
    assert said in vms.events(service)


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


def test_event_search_by_severity_finds_the_errors(admin: Any, vms: Any) -> None:
    events = admin.system_service().events_service().list(search="severity=error", max=5)
    assert {e.severity for e in events} == {types.LogSeverity.ERROR}
    assert [e.index for e in events] == sorted((e.index for e in events), reverse=True)


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


def test_reservation_of_a_running_vm_keeps_the_next_one_off_its_node(vms: Any) -> None:
    """Node 3 of spr-snc4 has some 61 GiB free: room for one VM of 40 GiB, until it stops."""
    size = {"memory": 40 << 30, "custom_properties": prop("numa_nodeset", "3")}
    first, second = vms(**size), vms(**size)
    for service in (first, second):
        service.update(pin("spr-snc4"))
    assert vms.started(first).status == types.VmStatus.UP, vms.events(first)
    assert vms.started(second).status == types.VmStatus.DOWN
    assert "Exit message: Hook Error: (b" in vms.events(second)[-2]
    first.stop()
    assert vms.started(second).status == types.VmStatus.UP, vms.events(second)
    second.stop()
