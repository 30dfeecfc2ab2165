# SPDX-License-Identifier: Apache-2.0
"""What a path names: a VM, a template or a pool, and how it is read.

Decides where each keeps its settings. A pool has none of its own: they are those of its VMs,
from which oVirt also makes its new ones. Never writes.

    ref = Ref("vms", "0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90")
    ref.read(session).affinity
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from . import faults, queries
from .engine import Session
from .records import Owner

VMS, TEMPLATES, POOLS = "vms", "templates", "vmpools"


@dataclass(frozen=True)
class Ref:
    """`kind` is the first step of the path."""

    kind: str
    id: str

    @classmethod
    def of(cls, kind: str, text: str) -> Ref:
        """Raises `IdMalformed`."""
        return cls(kind, queries.valid_id(text, f"{kind}/{{id}}"))

    def read(self, session: Session) -> Owner:
        """As it will be at its next start."""
        if self.kind == VMS:
            return queries.vm(session, self.id, next_run=True)
        if self.kind == TEMPLATES:
            return queries.template(session, self.id)
        pool = queries.pool(session, self.id)
        members = queries.vms_of_pool(session, pool.name)
        if not members:
            return pool
        first = queries.vm(session, members[0].id, next_run=True)
        return replace(first, kind=POOLS, id=pool.id, name=pool.name, status="down", host_id=None)

    def read_current(self, session: Session, owner: Owner) -> Owner:
        """As it is now, where that may differ."""
        if self.kind == VMS and owner.next_run and not owner.down:
            return queries.vm(session, self.id, next_run=False)
        return owner

    def members(self, session: Session) -> list[Ref]:
        """The VMs that a change is written to. Raises `PoolEmpty`."""
        if self.kind != POOLS:
            return [self]
        pool = queries.pool(session, self.id)
        rows = queries.vms_of_pool(session, pool.name)
        if not rows:
            raise faults.PoolEmpty("vmpools", name=pool.name)
        return [Ref(VMS, row.id) for row in rows]
