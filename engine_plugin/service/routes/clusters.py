# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/clusters/{id}/numa`: capacity, and whether the cluster is set up."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from numa_domain.base.errors import NumaError

from ...documents.health import health
from ...documents.host import capacity
from ...documents.scheduling import scheduling as scheduling_document
from ...engine_api.host_facts import HostFacts
from ...engine_api.ids import valid_id
from ...model.cluster_model import model_of
from ...model.promises import Promised
from ...settings.health import cluster_health
from ...settings.scheduling import scheduling
from .. import host_schemas
from ..context import Context, answer, in_thread
from ..openapi import ALWAYS, problems
from ..problems import WORDING, plain
from .numa import Id

router = APIRouter(prefix="/api/v1", tags=["Hosts and clusters"])


@router.get(
    "/clusters/{id}/numa",
    response_model=host_schemas.Cluster,
    responses=problems(*ALWAYS),
    summary="What a cluster's nodes have, which hosts have the hook, and what is defined",
)
@in_thread
def show_cluster(context: Context, id: Id) -> Response:
    inventory = context.inventory
    cluster = inventory.cluster(valid_id(id))
    model = model_of(inventory, cluster)
    how = scheduling(inventory, cluster)
    # What the scheduler tells of others' starts is for administrators, as all policies are.
    told = None if isinstance(how, NumaError) else context.application.scheduler.state()
    chosen = scheduling_document(how, told, cluster.id)
    filtered = chosen["mode"] == "filter" and chosen["problem"] is None
    report = cluster_health(inventory, model, filtered=filtered)
    return answer(
        {
            "id": cluster.id,
            "name": cluster.name,
            "level": cluster.level,
            **health(report, WORDING),
            "capacity": [
                _capacity(each, model.promised_on(each.record.id)) for each in model.hosts
            ],
            "scheduling": chosen,
        }
    )


def _capacity(facts: HostFacts, promised: Promised) -> dict[str, Any]:
    return {
        "host": facts.record.id,
        "name": facts.record.name,
        **capacity(facts, promised, WORDING),
        "problem": plain(facts.nodes) if isinstance(facts.nodes, NumaError) else None,
    }
