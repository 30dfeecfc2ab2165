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
from ..rules import permissions
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
    if event.user:
        value.user = types.User(name=event.user)
    for kind, key, path in ((types.Vm, event.vm_id, "vm"), (types.Host, event.host_id, "host")):
        if key:
            ref = kind(id=key)
            ref.href = f"{BASE}/{path}s/{key}"
            setattr(value, path, ref)
    return Item(value, f"{BASE}/events/{event.id}")


def list_events(call: Call) -> Answer:
    """The newest first; `from` gives only those after an event."""
    events = call.engine.store.events(call.search, call.most, call.number("from", 0))
    seen = permissions.visible(call.user)
    if seen is not None:
        events = [e for e in events if e.vm_id and _visible(call, e.vm_id, seen)]
    return many("events", [item(event) for event in events])


def _visible(call: Call, vm_id: str, seen: list[str]) -> bool:
    vm = call.engine.store.vm(vm_id)
    return vm is not None and bool({vm.id, vm.config.cluster_id} & set(seen))


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
