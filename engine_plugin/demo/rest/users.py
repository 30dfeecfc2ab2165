# SPDX-License-Identifier: Apache-2.0
"""`/users`, `/roles` and the permissions of objects: who somebody is, and may what.

Decides after BackendUsersResource and BackendAssignedPermissionsResource, for reading only:
the demo's users are fixed. Knows no password.

    GET /ovirt-engine/api/users/{id}/roles
"""

from __future__ import annotations

import uuid

from ovirtsdk4 import types
from starlette.routing import Route

from ..model import User
from ..rules import permissions
from ..rules.permissions import ROLES, SYSTEM
from .content import Item
from .web import BASE, Answer, Call, endpoint, many, missing, one


def item(user: User) -> Item:
    login, _, domain = user.name.partition("@")
    value = types.User(
        id=user.id,
        name=login,
        user_name=f"{user.shown}",
        principal=login,
        namespace="*",
        domain_entry_id=user.id,
        domain=types.Domain(name=f"{domain}-authz"),
    )
    return Item(value, f"{BASE}/users/{user.id}", ("permissions", "roles"))


def list_users(call: Call) -> Answer:
    call.administrators_only()
    return many("users", [item(user) for user in call.engine.store.users()])


def get_user(call: Call) -> Answer:
    """Everybody may see himself."""
    if call.id != call.user.id:
        call.administrators_only()
    return one(item(call.engine.store.user(call.id) or missing()))


def role_item(name: str) -> Item:
    role = ROLES[name]
    value = types.Role(
        id=role.id, name=name, administrative=role.administrative, mutable=False, description=name
    )
    return Item(value, f"{BASE}/roles/{role.id}", ("permits",))


def list_roles(call: Call) -> Answer:
    return many("roles", [role_item(name) for name in ROLES])


def user_roles(call: Call) -> Answer:
    user = call.engine.store.user(call.id) or missing()
    return many("roles", [role_item(name) for name in sorted({r for r, _ in user.roles})])


def get_role(call: Call) -> Answer:
    return one(role_item(_role(call)))


def permits(call: Call) -> Answer:
    """The role's action groups by number; the engine names them as well."""
    href = f"{BASE}/roles/{call.id}/permits"
    found = []
    for group in sorted(ROLES[_role(call)].groups):
        value = types.Permit(id=str(group), name=_NAMES.get(group, f"group_{group}"))
        found.append(Item(value, f"{href}/{group}"))
    return many("permits", found)


def permissions_of(call: Call) -> Answer:
    """The permissions on an object, those that come from above included."""
    on = call.id
    kind = call.request.path_params["kind"]
    around = {on, SYSTEM}
    vm = call.engine.store.vm(on) if kind == "vms" else None
    if vm is not None:
        around.add(vm.config.cluster_id)
    found = []
    for user in call.engine.store.users():
        for role, target in user.roles:
            if target in around or (kind == "users" and user.id == on):
                found.append(_permission(user, role, target, f"{BASE}/{kind}/{on}"))
    return many("permissions", found)


def _permission(user: User, role: str, target: str, href: str) -> Item:
    key = str(uuid.uuid5(uuid.UUID(user.id), f"{role}/{target}"))
    value = types.Permission(id=key)
    value.role = types.Role(id=ROLES[role].id)
    value.role.href = f"{BASE}/roles/{ROLES[role].id}"
    value.user = types.User(id=user.id)
    value.user.href = f"{BASE}/users/{user.id}"
    return Item(value, f"{href}/permissions/{key}")


def _role(call: Call) -> str:
    wanted = call.request.path_params["id"].lower()
    return next((name for name, role in ROLES.items() if role.id == wanted), None) or missing()


_NAMES = {
    permissions.CREATE_VM: "create_vm",
    permissions.DELETE_VM: "delete_vm",
    permissions.EDIT_VM: "edit_vm_properties",
    permissions.MIGRATE_VM: "migrate_vm",
    permissions.PROPERTIES: "change_vm_custom_properties",
    permissions.EDIT_ADMIN: "edit_admin_vm_properties",
    permissions.REBOOT_VM: "reboot_vm",
    permissions.STOP_VM: "stop_vm",
    permissions.SHUT_DOWN_VM: "shut_down_vm",
    permissions.HIBERNATE_VM: "hibernate_vm",
    permissions.RUN_VM: "run_vm",
    permissions.MANIPULATE_HOST: "manipulate_host",
    permissions.EDIT_TEMPLATE: "edit_template_properties",
    permissions.EDIT_ADMIN_TEMPLATE: "edit_admin_template_properties",
    permissions.EDIT_POOL: "edit_vm_pool_configuration",
    permissions.LOGIN: "login",
}

ROUTES = [
    Route("/users", endpoint(list_users), methods=["GET"]),
    Route("/users/{id}", endpoint(get_user), methods=["GET"]),
    Route("/users/{id}/roles", endpoint(user_roles), methods=["GET"]),
    Route("/roles", endpoint(list_roles), methods=["GET"]),
    Route("/roles/{id}", endpoint(get_role), methods=["GET"]),
    Route("/roles/{id}/permits", endpoint(permits), methods=["GET"]),
    Route("/{kind}/{id}/permissions", endpoint(permissions_of), methods=["GET"]),
]
