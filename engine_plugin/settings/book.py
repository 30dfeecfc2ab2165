# SPDX-License-Identifier: Apache-2.0
"""What is known of a cluster's hosts: nodes, hooks, and the VMs that are bound to them.

Decides what is asked again and what is still fresh, and asks for many hosts at once. Never
decides whether something fits.

    book = Book(session, cache)
    facts = book.facts(book.candidates(owner))
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from numa_domain.base.errors import NumaError
from numa_domain.host.model import HostTopology

from ..engine_api import queries
from ..engine_api.cache import Cache
from ..engine_api.engine import Session
from ..engine_api.hidden_nodes import NONE, HiddenNodes, ShownNodes, complete
from ..engine_api.hosts import Hooks, HostRecord, with_pages
from ..engine_api.records import Owner
from .promises import Promised, promised


@dataclass(frozen=True)
class HostFacts:
    """A host, and what the engine told of it, or why it did not."""

    record: HostRecord
    nodes: HostTopology | NumaError
    """With those that the host itself told of."""
    hooks: Hooks | NumaError
    hidden: HiddenNodes = NONE
    """What is not in `nodes`, or only as the host told it."""

    @classmethod
    def of(
        cls,
        record: HostRecord,
        shown: ShownNodes | NumaError,
        hooks: Hooks | NumaError,
        figures: Mapping[str, float] | NumaError,
    ) -> HostFacts:
        """From the engine's answers; `figures` are the host's huge pages, empty without them."""
        if isinstance(shown, NumaError):
            return cls(record, shown, hooks)
        if isinstance(figures, NumaError):
            return cls(record, figures, hooks)
        told = None if isinstance(hooks, NumaError) else hooks.nodes
        nodes, hidden = complete(shown, told, record.memory_kib)
        return cls(record, with_pages(nodes, figures) if figures else nodes, hooks, hidden)


class Book:
    """The hosts as one user sees them."""

    def __init__(self, session: Session, cache: Cache) -> None:
        self.session, self._cache = session, cache
        settings = session.engine.settings
        self._warm, self._hooks = settings.warm_seconds, settings.hooks_seconds

    def cluster(self, cluster_id: str) -> queries.Cluster:
        ask = partial(queries.cluster, self.session, cluster_id)
        found: queries.Cluster = self._kept("cluster", cluster_id, self._warm, ask)
        return found

    def hosts(self, cluster: queries.Cluster) -> list[HostRecord]:
        ask = partial(queries.hosts_of, self.session, cluster)
        found: list[HostRecord] = self._kept("hosts", cluster.id, self._warm, ask)
        return found

    def running(self, cluster: queries.Cluster) -> list[queries.VmRow]:
        """The VMs of the cluster that are not down."""
        ask = partial(queries.running_on, self.session, cluster)
        found: list[queries.VmRow] = self._kept("running", cluster.id, self._warm, ask)
        return found

    def definitions(self, level: str) -> str:
        """Of custom properties; the engine itself reads them only when it starts."""
        ask = partial(queries.definitions, self.session, level)
        found: str = self._kept("definitions", level, self._hooks, ask)
        return found

    def candidates(self, owner: Owner, cluster: queries.Cluster) -> list[HostRecord]:
        """The hosts that may start it: those it is dedicated to, else its cluster's."""
        hosts = self.hosts(cluster)
        if owner.host_ids:
            hosts = [host for host in hosts if host.id in owner.host_ids]
        return sorted(hosts, key=lambda host: host.name)

    def nodes(self, hosts: Sequence[HostRecord]) -> list[ShownNodes | NumaError]:
        def ask(host: HostRecord) -> ShownNodes:
            return queries.host_nodes(self.session, host.id)

        return self._each("nodes", hosts, self._warm, ask)

    def statistics(self, hosts: Sequence[HostRecord]) -> list[dict[str, float] | NumaError]:
        """Figures of each host as a whole."""

        def ask(host: HostRecord) -> dict[str, float]:
            return queries.host_statistics(self.session, host.id)

        return self._each("statistics", hosts, self._warm, ask)

    def hooks(self, hosts: Sequence[HostRecord]) -> list[Hooks | NumaError]:
        def ask(host: HostRecord) -> Hooks:
            return queries.host_hooks(self.session, host.id)

        return self._each("hooks", hosts, self._hooks, ask)

    def facts(self, hosts: Sequence[HostRecord], *, pages: bool = False) -> list[HostFacts]:
        """Everything of these hosts; huge pages cost a request more a host."""
        nodes, hooks = self.nodes(hosts), self.hooks(hosts)
        figures = self.statistics(hosts) if pages else [{} for _ in hosts]
        return list(map(HostFacts.of, hosts, nodes, hooks, figures))

    def promised(self, cluster: queries.Cluster, facts: Sequence[HostFacts]) -> dict[str, Promised]:
        """By host, what the VMs that run there hold of its nodes."""
        vms = self.running(cluster)
        there: dict[str, list[Owner]] = {}
        for vm in vms:
            if vm.bound is not None and vm.host_id is not None:
                there.setdefault(vm.host_id, []).append(vm.bound)
        found = {}
        for fact in facts:
            own, nodes = there.get(fact.record.id), fact.nodes
            if own and not isinstance(nodes, NumaError):
                ask = partial(promised, own, cluster.level, nodes)
                found[fact.record.id] = self._kept("promised", fact.record.id, self._warm, ask)
        return found

    def _each(
        self,
        kind: str,
        hosts: Sequence[HostRecord],
        seconds: float,
        ask: Callable[[HostRecord], Any],
    ) -> list[Any]:
        """From the cache, the rest at the same time; who comes meanwhile waits for it."""
        owner = self.session.owner
        found = {host.id: self._cache.get((owner, kind, host.id)) for host in hosts}
        if None in found.values():
            left = self.session.deadline - time.monotonic()
            with self._cache.asking((owner, kind), left):
                missing = []
                for host in hosts:
                    found[host.id] = self._cache.get((owner, kind, host.id))
                    if found[host.id] is None:
                        missing.append(host)
                for host, answer in zip(missing, self.session.each(ask, missing)):
                    found[host.id] = answer
                    if not isinstance(answer, NumaError):
                        self._cache.put((owner, kind, host.id), answer, seconds)
        return [found[host.id] for host in hosts]

    def _kept(self, kind: str, entity: str, seconds: float, ask: Callable[[], Any]) -> Any:
        key = (self.session.owner, kind, entity)
        found = self._cache.get(key)
        if found is None:
            with self._cache.asking(key, self.session.deadline - time.monotonic()):
                found = self._cache.get(key)
                if found is None:
                    found = ask()
                    self._cache.put(key, found, seconds)
        return found
