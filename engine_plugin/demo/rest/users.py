# SPDX-License-Identifier: Apache-2.0
"""`/users`: who somebody is.

Decides after BackendUsersResource, for reading only: the demo's users are fixed. Knows no
password, and no role: `roles` has them.

    GET /ovirt-engine/api/users/{id}
"""

from __future__ import annotations

from starlette.routing import Route

from ..model import User
from .element import Element, reference
from .links import resource
from .places import BASE
from .web import Answer, Call, endpoint, many, missing, one


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

    def seen(user: User) -> bool:
        return user.id == call.user.id

    found = call.listed("user", call.engine.store.users, seen)
    return many("users", [element(user) for user in found])


def get_user(call: Call) -> Answer:
    """Everybody may see himself."""
    if call.id != call.user.id:
        call.administrators_only()
    return one(element(call.engine.store.user(call.id) or missing()))


ROUTES = [
    Route("/users", endpoint(list_users), methods=["GET"]),
    Route("/users/{id}", endpoint(get_user), methods=["GET"]),
]
