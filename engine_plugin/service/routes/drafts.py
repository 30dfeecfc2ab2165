# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/clusters/{id}/numa/{preview,suggest}`: of a VM that is not there yet, or is not so yet.

A dialog knows what it is about to save: memory, vCPUs, huge pages, the hosts it is dedicated to
and its cluster. The rest is as of the VM that it is made from, or as the engine makes new ones.

    POST /api/v1/clusters/{id}/numa/preview
    {"nodeset": "auto:1", "vm": {"memory_kib": 8388608, "vcpus": 4}}
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from numa_domain.request.model import NumaRequest

from ...documents import fit
from ...engine_api.cluster import Cluster
from ...engine_api.ids import valid_id
from ...engine_api.native_node import NativeNode
from ...engine_api.target import VMS, Target
from ...engine_api.vm_config import VmConfig
from ...settings.errors import NothingAsked
from ...settings.preview import preview, suggestions
from .. import draft_schemas, fit_schemas
from ..context import Context, RequestContext, answer, in_thread
from ..openapi import ALWAYS, problems
from ..problems import WORDING
from .numa import Id

router = APIRouter(prefix="/api/v1", tags=["NUMA settings"])

_NEW = "00000000-0000-0000-0000-000000000000"
_GIB_KIB = 1 << 20
_MEMORY_TIMES = 4
"""oVirt's default of a VM's maximum memory, as a multiple of its memory."""


@router.post(
    "/clusters/{id}/numa/preview",
    response_model=fit_schemas.Preview,
    responses=problems(*ALWAYS),
    summary="The same as of a VM, for one that is not saved yet",
)
@in_thread
def preview_draft(context: Context, id: Id, body: draft_schemas.Draft) -> Response:
    request = NumaRequest.parse(body.nodeset, body.topology)
    if request.empty:
        raise NothingAsked("nodeset")
    host = None if body.host is None else valid_id(body.host, "host")
    vm, nodes = _draft(context, context.inventory.cluster(valid_id(id)), body.vm)
    return answer(fit.preview(preview(context.inventory, vm, request, host, nodes), WORDING))


@router.post(
    "/clusters/{id}/numa/suggest",
    response_model=fit_schemas.Suggested,
    responses=problems(*ALWAYS),
    summary="Settings that would suit a VM that is not saved yet",
)
@in_thread
def suggest_draft(context: Context, id: Id, body: draft_schemas.SuggestDraft) -> Response:
    vm, _ = _draft(context, context.inventory.cluster(valid_id(id)), body.vm)
    return answer(fit.suggestions(suggestions(context.inventory, vm), WORDING))


def _draft(
    context: RequestContext, cluster: Cluster, given: draft_schemas.DraftVm
) -> tuple[VmConfig, tuple[NativeNode, ...]]:
    """The VM as it would be, and the virtual nodes of oVirt's own that it has."""
    vm, nodes = _new(cluster), tuple[NativeNode, ...]()
    if given.id is not None:
        target = Target.of(VMS, given.id)
        vm, nodes = target.read(context.session), target.native_nodes(context.session)
    changed: dict[str, Any] = {"cluster_id": cluster.id}
    if given.memory_kib is not None:
        changed["memory_kib"] = given.memory_kib
        changed["max_memory_kib"] = given.max_memory_kib or max(
            given.memory_kib,
            vm.max_memory_kib if given.id else _MEMORY_TIMES * given.memory_kib,
        )
    if given.vcpus is not None:
        changed.update(_topology(vm, given.vcpus, given.threads))
    if given.hosts is not None:
        changed["host_ids"] = tuple(valid_id(each, "hosts") for each in given.hosts)
    if given.page_kib is not None:
        others = {name: value for name, value in vm.properties.items() if name != "hugepages"}
        pages = {"hugepages": str(given.page_kib)} if given.page_kib else {}
        changed["properties"] = {**others, **pages}
    return replace(vm, **changed), nodes


def _new(cluster: Cluster) -> VmConfig:
    return VmConfig(
        kind=VMS,
        id=_NEW,
        name="new VM",
        cluster_id=cluster.id,
        memory_kib=_GIB_KIB,
        max_memory_kib=_MEMORY_TIMES * _GIB_KIB,
        arch=cluster.arch,
        properties={},
        pins={},
    )


def _topology(vm: VmConfig, vcpus: int, threads: int | None) -> dict[str, int]:
    """So many vCPUs of cores as it has them, where that can be."""
    threads = threads or vm.threads
    for cores in (vm.cores, 1):
        if vcpus % (cores * threads) == 0:
            return {"sockets": vcpus // (cores * threads), "cores": cores, "threads": threads}
    return {"sockets": vcpus, "cores": 1, "threads": 1}
