# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document beyond what the framework writes by itself: the problems of each route,
and that a bearer token is needed.

    describe(app)
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from .problem_schemas import Problem
from .problems import MEDIA_TYPE

_TOKEN = (
    "A token of the engine's own SSO, as WebAdmin has it, or from POST"
    " /ovirt-engine/sso/oauth/token"
)
_NO_SETTINGS = ("/api/v1/hosts", "/api/v1/clusters")
_MEANINGS = {
    401: "No token, or one that the engine does not take",
    403: "The engine does not allow it",
    404: "The engine has no such entity",
    405: "The path does not take this method",
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
ALWAYS = (401, 403, 404, 405, 408, 409, 413, 415, 422, 500, 502, 503, 504)
WRITES = (*ALWAYS, 412, 428)


def problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {
        code: {"description": _MEANINGS[code], "content": {MEDIA_TYPE: {"schema": schema}}}
        for code in codes
    }


_HEADERS = {
    "X-Request-Id": "Of this request, as the log has it; the caller's own where one was sent",
    "ETag": "The version of the settings, for If-Match and If-None-Match",
    "Retry-After": "Seconds",
    "Allow": "The methods that the path takes",
    "WWW-Authenticate": "Bearer",
}
_ALWAYS_SENT = ("X-Request-Id", "WWW-Authenticate", "Retry-After", "Allow")
"""With the answers that have them at all."""
_OF_STATUS = {
    "401": ("WWW-Authenticate",),
    "405": ("Allow",),
    "412": ("ETag",),
    "503": ("Retry-After",),
    "504": ("Retry-After",),
}


def _headers(status: str, path: str) -> dict[str, Any]:
    """What an answer carries beside its body."""
    names = ["X-Request-Id", *_OF_STATUS.get(status, ())]
    settings = path.endswith(("/numa", "/adopt")) and not path.startswith(_NO_SETTINGS)
    if status in ("200", "304") and settings:
        names.append("ETag")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


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
    for name, example in examples().items():
        schemas[name]["examples"] = [example]
    components["headers"] = {
        name: {"description": text, "schema": {"type": "string"}} for name, text in _HEADERS.items()
    }
    scheme = {"type": "http", "scheme": "bearer", "description": _TOKEN}
    components["securitySchemes"] = {"bearer": scheme}
    for path, item in document["paths"].items():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                parameter["schema"] = _given(parameter["schema"])
            if "/api/" in path:
                operation["security"] = [{"bearer": []}]
            for status, response in operation["responses"].items():
                response["headers"] = _headers(status, path)
    return document


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """Of a parameter that may be absent: in an address or a header there is no null."""
    kinds = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**kinds[0], **{name: each for name, each in schema.items() if name != "anyOf"}}


@lru_cache
def examples() -> dict[str, Any]:
    """An answer of each kind, by the name of its schema."""
    text = Path(__file__).with_name("examples.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
