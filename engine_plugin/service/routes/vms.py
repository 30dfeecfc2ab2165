# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/vms`: VMs with their NUMA settings, a page at a time.

One call of the engine a page, and for each of its clusters that has VMs with settings the level
and what is defined there, and what the hosts told of where these lie.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from ...documents import settings
from ...engine_api import queries
from ...engine_api.search import conditions
from ...settings.reading import row_problems
from ..context import Context, answer, in_thread
from ..forms import SEARCH
from ..openapi import ALWAYS, problems
from ..problems import WORDING
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
        Query(
            max_length=500,
            description="oVirt's search: name=db* and cluster=Default",
            json_schema_extra={"pattern": SEARCH},
        ),
    ] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    size: Annotated[int, Query(ge=1, le=_LARGEST)] = 100,
) -> Response:
    inventory = context.inventory
    vms = queries.vm_page(
        context.session, conditions(search), page, size, admin=inventory.who().admin
    )
    rows = [
        settings.row(vm, found, WORDING) for vm, found in zip(vms, row_problems(inventory, vms))
    ]
    return answer({"page": page, "size": size, "more": len(rows) == size, "vms": rows})
