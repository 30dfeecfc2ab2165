# SPDX-License-Identifier: Apache-2.0
"""Which host a VM goes to: the engine's own filters, an external scheduler's, then the weights.

Decides after SchedulingManager: one VM of a cluster at a time; the units of an external scheduler
count where the cluster's policy has them and they are enabled; of several hosts that one is chosen
which has the most points, where a unit gives a host its factor times as many as there are hosts
that it finds no better (RankSelectorPolicyUnit). Knows no HTTP.

    with scheduler.cluster(cluster_id):
        host = scheduler.best(vm, hosts)
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from .engine import Engine
from .external.broker import Broker
from .external.wire import Wire
from .model import Host, Vm
from .policies import DEFAULT
from .rules.scheduling import available_mb

ENABLED, URL = "ExternalSchedulerEnabled", "ExternalSchedulerServiceURL"
CONNECT, REPLY = "ExternalSchedulerConnectionTimeout", "ExternalSchedulerResponseTimeout"
_DEFAULTS = {ENABLED: "false", URL: "http://localhost:18781/", CONNECT: "100", REPLY: "120000"}


class Scheduler:
    """Of one engine, from its start; options count from then on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._broker: Broker | None = None
        self.discovered = threading.Event()
        """Whether the question for its units has been answered, or given up."""
        options = {**_DEFAULTS, **engine.options()}
        engine.policies.discovered(None)
        if options[ENABLED].lower() != "true":
            self.discovered.set()
            return
        seconds = {name: int(options[name]) / 1000 for name in (CONNECT, REPLY)}
        wire = Wire(options[URL], connect=seconds[CONNECT], reply=seconds[REPLY])
        self._broker = Broker(wire, engine.store.log)
        threading.Thread(target=self._discover, name="discovery", daemon=True).start()

    def _discover(self) -> None:
        assert self._broker is not None  # or nobody would have begun this
        self._engine.policies.discovered(self._broker.discover())
        self.discovered.set()

    @contextmanager
    def cluster(self, cluster_id: str) -> Iterator[None]:
        """One at a time, until the VM's host is stored: then it counts for the next."""
        with self._locks[cluster_id]:
            yield

    def best(self, vm: Vm, hosts: Sequence[Host]) -> Host | None:
        """Of hosts that the engine's own filters have left; None where nothing is left."""
        return next(iter(self.ranked(vm, hosts)), None)

    def ranked(self, vm: Vm, hosts: Sequence[Host]) -> list[Host]:
        """Those that are left, the best first."""
        cluster = self._engine.cluster_of(vm.config)
        policy = self._engine.policies.policy(cluster.policy or DEFAULT) or {}
        properties = policy.get("properties", {})
        hosts = self._filtered(vm, hosts, policy.get("id", DEFAULT), properties)
        wanted = [host for host in hosts if host.id in vm.config.host_ids]
        others = [host for host in hosts if host not in wanted]
        found = self._weighed(vm, wanted or others, policy, properties)
        return [*found, *(others if wanted else [])]

    def _filtered(
        self, vm: Vm, hosts: Sequence[Host], policy_id: str, properties: Mapping[str, str]
    ) -> list[Host]:
        units = self._engine.policies.external(policy_id, "filters")
        if self._broker is None or not units or not hosts:
            return [*hosts]
        names = [unit["name"] for unit in units]
        left = self._broker.filtered(names, [host.id for host in hosts], vm.id, properties)
        return [host for host in hosts if host.id in left]

    def _weighed(
        self,
        vm: Vm,
        hosts: Sequence[Host],
        policy: Mapping[str, object],
        properties: Mapping[str, str],
    ) -> list[Host]:
        if len(hosts) < 2:  # the only one is not weighed
            return [*hosts]
        committed = self._engine.store.committed_mb()
        free = {host.id: -available_mb(host, committed.get(host.id, 0)) for host in hosts}
        points = _ranks(hosts, free, 1)
        units = self._engine.policies.external(str(policy.get("id", DEFAULT)), "weights")
        if self._broker is not None and units:
            factors = policy["weights"]
            assert isinstance(factors, dict)  # of a policy that has units
            pairs = [(unit["name"], int(factors[unit["id"]])) for unit in units]
            ids = [host.id for host in hosts]
            scores = self._broker.scored(pairs, ids, vm.id, properties)
            for name, factor in pairs:
                own = {host: score for host, score, unit in scores if unit == name}
                if own:
                    for host_id, more in _ranks(hosts, own, factor).items():
                        points[host_id] += more
        return sorted(hosts, key=lambda host: (-points[host.id], free[host.id], host.name))


def _ranks(hosts: Sequence[Host], scores: Mapping[str, int], factor: int) -> dict[str, int]:
    """Factor times the number of hosts that are worse; a host without a score has 0."""
    weights = {host.id: scores.get(host.id, 0) for host in hosts}
    return {
        host: factor * sum(other > weight for other in weights.values())
        for host, weight in weights.items()
    }
