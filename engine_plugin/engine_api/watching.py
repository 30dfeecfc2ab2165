# SPDX-License-Identifier: Apache-2.0
"""What somebody asks who keeps a copy of all VMs and hosts: lists of everything, and what has
happened since.

happened = events_after(session, 1234)
happened[0].vm_id                       "0d5f..."
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from numa_domain.request.parts import NODESET, TOPOLOGY

from . import bulk
from .cluster import Cluster
from .connection import SafeConnection
from .hosts import HostRecord
from .ids import valid_id
from .session import Session
from .vm_config import FORMER, VmConfig
from .vm_element import config
from .vm_row import ListedVm

T = TypeVar("T")
PAGE = 500


@dataclass(frozen=True)
class Happened:
    """A line of the engine's log, as far as it says of what it is."""

    index: int
    code: int
    vm_id: str | None
    host_id: str | None
    at: float
    """Seconds since 1970; 0 where the engine gives no time."""

    @classmethod
    def of(cls, event: bulk.Element) -> Happened:
        return cls(
            index=int(bulk.text(event, "index") or event.get("id") or 0),
            code=int(bulk.text(event, "code") or 0),
            vm_id=bulk.reference(event, "vm"),
            host_id=bulk.reference(event, "host"),
            at=_seconds(bulk.text(event, "time")),
        )


_SETTINGS = {NODESET, TOPOLOGY, *FORMER}


@dataclass(frozen=True)
class SeenVm(ListedVm):
    """A VM as it was read; all of it where it has our settings."""

    bound: VmConfig | None = None

    @classmethod
    def of(cls, vm: bulk.Element) -> SeenVm:
        return cls(**cls.fields(vm), bound=_bound(vm))


def _bound(vm: bulk.Element) -> VmConfig | None:
    if not bulk.properties(vm).keys() & _SETTINGS:
        return None
    found = config(vm)
    return found if found.has_settings else None


def newest_event(session: Session) -> int:
    """Its index; 0 where there is none."""
    found = _list(session, "/events", {"max": "1"}, "events", Happened.of)
    return max((each.index for each in found), default=0)


def events_after(session: Session, index: int) -> list[Happened]:
    """The events that came after one, in no order; `PAGE` of the newest at most."""
    query = {"from": str(index), "max": str(PAGE)}
    found = _list(session, "/events", query, "events", Happened.of)
    return [each for each in found if each.index > index]


def all_vms(session: Session) -> list[SeenVm]:
    """Every VM, those with our settings whole."""
    found: dict[str, SeenVm] = {}
    page = 1
    while True:
        query = {"search": f"sortby name asc page {page}", "max": str(PAGE)}
        rows = _list(session, "/vms", query, "vms", SeenVm.of)
        found.update((row.id, row) for row in rows)
        if len(rows) < PAGE:
            return list(found.values())
        page += 1


def one_vm(session: Session, vm_id: str) -> SeenVm:
    """As it is now."""
    path = f"/vms/{valid_id(vm_id)}"

    def ask(connection: SafeConnection) -> SeenVm:
        return SeenVm.of(bulk.read(connection, path, {}, "vm"))

    return session.call(f"read VM {vm_id}", f"VM {vm_id}", ask)


def all_hosts(session: Session) -> list[HostRecord]:
    return _list(session, "/hosts", {}, "hosts", HostRecord.of)


def all_clusters(session: Session) -> list[Cluster]:
    def cluster(element: bulk.Element) -> Cluster:
        level = bulk.level(element, "version") or "4.7"
        return Cluster(element.get("id") or "", bulk.text(element, "name") or "", level)

    return _list(session, "/clusters", {}, "clusters", cluster)


def _list(
    session: Session, path: str, query: dict[str, str], root: str, of: Callable[[bulk.Element], T]
) -> list[T]:
    item = root.removesuffix("s")

    def ask(connection: SafeConnection) -> list[T]:
        return [of(each) for each in bulk.read(connection, path, query, root).iterfind(item)]

    return session.call(f"list {root}", f"list of {root}", ask)


def _seconds(moment: str | None) -> float:
    """Of the engine's 2026-03-01T12:00:00.123Z, or with an offset."""
    if moment is None:
        return 0.0
    try:
        return datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0
