# SPDX-License-Identifier: Apache-2.0
"""The configuration of the next run: what waits, what applies at once, and the trap."""

from __future__ import annotations

from typing import Any

import pytest
from ovirtsdk4 import types

from tests.engine_plugin.demo.lifecycle import refused


def nodeset(value: str) -> list[types.CustomProperty]:
    return [types.CustomProperty(name="numa_nodeset", value=value)]


def of(vm: Any) -> dict[str, str]:
    return {p.name: p.value for p in vm.custom_properties or []}


def _host(vms: Any, service: Any) -> str:
    """Where the VM ran last, by the log."""
    started = next(line for line in vms.events(service) if " started on Host " in line)
    return str(started.rpartition(" ")[2])


@pytest.fixture
def running(vms: Any) -> Any:
    service = vms()
    assert vms.started(service).status == types.VmStatus.UP
    yield service
    service.stop()


def test_properties_of_a_running_vm_wait_for_the_next_run(running: Any) -> None:
    running.update(types.Vm(custom_properties=nodeset("0")), query={"next_run": "true"})
    now = running.get()
    assert (of(now), now.next_run_configuration_exists) == ({}, True)
    assert of(running.get(next_run=True)) == {"numa_nodeset": "0"}


def test_answer_to_a_next_run_put_shows_what_is_pending(running: Any) -> None:
    vm = types.Vm(custom_properties=nodeset("0"))
    assert of(running.update(vm, query={"next_run": "true"})) == {"numa_nodeset": "0"}


def test_matrix_parameter_counts_as_the_query_does(served: Any, running: Any) -> None:
    running.update(types.Vm(custom_properties=nodeset("0")), query={"next_run": "true"})
    with served.http() as http:
        answer = http.get(f"/vms/{running.get().id};next_run=true")
    assert "<value>0</value>" in answer.text


def test_header_next_run_does_not_count(running: Any) -> None:
    running.update(types.Vm(custom_properties=nodeset("0")), query={"next_run": "true"})
    assert of(running.get(headers={"next_run": "true"})) == {}


def test_second_next_run_put_builds_on_the_first(running: Any) -> None:
    running.update(types.Vm(custom_properties=nodeset("0")), query={"next_run": "true"})
    running.update(types.Vm(comment="later"), query={"next_run": "true"})
    pending = running.get(next_run=True)
    assert (of(pending), pending.comment) == ({"numa_nodeset": "0"}, "later")


def test_plain_put_on_a_running_vm_drops_what_was_pending(running: Any) -> None:
    """The trap: the base of a plain PUT is the current configuration."""
    running.update(types.Vm(custom_properties=nodeset("0")), query={"next_run": "true"})
    running.update(types.Vm(comment="unrelated"))
    assert of(running.get(next_run=True)) == {}
    assert running.get().next_run_configuration_exists is True


def test_description_of_a_running_vm_changes_at_once(running: Any) -> None:
    running.update(types.Vm(description="new"))
    vm = running.get()
    assert (vm.description, vm.next_run_configuration_exists) == ("new", False)


def test_affinity_and_hosts_apply_at_once_while_properties_wait(vms: Any, running: Any) -> None:
    host = running.get().host
    policy = types.VmPlacementPolicy(
        affinity=types.VmAffinity.PINNED, hosts=[types.Host(id=host.id)]
    )
    sent = types.Vm(custom_properties=nodeset("0"), placement_policy=policy)
    running.update(sent, query={"next_run": "true"})
    now = running.get()
    assert now.placement_policy.affinity == types.VmAffinity.PINNED
    assert [h.id for h in now.placement_policy.hosts] == [host.id]
    assert of(now) == {}


def test_cpu_tune_of_a_running_vm_waits(vms: Any, running: Any) -> None:
    pins = [types.VcpuPin(vcpu=0, cpu_set="0-3")]
    policy = types.VmPlacementPolicy(hosts=[types.Host(id=running.get().host.id)])
    sent = types.Vm(cpu=types.Cpu(cpu_tune=types.CpuTune(vcpu_pins=pins)), placement_policy=policy)
    running.update(sent, query={"next_run": "true"})
    assert running.get().cpu.cpu_tune is None
    assert running.get(next_run=True).cpu.cpu_tune.vcpu_pins[0].cpu_set == "0-3"


def test_sockets_are_plugged_in_at_once_unless_next_run_is_said(running: Any) -> None:
    more = types.Vm(cpu=types.Cpu(topology=types.CpuTopology(sockets=2)))
    running.update(more, query={"next_run": "true"})
    assert running.get().cpu.topology.sockets == 1
    running.update(more)
    assert running.get().cpu.topology.sockets == 2


def test_power_off_applies_what_is_pending(vms: Any) -> None:
    service = vms()
    vms.started(service)
    service.update(types.Vm(custom_properties=nodeset("0")), query={"next_run": "true"})
    vm = vms.stopped(service)
    assert (of(vm), vm.next_run_configuration_exists) == ({"numa_nodeset": "0"}, False)
    assert vms.events(service)[-3:] == [
        f"VM {vm.name} powered off by admin@internal-authz (Host: {_host(vms, service)}).",
        f"VM {vm.name} is down.  ",
        f"VM {vm.name} configuration was updated by system.",
    ]


def test_what_is_pending_counts_some_time_after_the_vm_is_down(vms: Any) -> None:
    """Meanwhile the VM is the engine's own: nobody else may change or start it."""
    service = vms()
    vms.started(service)
    service.update(types.Vm(custom_properties=nodeset("0")), query={"next_run": "true"})
    service.stop()
    vm = service.get()
    assert (vm.status, vm.next_run_configuration_exists) == (types.VmStatus.DOWN, True)
    assert of(vm) == {}
    busy = "VM is being updated.]"
    assert refused(service.start) == (409, f"[Cannot run VM. {busy}")
    update = types.Vm(comment="soon")
    assert refused(lambda: service.update(update)) == (409, f"[Cannot edit VM. {busy}")
    assert of(vms.settled(service)) == {"numa_nodeset": "0"}


def test_reboot_with_pending_changes_is_a_cold_one_that_runs_the_hook(vms: Any, hook: Any) -> None:
    service = vms()
    where = [types.Host(id=vms.host("epyc-nps4").id)]
    pinned = types.VmPlacementPolicy(affinity=types.VmAffinity.PINNED, hosts=where)
    service.update(types.Vm(placement_policy=pinned))
    vms.started(service)
    sent = types.Vm(custom_properties=[types.CustomProperty(name="sndbuf", value="7")])
    service.update(sent, query={"next_run": "true"})
    hook("epyc-nps4", "before_vm_start", 'echo "sndbuf is $sndbuf" >&2; exit 2')
    try:
        service.reboot()
        assert vms.settled(service).status == types.VmStatus.DOWN
    finally:
        hook("epyc-nps4", "before_vm_start", "exit 0")
    said = r"Exit message: Hook Error: (b'sndbuf is 7\n',)."
    assert any(line.endswith(said) for line in vms.events(service))


def test_vm_that_is_down_changes_at_once_even_with_next_run(vms: Any) -> None:
    service = vms()
    service.update(types.Vm(custom_properties=nodeset("0")), query={"next_run": "true"})
    assert of(service.get()) == {"numa_nodeset": "0"}
