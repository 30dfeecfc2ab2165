# SPDX-License-Identifier: Apache-2.0
"""Starts that were let through and have not shown up on a host yet.

Between a yes and the VM's appearing the engine schedules others, so the memory that a VM may take
counts on each host that it may have gone to. That would be too much on most of them, since it goes
to one: hence two measures. `possible` is what all claims could take there; `likely` what those take
that would go there if the engine follows our weights. A claim ends when the VM is seen somewhere,
when its start has failed, or after a time.

    claims.put("0d5f...", {host_a: charges_a, host_b: charges_b})
    claims.chosen("0d5f...", host_a)
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from ..model.promises import Charges
from .model.world import add

_SECONDS = 60.0
"""The longest that a start may take to show up: the engine tries three hosts, of which each may
refuse."""


@dataclass(frozen=True)
class Claim:
    """One start."""

    vm_id: str
    at: float
    """On the wall's clock, as the engine's log."""
    since: float
    """On a clock that nobody sets: where the wall's is set back a claim would last for ever."""
    hosts: Mapping[str, Charges]
    """What it takes of each host that it may have gone to."""
    likely: str | None = None
    """The one that it went to, as far as is known."""

    @property
    def certain(self) -> bool:
        return len(self.hosts) == 1


class Claims:
    """All of them. May be used from any thread."""

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._ticks = clock, ticks
        self._guard = threading.Lock()
        self._claims: dict[str, Claim] = {}
        self._on: dict[str, set[str]] = {}

    def put(self, vm_id: str, hosts: Mapping[str, Charges], likely: str | None = None) -> None:
        """A VM may go to any of these; what it was let through before counts no more."""
        with self._guard:
            self._expire()
            self._drop(vm_id)
            self._add(Claim(vm_id, self._clock(), self._ticks(), dict(hosts), likely))

    def chosen(self, vm_id: str, likely: str, among: Iterable[str] = ()) -> None:
        """It is likely to go to one of its hosts; `among` are those that are still in question."""
        with self._guard:
            claim = self._claims.get(vm_id)
            if claim is None or likely not in claim.hosts:
                return
            asked = set(among) or set(claim.hosts)
            hosts = {i: charges for i, charges in claim.hosts.items() if i in asked | {likely}}
            self._drop(vm_id)
            self._add(replace(claim, hosts=hosts, likely=likely))

    def went(self, vm_id: str, host_id: str) -> None:
        """The engine says that it is starting there."""
        self.chosen(vm_id, host_id, [host_id])

    def end(self, vm_id: str, before: float | None = None) -> Claim | None:
        """It has shown up, or will not; one that was made after a moment is another start's."""
        with self._guard:
            claim = self._claims.get(vm_id)
            if claim is None or (before is not None and claim.at > before):
                return None
            self._drop(vm_id)
            return claim

    def possible(self, host_id: str, but: str = "") -> Charges:
        """What all could take of a host, other than the claim of one VM."""
        return self._sum(host_id, but, lambda claim: True)

    def likely(self, host_id: str, but: str = "") -> Charges:
        """What those take of it that probably went there."""
        return self._sum(host_id, but, lambda claim: claim.certain or claim.likely == host_id)

    @property
    def pending(self) -> int:
        with self._guard:
            self._expire()
            return len(self._claims)

    def _sum(self, host_id: str, but: str, counts: Callable[[Claim], bool]) -> Charges:
        total: Charges = {}
        with self._guard:
            for vm_id in sorted(self._on.get(host_id, ())):
                claim = self._claims[vm_id]
                if vm_id != but and counts(claim):
                    add(total, dict(claim.hosts[host_id]))
        return total

    def _expire(self) -> None:
        last = self._ticks() - _SECONDS
        for vm_id in [i for i, claim in self._claims.items() if claim.since < last]:
            self._drop(vm_id)

    def _add(self, claim: Claim) -> None:
        self._claims[claim.vm_id] = claim
        for host_id in claim.hosts:
            self._on.setdefault(host_id, set()).add(claim.vm_id)

    def _drop(self, vm_id: str) -> None:
        claim = self._claims.pop(vm_id, None)
        for host_id in claim.hosts if claim else ():
            self._on[host_id].discard(vm_id)
