# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document beyond what the framework writes by itself: the problems of each route,
and that a bearer token is needed.

    describe(app)
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from .problems import MEDIA_TYPE
from .schemas import Problem

_MEANINGS = {
    401: "No token, or one that the engine does not take",
    403: "The engine does not allow it",
    404: "The engine has no such entity",
    408: "The body did not arrive in time",
    409: "It contradicts what is there, or the set-up",
    412: "The settings have changed since",
    413: "Too large",
    415: "The body is not JSON",
    422: "The request is wrong: its form, or the NUMA settings in it",
    428: "If-Match is missing",
    500: "The service failed",
    502: "The engine failed",
    503: "Too many requests",
    504: "The engine is too slow",
}
ALWAYS = (401, 403, 404, 408, 409, 413, 415, 422, 500, 502, 503, 504)
WRITES = (*ALWAYS, 412, 428)


def problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {
        code: {"description": _MEANINGS[code], "content": {MEDIA_TYPE: {"schema": schema}}}
        for code in codes
    }


def describe(app: FastAPI, root_path: str) -> None:
    """Make `app.openapi` write the whole document, once; `root_path` is where httpd shows it."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(
                title=app.title,
                version=app.version,
                description="NUMA settings of oVirt's virtual machines.",
                routes=app.routes,
                servers=[{"url": root_path or "/"}],
            )
            app.openapi_schema = _completed(found)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # the framework's own way


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(own.pop("$defs", {}))
    schemas[Problem.__name__] = own
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    for path, item in document["paths"].items():
        if "/api/" in path:
            for operation in item.values():
                operation["security"] = [{"bearer": []}]
    return document
