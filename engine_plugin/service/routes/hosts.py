# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/hosts/{id}/numa`: a host's nodes, and the VMs that are bound to each."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from numa_domain.base.errors import NumaError

from ...documents.health import vcpus
from ...documents.host import advice, bound_vm, capacity
from ...engine_api import queries
from ...engine_api.hosts import HostRecord
from ...engine_api.ids import valid_id
from ...engine_api.updates import refresh_host
from ...model.promises import NOTHING, promised_by_host
from ...settings.health import HostHealth
from .. import host_schemas
from ..context import Context, RequestContext, answer, in_thread
from ..openapi import ALWAYS, problems
from ..problems import WORDING
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
    return _shown(context, queries.host(context.session, valid_id(id)))


@router.post(
    "/hosts/{id}/numa/refresh",
    response_model=host_schemas.Host,
    responses=problems(*ALWAYS),
    summary="Have the engine ask the host again, and show it: what its hooks tell has a time",
)
@in_thread
def refresh(context: Context, id: Id) -> Response:
    context.user()
    host = queries.host(context.session, valid_id(id))
    try:
        refresh_host(context.session, host)
    except NumaError as error:
        context.audit("refresh", error.code, target=f"hosts/{host.id}")
        raise
    context.audit("refresh", "ok", target=f"hosts/{host.id}")
    context.inventory.forget_host(host)
    return _shown(context, host)


def _shown(context: RequestContext, host: HostRecord) -> Response:
    inventory = context.inventory
    facts = inventory.facts([host], pages=True)[0]
    if isinstance(facts.nodes, NumaError):
        raise facts.nodes
    promised = NOTHING
    if host.cluster_id is not None:
        cluster = inventory.cluster(host.cluster_id)
        promised = promised_by_host(inventory, cluster, [facts]).get(host.id, NOTHING)
    health = HostHealth(host, facts.hooks)
    return answer(
        {
            "id": host.id,
            "name": host.name,
            "status": host.status,
            "cluster": host.cluster_id,
            "hook": health.state,
            "version": health.version,
            "vcpus": vcpus(facts.hooks),
            **capacity(facts, promised, WORDING),
            "advice": advice(facts, WORDING),
            "vms": [bound_vm(vm, promised, facts.hooks) for vm in facts.vms],
        }
    )
