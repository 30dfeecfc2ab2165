# SPDX-License-Identifier: Apache-2.0
"""Somebody's write that fell between our last look at a VM and our own write, which replaced it.

Pure: it compares what was read before, during and after.

    theirs = replaced(before, written, states, alone=True)      None where no other state was seen
    taken(before, theirs, after)                    {"sap_agent": "true"}
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..engine_api.vm_config import VmConfig

_PLAIN = (
    "name",
    "cluster_id",
    "memory_kib",
    "max_memory_kib",
    "sockets",
    "cores",
    "threads",
    "level",
    "iothreads",
)


def contents(vm: VmConfig) -> dict[str, object]:
    """All that somebody may have set, by name; where it runs is not among it."""
    return {
        **{name: getattr(vm, name) for name in _PLAIN},
        **vm.others,
        "migration": vm.affinity,
        "hosts": sorted(vm.host_ids),
        "cpu_tune": {str(vcpu): cpus for vcpu, cpus in sorted(vm.pins.items())},
        **vm.properties,
    }


def replaced(
    before: VmConfig, written: VmConfig, states: Iterable[VmConfig], *, alone: bool
) -> VmConfig | None:
    """The state that our write replaced, of those that were read during it.

    None where it was `before`, or was not read. Where nobody wrote after us (`alone`), every other
    state is such a one; else only those that were read before ours.
    """
    last = None
    for state in states:
        if sent(state) == sent(written):
            if not alone:
                return last
        elif contents(state) != contents(before):
            last = state
    return last


def sent(vm: VmConfig) -> tuple[object, ...]:
    """What a write replaces, and what can so be put back."""
    return dict(vm.properties), vm.affinity, sorted(vm.host_ids), dict(vm.pins)


def taken(before: VmConfig, theirs: VmConfig, after: VmConfig) -> dict[str, object]:
    """What they set, or removed (None), and is not there any more."""
    old, new, now = contents(before), contents(theirs), contents(after)
    return {
        name: new.get(name)
        for name in sorted(old.keys() | new.keys())
        if new.get(name) != old.get(name) and now.get(name) != new.get(name)
    }


def with_theirs(found: VmConfig, theirs: VmConfig) -> VmConfig:
    """What stands there now, with all that a write sends as it is in another state."""
    return replace(
        found,
        properties=dict(theirs.properties),
        affinity=theirs.affinity,
        host_ids=theirs.host_ids,
        pins=dict(theirs.pins),
    )
