# SPDX-License-Identifier: Apache-2.0
"""The configuration of the next run: what of a change reaches a running VM at once.

Decides after @EditableVmField in VmBase and UpdateVmCommand: fields that may change at any
time, fields that can be hot-plugged, and the rest, which waits for the VM to power off.
Knows no request and no permission.

    >>> old = VmConfig("db1", "c")
    >>> waits(old, replace(old, custom_properties=(("numa_nodeset", "0"),)), hot=True)
    frozenset({'custom_properties'})
"""

from __future__ import annotations

from dataclasses import fields, replace

from ..model import Vm, VmConfig, changed_fields

AT_ONCE = frozenset(
    {"name", "description", "comment", "affinity", "host_ids"}
    | {"high_availability", "delete_protected", "created"}
)
HOT = frozenset({"memory_mb", "sockets", "guaranteed_mb"})
HOTPLUG_STEP_MB = 256


def waits(old: VmConfig, new: VmConfig, *, hot: bool) -> frozenset[str]:
    """The changed fields that a running VM takes up only when it is started anew."""
    return changed_fields(old, new) - AT_ONCE - (HOT if hot else frozenset())


def update(vm: Vm, new: VmConfig, *, hot: bool) -> Vm:
    """The VM with a new configuration: at once, for the next run, or some of both.

    A trap that is kept: where a next-run configuration exists, any change replaces it with
    one that is built on the base of this request, so a PUT without next_run drops the rest.
    """
    if not vm.waits:
        return replace(vm, config=new, pending=None if vm.pending is None else new)
    needed = vm.pending is not None or waits(vm.config, new, hot=hot) or _uneven(vm.config, new)
    applied = AT_ONCE | (HOT if hot else frozenset())
    kept = {f.name: getattr(vm.config, f.name) for f in fields(VmConfig) if f.name not in applied}
    return replace(vm, config=replace(new, **kept), pending=new if needed else vm.pending)


def off(vm: Vm) -> Vm:
    """A VM that is down, and not more: what waits for its next run still does."""
    return vm.with_state(
        status="down", host_id=None, started=None, run_once=False, running_properties=()
    )


def applied(vm: Vm) -> Vm:
    """Its next-run configuration is its configuration."""
    return replace(vm, config=vm.pending or vm.config, pending=None)


def powered_off(vm: Vm) -> Vm:
    """What is left in the end when a VM is down."""
    return applied(off(vm))


def _uneven(old: VmConfig, new: VmConfig) -> bool:
    return (new.memory_mb - old.memory_mb) % HOTPLUG_STEP_MB != 0
