# SPDX-License-Identifier: Apache-2.0
"""`/hosts` and what hangs below: NUMA nodes, statistics, hooks, refresh.

Decides after BackendHostsResource and its sub-resources. Knows no topology: what the engine
read from VDSM is in the store.

    GET /ovirt-engine/api/hosts/{id}/numanodes?follow=statistics
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace

from ovirtsdk4 import types
from starlette.routing import Route

from ..faults import forbidden
from ..model import Host, HostNode
from ..rules import permissions
from . import statistics
from .content import Item, collection
from .web import BASE, Answer, Call, endpoint, many, missing, one

_LINKS = ("numanodes", "statistics", "hooks", "permissions")
_ACTIONS = ("refresh",)
_STATUS = {s.value: s for s in types.HostStatus}
_MIB = 1 << 20


def item(host: Host, *extra: str) -> Item:
    topology = types.CpuTopology(sockets=host.sockets, cores=host.cores, threads=host.threads)
    value = types.Host(
        id=host.id,
        name=host.name,
        address=f"{host.name}.demo.invalid",
        status=_STATUS[host.status],
        memory=host.memory_mb * _MIB,
        max_scheduling_memory=sum(n.free_mb for n in host.nodes) * _MIB,
        numa_supported=len(host.nodes) > 1,
        auto_numa_status=types.AutoNumaStatus.ENABLE,
        cpu=types.Cpu(topology=topology, name="captured topology: " + host.topology),
        type=types.HostType.OVIRT_NODE,
        cluster=types.Cluster(id=host.cluster_id),
    )
    value.cluster.href = f"{BASE}/clusters/{host.cluster_id}"
    links = tuple(link for link in _LINKS if not (extra and link == "statistics"))
    return Item(value, f"{BASE}/hosts/{host.id}", links, _ACTIONS, extra)


def list_hosts(call: Call) -> Answer:
    """Users see all of them, though none alone: everybody is CpuProfileOperator."""
    followed = call.follows("statistics")
    found = call.listed("host", call.engine.store.hosts)
    return many("hosts", [item(h, *_statistics(h, followed)) for h in found])


def get_host(call: Call) -> Answer:
    call.administrators_only()
    followed = call.follows("statistics")
    host = _host(call)
    return one(item(host, *_statistics(host, followed)))


def _statistics(host: Host, followed: str) -> tuple[str, ...]:
    return (collection("statistics", statistics.of_host(host)),) if followed else ()


def host_statistics(call: Call) -> Answer:
    call.administrators_only()
    return many("statistics", statistics.of_host(_host(call)))


def node_item(host: Host, node: HostNode, followed: str = "") -> Item:
    value = types.NumaNode(id=node.id, index=node.index, memory=node.memory_mb)
    if node.cpus:
        value.cpu = types.Cpu(cores=[types.Core(index=i) for i in node.cpus])
    value.node_distance = " ".join(map(str, shown_distances(host, node))) or None
    value.host = types.Host(id=host.id)
    value.host.href = f"{BASE}/hosts/{host.id}"
    href = f"{BASE}/hosts/{host.id}/numanodes/{node.id}"
    if followed:
        inside = collection("statistics", statistics.of_node(host, node))
        return Item(value, href, extra=(inside,))
    return Item(value, href, ("statistics",))


def shown_distances(host: Host, node: HostNode) -> tuple[int, ...]:
    """Where the host told none, the engine stores zeros, and none for the node itself."""
    return node.distances or (0,) * (len(host.nodes) - 1)


def list_nodes(call: Call) -> Answer:
    """Of a host that does not exist there are none: the engine does not look."""
    followed = call.follows("statistics")
    host = call.engine.store.host(call.id)
    nodes = shown_nodes(host) if host else []
    return many("host_numa_nodes", [node_item(host, n, followed) for n in nodes if host])


def shown_nodes(host: Host) -> list[HostNode]:
    """Nodes without CPUs are not among them: the view joins nodes with their CPUs.

    Their distances stay in those of the others, so a row may have more numbers than there are
    nodes.
    """
    return [node for node in host.nodes if node.cpus]


def get_node(call: Call) -> Answer:
    host = _host(call)
    return one(node_item(host, _node(call, host), call.follows("statistics")))


def node_statistics(call: Call) -> Answer:
    host = _host(call)
    return many("statistics", statistics.of_node(host, _node(call, host)))


def hooks(call: Call) -> Answer:
    """As VDSM told them with its capabilities; `md5` is a SHA-256."""
    call.administrators_only()
    host = _host(call)
    items = []
    for point, scripts in sorted(host.hooks.items()):
        for name, checksum in sorted(scripts.items()):
            digest = hashlib.md5(f"{point}{name}{checksum}".encode(), usedforsecurity=False)
            key = str(uuid.UUID(digest.hexdigest()))
            value = types.Hook(id=key, event_name=point, name=name, md5=checksum)
            value.host = types.Host(id=host.id)
            value.host.href = f"{BASE}/hosts/{host.id}"
            items.append(Item(value, f"{BASE}/hosts/{host.id}/hooks/{key}"))
    return many("hooks", items)


def act(call: Call) -> Answer:
    """`refresh`: the host's capabilities are read again, its hooks among them."""
    if call.request.path_params["action"] not in _ACTIONS:
        missing()
    host = _host(call)
    if not permissions.may(call.user, permissions.MANIPULATE_HOST, host.id, host.cluster_id):
        raise forbidden()
    found = call.services.machines.hooks(host)
    call.engine.store.save_hosts([replace(host, hooks=found)])
    return Answer("<action><status>complete</status></action>")


def _host(call: Call) -> Host:
    return call.engine.store.host(call.id) or missing()


def _node(call: Call, host: Host) -> HostNode:
    wanted = call.guid("node")
    return next((n for n in shown_nodes(host) if n.id == wanted), None) or missing()


ROUTES = [
    Route("/hosts", endpoint(list_hosts), methods=["GET"]),
    Route("/hosts/{id}", endpoint(get_host), methods=["GET"]),
    Route("/hosts/{id}/statistics", endpoint(host_statistics), methods=["GET"]),
    Route("/hosts/{id}/numanodes", endpoint(list_nodes), methods=["GET"]),
    Route("/hosts/{id}/numanodes/{node}", endpoint(get_node), methods=["GET"]),
    Route("/hosts/{id}/numanodes/{node}/statistics", endpoint(node_statistics), methods=["GET"]),
    Route("/hosts/{id}/hooks", endpoint(hooks), methods=["GET"]),
    Route("/hosts/{id}/{action}", endpoint(act), methods=["POST"]),
]
