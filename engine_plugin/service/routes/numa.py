# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/{vms,templates,vmpools}/{id}/numa`: read, store, remove, try and adopt settings.

Decides which step is called for which method, and what is audited. The steps themselves are
`storing`, `preview` and `adopt`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query
from starlette.responses import Response

from numa_domain.base.errors import NumaError
from numa_domain.request.model import NumaRequest

from ...engine_api import faults, queries
from ...engine_api.owners import POOLS, TEMPLATES, VMS, Ref
from ...settings import adopt, version, views
from ...settings.preview import preview, suggestions
from ...settings.shown import each_member, native_nodes, shown
from ...settings.storing import Result, Show
from .. import schemas
from ..context import Context, RequestContext, answer, in_thread
from ..openapi import ALWAYS, WRITES, problems

router = APIRouter(prefix="/api/v1", tags=["NUMA settings"])

Id = Annotated[
    str,
    Path(
        pattern="^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
        examples=["0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90"],
    ),
]
Match = Annotated[
    str | None,
    Header(alias="If-Match", max_length=500, description="The ETag that was read, or *"),
]
NoneMatch = Annotated[str | None, Header(alias="If-None-Match", max_length=500)]
Force = Annotated[bool, Query(description="Store although the VM could start without its settings")]


def _showing(context: RequestContext, ref: Ref) -> Show:
    return lambda owner: shown(context.book, ref, owner)


def _audited(
    context: RequestContext, action: str, ref: Ref, work: Callable[[], Any], **facts: Any
) -> Any:
    """Do it, and write who did, whatever came of it."""
    context.user()
    try:
        found = work()
    except NumaError as error:
        context.audit(action, error.code, target=f"{ref.kind}/{ref.id}", **facts)
        raise
    context.audit(action, "ok", target=f"{ref.kind}/{ref.id}", **facts)
    return found


def _request(body: schemas.Settings) -> NumaRequest:
    request = NumaRequest.parse(body.nodeset, body.topology)
    if request.empty:
        raise faults.NothingAsked("nodeset")
    return request


def _show_route(kind: str) -> Callable[..., Response]:
    def show(context: Context, id: Id, if_none_match: NoneMatch = None) -> Response:
        ref = Ref.of(kind, id)
        owner = ref.read(context.session)
        if if_none_match is not None and version.matches(if_none_match, owner, weakly=True):
            return Response(status_code=304, headers={"ETag": version.etag(owner)})
        document = shown(context.book, ref, owner)
        return answer(document, etag=document["etag"])

    return show


def _store_route(kind: str) -> Callable[..., Response]:
    def store(
        context: Context,
        id: Id,
        body: schemas.Settings,
        if_match: Match = None,
        force: Force = False,
    ) -> Response:
        ref, request = Ref.of(kind, id), _request(body)

        def work() -> Result:
            show = _showing(context, ref)
            return context.writer.store(ref, request, match=if_match, force=force, show=show)

        result: Result = _audited(
            context, "store", ref, work, settings=request.to_properties(), force=force
        )
        return answer(views.stored(result), etag=version.etag(result.owner))

    return store


def _remove_route(kind: str) -> Callable[..., Response]:
    def remove(context: Context, id: Id, if_match: Match = None) -> Response:
        ref = Ref.of(kind, id)

        def work() -> Result:
            return context.writer.remove(ref, match=if_match, show=_showing(context, ref))

        result: Result = _audited(context, "remove", ref, work)
        return answer(views.stored(result), etag=version.etag(result.owner))

    return remove


def _preview_route(kind: str) -> Callable[..., Response]:
    def try_out(context: Context, id: Id, body: schemas.Ask) -> Response:
        ref = Ref.of(kind, id)
        owner = ref.read(context.session)
        request = NumaRequest.parse(body.nodeset, body.topology)
        if request.empty:
            request = owner.request()
        if request.empty:
            raise faults.NothingAsked("nodeset")
        host = None if body.host is None else queries.valid_id(body.host, "host")
        return answer(
            preview(context.book, owner, request, host, native_nodes(context.session, ref))
        )

    return try_out


def _suggest_route(kind: str) -> Callable[..., Response]:
    def suggest(context: Context, id: Id) -> Response:
        owner = Ref.of(kind, id).read(context.session)
        return answer(suggestions(context.book, owner))

    return suggest


def _store_pool(
    context: Context,
    id: Id,
    body: schemas.Settings,
    if_match: Match = None,
    force: Force = False,
) -> Response:
    ref, request = Ref.of(POOLS, id), _request(body)

    def write(member: Ref) -> Result:
        show = _showing(context, member)
        return context.writer.store(member, request, match="*", force=force, show=show)

    def work() -> dict[str, Any]:
        return each_member(context.book, ref, if_match, write)

    facts = {"settings": request.to_properties(), "force": force}
    document = _audited(context, "store", ref, work, **facts)
    return answer(document, etag=document["etag"])


def _remove_pool(context: Context, id: Id, if_match: Match = None) -> Response:
    ref = Ref.of(POOLS, id)

    def write(member: Ref) -> Result:
        return context.writer.remove(member, match="*", show=_showing(context, member))

    document = _audited(
        context, "remove", ref, lambda: each_member(context.book, ref, if_match, write)
    )
    return answer(document, etag=document["etag"])


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
    ref = Ref.of(VMS, id)

    def work() -> Result:
        owner = ref.read(context.session)
        nodes = queries.native_nodes(context.session, ref.id)
        if not nodes:
            raise faults.NoNativeNodes("numanodes", name=owner.name)
        if owner.status != "down":
            raise faults.VmRuns("numanodes", name=owner.name, vm_status=owner.status)
        request, notes = adopt.as_request(owner, nodes)
        result = context.writer.store(
            ref,
            request,
            match=if_match,
            force=force,
            show=_showing(context, ref),
            adopting=nodes,
        )
        adopt.remove_native(context.session, owner, nodes)
        result.notes[:0] = notes
        return result

    result: Result = _audited(context, "adopt", ref, work, force=force)
    return answer(views.stored(result), etag=version.etag(result.owner))


_NAMES = {VMS: "VM", TEMPLATES: "template", POOLS: "pool"}


def _register_settings(kind: str) -> None:
    path, name = f"/{kind}/{{id}}/numa", _NAMES[kind]
    stored = schemas.PoolStored if kind == POOLS else schemas.Stored
    router.add_api_route(
        path,
        in_thread(_show_route(kind)),
        methods=["GET"],
        response_model=schemas.Shown,
        responses={304: {"description": "It is what If-None-Match says"}, **problems(*ALWAYS)},
        summary=f"The settings of a {name}",
        operation_id=f"show_{kind}",
    )
    router.add_api_route(
        path,
        in_thread(_store_pool if kind == POOLS else _store_route(kind)),
        methods=["PUT"],
        response_model=stored,
        responses=problems(*WRITES),
        summary=f"Store settings, and make the {name} non-migratable",
        operation_id=f"store_{kind}",
    )
    router.add_api_route(
        path,
        in_thread(_remove_pool if kind == POOLS else _remove_route(kind)),
        methods=["DELETE"],
        response_model=stored,
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
        response_model=schemas.Preview,
        responses=problems(*ALWAYS),
        summary="The XML that the hook will write, and the fit on every candidate host",
        operation_id=f"preview_{kind}",
    )
    router.add_api_route(
        f"{path}/suggest",
        in_thread(_suggest_route(kind)),
        methods=["POST"],
        response_model=schemas.Suggested,
        responses=problems(*ALWAYS),
        summary=f"Settings that would suit this {name} on this cluster",
        operation_id=f"suggest_{kind}",
    )


for _kind in (VMS, TEMPLATES, POOLS):
    _register_settings(_kind)
    _register_tries(_kind)
