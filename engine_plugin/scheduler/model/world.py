# SPDX-License-Identifier: Apache-2.0
"""The engine's hosts and VMs as they were last read, and what is free on each host's nodes.

One thread writes (`watcher`), calls of the engine read; what they get is never changed afterwards.

    world.room(host_id).topology        the host's nodes less what running VMs hold of them
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from numa_domain.base.errors import NumaError
from numa_domain.host.model import HostTopology
from numa_domain.placement.memory_fit import charged
from numa_domain.placement.model import Placement

from ...engine_api.cluster import Cluster
from ...engine_api.host_facts import HostFacts
from ...engine_api.hosts import HostRecord
from ...engine_api.watching import SeenVm
from ...model.promises import Charges, Promised
from .charges import ChargesBook

_YOUNG_SECONDS = 45.0
"""For so long after a VM appeared the host's figures cannot have its memory yet: VDSM reports every
15 s, the engine stores that, and a guest touches its memory bit by bit."""


@dataclass(frozen=True)
class Room:
    """What is known of a host at one moment."""

    facts: HostFacts
    read_at: float
    """Of its figures; on the monotonic clock."""
    topology: HostTopology | None
    """Less what running VMs hold; None where the engine told nothing."""
    left_kib: int
    """What is free on all nodes together."""
    placed: dict[str, Placement | None] = field(default_factory=dict)
    """By what was asked for: what the core found here. Filled as it is asked."""


@dataclass
class _Host:
    facts: HostFacts
    read_at: float
    room: Room | None = None


@dataclass
class _Vm:
    row: SeenVm
    seen_at: float
    """When it was first seen on its host."""
    stale: bool = False
    """Whether something happened to it since it was read."""


Arrived = Callable[[SeenVm], None]
"""Told of each VM that is seen on a host on which it was not before."""


class World:
    """Everything. Its methods may be called from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.RLock()
        self._hosts: dict[str, _Host] = {}
        self._vms: dict[str, _Vm] = {}
        self._on: dict[str, set[str]] = {}
        """Host -> the VMs with settings that run there."""
        self._clusters: dict[str, Cluster] = {}
        self._book = ChargesBook()
        self.arrived: Arrived = lambda row: None
        self.complete = False
        """Whether everything has been read once."""

    def clusters(self, found: Iterable[Cluster]) -> None:
        with self._guard:
            self._clusters = {each.id: each for each in found}

    def level(self, cluster_id: str | None) -> str:
        with self._guard:
            found = self._clusters.get(cluster_id or "")
        return found.level if found else "4.7"

    def vms(self, rows: Iterable[SeenVm]) -> None:
        """All there are."""
        rows = list(rows)
        with self._guard:
            there = {row.id for row in rows}
            for gone in [vm_id for vm_id in self._vms if vm_id not in there]:
                self._remove(gone)
            for row in rows:
                self._put(row)
            self._book.keep(there)

    def vm(self, row: SeenVm) -> None:
        """One of them, as it is now."""
        with self._guard:
            self._put(row)

    def gone(self, vm_id: str) -> None:
        with self._guard:
            self._remove(vm_id)

    def happened(self, vm_ids: Iterable[str]) -> None:
        """Something did to these: what is known of them counts no more."""
        with self._guard:
            for vm_id in vm_ids:
                if vm_id in self._vms:
                    self._vms[vm_id].stale = True

    def known(self, vm_id: str) -> SeenVm | None:
        """The VM; None where it has to be read."""
        with self._guard:
            found = self._vms.get(vm_id)
            return None if found is None or found.stale else found.row

    def last_known(self, vm_id: str) -> SeenVm | None:
        """The VM as it was once, at least."""
        with self._guard:
            found = self._vms.get(vm_id)
            return found.row if found else None

    def hosts(self, found: Iterable[HostFacts]) -> None:
        """Some, as they are now."""
        with self._guard:
            now = self._clock()
            for facts in found:
                self._hosts[facts.record.id] = _Host(facts, now)

    def only_hosts(self, ids: set[str]) -> None:
        with self._guard:
            self._hosts = {i: host for i, host in self._hosts.items() if i in ids}

    def read_at(self, host_id: str) -> float | None:
        with self._guard:
            found = self._hosts.get(host_id)
            return found.read_at if found else None

    def room(self, host_id: str) -> Room | None:
        """None for a host that is not known."""
        with self._guard:
            host = self._hosts.get(host_id)
            if host is None:
                return None
            if host.room is None:
                topology = self._topology(host)
                left = (
                    sum(node.available_kib for node in topology.nodes.values()) if topology else 0
                )
                host.room = Room(host.facts, host.read_at, topology, left)
            return host.room

    def records(self) -> list[HostRecord]:
        """Of all hosts."""
        with self._guard:
            return [host.facts.record for host in self._hosts.values()]

    def expect(self, vm_id: str, host_id: str, charges: Charges) -> None:
        """A VM was let start on a host, and its memory will lie so."""
        with self._guard:
            self._book.expect(vm_id, host_id, charges)

    def count(self) -> tuple[int, int, int]:
        """Hosts, VMs, and of these those with settings that run."""
        with self._guard:
            return len(self._hosts), len(self._vms), sum(map(len, self._on.values()))

    @property
    def any_pages(self) -> bool:
        """Whether some VM wants huge pages, which cost a request more for each host."""
        with self._guard:
            return any(wants_pages(vm.row) for vm in self._vms.values())

    def _put(self, row: SeenVm) -> None:
        former = self._vms.get(row.id)
        running = row.host_id is not None and row.status != "down"
        before = former.row.host_id if former else None
        moved = running and (former is None or before != row.host_id)
        changed = former is None or former.row != row
        now = self._clock() if self.complete else -math.inf  # what runs already is not young
        seen = now if former is None or moved else former.seen_at
        self._vms[row.id] = _Vm(row, seen)
        if not changed:
            return
        for host_id in {before, row.host_id} - {None}:
            self._touch(str(host_id))
            self._on.get(str(host_id), set()).discard(row.id)
        if not running:
            self._book.drop(row.id)
        elif row.bound is not None and row.host_id is not None:
            self._on.setdefault(row.host_id, set()).add(row.id)
        if moved:
            self.arrived(row)

    def _remove(self, vm_id: str) -> None:
        former = self._vms.pop(vm_id, None)
        if former is not None and former.row.host_id is not None:
            self._touch(former.row.host_id)
            self._on.get(former.row.host_id, set()).discard(vm_id)
        self._book.drop(vm_id)

    def _touch(self, host_id: str) -> None:
        host = self._hosts.get(host_id)
        if host is not None:
            self._hosts[host_id] = replace(host, room=None)

    def _topology(self, host: _Host) -> HostTopology | None:
        """Less what its VMs hold: of those that appeared just now all, of others what the host's
        figures cannot show to be taken (`model.promises`)."""
        nodes = host.facts.nodes
        if isinstance(nodes, NumaError):
            return None
        settled: Charges = {}
        young: Charges = {}
        left = nodes
        for vm_id in sorted(self._on.get(host.facts.record.id, ())):
            vm = self._vms[vm_id]
            if vm.row.bound is None:
                continue
            level = self.level(vm.row.cluster_id)
            held = self._book.of(vm.row.bound, level, nodes, left)
            left = charged(left, held)
            add(young if host.read_at - vm.seen_at < _YOUNG_SECONDS else settled, held)
        found = Promised(settled, {}).late(nodes) if settled else nodes
        return charged(found, young) if young else found


def add(total: Charges, more: Charges) -> None:
    """Sum them up."""
    for node, pages in more.items():
        sums = total.setdefault(node, {})
        for page, kib in pages.items():
            sums[page] = sums.get(page, 0) + kib


def wants_pages(row: SeenVm) -> bool:
    """Of a VM with settings: whether it is to have huge pages."""
    if row.bound is None:
        return False
    properties = row.bound.properties
    size = properties.get("hugepages", "")
    return (size.isdigit() and int(size) > 0) or "page=" in properties.get("numa_topology", "")
