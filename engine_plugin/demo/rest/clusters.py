# SPDX-License-Identifier: Apache-2.0
"""`/clusters` and `/options`: levels, and which properties are defined for each.

Decides after BackendClustersResource and BackendSystemOptionResource. Knows no rule. What an
option shows may be newer than what is in force: definitions count from the engine's start.

    GET /ovirt-engine/api/options/UserDefinedVMProperties?version=4.7
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.routing import Route

from ..faults import forbidden, messages
from ..model import Cluster
from ..rules import permissions
from . import cluster_body
from .element import Element
from .places import BASE
from .web import Answer, Call, endpoint, many, missing, one


def list_clusters(call: Call) -> Answer:
    followed = call.follows("networks")
    found = call.listed("cluster", call.engine.store.clusters)
    return many("clusters", [_element(call, cluster, followed) for cluster in found])


def _element(call: Call, cluster: Cluster, followed: str) -> Element:
    return cluster_body.element(cluster, followed, whole=call.whole)


def get_cluster(call: Call) -> Answer:
    """Users see all of them: everybody has a role on the system."""
    return one(_element(call, _cluster(call), call.follows("networks")))


def put_cluster(call: Call) -> Answer:
    """Of all that a cluster has, its scheduling policy is the one thing that changes here."""
    sent = call.read("cluster")
    old = _cluster(call)
    if not permissions.may(call.user, permissions.EDIT_CLUSTER, old.id):
        raise forbidden()
    after = old
    if sent.scheduling_policy is not None:
        found = _policy(call, sent.scheduling_policy)
        after = replace(old, policy=found)
    call.engine.store.save_clusters([after])
    call.engine.store.log("USER_UPDATE_CLUSTER", user=call.user, cluster=after.name)
    return one(_element(call, after, ""))


def _policy(call: Call, sent: Any) -> str:
    """By its id, or by its name."""
    for each in call.engine.policies.policies():
        if each["id"] == sent.id or (sent.id is None and each["name"] == sent.name):
            return str(each["id"])
    raise messages(400, "Cannot edit Cluster. Scheduling policy is unknown.")


def networks(call: Call) -> Answer:
    """Of a cluster that does not exist there are none: the engine does not look."""
    cluster = call.engine.store.cluster(call.id)
    return many("networks", [cluster_body.network(cluster)] if cluster else [])


def _cluster(call: Call) -> Cluster:
    return call.engine.store.cluster(call.id) or missing()


def get_option(call: Call) -> Answer:
    """All levels' values, or that of `version`; an unknown name or version is a 404."""
    name = call.request.path_params["id"]
    values = call.engine.store.option(name)
    version = call.text("version")
    if values is None or (version is not None and version not in values):
        missing()
    shown = {version: values[version]} if version is not None else values
    found: list[Element] = [
        ("system_option_value", [("value", text), ("version", level)])
        for level, text in shown.items()
    ]
    content: list[Element] = [("name", name), ("values", found)]
    return one(("system_option", content, {"href": f"{BASE}/options/{name}", "id": name}))


ROUTES = [
    Route("/clusters", endpoint(list_clusters), methods=["GET"]),
    Route("/clusters/{id}", endpoint(get_cluster), methods=["GET"]),
    Route("/clusters/{id}", endpoint(put_cluster), methods=["PUT"]),
    Route("/clusters/{id}/networks", endpoint(networks), methods=["GET"]),
    Route("/options/{id}", endpoint(get_option), methods=["GET"]),
]
