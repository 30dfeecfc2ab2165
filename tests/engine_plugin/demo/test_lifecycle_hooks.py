# SPDX-License-Identifier: Apache-2.0
"""Hooks on a VM's way: what they get, what comes of what they write, and of their refusals."""

from __future__ import annotations

from typing import Any

from lxml import etree
from ovirtsdk4 import types

from tests.engine_plugin.demo.lifecycle import domain_of, pin, prop, refused


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


def test_refusals_are_found_among_the_events_by_severity(admin: Any, vms: Any) -> None:
    vms.started(vms.named("wrong-host"))
    events = admin.system_service().events_service().list(search="severity=error", max=5)
    assert {e.severity for e in events} == {types.LogSeverity.ERROR}
    assert [e.index for e in events] == sorted((e.index for e in events), reverse=True)


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
    assert lines[-1] == f"Migration failed  (VM: {after.name}, Source: spr-snc4)."
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
