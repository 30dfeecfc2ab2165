# SPDX-License-Identifier: Apache-2.0
"""The configuration of a VM, read straight from its element in a list (`bulk`).

The SDK's Reader takes 0.5 ms for one VM's record of 9 kB, ten times as long: for the thousands
that run with our settings that is seconds. `others`, which only changes of a VM look at, is left
out.

    config(element) == replace(VmConfig.of_vm(Reader.read(etree.tostring(element))), others={})
"""

from __future__ import annotations

from lxml import etree

from numa_domain.request.parts import NODESET, TOPOLOGY

from . import bulk
from .bulk import Element, reference, text
from .vm_config import FORMER, VmConfig

_NAMES = " or ".join(f". = '{name}'" for name in (NODESET, TOPOLOGY, *FORMER))
with_settings = etree.XPath(f"vm[custom_properties/custom_property/name[{_NAMES}]]")
"""Of a list of VMs, those that have our settings: found by libxml2 alone."""


def config(vm: Element) -> VmConfig:
    """All of it that counts here."""
    memory = int(text(vm, "memory") or 0) // 1024
    most = int(text(vm, "memory_policy/max") or 0) // 1024
    return VmConfig(
        kind="vms",
        id=vm.get("id") or "",
        name=text(vm, "name") or "",
        cluster_id=reference(vm, "cluster"),
        memory_kib=memory,
        max_memory_kib=max(memory, most),
        sockets=int(text(vm, "cpu/topology/sockets") or 1),
        cores=int(text(vm, "cpu/topology/cores") or 1),
        threads=int(text(vm, "cpu/topology/threads") or 1),
        arch=_architecture(vm),
        level=bulk.level(vm, "custom_compatibility_version"),
        iothreads=int(text(vm, "io/threads") or 0),
        properties=bulk.properties(vm),
        affinity=bulk.affinity(vm),
        host_ids=tuple(h.get("id") or "" for h in vm.iterfind("placement_policy/hosts/host")),
        pins=_pins(vm),
        pinning_policy=text(vm, "cpu_pinning_policy") or "none",
        status=text(vm, "status") or "unknown",
        host_id=reference(vm, "host"),
        started=bulk.moment(vm, "start_time"),
        next_run=text(vm, "next_run_configuration_exists") == "true",
        pool_id=reference(vm, "vm_pool"),
        origin=text(vm, "origin") or "ovirt",
    )


def _architecture(vm: Element) -> str:
    found = text(vm, "cpu/architecture")
    return "x86_64" if found in (None, "undefined") else str(found)


def _pins(vm: Element) -> dict[int, str]:
    pins = vm.iterfind("cpu/cpu_tune/vcpu_pins/vcpu_pin")
    return {int(text(pin, "vcpu") or 0): text(pin, "cpu_set") or "" for pin in pins}
