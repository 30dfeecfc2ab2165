# SPDX-License-Identifier: Apache-2.0
"""Clusters, their hosts and the VMs that run there, as one user sees them.

What is still fresh is not asked again, and what is asked of many hosts is asked at the same
time.

    inventory = Inventory(session, cache)
    facts = inventory.facts(inventory.candidates(vm, inventory.cluster(vm.cluster_id)))
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from numa_domain.base.errors import NumaError

from . import queries
from .cache import Cache
from .cluster import Cluster
from .hidden_nodes import ShownNodes
from .host_facts import HostFacts
from .hosts import Hooks, HostRecord
from .session import Session
from .vm_config import VmConfig
from .vm_row import VmRow

T = TypeVar("T")


class Inventory:
    """For one request."""

    def __init__(self, session: Session, cache: Cache) -> None:
        self.session, self._cache = session, cache
        config = session.client.config
        self._figures_seconds, self._hooks_seconds = config.figures_seconds, config.hooks_seconds

    def cluster(self, cluster_id: str) -> Cluster:
        return self.kept("cluster", cluster_id, partial(queries.cluster, self.session, cluster_id))

    def hosts(self, cluster: Cluster) -> list[HostRecord]:
        return self.kept("hosts", cluster.id, partial(queries.hosts_of, self.session, cluster))

    def running(self, cluster: Cluster) -> list[VmRow]:
        """The VMs of the cluster that are not down."""
        return self.kept("running", cluster.id, partial(queries.running_on, self.session, cluster))

    def forget_running(self) -> None:
        """After a change of a VM."""
        self._cache.forget(self.session.user_key, "running")

    def definitions(self, level: str) -> str:
        """Of custom properties; the engine itself reads them only when it starts."""
        ask = partial(queries.definitions, self.session, level)
        return self._kept("definitions", level, self._hooks_seconds, ask)

    def candidates(self, vm: VmConfig, cluster: Cluster) -> list[HostRecord]:
        """The hosts that may start it: those it is dedicated to, else its cluster's."""
        hosts = self.hosts(cluster)
        if vm.host_ids:
            hosts = [host for host in hosts if host.id in vm.host_ids]
        return sorted(hosts, key=lambda host: host.name)

    def nodes(self, hosts: Sequence[HostRecord]) -> list[ShownNodes | NumaError]:
        def ask(host: HostRecord) -> ShownNodes:
            return queries.host_nodes(self.session, host.id)

        return self._each("nodes", hosts, self._figures_seconds, ask)

    def statistics(self, hosts: Sequence[HostRecord]) -> list[dict[str, float] | NumaError]:
        """Figures of each host as a whole."""

        def ask(host: HostRecord) -> dict[str, float]:
            return queries.host_statistics(self.session, host.id)

        return self._each("statistics", hosts, self._figures_seconds, ask)

    def hooks(self, hosts: Sequence[HostRecord]) -> list[Hooks | NumaError]:
        def ask(host: HostRecord) -> Hooks:
            return queries.host_hooks(self.session, host.id)

        return self._each("hooks", hosts, self._hooks_seconds, ask)

    def facts(self, hosts: Sequence[HostRecord], *, pages: bool = False) -> list[HostFacts]:
        """Everything of these hosts; huge pages cost a request more a host."""
        nodes, hooks = self.nodes(hosts), self.hooks(hosts)
        figures = self.statistics(hosts) if pages else [{} for _ in hosts]
        return list(map(HostFacts.of, hosts, nodes, hooks, figures))

    def kept(self, kind: str, entity: str, ask: Callable[[], T]) -> T:
        """What is known of an entity, for as long as hosts' figures are fresh."""
        return self._kept(kind, entity, self._figures_seconds, ask)

    def _each(
        self,
        kind: str,
        hosts: Sequence[HostRecord],
        seconds: float,
        ask: Callable[[HostRecord], Any],
    ) -> list[Any]:
        """From the cache, the rest at the same time; who comes meanwhile waits for it."""
        user = self.session.user_key
        found = {host.id: self._cache.get((user, kind, host.id)) for host in hosts}
        if None in found.values():
            left = self.session.deadline - time.monotonic()
            with self._cache.asking((user, kind), left):
                missing = []
                for host in hosts:
                    found[host.id] = self._cache.get((user, kind, host.id))
                    if found[host.id] is None:
                        missing.append(host)
                for host, answer in zip(missing, self.session.each(ask, missing)):
                    found[host.id] = answer
                    if not isinstance(answer, NumaError):
                        self._cache.put((user, kind, host.id), answer, seconds)
        return [found[host.id] for host in hosts]

    def _kept(self, kind: str, entity: str, seconds: float, ask: Callable[[], T]) -> T:
        key = (self.session.user_key, kind, entity)
        found: T | None = self._cache.get(key)
        if found is None:
            with self._cache.asking(key, self.session.deadline - time.monotonic()):
                found = self._cache.get(key)
                if found is None:
                    found = ask()
                    self._cache.put(key, found, seconds)
        return found
