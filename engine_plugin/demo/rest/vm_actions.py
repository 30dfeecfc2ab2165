# SPDX-License-Identifier: Apache-2.0
"""`/vms/{id}/start` and the other actions.

Decides what of an action's body counts. Knows no rule: `lifecycle` allows or refuses, and
what it started goes on after the answer.

    POST /ovirt-engine/api/vms/{id}/migrate  <action><host id="..."/></action>
"""

from __future__ import annotations

import uuid
from typing import Any

from starlette.routing import Route

from ..engine import Engine
from ..faults import not_found
from ..lifecycle import Lifecycle, RunOnce
from .element import Element, reference
from .links import resource
from .places import BASE
from .vm_changes import properties_of
from .web import Answer, Call, endpoint, unknown_path


def act(call: Call) -> Answer:
    """One of the actions of a VM; the answer is the action with what became of it."""
    name = call.request.path_params["action"]
    done = _ACTIONS.get(name) or unknown_path(call.request)
    sent = call.read("action") if call.body.strip() else None
    vm_id = call.id
    done(call, vm_id, sent)
    job = str(uuid.uuid4())
    content: list[Element] = [
        reference("job", f"{BASE}/jobs/{job}", job),
        ("status", "complete"),
        resource("vm", f"{BASE}/vms/{vm_id}", vm_id, []),
    ]
    return Answer(("action", content))


def _lifecycle(call: Call) -> Lifecycle:
    found: Lifecycle = call.services.lifecycle
    return found


def _start(call: Call, vm_id: str, sent: Any) -> None:
    once = None
    if sent is not None and (sent.vm is not None or sent.pause):
        once = RunOnce(*_once(call.engine, sent.vm), paused=bool(sent.pause))
    _lifecycle(call).start(call.user, vm_id, once)


def _once(engine: Engine, vm: Any) -> tuple[tuple[tuple[str, str], ...] | None, str | None]:
    """Properties and host of a run once; the first of the hosts that are sent counts."""
    if vm is None:
        return None, None
    properties = None if vm.custom_properties is None else properties_of(vm)
    hosts = (vm.placement_policy.hosts or []) if vm.placement_policy is not None else []
    return properties, _host_id(engine, hosts[0]) if hosts else None


def _migrate(call: Call, vm_id: str, sent: Any) -> None:
    host = _host_id(call.engine, sent.host) if sent is not None and sent.host else None
    force = bool(sent is not None and sent.force)
    _lifecycle(call).migrate(call.user, vm_id, host, force)


def _host_id(engine: Engine, host: Any) -> str:
    for each in engine.store.hosts():
        if host.id == each.id or (not host.id and host.name == each.name):
            return each.id
    raise not_found(str(host.name or host.id))


_ACTIONS: dict[str, Any] = {
    "start": _start,
    "migrate": _migrate,
    "stop": lambda call, vm_id, _: _lifecycle(call).stop(call.user, vm_id),
    "shutdown": lambda call, vm_id, _: _lifecycle(call).shutdown(call.user, vm_id),
    "suspend": lambda call, vm_id, _: _lifecycle(call).suspend(call.user, vm_id),
    "reboot": lambda call, vm_id, _: _lifecycle(call).reboot(call.user, vm_id),
}

ROUTES = [Route("/vms/{id}/{action}", endpoint(act), methods=["POST"])]
