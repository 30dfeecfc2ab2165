# SPDX-License-Identifier: Apache-2.0
"""How long the engine waits for the scheduler, and what a storm of starts comes to with it.

    filter and weight    of 10, 100 and 500 hosts with 0 to 10,000 running VMs, a third of them with
                         settings: warm; after each host's figures came anew; after starts that are
                         under way on all of them; and over XML-RPC
    storm                100 starts of VMs that fit twice on each of 50 hosts, on the embedded
                         engine with its hooks: with the filter, and without

The engine waits with its cluster locked, and 100 ms for the connection: at most 150 ms here.

    python benchmarks/scheduler.py [--storm 50]
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine_plugin.demo import topologies
from engine_plugin.engine_api.client import EngineClient
from engine_plugin.engine_api.cluster import Cluster
from engine_plugin.engine_api.config import EngineConfig
from engine_plugin.engine_api.host_facts import HostFacts
from engine_plugin.engine_api.hosts import Hooks, HostRecord
from engine_plugin.engine_api.vm_config import VmConfig
from engine_plugin.engine_api.watching import SeenVm
from engine_plugin.scheduler.calls import Calls
from engine_plugin.scheduler.counters import Counters
from engine_plugin.scheduler.decisions import Decisions
from engine_plugin.scheduler.model.account import Account
from engine_plugin.scheduler.model.source import Source
from engine_plugin.scheduler.model.watcher import Watcher
from engine_plugin.scheduler.model.world import World
from engine_plugin.scheduler.record import Recorder
from engine_plugin.scheduler.scheduler import Scheduler
from engine_plugin.scheduler.xmlrpc.server import Server
from numa_domain.base.idset import Cpuset
from numa_domain.host.model import HostTopology, Node
from numa_domain.release import Release
from tests.engine_plugin.engines import GIB
from tests.engine_plugin.scheduler.apache import Client
from tests.engine_plugin.scheduler.whole import Whole

CLUSTER = "00000000-0000-0000-0000-00000000000c"
LIMIT_MS = 150
REQUESTS = (("1", None), ("0-1", "2"), ("auto", None), ("auto:2", "2"))
MOST = 10_000


def identity(kind: int, number: int) -> str:
    return f"00000000-0000-0000-000{kind}-{number:012x}"


def host_facts(number: int) -> HostFacts:
    """Like a host of the demo with eight nodes; no two have the same memory free."""
    name = ("epyc-nps4", "spr-snc4")[number % 2]
    known = topologies.host(topologies.load(name), name, CLUSTER)
    chance = random.Random(number)
    ids = [node.index for node in known.nodes]
    nodes = HostTopology.of(
        Node(
            id=node.index,
            cpus=Cpuset.of(node.cpus),
            memory_kib=node.memory_mb << 10,
            free_kib=(node.free_mb << 10) - chance.randrange(1 << 20),
            distances=dict(zip(ids, node.distances)),
        )
        for node in known.nodes
    )
    record = HostRecord(identity(1, number), f"{name}-{number:04}", "up", CLUSTER, 1 << 29)
    hooks = Hooks({"before_vm_start": "0"}, Release())
    return HostFacts(record, nodes, hooks)


def seen_vm(number: int, host: int | None) -> SeenVm:
    """Every third has settings; those that run are 8 GiB."""
    nodeset, topology = REQUESTS[number // 3 % len(REQUESTS)]
    host_id = None if host is None else identity(1, host)
    status = "down" if host is None else "up"
    properties = {"numa_nodeset": nodeset, **({"numa_topology": topology} if topology else {})}
    bound = VmConfig(
        "vms", identity(2, number), f"vm-{number:05}", CLUSTER, 8 << 20, 8 << 20,
        sockets=4, properties=properties, pins={}, status=status, host_id=host_id,
    )  # fmt: skip
    settings = bound if number % 3 == 0 else None
    return SeenVm(bound.id, bound.name, status, CLUSTER, host_id, settings)


class Model:
    """A scheduler whose model is full; no engine is asked."""

    def __init__(self, hosts: int, vms: int) -> None:
        config = EngineConfig("http://127.0.0.1:9/ovirt-engine/api")
        source = Source(EngineClient(config), Account(config, "nobody", ""))
        self.world = World()
        self.facts = [host_facts(i) for i in range(hosts)]
        self.ids = [facts.record.id for facts in self.facts]
        self.world.clusters([Cluster(CLUSTER, "lab", "4.7")])
        self.world.hosts(self.facts)
        asked = [seen_vm(MOST * 6 + 3 * i, None) for i in range(len(REQUESTS))]
        self.world.vms([*(seen_vm(i, i % hosts) for i in range(vms)), *asked])
        self.asked = [vm.id for vm in asked]
        self.world.complete = True
        self.recorder = Recorder(Decisions())
        watcher = Watcher(source, self.world)
        self.scheduler = Scheduler(self.world, watcher, self.recorder, Counters())

    def ask(self) -> list[float]:
        """Filter and weight of each kind of VM, in ms."""
        found = []
        for vm_id in self.asked:
            began = time.perf_counter()
            passed = self.scheduler.filtered(self.ids, vm_id).hosts
            self.scheduler.scored(passed, vm_id)
            found.append((time.perf_counter() - began) * 1e3)
            self.scheduler.claims.end(vm_id)
        return found

    def renewed(self) -> None:
        """Every host's figures came anew at once, and nobody has looked at them."""
        self.world.hosts(self.facts)

    def rushed(self) -> None:
        """Three starts are under way, each of which may have gone to any host."""
        for number in range(3):
            vm = seen_vm(MOST * 9 + 3 * number, None)
            self.world.vm(vm)
            self.scheduler.filtered(self.ids, vm.id)


def measured(model: Model, before: Callable[[], None], runs: int) -> list[float]:
    found: list[float] = []
    for _ in range(runs):
        before()
        found += model.ask()
    return found


def over_rpc(model: Model, runs: int) -> list[float]:
    server = Server(("127.0.0.1", 0), Calls(model.scheduler).methods, lambda path: None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = Client(server.port)
    found = []
    for _ in range(runs):
        for vm_id in model.asked:
            began = time.perf_counter()
            passed = client.execute("runFilters", ["numa_fit"], model.ids, vm_id, {})["result"]
            client.execute("runCostFunctions", [["numa_room", 20]], passed, vm_id, {})
            found.append((time.perf_counter() - began) * 1e3)
            model.scheduler.claims.end(vm_id)
    client.close()
    server.shutdown()
    server.server_close()
    return found


def decide(runs: int) -> bool:
    good = True
    print(f"filter and weight together, in ms: median and longest (at most {LIMIT_MS})")
    print(f"{'hosts':>5} {'running':>8}  {'warm':>12} {'new figures':>14} {'rush':>12} {'RPC':>12}")
    for hosts in (10, 100, 500):
        for vms in (0, 1000, 10_000):
            model = Model(hosts, vms)
            model.ask()
            columns = [
                measured(model, lambda: None, runs),
                measured(model, model.renewed, runs),
                over_rpc(model, runs),
                measured(model, model.rushed, runs),
            ]
            warm, anew, rpc, rush = (
                f"{statistics.median(each):.1f} / {max(each):.1f}" for each in columns
            )
            print(f"{hosts:>5} {vms:>8}  {warm:>12} {anew:>14} {rush:>12} {rpc:>12}", flush=True)
            good = good and statistics.median(columns[0]) <= LIMIT_MS
            model.recorder.close()
    return good


def storm(hosts: int) -> None:
    """VMs of 28 GiB on node 1, which has some 60; half of the hosts have other VMs, too."""
    for filtered in (True, False):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            engine = Whole(Path(folder), hosts, filtered=filtered)
            engine.uneven()
            vms = [
                engine.new_vm(hosts=(), memory=28 * GIB, numa_nodeset="1") for _ in range(2 * hosts)
            ]
            began = time.monotonic()
            engine.storm(vms)
            seconds = time.monotonic() - began
            up = engine.statuses(vms).get("up", 0)
            vain = len(engine.events(119))
            told = len(engine.events(10500))
            word = "with the filter" if filtered else "without it"
            print(
                f"storm of {len(vms)} starts on {hosts} hosts, {word}: {up} run, {vain} refused by"
                f" a hook, {told} told to fit nowhere, {seconds:.0f} s",
                flush=True,
            )
            engine.close()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--storm", type=int, default=50, metavar="HOSTS", help="0 for none")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    good = decide(args.runs)
    if args.storm:
        storm(args.storm)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
