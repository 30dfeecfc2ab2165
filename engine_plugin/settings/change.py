# SPDX-License-Identifier: Apache-2.0
"""What a change of the settings makes of a VM: properties, migration mode, CPU pins.

Custom properties of others stay as they are.

    change = stored(vm, request, pins={0: "0-7"}, remember=True)
    change.wanted.properties["numa_nodeset"]        "0-1"
"""

from __future__ import annotations

from collections.abc import Mapping
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
        """The same, with the CPU pins as they were."""
        restored = _remember(self.wanted.properties, self.before, tuned=False)
        wanted = replace(self.wanted, pins=self.before.pins, properties=restored)
        return replace(self, wanted=wanted)


def stored(
    vm: VmConfig,
    request: NumaRequest,
    *,
    pins: Mapping[int, str] | None = None,
    remember: bool = True,
) -> Change:
    """`pins` are the vCPU pins that go with the request; None leaves them alone.

    `remember` is whether the engine knows the property for what removal gives back.
    """
    former = tuple(name for name in FORMER if name in vm.properties)
    properties = _others(vm) | request.to_properties()
    if remember:
        mode = vm.restores[0] or vm.affinity
        properties[RESTORE] = mode if pins is None else f"{mode},cpu_tune"
    if pins is None:
        pins = {} if vm.restores[1] else vm.pins
    wanted = replace(vm, properties=properties, affinity=PINNED, pins=dict(pins))
    return Change(vm, wanted, former)


def planned(vm: VmConfig, request: NumaRequest) -> VmConfig:
    """What the VM would be with the request, before the pins that go with it."""
    return stored(vm, request).wanted


def removed(vm: VmConfig) -> Change:
    """Without settings; the former migration mode is given back where it is known."""
    mode, tuned = vm.restores
    wanted = replace(
        vm,
        properties=_others(vm),
        affinity=mode or vm.affinity,
        pins={} if tuned else dict(vm.pins),
    )
    return Change(vm, wanted, tuple(name for name in FORMER if name in vm.properties))


def _others(vm: VmConfig) -> dict[str, str]:
    gone = (*OURS, *FORMER)
    return {name: value for name, value in vm.properties.items() if name not in gone}


def _remember(properties: Mapping[str, str], before: VmConfig, *, tuned: bool) -> dict[str, str]:
    found = dict(properties)
    if RESTORE in found:
        mode = found[RESTORE].partition(",")[0]
        found[RESTORE] = f"{mode},cpu_tune" if tuned or before.restores[1] else mode
    return found
