# SPDX-License-Identifier: Apache-2.0
"""`/events` and `/jobs`: what has happened.

Decides after BackendEventsResource and EventMapper. Knows no words: `audit` has them. Jobs
are not kept; one that an action named is finished when it is asked for.

    GET /ovirt-engine/api/events?search=_event_vm_id%3D0d5f...%20and%20type%3D35&max=10
"""

from __future__ import annotations

import re
import time

from starlette.routing import Route

from ..faults import Fault
from ..model import DATA_CENTER, Event
from ..search import Search
from . import datacenters
from .element import Element, moment, reference, texts
from .links import resource
from .places import BASE
from .web import Answer, Call, endpoint, many, missing, one

_WITHOUT_CENTER = (61, 119, 344, 9611)


def element(event: Event) -> Element:
    content: list[Element] = texts(
        ("description", event.text),
        ("code", event.code),
        ("correlation_id", event.correlation or None),
        ("custom_id", -1),
        ("flood_rate", 0),
        ("index", event.id),
        ("origin", "oVirt"),
        ("severity", event.severity),
        ("time", moment(event.time)),
    )
    content += _about(event)
    return ("event", content, {"href": f"{BASE}/events/{event.id}", "id": str(event.id)})


def _about(event: Event) -> list[Element]:
    """What it is about, each with its name; the data centre with a VM or template that
    somebody did something with."""
    center = event.template_id and event.code not in _WITHOUT_CENTER
    about = (
        ("cluster", "clusters", event.cluster_id, event.cluster_name),
        ("data_center", "datacenters", *((datacenters.ID, DATA_CENTER) if center else ("", ""))),
        ("host", "hosts", event.host_id, event.host_name),
        ("template", "templates", event.template_id, event.template_name),
        ("user", "users", event.user_id, event.user),
        ("vm", "vms", event.vm_id, event.vm_name),
    )
    found: list[Element] = []
    for tag, path, key, name in about:
        named: list[Element] | None = [("name", name)] if name else None
        if key:
            found.append(reference(tag, f"{BASE}/{path}/{key}", key, named))
        elif named:
            found.append((tag, named))
    return found


def list_events(call: Call) -> Answer:
    """The newest first; `from` gives only those after an event, the newest first as well."""
    after = call.number("from", 0)
    roles = {on for _, on in call.user.roles}

    def load(search: Search, most: int) -> list[Event]:
        return call.engine.store.events(search, most, after)

    def seen(event: Event) -> bool:
        """By a user: what is about something that he has a role on, itself and not above it."""
        about = {event.vm_id, event.template_id, event.host_id, event.cluster_id}
        return bool(about & roles)

    return many("events", [element(event) for event in call.listed("event", load, seen)])


def get_event(call: Call) -> Answer:
    key = call.request.path_params["id"]
    if not re.fullmatch(r"[+-]?\d{1,18}", key):
        raise Fault(400, "Operation failed", f'For input string: "{key}"')
    event = call.engine.store.event(int(key))
    return one(element(event or missing()))


def list_jobs(call: Call) -> Answer:
    call.administrators_only()
    return many("jobs", [])


def get_job(call: Call) -> Answer:
    now = moment(time.time())
    content: list[Element] = [
        ("auto_cleared", True),
        ("end_time", now),
        ("external", False),
        ("last_updated", now),
        ("start_time", now),
        ("status", "finished"),
        reference("owner", f"{BASE}/users/{call.user.id}", call.user.id),
    ]
    text = "An action of the embedded engine"
    return one(
        resource("job", f"{BASE}/jobs/{call.id}", call.id, content, about={"description": text})
    )


ROUTES = [
    Route("/events", endpoint(list_events), methods=["GET"]),
    Route("/events/{id}", endpoint(get_event), methods=["GET"]),
    Route("/jobs", endpoint(list_jobs), methods=["GET"]),
    Route("/jobs/{id}", endpoint(get_job), methods=["GET"]),
]
