# SPDX-License-Identifier: Apache-2.0
"""`/vms`: list, show, add, change and remove virtual machines.

Decides after BackendVmsResource and BackendVmResource. Knows no rule: `engine` and `rules`
allow or refuse.

    GET /ovirt-engine/api/vms?search=sortby%20name%20asc%20page%202&max=100
"""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import replace
from typing import Any

from starlette.routing import Route

from ..engine import Engine
from ..faults import forbidden, immutable, incomplete, not_found, refused
from ..model import Cluster, User, Vm, VmConfig
from ..rules import cpu_tune, permissions
from ..search import Search
from . import statistics
from .element import Element
from .places import BASE
from .vm_changes import changed
from .vm_texts import VmTexts
from .web import Answer, Call, endpoint, many, one


def element(call: Call, vm: Vm, *, next_run: bool = False, alone: bool = True) -> Element:
    """A VM, in its current configuration or in that of its next run.

    The engine answers to POST and PUT with all that it has, as if that had been asked for.
    """
    texts: VmTexts = call.services.texts
    whole = call.whole or call.request.method in ("POST", "PUT")
    made = texts.whole if whole else texts.element
    return made(vm, next_run=next_run, filtered=call.filtered, alone=alone)


def list_vms(call: Call) -> Answer:
    call.follows()
    store = call.engine.store
    seen = permissions.visible(call.user) if call.filtered else None

    def load(search: Search, most: int) -> list[Vm]:
        vms = store.vms(search, most, seen)
        by_id = call.filtered and call.text("search") is None
        return sorted(vms, key=lambda vm: vm.id) if by_id else vms

    found = _by_name(call, seen) if call.filtered else None
    found = call.listed("vm", load) if found is None else found
    return many("vms", [element(call, vm, alone=False) for vm in found])


def _by_name(call: Call, seen: list[str] | None) -> list[Vm] | None:
    """The user portal's way to ask: sorted by name, with `max`. Then what is searched for is
    ignored, and VMs of pools are shown only to whom they are assigned."""
    text = call.text("search") or ""
    if "sortby name asc" not in text.lower() or call.most < 0:
        return None
    page = re.search(r"page\s+(\d+)", text)
    alone = Search.parse("vm", f"sortby name asc page {page.group(1) if page else 1}")
    return call.engine.store.vms(alone, call.most, seen, pools=False)


def get_vm(call: Call) -> Answer:
    call.follows()
    vm = call.engine.vm_for(call.user, call.id, filtered=call.filtered)
    if not call.filtered:
        call.administrators_only()
    return one(element(call, vm, next_run=call.flag("next_run")))


def put_vm(call: Call) -> Answer:
    """Another cluster is a command of its own, which comes before what else is changed."""
    sent = call.read("vm")
    next_run = call.flag("next_run")
    engine, user = call.engine, call.user
    if not call.filtered:
        call.administrators_only()
    vm = engine.vm_for(user, call.id, filtered=call.filtered)
    if sent.id is not None and sent.id != vm.id:
        raise immutable("id")
    if sent.cluster is not None and (sent.cluster.id or sent.cluster.name):
        cluster = _cluster(engine, sent.cluster)
        if cluster.id != vm.config.cluster_id:
            engine.change_cluster(user, vm.id, cluster)
    host_id = host_ids_by_name(engine)

    def change(config: VmConfig) -> VmConfig:
        return changed(sent, config, host_id, filtered=call.filtered)

    after = engine.update_vm(user, vm.id, change, next_run=next_run)
    return one(element(call, after, next_run=next_run))


def add_vm(call: Call) -> Answer:
    sent = call.read("vm")
    engine, user = call.engine, call.user
    if sent.cluster is None or not (sent.cluster.id or sent.cluster.name):
        raise incomplete("Vm", "cluster.id|name", "add")
    if not sent.name:
        raise incomplete("Vm", "name", "add")
    template_id, template = _template(engine, sent)
    base = replace(
        template,
        cluster_id=_cluster(engine, sent.cluster).id,
        name=sent.name,
        description="",
        comment="",
        quota=True,
        template_id=template_id,
        created=time.time(),
        nodes=_renewed(template),
    )
    if sent.memory is not None:
        memory_mb = sent.memory >> 20  # all of it guaranteed, and four times it the most
        base = replace(base, guaranteed_mb=memory_mb, max_memory_mb=4 * memory_mb)
    new = changed(sent, base, host_ids_by_name(engine), filtered=call.filtered)
    vm = Vm(str(uuid.uuid4()), cpu_tune.fix_policy(engine.without_devices(new), base))
    _allow(engine, user, vm, template)
    vm = replace(vm, config=engine.kept_properties(vm.config))
    engine.store.save_vm(vm)
    engine.store.log("USER_ADD_VM", vm=vm, user=user)
    return Answer(element(call, vm), 201, {"Location": _location(call, vm)})


def _location(call: Call, vm: Vm) -> str:
    """Twice the path, as the engine sends it: clients take the id from the body."""
    url = call.request.url
    return f"{url.scheme}://{url.netloc}{BASE}/v4{BASE}/vms/{vm.id}"


def delete_vm(call: Call) -> Answer:
    vm = call.engine.vm_for(call.user, call.id)
    if not call.engine.may(call.user, permissions.DELETE_VM, vm):
        raise forbidden()
    with call.engine.locked(vm, "remove"):
        if vm.state.status != "down":
            raise refused("VM is running.", action="remove")
        if vm.config.delete_protected:
            text = "Delete protection is enabled. In order to delete, disable Delete protection"
            raise refused(f"{text} first.", action="remove")
        call.engine.store.delete_vm(vm.id)
    call.engine.store.log("USER_REMOVE_VM_FINISHED", vm=vm, user=call.user)
    job = str(uuid.uuid4())
    link: Element = ("job", None, {"href": f"{BASE}/jobs/{job}", "id": job})
    return Answer(("action", [link, ("status", "complete")]))


def host_ids_by_name(engine: Engine) -> Any:
    """The id of a host by its name; read only where a request names one so."""

    def found(name: str) -> str | None:
        return next((h.id for h in engine.store.hosts() if h.name == name), None)

    return found


def _allow(engine: Engine, user: User, vm: Vm, template: VmConfig) -> None:
    groups = {permissions.CREATE_VM}
    if vm.config.custom_properties != template.custom_properties:
        groups.add(permissions.PROPERTIES)
    if vm.config.host_ids != template.host_ids or vm.config.cpu_pinning != template.cpu_pinning:
        groups.add(permissions.EDIT_ADMIN)
    if not all(engine.may(user, group, vm) for group in groups):
        raise forbidden()
    if engine.store.vm_named(vm.config.name):
        text = "The VM name is already in use, please choose a unique name and try again."
        raise refused(text, action="add")
    engine.check_properties(vm.config, "add")
    engine.check_hosts(vm.config, "add")
    cpu_tune.check(vm.config, "add")


def _template(engine: Engine, sent: Any) -> tuple[str, VmConfig]:
    """The template to copy; Blank where the request names it so."""
    ref = sent.template
    if ref is None or not (ref.id or ref.name):
        raise incomplete("Vm", "template.id|name", "add")
    for template_id, config in engine.store.templates():
        if ref.id == template_id or (not ref.id and ref.name == config.name):
            return template_id, config
    raise not_found("GetVmTemplate")


def _cluster(engine: Engine, ref: Any) -> Cluster:
    for each in engine.store.clusters():
        if ref.id == each.id or (not ref.id and ref.name == each.name):
            return each
    raise not_found(f"Cluster: id={ref.id}" if ref.id else f"Cluster: name={ref.name}")


def _renewed(config: VmConfig) -> tuple[Any, ...]:
    return tuple(replace(node, id=str(uuid.uuid4())) for node in config.nodes)


def vm_statistics(call: Call) -> Answer:
    vm = call.engine.store.vm(call.id)
    if vm is None:
        raise not_found(call.id)
    href = f"{BASE}/vms/{vm.id}"
    return many("statistics", statistics.of_vm(href, vm.id, vm.config.memory_mb))


ROUTES = [
    Route("/vms", endpoint(list_vms), methods=["GET"]),
    Route("/vms", endpoint(add_vm), methods=["POST"]),
    Route("/vms/{id}", endpoint(get_vm), methods=["GET"]),
    Route("/vms/{id}", endpoint(put_vm), methods=["PUT"]),
    Route("/vms/{id}", endpoint(delete_vm), methods=["DELETE"]),
    Route("/vms/{id}/statistics", endpoint(vm_statistics), methods=["GET"]),
]
