# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/vms`: VMs with their NUMA settings, a page at a time.

Decides the page's size and shape. One call of the engine a page, and for each of its clusters
that has VMs with settings the level and what is defined there.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from ...engine_api import queries
from ...settings import views
from ...settings.health import undefined
from ..context import Context, answer, in_thread
from ..openapi import ALWAYS, problems
from ..schemas import Page

router = APIRouter(prefix="/api/v1", tags=["VMs"])

_LARGEST = 500


@router.get(
    "/vms",
    response_model=Page,
    responses=problems(*ALWAYS),
    summary="VMs with their NUMA settings and state",
)
@in_thread
def list_vms(
    context: Context,
    search: Annotated[
        str,
        Query(max_length=500, description="oVirt's search: name=db* and cluster=Default"),
    ] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    size: Annotated[int, Query(ge=1, le=_LARGEST)] = 100,
) -> Response:
    rows = queries.vm_page(context.session, queries.conditions(search), page, size)
    return answer(
        {
            "page": page,
            "size": size,
            "more": len(rows) == size,
            "vms": [views.row(row, undefined(context.book, row.owner)) for row in rows],
        }
    )
