# SPDX-License-Identifier: Apache-2.0
"""Placement policy and CPU pinning through REST."""

from __future__ import annotations

from typing import Any

import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types


def policy(affinity: types.VmAffinity | None, *hosts: types.Host) -> types.Vm:
    found = types.VmPlacementPolicy(affinity=affinity, hosts=list(hosts) or None)
    return types.Vm(placement_policy=found)


def tune(*pins: tuple[int, str], hosts: list[types.Host] | None = None) -> types.Vm:
    vcpu_pins = [types.VcpuPin(vcpu=vcpu, cpu_set=cpus) for vcpu, cpus in pins]
    vm = types.Vm(cpu=types.Cpu(cpu_tune=types.CpuTune(vcpu_pins=vcpu_pins)))
    if hosts:
        vm.placement_policy = types.VmPlacementPolicy(hosts=hosts)
    return vm


def detail_of(service: Any, vm: types.Vm) -> tuple[int, str]:
    with pytest.raises(sdk.Error) as error:
        service.update(vm)
    return error.value.code, error.value.fault.detail


def test_policy_without_hosts_wipes_them(vms: Any) -> None:
    service = vms()
    service.update(policy(types.VmAffinity.PINNED, types.Host(id=vms.host("spr-snc4").id)))
    service.update(policy(types.VmAffinity.MIGRATABLE))
    assert service.get().placement_policy.hosts is None


def test_put_without_policy_keeps_hosts(vms: Any) -> None:
    service = vms()
    host = vms.host("spr-snc4").id
    service.update(policy(types.VmAffinity.PINNED, types.Host(id=host)))
    service.update(types.Vm(description="x"))
    assert [h.id for h in service.get().placement_policy.hosts] == [host]


def test_host_by_name_is_found(vms: Any) -> None:
    service = vms()
    service.update(policy(types.VmAffinity.PINNED, types.Host(name="xeon-cxl")))
    assert service.get().placement_policy.hosts[0].id == vms.host("xeon-cxl").id


def test_host_of_another_cluster_is_refused(vms: Any) -> None:
    found = detail_of(vms(), policy(types.VmAffinity.PINNED, types.Host(name="power9")))
    assert found == (
        409,
        "[Cannot edit VM. VM is pinned to a specific host. The host's cluster must be the same"
        " as the selected VM cluster.]",
    )


def test_pinning_a_running_vm_to_another_host_is_refused(vms: Any) -> None:
    service = vms()
    service.update(policy(None, types.Host(name="spr-snc4")))
    vms.started(service)
    found = detail_of(service, policy(types.VmAffinity.PINNED, types.Host(name="xeon-cxl")))
    assert found == (
        409,
        "[Cannot edit VM. Running VM is hosted on spr-snc4. Include spr-snc4 in dedicated hosts,"
        " or migrate VM to dedicated host prior to pinning.]",
    )
    service.stop()


def test_unknown_affinity_is_400(served: Any, vms: Any) -> None:
    body = "<vm><placement_policy><affinity>glued</affinity></placement_policy></vm>"
    with served.http() as http:
        answer = http.put(f"/vms/{vms().get().id}", content=body)
    assert answer.status_code == 400
    detail = (
        "The string 'glued' isn't a valid value for the 'VmAffinity' enumerated type."
        " Valid values are: 'migratable', 'user_migratable', 'pinned'."
    )
    assert f"<detail>{detail}</detail>" in answer.text
    assert "<reason>Invalid value</reason>" in answer.text


def test_cpu_tune_makes_the_policy_manual(vms: Any) -> None:
    service = vms()
    service.update(tune((0, "0-3,^2"), hosts=[types.Host(name="spr-snc4")]))
    vm = service.get()
    assert vm.cpu_pinning_policy == types.CpuPinningPolicy.MANUAL
    assert vm.cpu.cpu_tune.vcpu_pins[0].cpu_set == "0-3,^2"


def test_empty_cpu_tune_takes_pins_and_policy_away(vms: Any) -> None:
    service = vms()
    service.update(tune((0, "0"), hosts=[types.Host(name="spr-snc4")]))
    service.update(tune())
    vm = service.get()
    assert (vm.cpu_pinning_policy, vm.cpu.cpu_tune) == (types.CpuPinningPolicy.NONE, None)


def test_cpu_tune_without_a_host_is_refused(vms: Any) -> None:
    text = "[Cannot set host CPU pinning when a host is not selected]"
    assert detail_of(vms(), tune((0, "0"))) == (400, text)


def test_taking_the_hosts_away_from_a_pinned_cpu_is_refused(vms: Any) -> None:
    service = vms()
    service.update(tune((0, "0"), hosts=[types.Host(name="spr-snc4")]))
    text = "[Cannot set host CPU pinning when a host is not selected]"
    assert detail_of(service, policy(types.VmAffinity.MIGRATABLE)) == (400, text)


@pytest.mark.parametrize(
    ("pins", "text"),
    [
        ([(9, "0")], "[CPU pinning validation failed - virtual CPU does not exist in vm.]"),
        ([(0, "0"), (0, "1")], "[Cannot configure CPU pinning twice to the same vCPU.]"),
        ([(0, "1,^1")], "[Cannot pin a vCPU to no pCPU.]"),
        ([(0, "one")], "[CPU pinning format invalid.]"),
    ],
)
def test_wrong_cpu_tune_is_refused_in_the_engines_words(
    vms: Any, pins: list[tuple[int, str]], text: str
) -> None:
    found = detail_of(vms(), tune(*pins, hosts=[types.Host(name="spr-snc4")]))
    assert found == (400, text)


def test_manual_policy_without_pins_is_refused(vms: Any) -> None:
    found = detail_of(vms(), types.Vm(cpu_pinning_policy=types.CpuPinningPolicy.MANUAL))
    assert found == (
        400,
        "[Cannot edit VM. The CPU Pinning policy is set to 'Manual' but no cpu pinning string is"
        " provided.]",
    )


def test_pins_with_another_policy_are_refused(vms: Any) -> None:
    vm = tune((0, "0"), hosts=[types.Host(name="spr-snc4")])
    vm.cpu_pinning_policy = types.CpuPinningPolicy.DEDICATED
    assert detail_of(vms(), vm) == (
        400,
        "[Cannot edit VM. Manual CPU pinning string is defined but the CPU Pinning Policy is not"
        " set to Manual]",
    )
