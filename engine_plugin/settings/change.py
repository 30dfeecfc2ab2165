# SPDX-License-Identifier: Apache-2.0
"""What a change of the settings writes to the engine: pure, from what is there now.

Decides which custom properties, migration mode and CPU pins a VM will have. Never talks to
the engine. Other custom properties are always written again as they are, since the engine
replaces the whole set; so are the hosts, which it forgets where they are not resent.

    change = stored(owner, request, pins={0: "0-7"}, remember=True)
    change.wanted.properties["numa_nodeset"]        "0-1"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ovirtsdk4 import types

from numa_domain.request.model import NumaRequest

from ..engine_api.records import FORMER, OURS, RESTORE, Owner

PINNED = "pinned"
AT_ONCE = ("migration",)
"""Fields of the engine that apply to a running VM at once (@EditableVmField on any status)."""


@dataclass(frozen=True)
class Change:
    """From one configuration to another."""

    before: Owner
    wanted: Owner
    taken_over: tuple[str, ...] = ()
    """Former properties (`numa`) that ours replace."""

    @property
    def tunes(self) -> bool:
        return dict(self.before.pins) != dict(self.wanted.pins)

    def body(self, kind: Any) -> Any:
        """The smallest entity of the SDK that says it; whatever is absent stays as it is."""
        wanted = self.wanted
        properties = [
            types.CustomProperty(name=name, value=value)
            for name, value in wanted.properties.items()
        ]
        policy = types.VmPlacementPolicy(
            affinity=types.VmAffinity(wanted.affinity),
            hosts=[types.Host(id=host_id) for host_id in wanted.host_ids],
        )
        sent = kind(custom_properties=properties, placement_policy=policy)
        if self.tunes:
            pins = [types.VcpuPin(vcpu=v, cpu_set=c) for v, c in sorted(wanted.pins.items())]
            sent.cpu = types.Cpu(cpu_tune=types.CpuTune(vcpu_pins=pins))
        return sent

    def without_tune(self) -> Change:
        """The same, with the CPU pins as they were."""
        restored = _remember(self.wanted.properties, self.before, tuned=False)
        wanted = replace(self.wanted, pins=self.before.pins, properties=restored)
        return replace(self, wanted=wanted)


def stored(
    owner: Owner,
    request: NumaRequest,
    *,
    pins: Mapping[int, str] | None = None,
    remember: bool = True,
) -> Change:
    """`pins` are the vCPU pins that go with the request; None leaves them alone.

    `remember` is whether the engine knows the property for what removal gives back.
    """
    former = tuple(name for name in FORMER if name in owner.properties)
    properties = _others(owner) | request.to_properties()
    if remember:
        mode = owner.restores[0] or owner.affinity
        properties[RESTORE] = mode if pins is None else f"{mode},cpu_tune"
    if pins is None:
        pins = {} if owner.restores[1] else owner.pins
    wanted = replace(owner, properties=properties, affinity=PINNED, pins=dict(pins))
    return Change(owner, wanted, former)


def planned(owner: Owner, request: NumaRequest) -> Owner:
    """What the VM would be with the request, before the pins that go with it."""
    return stored(owner, request).wanted


def removed(owner: Owner) -> Change:
    """Without settings; the former migration mode is given back where it is known."""
    mode, tuned = owner.restores
    wanted = replace(
        owner,
        properties=_others(owner),
        affinity=mode or owner.affinity,
        pins={} if tuned else dict(owner.pins),
    )
    return Change(owner, wanted, tuple(name for name in FORMER if name in owner.properties))


def _others(owner: Owner) -> dict[str, str]:
    gone = (*OURS, *FORMER)
    return {name: value for name, value in owner.properties.items() if name not in gone}


def _remember(properties: Mapping[str, str], before: Owner, *, tuned: bool) -> dict[str, str]:
    found = dict(properties)
    if RESTORE in found:
        mode = found[RESTORE].partition(",")[0]
        found[RESTORE] = f"{mode},cpu_tune" if tuned or before.restores[1] else mode
    return found
