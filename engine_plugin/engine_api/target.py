# SPDX-License-Identifier: Apache-2.0
"""The VM, template or pool that a request is about, and how its configuration is read.

A pool has no settings of its own: they are those of its VMs, from which oVirt also makes its
new ones.

    target = Target("vms", "0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90")
    target.read(session).affinity
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from . import queries
from .ids import valid_id
from .native_node import NativeNode
from .session import Session
from .vm_config import VmConfig

VMS, TEMPLATES, POOLS = "vms", "templates", "vmpools"


@dataclass(frozen=True)
class Target:
    """`kind` is the name of its collection in the engine's API."""

    kind: str
    id: str

    @classmethod
    def of(cls, kind: str, text: str) -> Target:
        """Raises `IdMalformed`."""
        return cls(kind, valid_id(text, f"{kind}/{{id}}"))

    def read(self, session: Session) -> VmConfig:
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

    def read_running(self, session: Session, vm: VmConfig) -> VmConfig:
        """As it runs now; `vm`, its next start, where that is the same."""
        if self.kind == VMS and vm.next_run and not vm.down:
            return queries.vm(session, self.id, next_run=False)
        return vm

    def native_nodes(self, session: Session) -> tuple[NativeNode, ...]:
        """oVirt's own virtual NUMA nodes; only VMs have some."""
        return queries.native_nodes(session, self.id) if self.kind == VMS else ()

    def members(self, session: Session) -> list[Target]:
        """Of a pool: its VMs."""
        pool = queries.pool(session, self.id)
        return [Target(VMS, row.id) for row in queries.vms_of_pool(session, pool.name)]
