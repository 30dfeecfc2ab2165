# SPDX-License-Identifier: Apache-2.0
"""`/templates` and `/vmpools`: what VMs are made from, with the settings that they pass on.

Decides after BackendTemplateResource and BackendVmPoolResource, as far as properties and
placement go. Knows no rule: `engine` checks the same as for a VM.

    PUT /ovirt-engine/api/templates/{id}  <template><custom_properties>...
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.routing import Route

from ..faults import forbidden, immutable, messages
from ..model import BLANK, Pool, VmConfig
from ..rules import cpu_tune, permissions
from . import devices
from .devices import with_devices
from .element import Element, reference
from .links import resource
from .places import BASE
from .vm_body import base_elements, pool_vm_element
from .vm_changes import changed
from .vms import host_ids_by_name
from .web import Answer, Call, endpoint, many, missing, one


def element(call: Call, template_id: str, config: VmConfig) -> Element:
    """Blank belongs to no cluster, and is version 0 of itself."""
    blank = template_id == BLANK
    cluster = None if blank else call.engine.cluster_of(config)
    href = f"{BASE}/templates/{template_id}"
    version: list[Element] = [
        ("version_name", "" if blank else "base version"),
        ("version_number", 0 if blank else 1),
        reference("base_template", href, template_id),
    ]
    content = base_elements(None, config, cluster)
    if call.whole or call.request.method == "PUT":
        content = with_devices(content, devices.OF_ALL)
    content += [("status", "ok"), ("version", version)]
    about = {"name": config.name, "description": config.description, "comment": config.comment}
    return resource("template", href, template_id, content, about=about)


def list_templates(call: Call) -> Answer:
    call.follows()

    def seen(found: tuple[str, VmConfig]) -> bool:
        return _seen(call, found[0])

    found = call.listed("template", call.engine.store.templates, seen)
    return many("templates", [element(call, key, config) for key, config in found])


def get_template(call: Call) -> Answer:
    call.follows()
    if call.filtered and not _seen(call, call.id):
        missing()
    config = call.engine.store.template(call.id) or missing()
    return one(element(call, call.id, config))


def _seen(call: Call, template_id: str) -> bool:
    """By a user: Blank, and those that he, or a VM that is his, has to do with."""
    mine = permissions.visible(call.user)
    if mine is None or template_id in (BLANK, *mine):
        return True
    vms = (call.engine.store.vm(key) for key in mine)
    return any(vm is not None and vm.config.template_id == template_id for vm in vms)


def put_template(call: Call) -> Answer:
    """UpdateVmTemplate: unlike with a VM, custom properties need no permission of their own."""
    sent = call.read("template")
    old = call.engine.store.template(call.id) or missing()
    if sent.id is not None and sent.id != call.id:
        raise immutable("id")
    look_up = host_ids_by_name(call.engine)
    new = cpu_tune.fix_policy(changed(sent, old, look_up, filtered=call.filtered), old)
    groups = {permissions.EDIT_TEMPLATE}
    if set(new.host_ids) != set(old.host_ids):
        groups.add(permissions.EDIT_ADMIN_TEMPLATE)
    _allow(call, groups, call.id, old)
    call.engine.check_properties(new, "edit", "Template")
    call.engine.check_hosts(new)
    new = call.engine.kept_properties(new)
    call.engine.store.save_template(call.id, new)
    call.engine.store.log("USER_UPDATE_VM_TEMPLATE", template=(call.id, new), user=call.user)
    return one(element(call, call.id, new))


def pool_element(call: Call, pool: Pool) -> Element:
    """With the first of its VMs, whatever the others are like."""
    engine = call.engine
    members = engine.store.vms_in_pool(pool.id)
    cluster = engine.cluster_of(pool.config)
    content: list[Element] = [
        ("auto_storage_select", False),
        ("max_user_vms", 1),
        ("prestarted_vms", 0),
        ("size", len(members)),
        ("stateful", False),
        ("type", "automatic"),
        ("use_latest_template_version", False),
        reference("cluster", f"{BASE}/clusters/{cluster.id}", cluster.id),
        reference("template", f"{BASE}/templates/{pool.template_id}", pool.template_id),
    ]
    if members:
        whole = call.whole or call.request.method == "PUT"
        content.append(pool_vm_element(members[0], cluster, whole=whole))
    about = {"name": pool.name, "description": pool.description}
    return resource("vm_pool", f"{BASE}/vmpools/{pool.id}", pool.id, content, about=about)


def list_pools(call: Call) -> Answer:
    mine = permissions.visible(call.user)

    def seen(pool: Pool) -> bool:
        return mine is None or bool({pool.id, pool.config.cluster_id} & set(mine))

    pools = call.listed("pool", call.engine.store.pools, seen)
    return many("vm_pools", [pool_element(call, pool) for pool in pools])


def get_pool(call: Call) -> Answer:
    return one(pool_element(call, call.engine.store.pool(call.id) or missing()))


def put_pool(call: Call) -> Answer:
    """What the request says of the pool's VMs is not even looked at: they keep what they have,
    and new ones would be made like those that are there."""
    sent = call.read("vm_pool")
    pool = call.engine.store.pool(call.id) or missing()
    _allow(call, {permissions.EDIT_POOL}, pool.id, pool.config)
    if sent.name not in (None, pool.name):
        raise messages(400, "Cannot change VM-Pool name.")
    description = pool.description if sent.description is None else sent.description
    after = replace(pool, description=description)
    call.engine.store.save_pool(after)
    made_from = (after.template_id, after.config)
    event = "USER_UPDATE_VM_POOL_WITH_VMS"
    call.engine.store.log(event, pool=after.name, user=call.user, template=made_from)
    return one(pool_element(call, after))


def _allow(call: Call, groups: Any, object_id: str, config: VmConfig) -> None:
    on = (object_id, config.cluster_id)
    if not all(permissions.may(call.user, group, *on) for group in groups):
        raise forbidden()


ROUTES = [
    Route("/templates", endpoint(list_templates), methods=["GET"]),
    Route("/templates/{id}", endpoint(get_template), methods=["GET"]),
    Route("/templates/{id}", endpoint(put_template), methods=["PUT"]),
    Route("/vmpools", endpoint(list_pools), methods=["GET"]),
    Route("/vmpools/{id}", endpoint(get_pool), methods=["GET"]),
    Route("/vmpools/{id}", endpoint(put_pool), methods=["PUT"]),
]
