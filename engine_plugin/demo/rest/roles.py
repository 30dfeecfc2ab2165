# SPDX-License-Identifier: Apache-2.0
"""`/roles` and the permissions of objects: who may do what.

Decides after BackendRolesResource and BackendAssignedPermissionsResource, for reading only.
Neither looks whether the user or the object is there at all: what holds for everybody and
everywhere is shown of any.

    GET /ovirt-engine/api/users/{id}/roles
"""

from __future__ import annotations

from starlette.routing import Route

from ..model import User
from ..rules.permissions import EVERYONE, OF_EVERYONE, ROLES, SYSTEM
from ..topologies import identity
from .element import Element, reference
from .links import resource
from .places import BASE
from .web import Answer, Call, endpoint, many, missing, nowhere, one

_KINDS = {
    "clusters": "cluster",
    "datacenters": "data_center",
    "hosts": "host",
    "templates": "template",
    "users": "user",
    "vmpools": "vm_pool",
    "vms": "vm",
}


def _element(name: str) -> Element:
    role = ROLES[name]
    content: list[Element] = [("administrative", role.administrative), ("mutable", False)]
    about = {"name": name, "description": role.description}
    return resource("role", f"{BASE}/roles/{role.id}", role.id, content, about=about)


def list_roles(call: Call) -> Answer:
    """Users see only those of users."""
    shown = [n for n, role in ROLES.items() if not (call.filtered and role.administrative)]
    return many("roles", [_element(name) for name in shown])


def get_role(call: Call) -> Answer:
    return one(_element(_named(call.id) or missing()))


def roles_of(call: Call) -> Answer:
    """Those that a user has on everything, and no others."""
    user = call.engine.store.user(call.id)
    names = {role for role, on in user.roles if on == SYSTEM} if user else set()
    owner = f"{BASE}/users/{call.id}"
    found = []
    for name in sorted({*names, OF_EVERYONE}):
        key = ROLES[name].id
        content = [reference("user", owner, call.id)]
        found.append(resource("role", f"{owner}/roles/{key}", key, content, about={"name": name}))
    return many("roles", found)


def permits(call: Call) -> Answer:
    """The role's action groups by number; the engine names them as well."""
    key = call.guid("role")
    name = _named(key)
    groups = sorted(ROLES[name].groups & _NAMES.keys()) if name else []
    href = f"{BASE}/roles/{key}"
    found = []
    for group in groups:
        content: list[Element] = [
            ("name", _NAMES[group]),
            ("administrative", group in _ADMINISTRATIVE),
            reference("role", href, key),
        ]
        found.append(reference("permit", f"{href}/permits/{group}", str(group), content))
    return many("permits", found)


def permissions_of(call: Call) -> Answer:
    """The permissions on an object, those that come from above included; or of a user."""
    kind = call.request.path_params["kind"]
    if kind not in _KINDS:
        return nowhere(call)
    on = call.id
    around = {on, SYSTEM}
    vm = call.engine.store.vm(on) if kind == "vms" else None
    if vm is not None:
        around.add(vm.config.cluster_id)
    found = {_key(EVERYONE, OF_EVERYONE, SYSTEM): _everyones(kind, on)}
    for user in call.engine.store.users():
        for role, target in user.roles:
            if user.id == on if kind == "users" else target in around:
                found[_key(user.id, role, target)] = _permission(user, role, target, kind, on)
    return many("permissions", [found[key] for key in sorted(found)])


def _permission(user: User, role: str, target: str, kind: str, on: str) -> Element:
    key = _key(user.id, role, target)
    about = {
        "role": f"roles/{ROLES[role].id}",
        "user": f"users/{user.id}",
        _KINDS[kind]: f"{kind}/{on}",
    }
    return reference("permission", f"{BASE}/{kind}/{on}/permissions/{key}", key, _about(about))


def _everyones(kind: str, on: str) -> Element:
    group = f"groups/{EVERYONE}"
    about = {"group": group, "role": f"roles/{ROLES[OF_EVERYONE].id}"}
    if kind != "users":
        about[_KINDS[kind]] = f"{kind}/{on}"
    key = _key(EVERYONE, OF_EVERYONE, SYSTEM)
    return reference("permission", f"{BASE}/{group}/permissions/{key}", key, _about(about))


def _about(entities: dict[str, str]) -> list[Element]:
    """References by name, each to a path."""
    return [
        reference(tag, f"{BASE}/{path}", path.rpartition("/")[2])
        for tag, path in sorted(entities.items())
    ]


def _key(holder: str, role: str, target: str) -> str:
    return identity("permission", f"{holder}/{role}/{target}")


def _named(key: str) -> str | None:
    return next((name for name, role in ROLES.items() if role.id == key), None)


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
503:add_users_and_groups_from_directory 504:edit_profile 1100:create_disk 1300:login
"""
_NAMES = {int(n): name for n, _, name in (each.partition(":") for each in _GROUPS.split())}
_ADMINISTRATIVE = {8, 14, 15, *range(100, 105), 205}

ROUTES = [
    Route("/roles", endpoint(list_roles), methods=["GET"]),
    Route("/roles/{id}", endpoint(get_role), methods=["GET"]),
    Route("/roles/{role}/permits", endpoint(permits), methods=["GET"]),
    Route("/users/{id}/roles", endpoint(roles_of), methods=["GET"]),
    Route("/users/{id}/roles/{role}/permits", endpoint(permits), methods=["GET"]),
    Route("/{kind}/{id}/permissions", endpoint(permissions_of), methods=["GET"]),
]
