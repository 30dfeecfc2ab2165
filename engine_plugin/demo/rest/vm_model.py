# SPDX-License-Identifier: Apache-2.0
"""A VM's configuration as the SDK's `Vm`, and a request's `Vm` as a change of it.

Decides after VmMapper and VmBaseMapper which elements count and how: what is absent stays,
custom properties and the hosts of a placement policy are replaced as a whole. Knows no HTTP,
and checks nothing that a rule checks.

    changed(types.Vm(placement_policy=types.VmPlacementPolicy()), config).host_ids == ()
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from ovirtsdk4 import types

from ..faults import messages
from ..model import Vm, VmConfig
from ..rules import cpu_tune
from ..rules.properties import joined, pairs

MIB = 1 << 20
Lookup = Callable[[str], str | None]
"""The id of a host with a name."""

_AFFINITY = {a.value: a for a in types.VmAffinity}
_POLICY = {p.value: p for p in types.CpuPinningPolicy}
_STATUS = {s.value: s for s in types.VmStatus}
_ARCHITECTURE = {"x86_64": types.Architecture.X86_64, "ppc64": types.Architecture.PPC64}


def vm_type(vm: Vm, config: VmConfig, *, architecture: str, filtered: bool, base: str) -> Any:
    """What `GET /vms/{id}` shows of a VM in one of its configurations."""
    state = vm.state
    found = types.Vm(id=vm.id, **common(config, architecture, base))
    found.status = _STATUS[state.status]
    found.next_run_configuration_exists = vm.pending is not None
    found.run_once = state.run_once
    if vm.pool_id:
        found.vm_pool = _ref(types.VmPool, vm.pool_id, f"{base}/vmpools")
    if state.stopped:
        found.stop_time = when(state.stopped)
    if state.started:
        found.start_time = when(state.started)
    if filtered:
        found.placement_policy = None
    elif state.host_id and vm.running:
        found.host = _ref(types.Host, state.host_id, f"{base}/hosts")
    return found


def common(config: VmConfig, architecture: str, base: str) -> dict[str, Any]:
    """The elements that VMs, templates and pools share."""
    given = {
        "name": config.name,
        "description": config.description,
        "comment": config.comment,
        "memory": config.memory_mb * MIB,
        "memory_policy": types.MemoryPolicy(
            guaranteed=config.guaranteed_mb * MIB,
            max=config.max_memory_mb * MIB,
            ballooning=config.ballooning,
        ),
        "cpu": _cpu(config, architecture),
        "cpu_pinning_policy": _POLICY[config.cpu_pinning_policy],
        "placement_policy": types.VmPlacementPolicy(affinity=_AFFINITY[config.affinity]),
        "cluster": _ref(types.Cluster, config.cluster_id, f"{base}/clusters"),
        "template": _ref(types.Template, config.template_id, f"{base}/templates"),
        "high_availability": types.HighAvailability(enabled=config.high_availability, priority=1),
        "io": types.Io(threads=config.iothreads),
        "os": types.OperatingSystem(type=config.os),
        "type": types.VmType(config.kind),
        "delete_protected": config.delete_protected,
        "stateless": False,
        "start_paused": False,
        "origin": config.origin,
        "creation_time": when(config.created),
    }
    if config.custom_properties:
        given["custom_properties"] = [
            types.CustomProperty(name=n, value=v) for n, v in config.custom_properties
        ]
    if config.host_ids:
        hosts = [_ref(types.Host, host_id, f"{base}/hosts") for host_id in config.host_ids]
        given["placement_policy"].hosts = hosts
    if config.compatibility:
        major, minor = map(int, config.compatibility.split("."))
        given["custom_compatibility_version"] = types.Version(major=major, minor=minor)
    return given


def _cpu(config: VmConfig, architecture: str) -> Any:
    cpu = types.Cpu(
        architecture=_ARCHITECTURE[architecture],
        topology=types.CpuTopology(
            sockets=config.sockets, cores=config.cores, threads=config.threads
        ),
    )
    if config.cpu_pinning:
        pins = [
            types.VcpuPin(vcpu=vcpu, cpu_set=cpus)
            for vcpu, cpus in cpu_tune.parse(config.cpu_pinning).items()
        ]
        cpu.cpu_tune = types.CpuTune(vcpu_pins=pins)
    return cpu


def changed(sent: Any, config: VmConfig, host_id: Lookup, *, filtered: bool = False) -> VmConfig:
    """The configuration with what a request says about it."""
    new: dict[str, Any] = {}
    for name in ("name", "description", "comment", "delete_protected"):
        if getattr(sent, name) is not None:
            new[name] = getattr(sent, name)
    if sent.memory is not None:
        new["memory_mb"] = sent.memory // MIB
    _memory_policy(sent.memory_policy, new)
    _cpu_changes(sent, new)
    if sent.custom_properties is not None:
        new["custom_properties"] = properties_of(sent)
    if sent.placement_policy is not None and not filtered:
        _placement(sent.placement_policy, new, host_id)
    if sent.high_availability is not None and sent.high_availability.enabled is not None:
        new["high_availability"] = sent.high_availability.enabled
    if sent.io is not None and sent.io.threads is not None:
        new["iothreads"] = sent.io.threads
    version = sent.custom_compatibility_version
    if version is not None:
        new["compatibility"] = f"{version.major}.{version.minor}" if version.major else None
    return replace(config, **new)


def properties_of(sent: Any) -> tuple[tuple[str, str], ...]:
    """All that is sent, joined and split as the engine does: items without value are dropped.

    Joining has no escaping, so a value with a `;` becomes two properties, or bad syntax; the
    text is kept whole where it cannot be split, for the rule to refuse it.
    """
    complete = [(p.name, p.value) for p in sent.custom_properties if p.name and p.value is not None]
    text = joined(complete)
    found = tuple(pairs(text).items())
    same = joined(found) == text or len(found) == text.count(";") + 1
    return found if same else tuple(complete)


def _memory_policy(policy: Any, new: dict[str, Any]) -> None:
    if policy is None:
        return
    if policy.guaranteed is not None:
        new["guaranteed_mb"] = policy.guaranteed // MIB
    if policy.max is not None:
        new["max_memory_mb"] = policy.max // MIB
    if policy.ballooning is not None:
        new["ballooning"] = policy.ballooning


def _cpu_changes(sent: Any, new: dict[str, Any]) -> None:
    if sent.cpu_pinning_policy is not None:
        new["cpu_pinning_policy"] = sent.cpu_pinning_policy.value
    if sent.cpu is None:
        return
    if sent.cpu.topology is not None:
        for name in ("sockets", "cores", "threads"):
            if getattr(sent.cpu.topology, name) is not None:
                new[name] = getattr(sent.cpu.topology, name)
    if sent.cpu.cpu_tune is not None:
        pins = sent.cpu.cpu_tune.vcpu_pins or []
        new["cpu_pinning"] = "_".join(f"{p.vcpu}#{p.cpu_set}" for p in pins)


def _placement(policy: Any, new: dict[str, Any], host_id: Lookup) -> None:
    """Whatever hosts there were are gone where they are not sent again."""
    if policy.affinity is not None:
        new["affinity"] = policy.affinity.value
    ids = []
    for host in policy.hosts or []:
        found = host.id or host_id(host.name or "")
        if found is None:
            raise messages(400, f"Entity not found: {host.name}")
        ids.append(found)
    new["host_ids"] = tuple(dict.fromkeys(ids))


def when(seconds: float) -> datetime:
    return datetime.fromtimestamp(round(seconds, 3), timezone.utc)


def _ref(kind: Any, entity_id: str, collection: str) -> Any:
    found = kind(id=entity_id)
    found.href = f"{collection}/{entity_id}"
    return found


VM_LINKS = ("numanodes", "permissions", "statistics")
VM_ACTIONS = ("start", "stop", "shutdown", "suspend", "migrate", "reboot")
