# SPDX-License-Identifier: Apache-2.0
"""Who may do what, and who sees what: the engine's roles and their action groups.

Decides after roles_groups (00700_insert_roles_groups.sql), as far as VMs, hosts and templates
go. Knows no request: a rule names the group it needs.

    >>> may(User("1", "eve@internal", "", (("UserVmManager", "system"),)), EDIT_VM, "vm-1")
    True
    >>> may(User("1", "eve@internal", "", (("UserVmManager", "system"),)), PROPERTIES, "vm-1")
    False
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model import User

CREATE_VM, DELETE_VM, EDIT_VM, MIGRATE_VM = 1, 2, 3, 6
PROPERTIES, EDIT_ADMIN = 14, 15
"""CHANGE_VM_CUSTOM_PROPERTIES, EDIT_ADMIN_VM_PROPERTIES."""
REBOOT_VM, STOP_VM, SHUT_DOWN_VM, HIBERNATE_VM, RUN_VM = 17, 18, 19, 21, 22
MANIPULATE_HOST = 103
EDIT_TEMPLATE, EDIT_ADMIN_TEMPLATE = 201, 205
EDIT_POOL = 301
EDIT_CLUSTER = 401
EDIT_PROFILE, LOGIN = 504, 1300
MANIPULATE_POLICIES = 702
"""Of scheduling policies: EDIT_STORAGE_POOL_CONFIGURATION, on everything."""

SYSTEM = "system"

_VM_USER = {1, 2, 3, 5, 7, 9, 10, 12, 17, 18, 19, 21, 22, 502, 503, 1100, LOGIN}
_VM_ADMIN = set(range(1, 24)) | {LOGIN}
_HOST = {100, 101, 102, 103, 104}
_TEMPLATE = {200, 201, 202, 203, 204, 205}


@dataclass(frozen=True)
class Role:
    """One built-in role."""

    id: str
    administrative: bool
    groups: frozenset[int]
    description: str


ROLES = {
    "SuperUser": Role(
        "00000000-0000-0000-0000-000000000001",
        True,
        frozenset(_VM_ADMIN | _HOST | _TEMPLATE | {EDIT_POOL, EDIT_CLUSTER, MANIPULATE_POLICIES}),
        "Roles management administrator",
    ),
    "UserRole": Role(
        "00000000-0000-0000-0001-000000000001",
        False,
        frozenset({5, 7, 17, 18, 19, 21, 22, LOGIN}),
        "Standard User Role",
    ),
    "ClusterAdmin": Role(
        "def00001-0000-0000-0000-def000000001",
        True,
        frozenset(_VM_ADMIN | _HOST | {EDIT_POOL, EDIT_CLUSTER}),
        "Administrator Role, permission for all the objects underneath a specific Cluster",
    ),
    "UserVmManager": Role(
        "def00006-0000-0000-0000-def000000006",
        False,
        frozenset(_VM_USER),
        "User Role, with permission for any operation on Vms",
    ),
    "ReadOnlyAdmin": Role(
        "def0000c-0000-0000-0000-def00000000c",
        True,
        frozenset({LOGIN}),
        "Read Only Administrator Role",
    ),
    "UserProfileEditor": Role(
        "def00021-0000-0000-0000-def000000015",
        False,
        frozenset({EDIT_PROFILE}),
        "Role that allow users to edit the UserProfile",
    ),
}
EVERYONE, OF_EVERYONE = "eee00000-0000-0000-0000-123456789eee", "UserProfileEditor"
"""The group that all users are in, and the role that it has on everything."""


def may(user: User, group: int, *objects: str) -> bool:
    """Whether a role of the user, on one of the objects or on everything, has the group."""
    return any(
        group in ROLES[role].groups for role, on in user.roles if on == SYSTEM or on in objects
    )


def administrator(user: User) -> bool:
    """Whether the engine takes the user for an administrator at all."""
    return any(ROLES[role].administrative for role, _ in user.roles)


def visible(user: User) -> list[str] | None:
    """Of what a filtered list shows: the objects of his user roles; None for all.

    Roles of administrators show nothing there: an administrator who asks for the user's view
    sees an empty list.
    """
    seen = [on for role, on in user.roles if not ROLES[role].administrative]
    return None if SYSTEM in seen else seen
