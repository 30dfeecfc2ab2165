# SPDX-License-Identifier: Apache-2.0
"""Clusters, their hosts and the VMs that run there, as one user sees them.

What is still fresh is not asked again, and what is asked of many hosts is asked at the same
time.

    inventory = Inventory(session, cache)
    facts = inventory.facts(inventory.candidates(vm, inventory.cluster(vm.cluster_id)))
"""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, TypeVar

from numa_domain.base.errors import NumaError

from . import queries
from .cache import Cache
from .cluster import Cluster
from .errors import EngineSlow, HostUnasked
from .hidden_nodes import ShownNodes
from .host_facts import HostFacts
from .hosts import Hooks, HostRecord
from .identity import ADMINISTRATORS, Identity
from .queries import UNTOLD
from .running_vms import RunningVms, Vms
from .scheduling import Scheduling, scheduling_of
from .session import Session
from .vm_config import VmConfig

T = TypeVar("T")

_WHO_SECONDS = 1.0
"""How long a permission may count that has been taken away."""
_LIST_SECONDS = 5.0
"""How old a cluster and the list of its hosts may be."""
_LOOK_SECONDS = 1.0
"""How old the engine's log may be."""
_SURE_SECONDS = 300.0
"""After which a host's VMs are read again although no event said so."""
_SILENT_SECONDS = 30.0
"""How long a host is left alone that did not answer."""
_NO_FIGURES: Mapping[str, float] = {}
_MANY = 50
"""Changed VMs, more than which are not worth reading one by one."""
_LONG = 86400.0


class Inventory:
    """For one request."""

    def __init__(self, session: Session, cache: Cache) -> None:
        self.session, self._cache = session, cache
        config = session.client.config
        self._figures_seconds, self._hooks_seconds = config.figures_seconds, config.hooks_seconds

    def who(self) -> Identity:
        """Whose the token is. Raises `TokenRejected`."""
        key = (self.session.user_key, "who")
        return self._kept_by(key, _WHO_SECONDS, partial(queries.identity, self.session))

    @cached_property
    def viewers(self) -> str:
        """Stands for those who see the same, and share it."""
        return self.who().viewers(self.session.user_key)

    def cluster(self, cluster_id: str) -> Cluster:
        return self.kept("cluster", cluster_id, partial(queries.cluster, self.session, cluster_id))

    def hosts(self, cluster: Cluster) -> list[HostRecord]:
        return self.kept("hosts", cluster.id, partial(queries.hosts_of, self.session, cluster))

    def running(self, hosts: Sequence[HostRecord]) -> list[Vms | NumaError]:
        """The VMs with our settings on each host."""
        known, watched = self._running, self.viewers == ADMINISTRATORS and self._look()
        found: dict[str, Vms | NumaError | None] = {host.id: known.get(host.id) for host in hosts}
        if None in found.values():
            with self._cache.asking((self.viewers, "running"), self._left()):
                missing = [h for h in hosts if known.get(h.id) is None]
                index, seconds = known.index, _SURE_SECONDS if watched else self._figures_seconds
                ask = self._patient(partial(queries.running_on, self.session))
                for host, vms in zip(missing, self.session.each(ask, missing)):
                    found[host.id] = vms
                    if not isinstance(vms, NumaError):
                        known.put(host.id, vms, index, seconds)
            for host in hosts:
                found[host.id] = (
                    found[host.id] if found[host.id] is not None else known.get(host.id)
                )
        return [found[host.id] or () for host in hosts]

    @property
    def _running(self) -> RunningVms:
        return self._kept_by((self.viewers, "running"), _LONG, RunningVms)

    def _look(self) -> bool:
        """Read again what the engine's log tells of; False where it is not to be seen."""
        known = self._running
        try:
            with self._cache.asking((self.viewers, "events"), self._left()):
                if known.index is None:
                    known.begin(queries.newest_event(self.session))
                elif known.due(min(_LOOK_SECONDS, self._figures_seconds)):
                    self._follow(known, known.index)
        except UNTOLD:
            return False
        return True

    def _follow(self, known: RunningVms, since: int) -> None:
        happened = queries.happenings(self.session, since)
        ids = sorted(known.changed(happened))
        if not happened.complete or len(ids) > _MANY:
            known.begin(happened.index)
            return
        read = self.session.each(partial(queries.running_vm, self.session), ids)
        failed = [each for each in read if isinstance(each, NumaError)]
        if failed:
            known.begin(happened.index)
            raise failed[0]
        vms = {vm: None if isinstance(r, NumaError) else r for vm, r in zip(ids, read)}
        known.apply(happened, vms)

    def forget_running(self) -> None:
        """After a change of a VM."""
        self._running.look_again()

    def definitions(self, level: str) -> str:
        """Of custom properties; the engine itself reads them only when it starts."""
        ask = partial(queries.definitions, self.session, level)
        return self._kept("definitions", level, self._hooks_seconds, ask)

    def scheduling(self, cluster: Cluster) -> Scheduling:
        """Whether the engine asks our scheduler for VMs of the cluster."""
        ask = partial(scheduling_of, self.session, cluster.id)
        return self._kept("scheduling", cluster.id, self._figures_seconds, ask)

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

    def forget_host(self, host: HostRecord) -> None:
        """After its capabilities were refreshed."""
        for kind in ("hooks", "nodes", "statistics"):
            self._cache.drop((self.viewers, kind, host.id))

    def facts(self, hosts: Sequence[HostRecord], *, pages: bool = False) -> list[HostFacts]:
        """Everything of these hosts; huge pages cost a request more a host."""
        nodes, hooks, vms = self.nodes(hosts), self.hooks(hosts), self.running(hosts)
        figures = self.statistics(hosts) if pages else [_NO_FIGURES for _ in hosts]
        kind = "paged facts" if pages else "facts"

        def facts(*of: Any) -> HostFacts:
            made = partial(HostFacts.of, *of)
            if any(isinstance(answer, NumaError) for answer in of):
                return made()  # not kept: an error holds all frames that it came through
            return self.same(kind, of[0].id, of, made)

        return list(map(facts, hosts, nodes, hooks, figures, vms))

    def kept(self, kind: str, entity: str, ask: Callable[[], T]) -> T:
        """What is known of an entity, for a few seconds."""
        return self._kept(kind, entity, min(_LIST_SECONDS, self._figures_seconds), ask)

    def computed(self, key: Hashable, work: Callable[[], T]) -> T:
        """What follows from `key` alone, whoever asks: kept for as long as there is room."""
        return self._kept_by(("computed", key), _LONG, work, alone=False)

    def same(self, kind: str, entity: str, inputs: tuple[object, ...], work: Callable[[], T]) -> T:
        """What follows from `inputs`, as long as these very objects are what is known."""
        key = (self.viewers, kind, entity)
        kept: tuple[tuple[object, ...], T] | None = self._cache.get(key)
        if kept is not None and all(map(operator.is_, kept[0], inputs)):
            return kept[1]
        found = work()
        self._cache.put(key, (inputs, found), _LONG)
        return found

    def _each(
        self,
        kind: str,
        hosts: Sequence[HostRecord],
        seconds: float,
        ask: Callable[[HostRecord], Any],
    ) -> list[Any]:
        """From the cache, the rest at the same time; who comes meanwhile waits for it."""
        viewers = self.viewers
        found = {host.id: self._cache.get((viewers, kind, host.id)) for host in hosts}
        if None in found.values():
            with self._cache.asking((viewers, kind), self._left()):
                missing = []
                for host in hosts:
                    found[host.id] = self._cache.get((viewers, kind, host.id))
                    if found[host.id] is None:
                        missing.append(host)
                for host, answer in zip(missing, self.session.each(self._patient(ask), missing)):
                    found[host.id] = answer
                    if not isinstance(answer, NumaError):
                        self._cache.put((viewers, kind, host.id), answer, seconds)
        return [found[host.id] for host in hosts]

    def _patient(self, ask: Callable[[HostRecord], T]) -> Callable[[HostRecord], T]:
        """`ask`, but not of a host that has just not answered, nor when half of our time is over:
        the rest is for what follows."""
        until = self.session.deadline - self.session.client.config.request_seconds / 2

        def one(host: HostRecord) -> T:
            key = (self.viewers, "silent", host.id)
            reason = self._cache.get(key)
            if reason is None and time.monotonic() > until:
                reason = "the time of this request did not suffice"
            if reason is not None:
                again = f"{_SILENT_SECONDS:g}"
                raise HostUnasked(host.name, name=host.name, reason=reason, again=again)
            try:
                return ask(host)
            except EngineSlow as error:
                seconds = error.facts["seconds"]
                said = f"the engine has just not answered about it within {seconds} s"
                self._cache.put(key, said, _SILENT_SECONDS)
                raise

        return one

    def _kept(self, kind: str, entity: str, seconds: float, ask: Callable[[], T]) -> T:
        return self._kept_by((self.viewers, kind, entity), seconds, ask)

    def _kept_by(
        self, key: tuple[Hashable, ...], seconds: float, ask: Callable[[], T], alone: bool = True
    ) -> T:
        """`alone`: who needs the same at the same time waits for it."""
        found: T | None = self._cache.get(key)
        if found is None and alone:
            with self._cache.asking(key, self._left()):
                return self._kept_by(key, seconds, ask, alone=False)
        if found is None:
            found = ask()
            self._cache.put(key, found, seconds)
        return found

    def _left(self) -> float:
        return self.session.deadline - time.monotonic()
