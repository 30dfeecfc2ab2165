# SPDX-License-Identifier: Apache-2.0
"""`/clusters` and `/options`: levels, and which properties are defined for each.

Decides after BackendClustersResource and BackendSystemOptionResource. Knows no rule. What an
option shows may be newer than what is in force: definitions count from the engine's start.

    GET /ovirt-engine/api/options/UserDefinedVMProperties?version=4.7
"""

from __future__ import annotations

from ovirtsdk4 import types
from starlette.routing import Route

from ..model import Cluster
from . import datacenters
from .content import Item
from .web import BASE, Answer, Call, endpoint, many, missing, one

_ARCHITECTURE = {"x86_64": types.Architecture.X86_64, "ppc64": types.Architecture.PPC64}


def item(cluster: Cluster) -> Item:
    major, minor = map(int, cluster.level.split("."))
    value = types.Cluster(
        id=cluster.id,
        name=cluster.name,
        version=types.Version(major=major, minor=minor),
        cpu=types.Cpu(architecture=_ARCHITECTURE[cluster.architecture], type=cluster.cpu),
        data_center=datacenters.reference(),
        ballooning_enabled=True,
        threads_as_cores=True,
        virt_service=True,
        memory_policy=types.MemoryPolicy(over_commit=types.MemoryOverCommit(percent=100)),
    )
    return Item(value, f"{BASE}/clusters/{cluster.id}", ("permissions",))


def list_clusters(call: Call) -> Answer:
    call.follows()
    found = call.listed("cluster", call.engine.store.clusters)
    return many("clusters", [item(cluster) for cluster in found])


def get_cluster(call: Call) -> Answer:
    """Users see all of them: everybody is CpuProfileOperator."""
    return one(item(call.engine.store.cluster(call.id) or missing()))


def get_option(call: Call) -> Answer:
    """All levels' values, or that of `version`; an unknown name or version is a 404."""
    name = call.request.path_params["id"]
    values = call.engine.store.option(name)
    version = call.text("version")
    if values is None or (version is not None and version not in values):
        missing()
    shown = {version: values[version]} if version is not None else values
    option = types.SystemOption(
        id=name,
        name=name,
        values=[
            types.SystemOptionValue(value=text, version=level) for level, text in shown.items()
        ],
    )
    return one(Item(option, f"{BASE}/options/{name}"))


ROUTES = [
    Route("/clusters", endpoint(list_clusters), methods=["GET"]),
    Route("/clusters/{id}", endpoint(get_cluster), methods=["GET"]),
    Route("/options/{id}", endpoint(get_option), methods=["GET"]),
]
