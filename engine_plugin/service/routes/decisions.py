# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/vms/{id}/numa/decisions`: which hosts were passed over at the last starts, and why.

The scheduler keeps them; the service shows them to who may see the VM.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from ...engine_api.target import VMS, Target
from ..context import Context, answer, in_thread
from ..openapi import ALWAYS, problems
from ..scheduler import seen
from ..scheduler_schemas import Decisions
from .numa import Id

router = APIRouter(prefix="/api/v1", tags=["NUMA settings"])


@router.get(
    "/vms/{id}/numa/decisions",
    response_model=Decisions,
    responses=problems(*ALWAYS),
    summary="What the scheduler decided at the last starts of a VM, host by host",
)
@in_thread
def list_decisions(context: Context, id: Id) -> Response:
    target = Target.of(VMS, id)
    vm = target.read(context.session)  # who may not see the VM is told nothing
    found = context.application.scheduler.decisions(target.id)
    if not found:
        return answer({"answers": found is not None, "decisions": []})
    inventory = context.inventory
    hosts = inventory.hosts(inventory.cluster(vm.cluster_id)) if vm.cluster_id else []
    ids = {host.id for host in hosts}
    return answer({"answers": True, "decisions": [seen(each, ids) for each in found]})
