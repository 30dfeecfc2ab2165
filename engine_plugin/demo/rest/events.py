# SPDX-License-Identifier: Apache-2.0
"""`/events` and `/jobs`: what has happened.

Decides after BackendEventsResource and EventMapper. Knows no words: `audit` has them. Jobs
are not kept; one that an action named is finished when it is asked for.

    GET /ovirt-engine/api/events?search=vm.name%3Ddb1&max=10
"""

from __future__ import annotations

from ovirtsdk4 import types
from starlette.routing import Route

from ..model import Event
from ..search import Search
from .content import Item
from .vm_model import when
from .web import BASE, Answer, Call, endpoint, many, missing, one

_SEVERITY = {s.value: s for s in types.LogSeverity}


def item(event: Event) -> Item:
    value = types.Event(
        id=str(event.id),
        index=event.id,
        code=event.code,
        severity=_SEVERITY[event.severity],
        time=when(event.time),
        description=event.text,
        origin="oVirt",
    )
    if event.correlation:
        value.correlation_id = event.correlation
    about = (
        (types.User, "user", event.user_id, event.user),
        (types.Vm, "vm", event.vm_id, event.vm_name),
        (types.Host, "host", event.host_id, event.host_name),
        (types.Template, "template", event.template_id, event.template_name),
        (types.Cluster, "cluster", event.cluster_id, event.cluster_name),
    )
    for kind, path, key, name in about:
        if key:
            ref = kind(id=key, name=name)
            ref.href = f"{BASE}/{path}s/{key}"
            setattr(value, path, ref)
    return Item(value, f"{BASE}/events/{event.id}")


def list_events(call: Call) -> Answer:
    """The newest first; `from` gives only those after an event, the newest first as well."""
    after = call.number("from", 0)

    def load(search: Search, most: int) -> list[Event]:
        return call.engine.store.events(search, most, after)

    roles = {on for _, on in call.user.roles}

    def seen(event: Event) -> bool:
        """Of what he has a role on, itself and not from above."""
        about = {event.vm_id, event.template_id, event.host_id, event.cluster_id}
        return bool(about & roles)

    return many("events", [item(event) for event in call.listed("event", load, seen)])


def get_event(call: Call) -> Answer:
    key = call.request.path_params["id"]
    event = call.engine.store.event(int(key)) if key.isdigit() and len(key) < 18 else None
    return one(item(event or missing()))


def list_jobs(call: Call) -> Answer:
    call.administrators_only()
    return many("jobs", [])


def get_job(call: Call) -> Answer:
    value = types.Job(id=call.id, status=types.JobStatus.FINISHED, external=False)
    value.description = "An action of the embedded engine"
    return one(Item(value, f"{BASE}/jobs/{call.id}"))


ROUTES = [
    Route("/events", endpoint(list_events), methods=["GET"]),
    Route("/events/{id}", endpoint(get_event), methods=["GET"]),
    Route("/jobs", endpoint(list_jobs), methods=["GET"]),
    Route("/jobs/{id}", endpoint(get_job), methods=["GET"]),
]
