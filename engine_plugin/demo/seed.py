# SPDX-License-Identifier: Apache-2.0
"""What a fresh engine holds: clusters, captured hosts, VMs that show something, users.

Decides names, sizes and settings of the demo. Knows no rule: it writes what rules allow. The
first dozen VMs tell a story each, all further ones and further hosts are only many.

    seed(Store("/var/tmp/demo/engine.db"), Settings(Path("/var/tmp/demo"), vms=10_000))
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from numa_domain.base.errors import NumaError
from numa_domain.host.sysfs import read_sysfs

from ..properties import merged
from . import topologies
from .engine import OPTION
from .machines import HERE, Machines
from .model import BLANK, Cluster, Host, HostNode, Pool, User, Vm, VmConfig, VmNode
from .settings import Settings
from .store import Store
from .topologies import identity

_VMS = Path(__file__).with_name("vms.json")
PASSWORD = "demo"
READER = "rita@internal"
"""Who may read everything, and change nothing."""
LAB, POWER, LEGACY, OWN = (identity("cluster", n) for n in ("lab", "power", "legacy", "here"))
CLUSTERS = (
    Cluster(LAB, "numa-lab"),
    Cluster(POWER, "power", "4.8", "ppc64", "IBM POWER9", "power9"),
    Cluster(LEGACY, "legacy", "4.6"),
    Cluster(OWN, "this-machine"),
)
"""The first has five hosts; the third is of a level for which nothing is defined."""
HOSTS = (
    ("epyc-nps4", "epyc-nps4", LAB, True),
    ("spr-snc4", "spr-snc4", LAB, True),
    ("xeon-cxl", "xeon-cxl", LAB, True),
    ("epyc-2of8", "epyc-2of8", LAB, True),
    ("xeon-full", "xeon-full", LAB, False),
    ("power9", "power9", POWER, True),
)
"""Name, topology, cluster, and whether the hook is installed."""
DEFINED = merged("")
DEFINITIONS = {
    **dict.fromkeys(("4.2", "4.3", "4.4", "4.5"), ""),
    "4.6": "hook_debug=^(on|off)$",
    "4.7": DEFINED,
    "4.8": DEFINED,
}
USERS = (
    ("admin@internal", (("SuperUser", "system"),)),
    ("carol@internal", (("ClusterAdmin", LAB),)),
    ("oscar@internal", (("UserVmManager", LAB),)),
    (READER, (("ReadOnlyAdmin", "system"),)),
)


def seed(store: Store, settings: Settings, machines: Machines) -> None:
    """Fill an empty store."""
    with store.transaction():
        store.save_clusters(CLUSTERS)
        store.save_option(OPTION, DEFINITIONS)
        for name, roles in USERS:
            store.save_user(User(identity("user", name), name, PASSWORD, roles))
        hosts = [*_hosts(settings.hosts), *_own_host()]
        # What a host tells is the same for each of its topology, as long as nothing runs there.
        one_of_each = {host.topology: host for host in hosts if host.has_hook}.values()
        hooks = {host.topology: machines.hooks(host) for host in one_of_each}
        store.save_hosts(replace(h, hooks=hooks[h.topology] if h.has_hook else {}) for h in hosts)
        _templates(store)
        vms = {vm.id: vm for vm in _telling_vms(hosts)}
        vms |= {vm.id: vm for vm in _more_vms(settings.vms - len(vms))}
        store.save_vms(vms.values())


def _hosts(least: int) -> Iterator[Host]:
    """The named ones; further ones are copies of the first four, all in the lab."""
    for name, topology, cluster, has_hook in HOSTS:
        yield topologies.host(topologies.load(topology), name, cluster, has_hook=has_hook)
    for i in range(len(HOSTS), least):
        topology = HOSTS[i % 2][1]  # both have eight nodes
        yield topologies.host(topologies.load(topology), f"{topology}-{i:04}", LAB)


def _own_host() -> Iterator[Host]:
    """This machine as a host of its own, on which small guests really boot."""
    try:
        here = read_sysfs(Path("/sys"), [])
    except NumaError:
        return
    host_id = identity("host", HERE)
    nodes = tuple(
        HostNode(
            identity(HERE, str(n.id)), n.id, tuple(n.cpus), n.memory_kib >> 10, n.free_kib >> 10
        )
        for n in here.nodes.values()
    )
    cpus = max(1, sum(len(n.cpus) for n in nodes))
    yield Host(host_id, HERE, OWN, HERE, nodes, sockets=1, cores=cpus)


def _templates(store: Store) -> None:
    store.save_template(BLANK, VmConfig("Blank", LAB, created=0.0))
    bound = VmConfig(
        "rhel9-numa",
        LAB,
        memory_mb=16384,
        max_memory_mb=65536,
        guaranteed_mb=16384,
        sockets=8,
        custom_properties=(("numa_nodeset", "auto:2"), ("numa_topology", "2")),
        description="Its VMs inherit two cells, placed by the host",
        created=time.time(),
    )
    template_id = identity("template", bound.name)
    store.save_template(template_id, bound)
    plain = VmConfig(
        "desktop", LAB, template_id, memory_mb=4096, max_memory_mb=16384, kind="desktop"
    )
    pool_id = identity("pool", "desktops")
    config = replace(plain, guaranteed_mb=4096, sockets=2, created=time.time())
    store.save_pool(Pool(pool_id, "desktops", template_id, 2, config))
    for i in (1, 2):
        name = f"desktop-{i}"
        vm = Vm(identity("vm", name), replace(config, name=name), pool_id=pool_id)
        store.save_vm(vm)


def _telling_vms(hosts: list[Host]) -> Iterator[Vm]:
    """One VM for each thing worth seeing, from `vms.json`."""
    host_ids = {h.name: h.id for h in hosts}
    clusters = {c.name: c.id for c in CLUSTERS}
    for entry in json.loads(_VMS.read_text(encoding="utf-8")):
        name, cores = str(entry["name"]), int(entry.get("cores", 1))
        memory_mb = int(entry["gib"] * 1024)
        pinning = str(entry.get("cpu_pinning", ""))
        config = VmConfig(
            name,
            clusters[entry.get("cluster", "numa-lab")],
            description=entry["description"],
            memory_mb=memory_mb,
            max_memory_mb=memory_mb * (4 if entry.get("hotplug", True) else 1),
            guaranteed_mb=memory_mb,
            sockets=int(entry["vcpus"]) // cores,
            cores=cores,
            cpu_pinning=pinning,
            cpu_pinning_policy="manual" if pinning else "none",
            custom_properties=tuple(entry.get("properties", {}).items()),
            affinity=entry.get("affinity", "migratable"),
            host_ids=(host_ids[entry["host"]],) if "host" in entry else (),
            nodes=tuple(_vm_nodes(name, entry.get("nodes", []))),
            created=time.time(),
        )
        yield Vm(identity("vm", name), config)


def _vm_nodes(vm: str, entries: list[dict[str, Any]]) -> Iterator[VmNode]:
    for i, entry in enumerate(entries):
        cpus, pins = tuple(entry["cpus"]), tuple(entry["pins"])
        node_id = identity("vm-node", f"{vm}/{i}")
        yield VmNode(node_id, i, int(entry["memory_mb"]), cpus, str(entry["mode"]), pins)


def _bound(nodeset: str) -> tuple[tuple[str, str], ...]:
    return (("numa_nodeset", nodeset),)


def _more_vms(count: int) -> Iterator[Vm]:
    chance = random.Random(20)
    now = time.time()
    for i in range(max(0, count)):
        gib = chance.choice((1, 2, 4, 8, 16, 32, 64))
        numa = _bound(chance.choice(("0", "0-1", "auto", "auto:2", "preferred:1")))
        config = VmConfig(
            f"vm-{i:05}",
            LAB,
            memory_mb=gib * 1024,
            max_memory_mb=gib * 4096,
            guaranteed_mb=gib * 1024,
            sockets=chance.choice((1, 2, 4, 8, 16)),
            custom_properties=numa if i % 3 == 0 else (),
            affinity="pinned" if i % 3 == 0 else "migratable",
            created=now,
        )
        yield Vm(identity("vm", config.name), config)
