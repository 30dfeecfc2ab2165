# SPDX-License-Identifier: Apache-2.0
"""`/templates` and `/vmpools`: what VMs are made from, with the settings that they pass on.

Decides after BackendTemplateResource and BackendVmPoolResource, as far as properties and
placement go. Knows no rule: `engine` checks the same as for a VM.

    PUT /ovirt-engine/api/templates/{id}  <template><custom_properties>...
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ovirtsdk4 import types
from starlette.routing import Route

from ..faults import forbidden, immutable
from ..model import BLANK, Pool, VmConfig
from ..rules import cpu_tune, permissions
from .content import Item
from .vm_model import changed, common
from .vms import host_ids_by_name
from .web import BASE, Answer, Call, endpoint, many, missing, one


def item(call: Call, template_id: str, config: VmConfig) -> Item:
    architecture = call.engine.cluster_of(config).architecture
    given = common(config, architecture, BASE)
    given.pop("template")
    value = types.Template(
        id=template_id,
        status=types.TemplateStatus.OK,
        version=types.TemplateVersion(version_number=1),
        **given,
    )
    if call.filtered:
        value.placement_policy = None
    return Item(value, f"{BASE}/templates/{template_id}", ("permissions",))


def list_templates(call: Call) -> Answer:
    call.follows()

    def seen(found: tuple[str, VmConfig]) -> bool:
        return _seen(call, found[0])

    found = call.listed("template", call.engine.store.templates, seen)
    return many("templates", [item(call, key, config) for key, config in found])


def get_template(call: Call) -> Answer:
    call.follows()
    if call.filtered and not _seen(call, call.id):
        missing()
    return one(item(call, call.id, call.engine.store.template(call.id) or missing()))


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
    call.engine.store.save_template(call.id, new)
    call.engine.store.log("USER_UPDATE_VM_TEMPLATE", template=(call.id, new), user=call.user)
    return one(item(call, call.id, new))


def pool_item(call: Call, pool: Pool) -> Item:
    architecture = call.engine.cluster_of(pool.config).architecture
    vm = types.Vm(**common(pool.config, architecture, BASE))
    if call.filtered:
        vm.placement_policy = None
    value = types.VmPool(
        id=pool.id,
        name=pool.name,
        size=pool.size,
        type=types.VmPoolType.AUTOMATIC,
        stateful=False,
        prestarted_vms=0,
        max_user_vms=1,
        vm=vm,
    )
    value.cluster = types.Cluster(id=pool.config.cluster_id)
    value.cluster.href = f"{BASE}/clusters/{pool.config.cluster_id}"
    value.template = types.Template(id=pool.template_id)
    value.template.href = f"{BASE}/templates/{pool.template_id}"
    return Item(value, f"{BASE}/vmpools/{pool.id}", ("permissions",))


def list_pools(call: Call) -> Answer:
    mine = permissions.visible(call.user)

    def seen(pool: Pool) -> bool:
        return mine is None or bool({pool.id, pool.config.cluster_id} & set(mine))

    pools = call.listed("pool", call.engine.store.pools, seen)
    return many("vm_pools", [pool_item(call, pool) for pool in pools])


def get_pool(call: Call) -> Answer:
    return one(pool_item(call, call.engine.store.pool(call.id) or missing()))


def put_pool(call: Call) -> Answer:
    """The configuration in `vm` becomes that of all the pool's VMs that are down."""
    sent = call.read("vm_pool")
    pool = call.engine.store.pool(call.id) or missing()
    new = pool.config
    if sent.vm is not None:
        look_up = host_ids_by_name(call.engine)
        new = changed(sent.vm, pool.config, look_up, filtered=call.filtered)
        new = replace(cpu_tune.fix_policy(new, pool.config), name=pool.config.name)
    _allow(call, {permissions.EDIT_POOL}, pool.id, pool.config)
    call.engine.check_properties(new, "edit", "VM-Pool")
    call.engine.check_hosts(new)
    with call.engine.store.transaction():
        after = replace(pool, config=new, name=sent.name or pool.name)
        call.engine.store.save_pool(after)
        for vm in call.engine.store.vms_in_pool(pool.id):
            config = replace(new, name=vm.config.name)
            if vm.running:
                call.engine.store.save_vm(replace(vm, pending=config))
            else:
                call.engine.store.save_vm(replace(vm, config=config))
    call.engine.store.log("USER_UPDATE_VM_POOL", pool=after.name, user=call.user)
    return one(pool_item(call, after))


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
