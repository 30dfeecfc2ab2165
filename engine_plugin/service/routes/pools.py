# SPDX-License-Identifier: Apache-2.0
"""`PUT` and `DELETE /api/v1/vmpools/{id}/numa`: a change of all VMs of a pool.

A small pool is changed within the request; a larger one, and whatever the client wants so (`Prefer:
respond-async`, RFC 7240), becomes a job: 202, with its address.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header
from starlette.responses import Response

from ...documents import settings
from ...engine_api.target import POOLS, Target
from ...settings.batch import Asked
from ...settings.pools import PoolResult, change_pool, pool_batch
from .. import job_schemas, schemas
from ..context import Context, RequestContext, answer, in_thread
from ..openapi import WRITES, problems
from ..preconditions import expected
from ..problems import WORDING
from .jobs import Overwrite, accepted, begin
from .numa import Force, Id, Match, audited, request_of

router = APIRouter(prefix="/api/v1", tags=["NUMA settings"])

AT_ONCE = 12
"""VMs that are changed within the request: some 0.3 s each, of its 20 s."""
Prefer = Annotated[
    str | None,
    Header(max_length=200, description="respond-async: answer with a job, whatever its size"),
]
_ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {
        "model": job_schemas.Job,
        "description": "It goes on; `Location` says where to look",
        "headers": {
            "Location": {"description": "Of the job", "schema": {"type": "string"}},
            "Retry-After": {"description": "Seconds", "schema": {"type": "integer"}},
        },
    }
}


def _change(
    context: RequestContext, id: str, asked: Asked, if_match: str | None, prefer: str | None
) -> Response:
    pool = Target.of(POOLS, id)
    facts = {"settings": asked.request.to_properties()} if asked.request else {}
    action = "store" if asked.request else "remove"

    def work() -> PoolResult | Response:
        vm, batch = pool_batch(context.inventory, pool, expected(if_match), asked)
        if len(batch.items) > AT_ONCE or _asynchronous(prefer):
            about = {"kind": POOLS, "id": pool.id, "name": vm.name}
            return accepted(context, begin(context, batch, about))
        return change_pool(context.inventory, pool, vm, batch, lambda number: context.writer)

    found = audited(context, action, pool, work, force=asked.force, **facts)
    if isinstance(found, Response):
        return found
    return answer(settings.pool_stored(found, WORDING), etag=settings.etag(found.pool))


def _asynchronous(prefer: str | None) -> bool:
    words = [word.strip().lower() for word in (prefer or "").split(",")]
    return "respond-async" in words


@router.put(
    "/vmpools/{id}/numa",
    response_model=schemas.PoolStored,
    responses={**_ACCEPTED, **problems(*WRITES)},
    summary="Store settings with all VMs of a pool, and make them non-migratable",
    operation_id="store_vmpools",
)
@in_thread
def store_pool(
    context: Context,
    id: Id,
    body: schemas.Settings,
    if_match: Match = None,
    force: Force = False,
    overwrite: Overwrite = False,
    prefer: Prefer = None,
) -> Response:
    asked = Asked(request_of(body), force, overwrite)
    return _change(context, id, asked, if_match, prefer)


@router.delete(
    "/vmpools/{id}/numa",
    response_model=schemas.PoolStored,
    responses={**_ACCEPTED, **problems(*WRITES)},
    summary="Remove the settings of all VMs of a pool, and give their former migration modes back",
    operation_id="remove_vmpools",
)
@in_thread
def remove_pool(
    context: Context,
    id: Id,
    if_match: Match = None,
    overwrite: Overwrite = False,
    prefer: Prefer = None,
) -> Response:
    return _change(context, id, Asked(None, overwrite=overwrite), if_match, prefer)
