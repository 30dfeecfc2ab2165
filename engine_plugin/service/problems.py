# SPDX-License-Identifier: Apache-2.0
"""Errors over HTTP: the status of each, and how what it tells to do is done with a request.

status_of(HooksMissing(...))            409
WORDING.hint(HooksMissing(...))         "?force=true"
"""

from __future__ import annotations

from typing import Any

from numa_domain.base.errors import NumaError, Problems

from ..documents.failure import failure
from ..documents.problem import plain as plain_problem
from ..documents.wording import Wording
from ..engine_api import errors as engine
from ..settings import errors as settings
from ..settings.conflict import MatchFailed, MatchMissing, WriteCrossed
from . import errors as own
from .jobs import JobRuns, JobUnknown

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[NumaError], int] = {
    engine.TokenMissing: 401,
    engine.TokenRejected: 401,
    engine.EngineForbids: 403,
    engine.EntityUnknown: 404,
    engine.IdMalformed: 422,
    engine.SearchMalformed: 422,
    engine.EngineRefused: 409,
    engine.EngineOccupied: 409,
    engine.EngineStarting: 503,
    engine.EngineOverloaded: 503,
    engine.EngineUnreachable: 502,
    engine.EngineBroke: 502,
    engine.EngineUnreadable: 502,
    engine.EngineSlow: 504,
    engine.HostUnasked: 504,
    engine.TimeOver: 504,
    settings.NothingAsked: 422,
    MatchMissing: 428,
    MatchFailed: 412,
    WriteCrossed: 409,
    settings.OutcomeUnknown: 504,
    settings.OutcomePending: 409,
    settings.AdoptOthers: 409,
    settings.ChangedMeanwhile: 409,
    settings.HostedEngine: 409,
    settings.PolicyHidden: 403,
    settings.NativeNodes: 409,
    settings.NoNativeNodes: 409,
    settings.VmRuns: 409,
    settings.PoolEmpty: 409,
    settings.PoolDiffers: 409,
    JobUnknown: 404,
    JobRuns: 409,
    settings.PropertiesUndefined: 409,
    settings.HooksMissing: 409,
    settings.HooksOld: 409,
    settings.Busy: 503,
    settings.LocksUnusable: 500,
    own.BodyTooLarge: 413,
    own.BodySlow: 408,
    own.BodyMalformed: 422,
    own.NotJson: 415,
    own.TagsMalformed: 422,
    own.PathUnknown: 404,
    own.MethodUnknown: 405,
    own.Broken: 500,
}
_BY_BLAME = {"request": 422, "host": 409, "xml": 409}
"""The core's errors: wrong input, a host that lacks something, a VM whose own XML (its pins,
its devices) stands in the way."""
RETRY_AFTER: dict[type[NumaError], int] = {
    engine.EngineStarting: 30,
    engine.EngineOverloaded: 5,
    engine.HostUnasked: 30,
    settings.Busy: 1,
}
"""Seconds; an engine takes one to three minutes to start."""

_ENGINE = "OVIRT_NUMA_ENGINE_URL and OVIRT_NUMA_CA_FILE in the service's settings"
_FORCE = "?force=true"
_ADOPT = "POST /api/v1/vms/{id}/numa/adopt"
WORDING = Wording(
    hints={
        engine.TokenMissing: "Authorization: Bearer TOKEN",
        engine.EngineUnreachable: _ENGINE,
        engine.EngineUnreadable: _ENGINE,
        settings.NothingAsked: "DELETE removes them",
        MatchMissing: "If-Match with their ETag, or with * for whatever is there",
        MatchFailed: "they are in `current`, and their ETag, for If-Match, in `etag`",
        settings.PropertiesUndefined: "`command` has the line for the engine's machine",
        settings.HooksMissing: _FORCE,
        settings.HooksOld: _FORCE,
        settings.NativeNodes: _ADOPT,
        settings.BothKinds: _ADOPT,
        settings.AdoptPartly: _ADOPT,
        settings.NoNativeNodes: "PUT",
        settings.PoolDiffers: "?overwrite=true",
    },
    places={"version": "If-Match", "token": "Authorization"},
)


def status_of(error: NumaError) -> int:
    """Of the answer that says it."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, NumaError):
        return status_of(cause)
    if isinstance(error, Problems):
        return status_of(error.problems[0])
    return STATUS.get(type(error)) or _BY_BLAME.get(error.blames, 500)


def retry_after(error: NumaError) -> int:
    """Seconds: the engine's own, where it says so."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, NumaError):
        return retry_after(cause)
    return getattr(error, "retry_after", None) or RETRY_AFTER.get(type(error), 1)


def problem(error: NumaError, request_id: str = "") -> dict[str, Any]:
    """The whole document."""
    found = failure(error, WORDING)
    status = {"status": status_of(error), "instance": f"urn:ovirt-numa:request:{request_id}"}
    return {"type": found["type"], "title": found["title"], **status, **found}


def plain(error: NumaError) -> dict[str, Any]:
    """One problem inside another document."""
    return plain_problem(error, WORDING)
