# SPDX-License-Identifier: Apache-2.0
"""Starts under way, on hosts of which each has room for one: where they probably went, and what is
said of the hosts that the next is kept from. No engine is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine_plugin.engine_api.client import EngineClient
from engine_plugin.engine_api.cluster import Cluster
from engine_plugin.engine_api.config import EngineConfig
from engine_plugin.engine_api.host_facts import HostFacts
from engine_plugin.engine_api.hosts import Hooks, HostRecord
from engine_plugin.engine_api.vm_config import VmConfig
from engine_plugin.engine_api.watching import SeenVm
from engine_plugin.model.promises import Charges
from engine_plugin.scheduler.counters import Counters
from engine_plugin.scheduler.decisions import Decisions
from engine_plugin.scheduler.model.account import Account
from engine_plugin.scheduler.model.source import Source
from engine_plugin.scheduler.model.watcher import Watcher
from engine_plugin.scheduler.model.world import World
from engine_plugin.scheduler.record import Recorder
from engine_plugin.scheduler.scheduler import Scheduler
from numa_domain.release import Release
from tests.makers import host

CLUSTER = "00000000-0000-0000-0000-00000000000c"
GIB = 1 << 20
HOSTS = ["a", "b", "c"]


class Lab:
    """Hosts with one node of 16 GiB, and VMs of 10 GiB bound to it."""

    def __init__(self) -> None:
        config = EngineConfig("http://127.0.0.1:9/ovirt-engine/api")
        source = Source(EngineClient(config), Account(config, "nobody", ""))
        self.world, self.decisions = World(), Decisions()
        hooks = Hooks({"before_vm_start": "0"}, Release())
        self.world.clusters([Cluster(CLUSTER, "lab", "4.7")])
        self.world.hosts(
            HostFacts(HostRecord(name, f"host-{name}", "up", CLUSTER, 1 << 29), host(16), hooks)
            for name in HOSTS
        )
        self.world.complete = True
        self.recorder = Recorder(self.decisions)
        watcher = Watcher(source, self.world)
        self.scheduler = Scheduler(self.world, watcher, self.recorder, Counters())

    def vm(self, name: str, prefers: tuple[str, ...] = ()) -> SeenVm:
        bound = VmConfig(
            "vms", name, name, CLUSTER, 10 * GIB, 10 * GIB, sockets=1,
            properties={"numa_nodeset": "0"}, pins={}, status="down", host_ids=prefers,
        )  # fmt: skip
        found = SeenVm(name, name, "down", CLUSTER, None, bound)
        self.world.vm(found)
        return found

    def starts(
        self, name: str, prefers: tuple[str, ...] = (), *, weighed: bool = True
    ) -> list[str]:
        """The hosts on which it may start."""
        self.vm(name, prefers)
        left = self.scheduler.filtered(HOSTS, name).hosts
        if weighed and len(left) > 1:
            self.scheduler.scored(left, name)
        return left


@pytest.fixture
def lab() -> Iterator[Lab]:
    found = Lab()
    yield found
    found.recorder.close()


def test_vm_that_prefers_a_host_is_counted_there_though_no_weight_was_asked_for(lab: Lab) -> None:
    """The engine weighs nothing where one of the hosts that are left is preferred."""
    assert lab.starts("first", ("a",), weighed=False) == HOSTS
    assert lab.starts("second") == ["b"]


def test_vm_that_prefers_hosts_is_counted_there_whatever_suits_better(lab: Lab) -> None:
    assert lab.starts("first", ("b", "c")) == HOSTS
    assert lab.starts("second") == ["a"]


def test_host_that_is_kept_for_a_start_under_way_says_so(lab: Lab) -> None:
    """Host c has room by the guess, and is not let through, since one host is enough."""
    lab.starts("first")
    assert lab.starts("second") == ["b"]
    lab.recorder.close()
    (decision,) = lab.decisions.of("second")
    told = {each["id"]: each for each in decision["hosts"]}
    assert {name: each["state"] for name, each in told.items()} == {
        "a": "refused", "b": "passed", "c": "refused",
    }  # fmt: skip
    assert told["c"]["problem"]["code"] == "VmClaims"
    assert told["a"]["problem"] is not None


def test_vm_that_appears_while_a_host_is_judged_counts_there(lab: Lab) -> None:
    """Its claim ends in the moment in which the host's room is in the world."""
    row = lab.vm("first")
    assert lab.scheduler.filtered(["a"], "first").hosts == ["a"]
    lab.world.arrived = lambda seen: (lab.scheduler.claims.end(seen.id), None)[1]

    def appears(host_id: str, but: str) -> Charges:
        assert row.bound is not None
        up = replace(row.bound, status="up", host_id="a")
        lab.world.vm(SeenVm("first", "first", "up", CLUSTER, "a", up))
        return lab.scheduler.claims.possible(host_id, but)

    asked = lab.scheduler._asked(lab.vm("second"))
    assert not lab.scheduler._verdict(asked, "a", appears).fits
