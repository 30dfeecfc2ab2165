# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/jobs`: changes of many VMs, which go on after the answer.

POST /api/v1/jobs {"action": "store", "search": "tag=db", "nodeset": "0-1"}     202, Location
GET  /api/v1/jobs/{id}                                                          how far it is
"""

from __future__ import annotations

from datetime import datetime, timezone
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import JSONResponse, Response

from numa_domain.request.model import NumaRequest

from ...documents import batch as documents
from ...engine_api.search import choice
from ...settings.batch import Asked, Batch, Item, found_by
from ...settings.errors import NothingAsked
from .. import job_schemas
from ..context import Context, RequestContext, answer, in_thread
from ..jobs import Job
from ..openapi import ALWAYS, problems
from ..problems import WORDING

router = APIRouter(prefix="/api/v1", tags=["Changes of many VMs"])

JobId = Annotated[str, Path(pattern="^[0-9a-f]{24}$", description="As `Location` names it")]
Overwrite = Annotated[
    bool, Query(description="Also settings that differ from what the job's author has seen")
]


def document(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "href": f"/api/v1/jobs/{job.id}",
        "state": job.state,
        "about": job.about,
        "started": _moment(job.started),
        "finished": None if job.finished is None else _moment(job.finished),
        **documents.batch(job.batch, WORDING),
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds")


def accepted(context: RequestContext, job: Job) -> Response:
    """202, with where to look."""
    found = document(job)
    headers = {"Location": _prefix(context) + found["href"], "Retry-After": "1"}
    return JSONResponse(found, 202, headers)


def _prefix(context: RequestContext) -> str:
    """What stands before the service's own paths: httpd (mod_proxy, ProxyAddHeaders) takes that
    away, and says that it was there."""
    if "x-forwarded-host" in context.request.headers:
        return context.application.settings.root_path
    return str(context.request.scope.get("root_path", ""))


def begin(context: RequestContext, batch: Batch, about: dict[str, Any]) -> Job:
    """A job of the request's user, under the request's token."""
    job = Job(batch, context.user(), about)
    jobs = context.application.jobs
    return jobs.begin(job, context.writers(), partial(_told, context))


def _told(context: RequestContext, job: Job, item: Item) -> None:
    """A change of one VM, as in a request of its own."""
    action = "store" if job.batch.asked.request else "remove"
    outcome = item.problems[0].code if item.state == "failed" else item.state
    target = f"{item.target.kind}/{item.target.id}"
    context.audit(action, "ok" if outcome == "done" else outcome, target=target, job=job.id)


@router.post(
    "/jobs",
    response_model=job_schemas.Job,
    status_code=202,
    responses=problems(*ALWAYS),
    summary="Store or remove the settings of all VMs that a search finds",
    operation_id="begin_job",
)
@in_thread
def begin_job(context: Context, body: job_schemas.NewJob) -> Response:
    request: NumaRequest | None = None
    if body.action == "store":
        request = NumaRequest.parse(body.nodeset, body.topology)
        if request.empty:
            raise NothingAsked("nodeset")
    items = found_by(context.session, choice(body.search))
    batch = Batch(items, Asked(request, body.force, body.overwrite))
    return accepted(context, begin(context, batch, {"search": body.search}))


@router.get(
    "/jobs",
    response_model=job_schemas.Jobs,
    responses=problems(*ALWAYS),
    summary="This user's jobs, the newest first",
    operation_id="list_jobs",
)
@in_thread
def list_jobs(context: Context) -> Response:
    jobs = context.application.jobs.all_of(context.user())
    return answer({"jobs": [{**document(job), "vms": []} for job in jobs]})


@router.get(
    "/jobs/{job}",
    response_model=job_schemas.Job,
    responses=problems(*ALWAYS),
    summary="How far a job is, and what became of each VM",
    operation_id="show_job",
)
@in_thread
def show_job(context: Context, job: JobId) -> Response:
    return answer(document(context.application.jobs.of(job, context.user())))


@router.delete(
    "/jobs/{job}",
    response_model=job_schemas.Job,
    responses=problems(*ALWAYS),
    summary="Forget a job that runs no more; what is done stays done",
    operation_id="forget_job",
)
@in_thread
def forget_job(context: Context, job: JobId) -> Response:
    jobs = context.application.jobs
    found = jobs.of(job, context.user())
    jobs.forget(found)
    return answer(document(found))


@router.post(
    "/jobs/{job}/stop",
    response_model=job_schemas.Job,
    responses=problems(*ALWAYS),
    summary="Stop it after the VM that it is at; what is done stays done",
    operation_id="stop_job",
)
@in_thread
def stop_job(context: Context, job: JobId) -> Response:
    found = context.application.jobs.of(job, context.user())
    found.stop.set()
    return answer(document(found))


@router.post(
    "/jobs/{job}/resume",
    response_model=job_schemas.Job,
    status_code=202,
    responses=problems(*ALWAYS),
    summary="Go on with what waits or failed",
    operation_id="resume_job",
)
@in_thread
def resume_job(context: Context, job: JobId, overwrite: Overwrite = False) -> Response:
    jobs = context.application.jobs
    found = jobs.of(job, context.user())

    jobs.resume(found, context.writers(), partial(_told, context), overwrite=overwrite)
    return accepted(context, found)
