# SPDX-License-Identifier: Apache-2.0
"""`/users`, `/roles` and the permissions of objects: who somebody is, and may what.

Decides after BackendUsersResource and BackendAssignedPermissionsResource, for reading only:
the demo's users are fixed. Knows no password.

    GET /ovirt-engine/api/users/{id}/roles
"""

from __future__ import annotations

import uuid

from starlette.routing import Route

from ..model import User
from ..rules.permissions import ROLES, SYSTEM
from .element import Element, reference
from .links import resource
from .places import BASE
from .web import Answer, Call, endpoint, many, missing, one

_KINDS = {"vms": "vm", "hosts": "host", "clusters": "cluster", "templates": "template"}


def element(user: User) -> Element:
    login, _, domain = user.name.partition("@")
    domain_id = f"{domain}-authz".encode().hex().upper()
    content: list[Element] = [
        ("department", ""),
        ("domain_entry_id", user.id.encode().hex().upper()),
        ("email", f"{login}@localhost"),
        ("last_name", ""),
        ("namespace", "*"),
        ("principal", login),
        ("user_name", user.shown),
        reference(
            "domain", f"{BASE}/domains/{domain_id}", domain_id, [("name", f"{domain}-authz")]
        ),
    ]
    return resource("user", f"{BASE}/users/{user.id}", user.id, content, about={"name": login})


def list_users(call: Call) -> Answer:
    """A user sees himself."""
    found = call.engine.store.users()
    shown = [user for user in found if not call.filtered or user.id == call.user.id]
    return many("users", [element(user) for user in shown])


def get_user(call: Call) -> Answer:
    """Everybody may see himself."""
    if call.id != call.user.id:
        call.administrators_only()
    return one(element(call.engine.store.user(call.id) or missing()))


def role_element(name: str) -> Element:
    role = ROLES[name]
    content: list[Element] = [("administrative", role.administrative), ("mutable", False)]
    href = f"{BASE}/roles/{role.id}"
    return resource("role", href, role.id, content, about={"name": name, "description": name})


def list_roles(call: Call) -> Answer:
    """Users see only those of users."""
    shown = [n for n, role in ROLES.items() if not (call.filtered and role.administrative)]
    return many("roles", [role_element(name) for name in shown])


def user_roles(call: Call) -> Answer:
    user = call.engine.store.user(call.id) or missing()
    return many("roles", [role_element(name) for name in sorted({r for r, _ in user.roles})])


def get_role(call: Call) -> Answer:
    return one(role_element(_role(call)))


def permits(call: Call) -> Answer:
    """The role's action groups by number; the engine names them as well."""
    role = ROLES[_role(call)]
    href = f"{BASE}/roles/{call.id}"
    found = []
    for group in sorted(role.groups & _NAMES.keys()):
        content: list[Element] = [
            ("name", _NAMES[group]),
            ("administrative", group in _ADMINISTRATIVE),
            reference("role", href, call.id),
        ]
        found.append(reference("permit", f"{href}/permits/{group}", str(group), content))
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
                found.append(_permission(user, role, target, kind, on))
    return many("permissions", found)


def _permission(user: User, role: str, target: str, kind: str, on: str) -> Element:
    key = str(uuid.uuid5(uuid.UUID(user.id), f"{role}/{target}"))
    content = [
        reference("role", f"{BASE}/roles/{ROLES[role].id}", ROLES[role].id),
        reference("user", f"{BASE}/users/{user.id}", user.id),
    ]
    if kind in _KINDS:
        content.append(reference(_KINDS[kind], f"{BASE}/{kind}/{on}", on))
    return reference("permission", f"{BASE}/{kind}/{on}/permissions/{key}", key, content)


def _role(call: Call) -> str:
    wanted = call.request.path_params["id"].lower()
    return next((name for name, role in ROLES.items() if role.id == wanted), None) or missing()


_GROUPS = """
1:create_vm 2:delete_vm 3:edit_vm_properties 5:change_vm_cd 6:migrate_vm 7:connect_to_vm
8:import_export_vm 9:configure_vm_network 10:configure_vm_storage 11:move_vm
12:manipulate_vm_snapshots 13:reconnect_to_vm 14:change_vm_custom_properties
15:edit_admin_vm_properties 17:reboot_vm 18:stop_vm 19:shut_down_vm 21:hibernate_vm
22:run_vm 23:reset_vm 100:create_host 101:edit_host_configuration 102:delete_host
103:manipulate_host 104:configure_host_network 200:create_template
201:edit_template_properties 202:delete_template 203:copy_template
204:configure_template_network 205:edit_admin_template_properties
301:edit_vm_pool_configuration 502:manipulate_permissions
503:add_users_and_groups_from_directory 1100:create_disk 1300:login
"""
_NAMES = {int(n): name for n, _, name in (each.partition(":") for each in _GROUPS.split())}
_ADMINISTRATIVE = {8, 14, 15, *range(100, 105), 205}

ROUTES = [
    Route("/users", endpoint(list_users), methods=["GET"]),
    Route("/users/{id}", endpoint(get_user), methods=["GET"]),
    Route("/users/{id}/roles", endpoint(user_roles), methods=["GET"]),
    Route("/roles", endpoint(list_roles), methods=["GET"]),
    Route("/roles/{id}", endpoint(get_role), methods=["GET"]),
    Route("/roles/{id}/permits", endpoint(permits), methods=["GET"]),
    Route("/{kind}/{id}/permissions", endpoint(permissions_of), methods=["GET"]),
]
