# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/{vms,templates,vmpools}/{id}/numa`: read, store, remove, try and adopt settings.

The steps themselves are those of `settings`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query
from starlette.responses import Response

from numa_domain.base.errors import NumaError
from numa_domain.request.model import NumaRequest

from ...documents import fit, settings
from ...engine_api.ids import valid_id
from ...engine_api.target import POOLS, TEMPLATES, VMS, Target
from ...settings.adopting import adopt
from ...settings.errors import NothingAsked
from ...settings.preview import preview, suggestions
from ...settings.reading import read
from ...settings.storing import Result
from ...settings.unanswered import pending
from .. import fit_schemas, schemas
from ..context import Context, RequestContext, answer, in_thread
from ..forms import ID, TAGS
from ..openapi import ALWAYS, WRITES, problems
from ..preconditions import expected, unchanged
from ..problems import WORDING, plain

router = APIRouter(prefix="/api/v1", tags=["NUMA settings"])

Id = Annotated[
    str,
    Path(
        pattern=ID,
        examples=["0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90"],
    ),
]
Match = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag that was read, or *",
        json_schema_extra={"pattern": TAGS, "examples": ["*", '"0f5c7d2e8b1a4c6e9d3f7a20"']},
    ),
]
NoneMatch = Annotated[str | None, Header(alias="If-None-Match", max_length=500)]
Force = Annotated[bool, Query(description="Store although the VM could start without its settings")]


def audited(
    context: RequestContext, action: str, target: Target, work: Callable[[], Any], **facts: Any
) -> Any:
    """Do it, and write who did, whatever came of it."""
    context.user()
    try:
        found = work()
    except NumaError as error:
        context.audit(action, error.code, target=f"{target.kind}/{target.id}", **facts)
        raise
    context.audit(action, "ok", target=f"{target.kind}/{target.id}", **facts)
    return found


def request_of(body: schemas.Settings) -> NumaRequest:
    request = NumaRequest.parse(body.nodeset, body.topology)
    if request.empty:
        raise NothingAsked("nodeset")
    return request


def _stored(result: Result) -> Response:
    return answer(settings.stored(result, WORDING), etag=settings.etag(result.vm))


def _show_route(kind: str) -> Callable[..., Response]:
    def show(context: Context, id: Id, if_none_match: NoneMatch = None) -> Response:
        target = Target.of(kind, id)
        vm = target.read(context.session)
        etag = settings.etag(vm)
        if unchanged(if_none_match, vm):
            return Response(status_code=304, headers={"ETag": etag})
        found = settings.reading(read(context.inventory, target, vm), WORDING)
        open_ = pending(context.session, target, context.application.locks.notes, vm.name)
        found["problems"] += [plain(open_)] if open_ else []
        return answer(found, etag=etag)

    return show


def _store_route(kind: str) -> Callable[..., Response]:
    def store(
        context: Context,
        id: Id,
        body: schemas.Settings,
        if_match: Match = None,
        force: Force = False,
    ) -> Response:
        target, request, versions = Target.of(kind, id), request_of(body), expected(if_match)

        def work() -> Result:
            return context.writer.store(target, request, expected=versions, force=force)

        facts = {"settings": request.to_properties(), "force": force}
        return _stored(audited(context, "store", target, work, **facts))

    return store


def _remove_route(kind: str) -> Callable[..., Response]:
    def remove(context: Context, id: Id, if_match: Match = None) -> Response:
        target, versions = Target.of(kind, id), expected(if_match)

        def work() -> Result:
            return context.writer.remove(target, expected=versions)

        return _stored(audited(context, "remove", target, work))

    return remove


def _preview_route(kind: str) -> Callable[..., Response]:
    def try_out(context: Context, id: Id, body: schemas.Ask) -> Response:
        target = Target.of(kind, id)
        vm = target.read(context.session)
        request = NumaRequest.parse(body.nodeset, body.topology)
        if request.empty:
            request = vm.request()
        if request.empty:
            raise NothingAsked("nodeset")
        host = None if body.host is None else valid_id(body.host, "host")
        nodes = target.native_nodes(context.session)
        found = preview(context.inventory, vm, request, host, nodes)
        return answer(fit.preview(found, WORDING))

    return try_out


def _suggest_route(kind: str) -> Callable[..., Response]:
    def suggest(context: Context, id: Id) -> Response:
        vm = Target.of(kind, id).read(context.session)
        return answer(fit.suggestions(suggestions(context.inventory, vm), WORDING))

    return suggest


@router.post(
    "/vms/{id}/numa/adopt",
    response_model=schemas.Stored,
    responses=problems(*WRITES),
    summary="Take over the virtual NUMA nodes of oVirt's own, and remove them there",
)
@in_thread
def adopt_native(
    context: Context, id: Id, if_match: Match = None, force: Force = False
) -> Response:
    target, versions = Target.of(VMS, id), expected(if_match)

    def work() -> Result:
        return adopt(context.writer, target, expected=versions, force=force)

    return _stored(audited(context, "adopt", target, work, force=force))


_NAMES = {VMS: "VM", TEMPLATES: "template", POOLS: "pool"}


def _register_settings(kind: str) -> None:
    path, name = f"/{kind}/{{id}}/numa", _NAMES[kind]
    router.add_api_route(
        path,
        in_thread(_show_route(kind)),
        methods=["GET"],
        response_model=schemas.Shown,
        responses={304: {"description": "It is what If-None-Match says"}, **problems(*ALWAYS)},
        summary=f"The settings of a {name}",
        operation_id=f"show_{kind}",
    )


def _register_changes(kind: str) -> None:
    path, name = f"/{kind}/{{id}}/numa", _NAMES[kind]
    router.add_api_route(
        path,
        in_thread(_store_route(kind)),
        methods=["PUT"],
        response_model=schemas.Stored,
        responses=problems(*WRITES),
        summary=f"Store settings, and make the {name} non-migratable",
        operation_id=f"store_{kind}",
    )
    router.add_api_route(
        path,
        in_thread(_remove_route(kind)),
        methods=["DELETE"],
        response_model=schemas.Stored,
        responses=problems(*WRITES),
        summary="Remove the settings, and give the former migration mode back",
        operation_id=f"remove_{kind}",
    )


def _register_tries(kind: str) -> None:
    path, name = f"/{kind}/{{id}}/numa", _NAMES[kind]
    router.add_api_route(
        f"{path}/preview",
        in_thread(_preview_route(kind)),
        methods=["POST"],
        response_model=fit_schemas.Preview,
        responses=problems(*ALWAYS),
        summary="The XML that the hook will write, and the fit on every candidate host",
        operation_id=f"preview_{kind}",
    )
    router.add_api_route(
        f"{path}/suggest",
        in_thread(_suggest_route(kind)),
        methods=["POST"],
        response_model=fit_schemas.Suggested,
        responses=problems(*ALWAYS),
        summary=f"Settings that would suit this {name} on this cluster",
        operation_id=f"suggest_{kind}",
    )


for _kind in (VMS, TEMPLATES, POOLS):
    _register_settings(_kind)
    _register_tries(_kind)
for _kind in (VMS, TEMPLATES):
    _register_changes(_kind)
