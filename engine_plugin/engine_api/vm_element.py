# SPDX-License-Identifier: Apache-2.0
"""The configuration of a VM, read straight from its element in a list (`bulk`).

The SDK's Reader takes 0.5 ms for one VM's record of 9 kB, ten times as long: for the thousands
that run with our settings that is seconds. `others`, which only changes of a VM look at, is left
out.

    config(element) == replace(VmConfig.of_vm(Reader.read(etree.tostring(element))), others={})
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numa_domain.request.parts import NODESET, TOPOLOGY

from . import bulk
from .bulk import Element, text
from .vm_config import FORMER, VmConfig

_NAMES = " or ".join(f". = '{name}'" for name in (NODESET, TOPOLOGY, *FORMER))
with_settings = bulk.XPath(f"vm[custom_properties/custom_property/name[{_NAMES}]]")
"""Of a list of VMs, those that have our settings: found by libxml2 alone."""
_TOPOLOGY = ("sockets", "cores", "threads")
_BEGIN, _END, _NAMED = b"<vm ", b"</vm>", b">numa"
_OTHERWISE = (b"&#", b"<![")
"""How letters may be written as well; the engine does not."""


def relevant(vms: bytes) -> bytes:
    """A list of VMs without most of those that have no settings of ours, whose names all begin
    alike: an engine's 9 kB a VM are not worth to be parsed for nothing. All of it, where `</vm>`
    ends something else too, or letters are written in another way than the engine does."""
    first, *others = vms.split(_END)
    begin = first.find(_BEGIN)
    if begin < 0 or not others or any(sign in vms for sign in _OTHERWISE):
        return vms
    parts = [first[begin:], *others]
    end = parts.pop()
    if not all(part.startswith(_BEGIN, part.find(b"<")) for part in parts):
        return vms
    kept = [part + _END for part in parts if _NAMED in part]
    return b"".join([first[:begin], *kept, end])


def config(vm: Element) -> VmConfig:
    """All of it that counts here."""
    parts = {part.tag: part for part in reversed(vm)}
    own: dict[str, str | None] = {name: part.text for name, part in parts.items()}
    memory = int(own.get("memory") or 0) // 1024
    most = int(_text(parts, "memory_policy", "max") or 0) // 1024
    return VmConfig(
        kind="vms",
        id=vm.get("id") or "",
        name=own.get("name") or "",
        cluster_id=_id(parts, "cluster"),
        memory_kib=memory,
        max_memory_kib=max(memory, most),
        **_cpu(parts),
        level=bulk.level(vm, "custom_compatibility_version"),
        iothreads=int(_text(parts, "io", "threads") or 0),
        properties=bulk.properties(vm),
        affinity=bulk.affinity(vm),
        host_ids=tuple(h.get("id") or "" for h in vm.iterfind("placement_policy/hosts/host")),
        pinning_policy=own.get("cpu_pinning_policy") or "none",
        status=own.get("status") or "unknown",
        host_id=_id(parts, "host"),
        started=bulk.moment(vm, "start_time"),
        next_run=own.get("next_run_configuration_exists") == "true",
        pool_id=_id(parts, "vm_pool"),
        origin=own.get("origin") or "ovirt",
    )


def _text(parts: Mapping[str, Element], name: str, path: str) -> str | None:
    return text(parts[name], path) if name in parts else None


def _id(parts: Mapping[str, Element], name: str) -> str | None:
    """Of a link to another entity."""
    return parts[name].get("id") if name in parts else None


def _cpu(parts: Mapping[str, Element]) -> dict[str, Any]:
    cpu = parts.get("cpu")
    if cpu is None:
        return {"sockets": 1, "cores": 1, "threads": 1, "arch": "x86_64", "pins": {}}
    arch = text(cpu, "architecture")
    pins = cpu.iterfind("cpu_tune/vcpu_pins/vcpu_pin")
    return {
        **{name: int(text(cpu, f"topology/{name}") or 1) for name in _TOPOLOGY},
        "arch": "x86_64" if arch in (None, "undefined") else arch,
        "pins": {int(text(pin, "vcpu") or 0): text(pin, "cpu_set") or "" for pin in pins},
    }
