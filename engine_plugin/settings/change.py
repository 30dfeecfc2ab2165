# SPDX-License-Identifier: Apache-2.0
"""What a change of the settings makes of a VM: properties, migration mode, CPU pins.

Custom properties of others stay as they are. CPU pins are removed if an earlier release wrote them
(`former_pins`); none are written.

    change = stored(vm, request, remember=True)
    change.wanted.properties["numa_nodeset"]        "0-1"
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from numa_domain.request.model import NumaRequest

from ..engine_api.vm_config import FORMER, OURS, RESTORE, VmConfig

PINNED = "pinned"
AT_ONCE = ("migration",)
"""Fields of the engine that apply to a running VM at once (@EditableVmField on any status)."""


@dataclass(frozen=True)
class Change:
    """From one configuration to another."""

    before: VmConfig
    wanted: VmConfig
    taken_over: tuple[str, ...] = ()
    """Former properties (`numa`) that ours replace."""

    @property
    def tunes(self) -> bool:
        return dict(self.before.pins) != dict(self.wanted.pins)

    def without_tune(self) -> Change:
        """The same, with the CPU pins as they were, and with the note that they are ours."""
        properties = dict(self.wanted.properties)
        if RESTORE in properties and self.before.restores[1]:
            properties[RESTORE] += ",cpu_tune"
        wanted = replace(self.wanted, pins=self.before.pins, properties=properties)
        return replace(self, wanted=wanted)


def stored(
    vm: VmConfig, request: NumaRequest, *, remember: bool = True, unpin: bool = False
) -> Change:
    """`remember`: the engine knows the property for what removal gives back. `unpin`: the VM's CPU
    pins are those of an earlier release.
    """
    former = tuple(name for name in FORMER if name in vm.properties)
    properties = _others(vm) | request.to_properties()
    if remember:
        properties[RESTORE] = _given_back(vm)
    pins = {} if unpin else dict(vm.pins)
    wanted = replace(vm, properties=properties, affinity=PINNED, pins=pins)
    return Change(vm, wanted, former)


def planned(vm: VmConfig, request: NumaRequest) -> VmConfig:
    """What the VM would be with the request, without CPU pins of an earlier release."""
    return stored(vm, request, unpin=vm.restores[1]).wanted


def removed(vm: VmConfig, *, unpin: bool = False) -> Change:
    """Without settings; the former migration mode is given back where it is known, and where the
    VM is still pinned, as storing left it: another mode is somebody's choice since."""
    wanted = replace(
        vm,
        properties=_others(vm),
        affinity=_given_back(vm),
        pins={} if unpin else dict(vm.pins),
    )
    return Change(vm, wanted, tuple(name for name in FORMER if name in vm.properties))


def chosen_since(vm: VmConfig) -> bool:
    """Whether the migration mode is somebody's choice after settings were stored."""
    stored = vm.has_settings or vm.restores[0] is not None
    return stored and vm.affinity not in (PINNED, "unknown", vm.restores[0])


def _given_back(vm: VmConfig) -> str:
    """The mode that removal gives back: what was remembered, unless somebody chose one since."""
    return (vm.restores[0] or vm.affinity) if vm.affinity == PINNED else vm.affinity


def _others(vm: VmConfig) -> dict[str, str]:
    gone = (*OURS, *FORMER)
    return {name: value for name, value in vm.properties.items() if name not in gone}
