# SPDX-License-Identifier: Apache-2.0
"""A cluster's model before the embedded engine: what runs where, kept current by its events."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine_plugin.engine_api.cache import Cache
from engine_plugin.engine_api.client import EngineClient
from engine_plugin.engine_api.config import EngineConfig
from engine_plugin.engine_api.inventory import Inventory
from engine_plugin.engine_api.session import Session
from engine_plugin.model.cluster_model import ClusterModel, model_of
from tests.engine_plugin.engines import Engine

HOST = "epyc-nps4"


class Counted:
    """An inventory for each request, and the calls of the engine that they made."""

    def __init__(self, engine: Engine) -> None:
        self.calls = 0
        config = EngineConfig(engine.url, figures_seconds=60)
        self.client = EngineClient(config, self._count)
        self._token, self._cache = engine.token(), Cache(1000)

    def _count(self, outcome: str, seconds: float) -> None:
        self.calls += 1

    def inventory(self) -> Inventory:
        return Inventory(Session.of(self.client, self._token, "model"), self._cache)

    def model(self, cluster_id: str) -> ClusterModel:
        inventory = self.inventory()
        return model_of(inventory, inventory.cluster(cluster_id))

    def look(self, cluster_id: str) -> tuple[ClusterModel, int]:
        """The model after the next look at the log, and how many calls that took."""
        self.inventory().forget_running()
        before = self.calls
        return self.model(cluster_id), self.calls - before


@pytest.fixture
def counted(engine: Engine) -> Iterator[Counted]:
    made = Counted(engine)
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
    model, calls = counted.look(cluster_id)
    assert bound in names(model, engine)
    assert plain not in names(model, engine)
    assert calls <= 4, "the log, two VMs, and who asks"
    assert 0 in model.promised_on(engine.host(HOST).id).charges
    for service in running:
        engine.stopped(service)
    model, calls = counted.look(cluster_id)
    assert bound not in names(model, engine)
    assert calls <= 4


def test_vm_that_is_read_too_early_is_read_once_more(
    engine: Engine, counted: Counted, cluster_id: str
) -> None:
    bound = engine.new_vm(numa_nodeset="0-1")
    counted.model(cluster_id)
    service = engine.started(bound)
    counted.look(cluster_id)
    _, calls = counted.look(cluster_id)
    assert calls >= 2, "nothing new is in the log, and the VM is read again"
    _, calls = counted.look(cluster_id)
    assert calls <= 2, "and then no more"
    engine.stopped(service)


def test_model_of_one_host_asks_for_the_vms_of_that_host_alone(
    engine: Engine, counted: Counted, cluster_id: str
) -> None:
    inventory = counted.inventory()
    cluster = inventory.cluster(cluster_id)
    inventory.hosts(cluster)
    before = counted.calls
    found = model_of(inventory, cluster, only=[engine.host(HOST).id])
    assert [facts.record.name for facts in found.hosts] == [HOST]
    assert counted.calls - before == 4, "its nodes, its hooks, its VMs, and where the log ends"
