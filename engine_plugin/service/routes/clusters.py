# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/clusters/{id}/numa`: capacity, and whether the cluster is set up."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from numa_domain.base.errors import NumaError

from ...engine_api import queries
from ...settings.book import HostFacts
from ...settings.health import cluster_health, to_dict
from ...settings.problems import plain
from ...settings.promises import NOTHING, Promised
from .. import host_schemas
from ..context import Context, answer, in_thread
from ..openapi import ALWAYS, problems
from .hosts import nodes, warnings
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
    book = context.book
    cluster = book.cluster(queries.valid_id(id))
    health = cluster_health(book, cluster)
    facts = book.facts(sorted(book.hosts(cluster), key=lambda host: host.name))
    promised = book.promised(cluster, facts)
    return answer(
        {
            "id": cluster.id,
            "name": cluster.name,
            "level": cluster.level,
            **to_dict(health),
            "capacity": [_capacity(each, promised.get(each.record.id, NOTHING)) for each in facts],
        }
    )


def _capacity(facts: HostFacts, promised: Promised) -> dict[str, Any]:
    return {
        "host": facts.record.id,
        "name": facts.record.name,
        "nodes": nodes(facts, promised),
        "hidden": facts.hidden.to_dict(),
        "warnings": [plain(each) for each in warnings(facts)],
        "problem": plain(facts.nodes) if isinstance(facts.nodes, NumaError) else None,
    }
