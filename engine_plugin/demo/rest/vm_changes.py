# SPDX-License-Identifier: Apache-2.0
"""A request's `Vm` as a change of a configuration.

Decides after VmMapper and VmBaseMapper which elements count and how: what is absent stays,
custom properties and the hosts of a placement policy are replaced as a whole. Knows no HTTP,
and checks nothing that a rule checks.

    changed(types.Vm(placement_policy=types.VmPlacementPolicy()), config).host_ids == ()
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..faults import broken_command, not_found
from ..model import VmConfig
from ..rules import hashmap
from ..rules.properties import pairs, sent_text, splits

MIB = 1 << 20
Lookup = Callable[[str], "str | None"]
"""The id of a host with a name."""
_PLAIN = ("name", "description", "comment", "delete_protected", "stateless")


def changed(sent: Any, config: VmConfig, host_id: Lookup, *, filtered: bool = False) -> VmConfig:
    """The configuration with what a request says about it."""
    new: dict[str, Any] = {
        name: getattr(sent, name) for name in _PLAIN if getattr(sent, name) is not None
    }
    if sent.memory is not None:
        new["memory_mb"] = sent.memory // MIB
    _memory_policy(sent.memory_policy, new)
    _cpu(sent, new)
    if sent.custom_properties is not None:
        new["custom_properties"] = _properties(sent)
    if sent.placement_policy is not None and not filtered:
        _placement(sent.placement_policy, new, host_id)
    _high_availability(sent.high_availability, new)
    _system(sent.os, new)
    if sent.io is not None and sent.io.threads is not None:
        new["iothreads"] = sent.io.threads
    version = sent.custom_compatibility_version
    if version is not None:
        new["compatibility"] = f"{version.major}.{version.minor}" if version.major else None
    return replace(config, **new)


def properties_of(sent: Any) -> tuple[tuple[str, str], ...]:
    """All that is sent; items without a value are dropped.

    The engine joins them without escapes and splits them again, so a value with a `;` becomes
    two properties. What cannot be split so is kept whole, for the rule to refuse it.
    """
    complete = [(p.name, p.value) for p in sent.custom_properties if p.name and p.value is not None]
    text = sent_text(complete)
    found = tuple(pairs(text).items())
    return found if sent_text(found) == text or len(found) == text.count(";") else tuple(complete)


def _properties(sent: Any) -> tuple[tuple[str, str], ...]:
    """Of a command that keeps them: it breaks over a part that has no `=`."""
    found = properties_of(sent)
    if not splits(sent_text(found)):
        raise broken_command()
    return found


def _memory_policy(policy: Any, new: dict[str, Any]) -> None:
    if policy is None:
        return
    if policy.guaranteed is not None:
        new["guaranteed_mb"] = policy.guaranteed // MIB
    if policy.max is not None:
        new["max_memory_mb"] = policy.max // MIB
    if policy.ballooning is not None:
        new["ballooning"] = policy.ballooning


def _cpu(sent: Any, new: dict[str, Any]) -> None:
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


def _high_availability(sent: Any, new: dict[str, Any]) -> None:
    if sent is None:
        return
    if sent.enabled is not None:
        new["high_availability"] = sent.enabled
    if sent.priority is not None:
        new["priority"] = sent.priority


def _system(sent: Any, new: dict[str, Any]) -> None:
    if sent is None:
        return
    if sent.type is not None:
        new["os"] = sent.type
    if sent.boot is not None and sent.boot.devices:
        new["boot"] = tuple(device.value for device in sent.boot.devices)


def _placement(policy: Any, new: dict[str, Any], host_id: Lookup) -> None:
    """Whatever hosts there were are gone where they are not sent again; a set has no order."""
    if policy.affinity is not None:
        new["affinity"] = policy.affinity.value
    ids = []
    for host in policy.hosts or []:
        found = host.id or host_id(host.name or "")
        if found is None:
            raise not_found(str(host.name))
        ids.append(found)
    try:
        new["host_ids"] = tuple(hashmap.in_order(ids, hashmap.of_id))
    except ValueError:
        new["host_ids"] = tuple(dict.fromkeys(ids))
