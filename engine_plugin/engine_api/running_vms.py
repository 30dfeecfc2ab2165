# SPDX-License-Identifier: Apache-2.0
"""The VMs with our settings that run on each host, kept current by the engine's events.

A list of all that run is long (9 kB a VM, and the engine cannot search by a custom property), so
it is read once, host by host. From then on the engine's log says which VMs and hosts anything has
happened to, and only these are read again. A VM is read a second time with the next look, since
an event may come before what it tells of can be read.

    running = RunningVms()
    running.put(host_id, vms, running.index, seconds=300)
    running.get(host_id)                                     (VmConfig(...), ...)
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from .vm_config import VmConfig

Vms = tuple[VmConfig, ...]


@dataclass(frozen=True)
class Happenings:
    """What the log tells since an event."""

    index: int
    """The newest event's."""
    vms: frozenset[str]
    hosts: frozenset[str]
    """Of events that name no VM."""
    complete: bool
    """False where there was more than is read at once."""

    @classmethod
    def of(
        cls, events: Iterable[tuple[int, str | None, str | None]], since: int, most: int
    ) -> Happenings:
        """From each event's index, VM and host."""
        found = list(events)
        return cls(
            max((index for index, _, _ in found), default=since),
            frozenset(vm for _, vm, _ in found if vm),
            frozenset(host for _, vm, host in found if host and not vm),
            len(found) < most,
        )


class RunningVms:
    """As those see them who see the same."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._hosts: dict[str, tuple[float, Vms]] = {}
        self._again: frozenset[str] = frozenset()
        self._looked: float | None = None
        self.index: int | None = None
        """The newest event that is known of; None before the first look."""

    def get(self, host_id: str) -> Vms | None:
        """None where they are to be read (again)."""
        with self._guard:
            until, vms = self._hosts.get(host_id, (0.0, ()))
            return vms if until > self._clock() else None

    def put(self, host_id: str, vms: Vms, index: int | None, seconds: float) -> None:
        """What was read after the event `index`; not kept where more has happened meanwhile."""
        with self._guard:
            if index == self.index:
                self._hosts[host_id] = (self._clock() + seconds, vms)

    def due(self, seconds: float) -> bool:
        """Whether the last look at the log is as long ago."""
        return self._looked is None or self._clock() - self._looked >= seconds

    def look_again(self) -> None:
        """Before anything else is believed: something of ours has changed."""
        self._looked = None

    def begin(self, index: int) -> None:
        """At an event, with nothing known."""
        with self._guard:
            self._hosts.clear()
            self._again = frozenset()
            self.index, self._looked = index, self._clock()

    def changed(self, happened: Happenings) -> frozenset[str]:
        """The VMs that are to be read, these and those of the last look."""
        return happened.vms | self._again

    def apply(self, happened: Happenings, vms: Mapping[str, VmConfig | None]) -> None:
        """The VMs as they were read anew; None is one that is gone, or has no settings of ours."""
        with self._guard:
            for host_id in happened.hosts:
                self._hosts.pop(host_id, None)
            for host_id, (until, there) in self._hosts.items():
                self._hosts[host_id] = (until, _updated(host_id, there, vms))
            self._again = happened.vms
            self.index, self._looked = happened.index, self._clock()


def _updated(host_id: str, there: Vms, vms: Mapping[str, VmConfig | None]) -> Vms:
    come = [vm for vm in vms.values() if vm is not None and vm.host_id == host_id]
    if not come and not any(vm.id in vms for vm in there):
        return there
    stay = [vm for vm in there if vm.id not in vms]
    return tuple(sorted([*stay, *come], key=lambda vm: vm.name))
