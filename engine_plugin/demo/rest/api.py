# SPDX-License-Identifier: Apache-2.0
"""`/ovirt-engine/api`: what this engine is, and where everything else is.

Decides the root document and the table of all resources. Knows no resource's inside. The
product's name says that this is a stand-in, its version is the one whose rules it follows.

    GET /ovirt-engine/api
"""

from __future__ import annotations

from ovirtsdk4 import types
from starlette.routing import BaseRoute, Route

from ..rules import permissions
from . import clusters, datacenters, events, hosts, templates, users, vm_actions, vm_nodes, vms
from .content import Item
from .web import BASE, Answer, Call, endpoint

PRODUCT = "oVirt Engine (ovirt-numa's stand-in)"
_COLLECTIONS = (
    *("clusters", "datacenters", "events", "hosts", "jobs", "options", "roles", "templates"),
    "users",
)
_SEARCHABLE = ("clusters", "events", "hosts", "templates", "vmpools", "vms")


def root(call: Call) -> Answer:
    store = call.engine.store
    value = types.Api(
        product_info=types.ProductInfo(
            name=PRODUCT,
            vendor="ovirt.org",
            version=types.Version(
                build=7, full_version="4.5.7-1.el9", major=4, minor=5, revision=0
            ),
        ),
        authenticated_user=types.User(id=call.user.id),
    )
    value.authenticated_user.href = f"{BASE}/users/{call.user.id}"
    if permissions.administrator(call.user):
        value.summary = types.ApiSummary(
            vms=types.ApiSummaryItem(active=store.count("vm", "up"), total=store.count("vm")),
            hosts=types.ApiSummaryItem(active=store.count("host", "up"), total=store.count("host")),
            users=types.ApiSummaryItem(active=1, total=store.count("user")),
        )
    xml = Item(value, BASE).xml().replace(f' href="{BASE}"', "", 1)
    links = [(name, f"{BASE}/{name}") for name in sorted({*_COLLECTIONS, *_SEARCHABLE})]
    links += [(f"{n}/search", f"{BASE}/{n}?search={{query}}") for n in _SEARCHABLE]
    inside = "".join(f'<link href="{href}" rel="{rel}"/>' for rel, href in links)
    header = ", ".join(f"<{href}>; rel={rel}" for rel, href in links)
    return Answer(xml.replace("</api>", f"{inside}</api>"), headers={"Link": header})


def routes() -> list[BaseRoute]:
    """All resources, below the base path."""
    tables = (
        vms.ROUTES,
        vm_nodes.ROUTES,
        vm_actions.ROUTES,
        hosts.ROUTES,
        templates.ROUTES,
        clusters.ROUTES,
        datacenters.ROUTES,
        events.ROUTES,
        users.ROUTES,
    )
    found: list[BaseRoute] = [
        Route(BASE, endpoint(root), methods=["GET", "OPTIONS"]),
        Route(BASE + "/", endpoint(root), methods=["GET", "OPTIONS"]),
    ]
    for table in tables:
        for route in table:
            methods = list(route.methods or ())
            found.append(Route(BASE + route.path, route.endpoint, methods=methods))
    return found
