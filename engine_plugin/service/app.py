# SPDX-License-Identifier: Apache-2.0
"""The service as an ASGI application.

Decides how routes, limits and errors are put together. Each error becomes a problem in one
place: NUMA's and the engine's by their base class, the framework's own by its two, and what
nobody expected as a 500 that says nothing but its request id.

    uvicorn.run(create_app(Settings.from_environment()))
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response

from numa_domain import __version__
from numa_domain.errors import NumaError

from . import faults, log
from .openapi import describe
from .routes import clusters, hosts, numa, status, vms
from .settings import Settings
from .shared import Shared
from .web import Envelope, refusal


def create_app(settings: Settings) -> FastAPI:
    """One service; nothing is asked of the engine until a request comes."""
    shared = Shared.of(settings)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        shared.close()

    app = FastAPI(
        title="oVirt NUMA",
        version=__version__,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(Envelope, settings=settings, metrics=shared.engine.metrics)],
    )
    app.state.shared = shared
    for router in (vms.router, numa.router, hosts.router, clusters.router, status.router):
        app.include_router(router)
    app.add_exception_handler(NumaError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _unrouted)
    app.add_exception_handler(Exception, _broken)
    describe(app, settings.root_path)
    return app


def _answer(request: Request, error: NumaError) -> Response:
    request.state.problem = error.code
    return refusal(error, request.state.request_id)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, NumaError)
    if isinstance(error, faults.EngineUnreadable):  # perhaps it is our reading that is wrong
        log.failure(request.state.request_id, error)
    return _answer(request, error)


async def _malformed(request: Request, error: Exception) -> Response:
    """The framework's findings, each with the member that it is about."""
    assert isinstance(error, RequestValidationError)
    found = [_finding(each) for each in error.errors()[:20]]
    return _answer(request, found[0] if len(found) == 1 else faults.many(found))


def _finding(each: dict[str, Any]) -> faults.BodyMalformed:
    where = ".".join(str(part) for part in each.get("loc", ()) if part != "body") or "body"
    return faults.BodyMalformed(where, reason=str(each.get("msg", "it cannot be read")))


async def _unrouted(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    found: faults.ServiceError
    if error.status_code == 404:
        found = faults.PathUnknown("path", path=request.url.path)
    elif error.status_code == 405:
        found = faults.MethodUnknown("method", method=request.method, path=request.url.path)
    else:
        found = faults.BodyMalformed("request", reason=str(error.detail))
    answer = _answer(request, found)
    answer.headers.update(error.headers or {})
    return answer


async def _broken(request: Request, error: Exception) -> Response:
    log.failure(request.state.request_id, error)
    return _answer(request, faults.Broken("service", request_id=request.state.request_id))
