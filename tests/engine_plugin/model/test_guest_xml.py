# SPDX-License-Identifier: Apache-2.0
"""The engine's domain as we foresee it, against the embedded engine's own builder."""

from __future__ import annotations

import pytest

from engine_plugin.demo import domain as engine_domain
from engine_plugin.demo.search import Search
from engine_plugin.engine_api import queries
from engine_plugin.engine_api.client import EngineClient
from engine_plugin.engine_api.config import EngineConfig
from engine_plugin.engine_api.session import Session
from engine_plugin.engine_api.vm_config import VmConfig
from engine_plugin.model.guest_xml import domain_xml, max_vcpus
from numa_domain.domxml.read import parse_guest

SAME = (
    *("name", "uuid", "memory_kib", "max_memory_kib", "vcpus_max", "vcpus_current", "topology"),
    *("cells", "hugepages", "memory_mode", "memory_nodes", "memnodes", "iothreads", "arch"),
)


def made(**fields) -> VmConfig:
    given = {
        "kind": "vms",
        "id": "0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90",
        "name": "db1",
        "cluster_id": None,
        "memory_kib": 4 << 20,
        "max_memory_kib": 16 << 20,
        "properties": {},
        "pins": {},
    }
    return VmConfig(**{**given, **fields})


def test_domain_every_vm_of_the_engine_is_the_same_guest(engine):
    client = EngineClient(EngineConfig(engine.url))
    session = Session.of(client, engine.token(), "test")
    inside = engine.app.state.engine
    checked = 0
    for vm in inside.store.vms(Search("vm"), -1):
        if vm.state.status != "down":
            continue
        cluster = inside.cluster_of(vm.config)
        hosts = inside.store.hosts_in(vm.config.cluster_id)
        if not hosts or inside.level_of(vm.config) < "4.6":
            continue
        theirs = parse_guest(
            engine_domain.build(vm, vm.config, cluster, hosts[0], inside.definitions(vm.config))
        )
        level = inside.level_of(vm.config)
        found = queries.vm(session, vm.id, next_run=True)
        native = queries.native_nodes(session, vm.id)
        ours = parse_guest(domain_xml(found, level=level, nodes=native))
        for name in SAME:
            assert getattr(ours, name) == getattr(theirs, name), (vm.config.name, name)
        checked += 1
    client.close()
    assert checked >= 12


@pytest.mark.parametrize(
    ("fields", "level", "most"),
    [
        ({"sockets": 4}, "4.7", 16),
        ({"sockets": 1, "cores": 4}, "4.7", 64),
        ({"sockets": 64, "cores": 2, "threads": 2}, "4.7", 512),
        ({"sockets": 200, "cores": 2}, "4.7", 710),
        ({"sockets": 1, "cores": 128}, "4.7", 256),
        ({"sockets": 4}, "4.4", 16),
        ({"sockets": 2, "cores": 4}, "4.4", 64),
        ({"sockets": 4, "pinning_policy": "dedicated"}, "4.7", 4),
    ],
)
def test_vcpus_to_plug_in_are_as_many_as_the_engine_declares(fields, level, most):
    """By VmCpuCountHelper with the engine's defaults, sum by sum."""
    assert max_vcpus(made(**fields), level) == most


def test_domain_without_anything_to_plug_in_has_no_cells():
    fixed = made(sockets=4, pinning_policy="dedicated", max_memory_kib=4 << 20)
    assert parse_guest(domain_xml(fixed, level="4.7")).cells == ()
