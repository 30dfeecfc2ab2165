# SPDX-License-Identifier: Apache-2.0
"""`/healthz` and `/metrics`: for who watches the service. They ask the engine nothing, and
answer when everything else is stuck.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from .. import host_schemas

router = APIRouter(tags=["Service"])


@router.get("/healthz", response_model=host_schemas.Health, summary="Whether the service lives")
async def health(request: Request) -> Response:
    return JSONResponse({"status": "ok", "version": request.app.version})


@router.get(
    "/metrics",
    summary="Counters for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(request: Request) -> Response:
    text = request.app.state.application.metrics.text()
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")
