# SPDX-License-Identifier: Apache-2.0
"""The service as an ASGI application.

Each error becomes a problem in one place: NUMA's and the engine's by their base class, the
framework's own by its two. (What nobody expected is `web`'s.)

    uvicorn.run(create_app(from_environment()))
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Match, Route

from numa_domain import __version__
from numa_domain.base.errors import NumaError

from ..engine_api.errors import EngineUnreadable, IdMalformed
from . import errors, log
from .application import Application
from .openapi import describe
from .routes import clusters, decisions, drafts, hosts, jobs, numa, pools, status, vms
from .settings import Settings
from .web import Envelope, refusal

_ROUTERS = (
    vms.router,
    numa.router,
    decisions.router,
    pools.router,
    drafts.router,
    jobs.router,
    hosts.router,
    clusters.router,
    status.router,
)
_JSON = re.compile(r"application/([\w.-]+\+)?json\s*(;|$)", re.IGNORECASE)


def create_app(settings: Settings) -> FastAPI:
    """One service; nothing is asked of the engine until a request comes."""
    application = Application.of(settings)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        application.close()

    app = FastAPI(
        title="oVirt NUMA",
        version=__version__,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        middleware=[Middleware(Envelope, application=application)],
    )
    app.state.application = application
    for router in _ROUTERS:
        app.include_router(router)
    app.add_exception_handler(NumaError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _unrouted)
    describe(app, settings.root_path)
    return app


def _answer(request: Request, error: NumaError) -> Response:
    request.state.problem = error.code
    return refusal(error, request.state.request_id)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, NumaError)
    if isinstance(error, EngineUnreadable):  # perhaps it is our reading that is wrong
        log.failure(request.state.request_id, error)
    return _answer(request, error)


async def _malformed(request: Request, error: Exception) -> Response:
    """The framework's findings, each with the member that it is about."""
    assert isinstance(error, RequestValidationError)
    kind = request.headers.get("content-type", "")
    if any(each["loc"] == ("body",) for each in error.errors()) and not _JSON.match(kind):
        return _answer(request, errors.NotJson("body", kind=kind[:100] or "of no stated type"))
    found = [_finding(each) for each in error.errors()[:20]]
    return _answer(request, found[0] if len(found) == 1 else errors.ManyMalformed(found))


def _finding(each: dict[str, Any]) -> NumaError:
    kind, place = each["type"], each["loc"]
    if kind == "json_invalid":
        reason = f"it is not JSON: {each['ctx']['error']} at character {int(place[-1]) + 1}"
        return errors.BodyMalformed("body", reason=reason)
    if place == ("path", "id"):
        return IdMalformed("id", value=str(each["input"])[:100])
    where = ".".join(str(part) for part in place if part != "body") or "body"
    return errors.BodyMalformed(where, reason=str(each["msg"]))


async def _unrouted(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    found: errors.HttpError
    if error.status_code == 404:
        found = errors.PathUnknown("path", path=request.url.path)
    elif error.status_code == 405:
        found = errors.MethodUnknown("method", method=request.method, path=request.url.path)
    else:  # the framework could not read it, and says no more
        reason = "it is not JSON in UTF-8, or is nested too deep"
        found = errors.BodyMalformed("body", reason=reason)
    answer = _answer(request, found)
    if error.status_code == 405:
        answer.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return answer


def _methods(request: Request) -> set[str]:
    """All that this path takes: the framework names those of its first route only."""
    found: set[str] = set()
    for router in _ROUTERS:
        for route in router.routes:
            if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
                found |= route.methods or set()
    return found | {"HEAD"} if "GET" in found else found
