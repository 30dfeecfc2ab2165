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

from starlette.routing import Route

from ..faults import FAILED, Fault, NotFound, PlainFault, forbidden, not_found
from ..machines import Machines
from ..model import Host, HostNode
from ..rules import hashmap, permissions
from . import statistics
from .element import Element, reference, texts
from .host_body import element, node_element, shown_nodes
from .places import BASE
from .web import SERVER_ERROR, Answer, Call, complete, endpoint, many, missing, one


def list_hosts(call: Call) -> Answer:
    """Users see all of them, though none alone: everybody has a role on the system. Their
    statistics are for administrators, over which the engine breaks."""
    followed = call.follows("statistics")
    if followed and call.filtered:
        raise PlainFault(500, SERVER_ERROR)
    found = call.listed("host", call.engine.store.hosts)
    return many("hosts", [_element(call, host, followed) for host in found])


def get_host(call: Call) -> Answer:
    call.administrators_only()
    return one(_element(call, _host(call), call.follows("statistics")))


def _element(call: Call, host: Host, followed: str) -> Element:
    machines: Machines = call.services.machines
    active = machines.running(host)
    inlined: Element | None = ("statistics", statistics.of_host(host)) if followed else None
    return element(host, active, inlined, whole=call.whole)


def host_statistics(call: Call) -> Answer:
    call.administrators_only()
    host = call.engine.store.host(call.id)
    if host is None:
        raise not_found(call.id)
    return many("statistics", statistics.of_host(host))


def list_nodes(call: Call) -> Answer:
    """Of a host that does not exist there are none: the engine does not look."""
    followed = call.follows("statistics")
    host = call.engine.store.host(call.id)
    nodes = shown_nodes(host) if host else []
    return many("host_numa_nodes", [_node_element(host, n, followed) for n in nodes if host])


def _node_element(host: Host, node: HostNode, followed: str) -> Element:
    inlined: Element = ("statistics", statistics.of_node(host, node))
    return node_element(host, node, inlined if followed else None)


def get_node(call: Call) -> Answer:
    host = _host(call)
    return one(_node_element(host, _node(call, host), call.follows("statistics")))


def node_statistics(call: Call) -> Answer:
    """Of a node that does not exist the engine breaks."""
    try:
        host = _host(call)
        node = _node(call, host)
    except NotFound:
        raise Fault(500, FAILED, "HTTP 404 Not Found") from None
    return many("statistics", statistics.of_node(host, node))


def hooks(call: Call) -> Answer:
    """As VDSM told them with its capabilities; a host that does not exist has none."""
    call.administrators_only()
    host = call.engine.store.host(call.id)
    return many("hooks", list(_hooks(host).values()) if host else [])


def get_hook(call: Call) -> Answer:
    call.administrators_only()
    return one(_hooks(_host(call)).get(call.guid("hook")) or missing())


def _hooks(host: Host) -> dict[str, Element]:
    """By id; `md5` is a SHA-256."""
    found = {}
    for point in hashmap.in_order(host.hooks):
        scripts = host.hooks[point]
        for name in hashmap.in_order(scripts):
            key, hook = _hook(host, point, name, scripts[name])
            found[key] = hook
    return found


def _hook(host: Host, point: str, name: str, checksum: str) -> tuple[str, Element]:
    """Its id is told by what it is; of a checksum that VDSM did not tell, by Java's null."""
    known = f"{point}{name}{checksum or 'null'}".encode()
    key = str(uuid.UUID(hashlib.md5(known, usedforsecurity=False).hexdigest()))
    content = texts(("name", name), ("event_name", point), ("md5", checksum or None))
    content.append(reference("host", f"{BASE}/hosts/{host.id}", host.id))
    return key, reference("hook", f"{BASE}/hosts/{host.id}/hooks/{key}", key, content)


def devices(call: Call) -> Answer:
    """None are captured; of a host that does not exist there are none either."""
    call.administrators_only()
    assert call.id
    return many("host_devices", [])


def refresh(call: Call) -> Answer:
    """The host's capabilities are read again, its hooks among them."""
    host = _host(call)
    if not permissions.may(call.user, permissions.MANIPULATE_HOST, host.id, host.cluster_id):
        raise forbidden()
    found = call.services.machines.hooks(host)
    call.engine.store.save_hosts([replace(host, hooks=found)])
    return complete()


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
    Route("/hosts/{id}/hooks/{hook}", endpoint(get_hook), methods=["GET"]),
    Route("/hosts/{id}/devices", endpoint(devices), methods=["GET"]),
    Route("/hosts/{id}/refresh", endpoint(refresh), methods=["POST"]),
]
