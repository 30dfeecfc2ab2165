# SPDX-License-Identifier: Apache-2.0
"""Storage as the engine needs it for a data centre that is up: domains and a pool, no data.

Decides which domain is in which state, who is the pool's manager, and that every task is done
at once. All hosts of a process share it, as they would a server. Nothing is written: after a
restart it is learned again from what the engine connects. Knows no JSON-RPC.

    storage.connect("epyc-nps4", pool_id, 1, master, 1, {master: "active"})
    storage.watched("epyc-nps4")[master]["valid"]           # True
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .rpc import Failed

TYPES = {1: "NFS", 2: "FCP", 3: "ISCSI", 4: "LOCALFS", 6: "POSIXFS", 7: "GLUSTERFS"}
CLASSES = {1: "Data", 2: "Iso", 3: "Backup"}
_TOTAL, _FREE = 1 << 40, 900 << 30


@dataclass(frozen=True)
class Domain:
    id: str
    name: str = ""
    type: str = "NFS"
    kind: str = "Data"
    path: str = ""
    version: int = 5
    pool_id: str = ""
    status: str = "Unattached"


@dataclass(frozen=True)
class Pool:
    id: str
    name: str = ""
    master: str = ""
    master_version: int = 1
    hosts: Mapping[str, int] = field(default_factory=dict)
    """Who is connected, and with which id."""
    manager: str = ""
    """The host that is SPM."""
    starts: int = 0
    """How often a manager was started ("lver")."""


class Storage:
    """One server of all hosts."""

    def __init__(self) -> None:
        self._domains: dict[str, Domain] = {}
        self._pools: dict[str, Pool] = {}
        self._tasks: set[str] = set()
        self._lock = threading.RLock()

    def watched(self, host: str) -> dict[str, Any]:
        """What a host's monitor tells of the domains of its pool."""
        with self._lock:
            pools = {pool.id for pool in self._pools.values() if host in pool.hosts}
            found = [domain for domain in self._domains.values() if domain.pool_id in pools]
        return {domain.id: _monitored(domain) for domain in found if domain.status == "Active"}

    def create_domain(self, domain: Domain) -> None:
        with self._lock:
            self._domains[domain.id] = domain

    def domain(self, domain_id: str) -> Domain:
        with self._lock:
            found = self._domains.get(domain_id)
        if found is None:
            raise Failed(358, f"Storage domain does not exist: {domain_id}")
        return found

    def domains(self, pool_id: str = "") -> list[Domain]:
        """Those of a pool, or all."""
        with self._lock:
            found = list(self._domains.values())
        return [domain for domain in found if not pool_id or domain.pool_id == pool_id]

    def set_domain(self, domain_id: str, **changes: Any) -> None:
        with self._lock:
            self._domains[domain_id] = replace(self.domain(domain_id), **changes)

    def format(self, domain_id: str) -> None:
        with self._lock:
            self._domains.pop(domain_id, None)

    def info(self, domain_id: str) -> dict[str, Any]:
        domain = self.domain(domain_id)
        pool = self._pools.get(domain.pool_id, Pool(domain.pool_id))
        return {
            "uuid": domain.id,
            "name": domain.name,
            "type": domain.type,
            "class": domain.kind,
            "role": "Master" if pool.master == domain.id else "Regular",
            "pool": [domain.pool_id] if domain.pool_id else [],
            "remotePath": domain.path,
            "version": str(domain.version),
            "master_ver": str(pool.master_version),
            "lver": str(pool.starts),
            "spm_id": str(pool.hosts.get(pool.manager, -1)),
            "block_size": 512,
        }

    def create_pool(self, pool: Pool, domains: list[str]) -> None:
        with self._lock:
            self._pools[pool.id] = pool
            for domain_id in domains:
                self.set_domain(domain_id, pool_id=pool.id, status="Attached")

    def pool(self, pool_id: str, host: str) -> Pool:
        """A pool that a host is connected to."""
        with self._lock:
            found = self._pools.get(pool_id)
        if found is None or host not in found.hosts:
            raise Failed(309, f"Unknown pool id, pool not connected: ('{pool_id}',)")
        return found

    def set_pool(self, pool_id: str, **changes: Any) -> Pool:
        with self._lock:
            found = self._pools[pool_id] = replace(self._pools[pool_id], **changes)
        return found

    def connect(
        self, host: str, pool_id: str, host_id: int, master: str, version: int, states: Any
    ) -> None:
        """A host joins a pool; what it does not know of it yet, the engine tells."""
        with self._lock:
            pool = self._pools.setdefault(pool_id, Pool(pool_id))
            hosts = {**pool.hosts, host: host_id}
            self.set_pool(pool_id, master=master, master_version=version, hosts=hosts)
            for domain_id, state in (states or {}).items():
                known = self._domains.setdefault(domain_id, Domain(domain_id))
                status = "Active" if state.lower() == "active" else "Attached"
                self._domains[domain_id] = replace(known, pool_id=pool_id, status=status)

    def disconnect(self, host: str, pool_id: str) -> None:
        with self._lock:
            pool = self._pools.get(pool_id)
            if pool is None:
                return
            hosts = {name: host_id for name, host_id in pool.hosts.items() if name != host}
            manager = "" if pool.manager == host else pool.manager
            self.set_pool(pool_id, hosts=hosts, manager=manager)

    def forget_pool(self, pool_id: str) -> None:
        with self._lock:
            self._pools.pop(pool_id, None)
            for domain in self.domains(pool_id):
                self.set_domain(domain.id, pool_id="", status="Unattached")

    def manage(self, host: str, pool_id: str) -> str:
        """A host becomes the pool's manager; gives the task that did it."""
        with self._lock:
            pool = self.pool(pool_id, host)
            self.set_pool(pool_id, manager=host, starts=pool.starts + 1)
            return self.task()

    def task(self) -> str:
        """A task that is done already."""
        task_id = str(uuid.uuid4())
        with self._lock:
            self._tasks.add(task_id)
        return task_id

    def check_task(self, task_id: str) -> None:
        with self._lock:
            if task_id not in self._tasks:
                raise Failed(401, f"Task id unknown: ('{task_id}',)")

    def clear_task(self, task_id: str) -> None:
        with self._lock:
            self._tasks.discard(task_id)


def sizes() -> dict[str, Any]:
    """Of any domain."""
    return {
        "disktotal": str(_TOTAL),
        "diskfree": str(_FREE),
        "mdasize": 0,
        "mdafree": 0,
        "mdavalid": True,
        "mdathreshold": True,
        "alerts": [],
    }


def _monitored(domain: Domain) -> dict[str, Any]:
    return {
        "code": 0,
        "actual": True,
        "acquired": True,
        "valid": True,
        "version": domain.version,
        "delay": "0.0002",
        "lastCheck": "1.0",
    }
