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
from ..faults import Fault, forbidden, immutable, incomplete, messages, refused
from ..model import User, Vm, VmConfig
from ..rules import cpu_tune, permissions
from ..search import Search
from .content import Item
from .vm_model import VM_ACTIONS, VM_LINKS, changed, vm_type
from .web import BASE, Answer, Call, endpoint, many, one


def item(call: Call, vm: Vm, *, next_run: bool = False) -> Item:
    """A VM, in its current configuration or in that of its next run."""
    config = (vm.pending or vm.config) if next_run else vm.config
    cluster = call.engine.cluster_of(config)
    value = vm_type(
        vm, config, architecture=cluster.architecture, filtered=call.filtered, base=BASE
    )
    return Item(value, f"{BASE}/vms/{vm.id}", VM_LINKS, VM_ACTIONS)


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
    return many("vms", [item(call, vm) for vm in found])


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
    return one(item(call, vm, next_run=call.flag("next_run")))


def put_vm(call: Call) -> Answer:
    sent = call.read("vm")
    next_run = call.flag("next_run")
    vm = call.engine.vm_for(call.user, call.id)
    if sent.id is not None and sent.id != vm.id:
        raise immutable("id")
    if sent.cluster is not None and sent.cluster.id not in (None, vm.config.cluster_id):
        raise messages(
            400,
            "Updating VM's Cluster cannot be performed through update VM action, please use"
            " Change VM Cluster action instead.",
        )
    host_id = host_ids_by_name(call.engine)

    def change(config: VmConfig) -> VmConfig:
        return changed(sent, config, host_id, filtered=call.filtered)

    after = call.engine.update_vm(call.user, vm.id, change, next_run=next_run)
    return one(item(call, after, next_run=next_run))


def add_vm(call: Call) -> Answer:
    sent = call.read("vm")
    cluster_id = _reference(sent.cluster, call.engine.store.clusters, "Vm", "cluster.id|name")
    if not sent.name:
        raise incomplete("Vm", "name", "add")
    template = _template(call.engine, sent)
    base = replace(template[1], cluster_id=cluster_id, template_id=template[0], name=sent.name)
    base = replace(base, created=time.time(), nodes=tuple(_renewed(base)))
    new = changed(sent, base, host_ids_by_name(call.engine), filtered=call.filtered)
    vm = Vm(str(uuid.uuid4()), cpu_tune.fix_policy(new, base))
    _allow(call.engine, call.user, vm, template[1])
    call.engine.store.save_vm(vm)
    call.engine.store.log("USER_ADD_VM", vm=vm, user=call.user)
    made = item(call, vm)
    return Answer(made.xml(), 201, {"Location": made.href})


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
    return Answer("<action><status>complete</status></action>")


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
    raise messages(400, f"Entity not found: {ref.name or ref.id}")


def _reference(ref: Any, all_of: Any, model: str, fields: str) -> str:
    if ref is None or not (ref.id or ref.name):
        raise incomplete(model, fields, "add")
    for each in all_of():
        if ref.id == each.id or (not ref.id and ref.name == each.name):
            return str(each.id)
    raise Fault(400, "Operation Failed", f"Entity not found: {ref.name or ref.id}")


def _renewed(config: VmConfig) -> list[Any]:
    return [replace(node, id=str(uuid.uuid4())) for node in config.nodes]


def vm_statistics(call: Call) -> Answer:
    """None are kept: what a guest of the demo uses is not measured."""
    call.engine.vm_for(call.user, call.id)
    return many("statistics", [])


ROUTES = [
    Route("/vms", endpoint(list_vms), methods=["GET"]),
    Route("/vms", endpoint(add_vm), methods=["POST"]),
    Route("/vms/{id}", endpoint(get_vm), methods=["GET"]),
    Route("/vms/{id}", endpoint(put_vm), methods=["PUT"]),
    Route("/vms/{id}", endpoint(delete_vm), methods=["DELETE"]),
    Route("/vms/{id}/statistics", endpoint(vm_statistics), methods=["GET"]),
]
