# SPDX-License-Identifier: Apache-2.0
"""A cluster's model before the embedded engine: what runs where, kept current by its events."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest

from engine_plugin.engine_api.cache import Cache
from engine_plugin.engine_api.client import EngineClient
from engine_plugin.engine_api.config import EngineConfig
from engine_plugin.engine_api.inventory import Inventory
from engine_plugin.engine_api.session import Session
from engine_plugin.model.cluster_model import ClusterModel, model_of
from tests.engine_plugin.engines import Engine
from tests.engine_plugin.relay import Relay

HOST = "epyc-nps4"
LISTS, ONE = r"/api/vms\?", r"/api/vms/[^/]+$"


class Counted:
    """An inventory for each request, and what the engine was asked for them."""

    def __init__(self, engine: Engine, relay: Relay) -> None:
        self.relay = relay
        self.client = EngineClient(EngineConfig(relay.url, figures_seconds=60))
        self._token, self._cache = engine.token(), Cache(1000)

    def inventory(self) -> Inventory:
        return Inventory(Session.of(self.client, self._token, "model"), self._cache)

    def model(self, cluster_id: str) -> ClusterModel:
        inventory = self.inventory()
        return model_of(inventory, inventory.cluster(cluster_id))

    def asked(self, pattern: str, since: int) -> int:
        return sum(re.search(pattern, each) is not None for each in self.relay.asked[since:])

    def look(self, cluster_id: str) -> tuple[ClusterModel, int, int]:
        """The model after the next look at the log; how many lists and single VMs that took."""
        self.inventory().forget_running()
        since = len(self.relay.asked)
        found = self.model(cluster_id)
        return found, self.asked(LISTS, since), self.asked(ONE, since)


@pytest.fixture
def counted(engine: Engine) -> Iterator[Counted]:
    with contextlib.closing(Relay(engine.base)) as relay:
        made = Counted(engine, relay)
        yield made
        made.client.close()


@pytest.fixture
def cluster_id(engine: Engine) -> str:
    return str(engine.host(HOST).cluster.id)


def names(model: ClusterModel, engine: Engine) -> set[str]:
    facts = model.host(engine.host(HOST).id)
    assert facts is not None
    return {vm.id for vm in facts.vms}


def test_vm_that_starts_and_stops_is_followed_without_listing_all_again(
    engine: Engine, counted: Counted, cluster_id: str
) -> None:
    bound, plain = engine.new_vm(numa_nodeset="0-1"), engine.new_vm()
    assert bound not in names(counted.model(cluster_id), engine)
    running = [engine.started(vm_id) for vm_id in (bound, plain)]
    model, lists, single = counted.look(cluster_id)
    assert bound in names(model, engine)
    assert plain not in names(model, engine)
    assert (lists, single) == (0, 2)
    assert 0 in model.promised_on(engine.host(HOST).id).charges
    for service in running:
        engine.stopped(service)
    model, lists, single = counted.look(cluster_id)
    assert bound not in names(model, engine)
    assert (lists, single) == (0, 2)


def test_vm_that_is_read_too_early_is_read_once_more(
    engine: Engine, counted: Counted, cluster_id: str
) -> None:
    bound = engine.new_vm(numa_nodeset="0-1")
    counted.model(cluster_id)
    service = engine.started(bound)
    counted.look(cluster_id)
    _, lists, single = counted.look(cluster_id)
    assert (lists, single) == (0, 1), "nothing new is in the log, and the VM is read again"
    _, lists, single = counted.look(cluster_id)
    assert (lists, single) == (0, 0), "and then no more"
    engine.stopped(service)


def test_model_of_one_host_asks_for_the_vms_of_that_host_alone(
    engine: Engine, counted: Counted, cluster_id: str
) -> None:
    inventory = counted.inventory()
    cluster = inventory.cluster(cluster_id)
    inventory.hosts(cluster)
    since = len(counted.relay.asked)
    found = model_of(inventory, cluster, only=[engine.host(HOST).id])
    assert [facts.record.name for facts in found.hosts] == [HOST]
    assert counted.asked(LISTS, since) == 1
    assert counted.asked("/(numanodes|hooks)", since) == 2
