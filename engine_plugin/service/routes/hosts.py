# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/hosts/{id}/numa`: a host's nodes, and the VMs that are bound to each."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from numa_domain.base.errors import HostError, NumaError
from numa_domain.host.model import HostTopology
from numa_domain.placement.memory_fit import ORDINARY

from ...engine_api import queries
from ...settings import health, views
from ...settings.book import HostFacts
from ...settings.problems import plain
from ...settings.promises import NOTHING, Promised
from .. import host_schemas
from ..context import Context, answer, in_thread
from ..openapi import ALWAYS, problems
from .numa import Id

router = APIRouter(prefix="/api/v1", tags=["Hosts and clusters"])


@router.get(
    "/hosts/{id}/numa",
    response_model=host_schemas.Host,
    responses=problems(*ALWAYS),
    summary="A host's NUMA nodes, what is free there, and the VMs bound to each",
)
@in_thread
def show_host(context: Context, id: Id) -> Response:
    host = queries.host(context.session, queries.valid_id(id))
    book = context.book
    facts = book.facts([host], pages=True)[0]
    if isinstance(facts.nodes, NumaError):
        raise facts.nodes
    promised, vms = NOTHING, []
    if host.cluster_id is not None:
        cluster = book.cluster(host.cluster_id)
        promised = book.promised(cluster, [facts]).get(host.id, NOTHING)
        running = [vm for vm in book.running(cluster) if vm.host_id == host.id and vm.bound]
        vms = [_vm(vm, promised) for vm in running]
    state = health.HostHealth(host, facts.hooks)
    return answer(
        {
            "id": host.id,
            "name": host.name,
            "status": host.status,
            "cluster": host.cluster_id,
            "hook": state.state,
            "version": state.version,
            "nodes": nodes(facts, promised),
            "hidden": facts.hidden.to_dict(),
            "warnings": [plain(each) for each in warnings(facts)],
            "vms": vms,
        }
    )


def nodes(facts: HostFacts, promised: Promised) -> list[dict[str, Any]]:
    """For JSON, by id."""
    if isinstance(facts.nodes, NumaError):
        return []
    late, early = promised.late(facts.nodes), promised.early(facts.nodes)
    told = dict.fromkeys(facts.hidden.told, facts.hidden.to_dict()["at"])
    return [
        {**_node(facts.nodes, late, early, i, promised), "told_at": told.get(i)}
        for i in sorted(facts.nodes.nodes)
    ]


def warnings(facts: HostFacts) -> list[HostError]:
    """What the engine does not know of the nodes."""
    if isinstance(facts.nodes, NumaError):
        return []
    return facts.hidden.warnings(facts.record.name, facts.nodes.nodes)


def _node(
    host: HostTopology, late: HostTopology, early: HostTopology, i: int, promised: Promised
) -> dict[str, Any]:
    node = host.nodes[i]
    return {
        "id": i,
        "cpus": str(node.cpus),
        "memory_kib": node.memory_kib,
        "free_kib": node.free_kib,
        "promised_kib": promised.charges.get(i, {}).get(ORDINARY, 0),
        "available_kib": late.nodes[i].available_kib,
        "least_available_kib": early.nodes[i].available_kib,
        "distances": {str(other): value for other, value in node.distances.items()},
        "pages": {
            str(size): {"total": pool.total, "free": pool.free} for size, pool in node.pages.items()
        },
    }


def _vm(vm: queries.VmRow, promised: Promised) -> dict[str, Any]:
    charges = promised.by_vm.get(vm.name, {})
    return {
        "id": vm.id,
        "name": vm.name,
        "status": vm.status,
        "request": views.row(vm)["request"],
        "nodes": {str(node): sum(pages.values()) for node, pages in charges.items()},
        "told": vm.name not in promised.untold,
    }
