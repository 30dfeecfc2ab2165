# SPDX-License-Identifier: Apache-2.0
"""Whether a VM fits on a host now, as `fit` judges it, for hundreds of hosts at once.

asked = Asked.of(vm, "4.7")
verdict = judge(asked, room, claimed={})
verdict.fits, verdict.problem
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module

from numa_domain.base.errors import HostError, NumaError
from numa_domain.domxml.read import parse_guest
from numa_domain.guest.model import Guest
from numa_domain.host.model import HostTopology
from numa_domain.placement.memory_fit import charged
from numa_domain.placement.model import Placement
from numa_domain.placement.place import place, place_or_none
from numa_domain.request.grammar_level import level as grammar_of
from numa_domain.request.model import NumaRequest

from ..engine_api.hosts import HOOK
from ..engine_api.vm_config import VmConfig
from ..model.guest_xml import domain_xml
from ..model.promises import Charges
from ..settings.change import planned
from ..settings.fit import HookAbsent, HookForeign, HookOld
from .model.world import Room

for _late in ("auto.place_auto", "refusal.refuse"):  # what `place` imports when it needs it
    import_module(f"numa_domain.placement.{_late}")  # and the engine would wait for

_MOST_PLACED = 64
"""Requests whose answers are kept for a host while it does not change."""


class HostUntold(HostError):
    what = "nothing is known of the host: {reason}"
    todo = "see whether the scheduler's user may read it, and how old the scheduler's figures are"


class VmClaims(HostError):
    what = "{vms:start} that went before it may have taken the room here"
    todo = "start it again in a moment"


@dataclass(frozen=True)
class Asked:
    """A VM as it would be started."""

    vm: VmConfig
    guest: Guest
    request: NumaRequest
    key: str
    """The same for VMs that differ in their names only: those of a pool, say."""

    @classmethod
    def of(cls, vm: VmConfig, level: str) -> Asked:
        """Raises the core's errors where the settings cannot be used for the VM."""
        request = vm.request()
        nameless = replace(planned(vm, request), id="", name="vm")
        xml = domain_xml(nameless, level=vm.level or level)
        return cls(vm, parse_guest(xml), request, f"{vm.request_texts}\n{xml}")


@dataclass(frozen=True)
class Verdict:
    """The answer for one host."""

    room: Room | None
    host_id: str
    placement: Placement | None = None
    problem: NumaError | None = None
    """Why not; None where it fits, or where nobody has put it into words yet."""
    unknown: bool = False
    """Whether too little is known of the host to say."""
    topology: HostTopology | None = field(default=None, compare=False)
    """What it was placed on."""

    @property
    def fits(self) -> bool:
        return self.placement is not None

    @property
    def name(self) -> str:
        return self.room.facts.record.name if self.room else self.host_id


def judge(asked: Asked, host_id: str, room: Room | None, claimed: Charges, old: bool) -> Verdict:
    """`claimed` is what starts that are under way take of the host; `old`: its figures do not
    count any more. Raises the core's errors where the request is wrong on every host."""
    if room is None or room.topology is None or isinstance(room.facts.hooks, NumaError) or old:
        return Verdict(room, host_id, problem=_untold(room, old), unknown=True)
    hooks, name = room.facts.hooks, room.facts.record.name
    if not hooks.starts:
        kind = HookForeign if hooks.foreign else HookAbsent
        return Verdict(room, host_id, problem=kind(name, hook=HOOK))
    if hooks.release is not None and not hooks.reads(asked.request):
        has, needs = hooks.release.grammar, grammar_of(asked.request)
        told = HookOld(name, release=hooks.release.version, has=has, needs=needs)
        return Verdict(room, host_id, problem=told)
    if claimed:
        topology = charged(room.topology, claimed)
        found = place_or_none(asked.guest, asked.request, topology)
        return Verdict(room, host_id, found, topology=topology)
    return Verdict(room, host_id, _placed(asked, room, room.topology), topology=room.topology)


def _placed(asked: Asked, room: Room, topology: HostTopology) -> Placement | None:
    if asked.key not in room.placed:
        if len(room.placed) >= _MOST_PLACED:
            room.placed.clear()
        room.placed[asked.key] = place_or_none(asked.guest, asked.request, topology)
    return room.placed[asked.key]


def _untold(room: Room | None, old: bool) -> NumaError:
    if room is None:
        return HostUntold("host", reason="the engine does not show it to the scheduler's user")
    name = room.facts.record.name
    if isinstance(room.facts.nodes, NumaError):
        return room.facts.nodes
    if isinstance(room.facts.hooks, NumaError):
        return room.facts.hooks
    reason = "its figures are too old" if old else "they have not been read yet"
    return HostUntold(name, reason=reason)


def reason(asked: Asked, verdict: Verdict) -> NumaError:
    """Why the VM does not fit, in words, which takes some milliseconds."""
    if verdict.problem is not None:
        return verdict.problem
    if verdict.fits:  # where other starts may have gone to, and so not the one that was let through
        return VmClaims(verdict.name, vms=1)
    assert verdict.topology is not None  # only then is there no problem yet
    try:
        place(asked.guest, asked.request, verdict.topology)
    except NumaError as error:
        return error
    return VmClaims(verdict.name, vms=1)


def left_kib(topology: HostTopology) -> int:
    """What is free on a host, all nodes together."""
    return sum(node.available_kib for node in topology.nodes.values())


def score(placement: Placement, topology: HostTopology) -> int:
    """How well it lies, the less the better: on a node of its own before a shared one before
    spread over several, near before far, and with much left before little.

    From 0 to 1300, so that it weighs as oVirt's own units do. A warning, such as memory that a
    preferred node has not, counts as much as the farthest node.
    """
    warned = 100 * min(3, len(placement.warnings))
    used = [list(cell.nodes) for cell in placement.cells if cell.nodes is not None]
    if not used and placement.nodes is not None:
        used = [list(placement.nodes)]
    if not used:
        return warned
    spread = any(len(nodes) > 1 for nodes in used)
    together = sorted({node for nodes in used for node in nodes})
    shared = len(together) < len(used)
    far = _distance(topology, together)
    kind = 2 if spread else 1 if shared else 0
    return 400 * kind + warned + far + _fullness(placement, topology)


def _distance(topology: HostTopology, nodes: list[int]) -> int:
    """0 on one node, up to 100 between the farthest."""
    most = max((topology.distance(a, b) for a in nodes for b in nodes if a != b), default=10)
    return min(100, max(0, most - 10))


def _fullness(placement: Placement, topology: HostTopology) -> int:
    """How full the nodes would be, in percent of their memory."""
    total = left = 0
    for i, pages in placement.charges.items():
        node = topology.nodes.get(i)
        if node is not None:
            total += node.memory_kib
            left += max(0, node.available_kib - sum(pages.values()))
    return round(100 * (1 - left / total)) if total else 0


def charges_of(placement: Placement) -> Charges:
    """As claims and promises count them."""
    found: Mapping[int, Mapping[int, int]] = placement.charges
    return {node: dict(pages) for node, pages in found.items()}
