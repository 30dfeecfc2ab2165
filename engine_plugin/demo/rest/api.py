# SPDX-License-Identifier: Apache-2.0
"""`/ovirt-engine/api`: what this engine is, and where everything else is.

Decides the root document and the table of all resources. Knows no resource's inside. The
product's name says that this is a stand-in, its version is the one whose rules it follows.

    GET /ovirt-engine/api
"""

from __future__ import annotations

import time

from starlette.routing import BaseRoute, Route

from ..model import BLANK
from ..topologies import identity
from . import (
    clusters,
    datacenters,
    events,
    hosts,
    roles,
    scheduling,
    templates,
    users,
    vm_actions,
    vm_nodes,
    vms,
)
from .element import Element, moment, reference
from .places import BASE
from .web import Answer, Call, endpoint

PRODUCT = "oVirt Engine (ovirt-numa's stand-in)"
_COLLECTIONS = (
    *("clusters?", "datacenters?", "events?", "hosts?", "networks?", "roles", "storagedomains?"),
    *("tags", "bookmarks", "icons", "templates?", "instancetypes?", "users?", "groups?"),
    *("domains", "vmpools?", "vms?", "disks?", "jobs", "storageconnections", "vnicprofiles"),
    *("diskprofiles", "cpuprofiles", "schedulingpolicyunits", "schedulingpolicies"),
    *("permissions", "macpools", "networkfilters", "operatingsystems", "externalhostproviders"),
    *("openstackimageproviders", "openstackvolumeproviders", "openstacknetworkproviders"),
    *("katelloerrata", "affinitylabels", "clusterlevels", "imagetransfers"),
    *("externalvmimports", "externaltemplateimports"),
)
"""In the engine's order; those with a question mark can be searched."""


def root(call: Call) -> Answer:
    """What users see of it is less: no summary, no backup, no instance."""
    links = list(_links())
    content: list[Element] = [("link", None, {"href": href, "rel": rel}) for rel, href in links]
    content += _product(call)
    me = f"{BASE}/users/{call.user.id}"
    content += [
        ("time", moment(time.time())),
        reference("authenticated_user", me, call.user.id),
        reference("effective_user", me, call.user.id),
    ]
    where = f"{call.request.url.scheme}://{call.request.url.netloc}"
    header = ",".join(sorted(f"<{where}{href}>; rel={rel}" for rel, href in links))
    return Answer(("api", content), headers={"Link": header})


def _links() -> list[tuple[str, str]]:
    found = []
    for name in _COLLECTIONS:
        plain = name.rstrip("?")
        found.append((plain, f"{BASE}/{plain}"))
        if plain != name:
            start = ";from={event_id}" if plain == "events" else ""
            found.append((f"{plain}/search", f"{BASE}/{plain}{start}?search={{query}}"))
    return found


def _product(call: Call) -> list[Element]:
    version: list[Element] = [
        ("build", 8),
        ("full_version", "4.5.8"),
        ("major", 4),
        ("minor", 5),
        ("revision", 0),
    ]
    info: list[Element] = [("name", PRODUCT), ("version", version)]
    special: list[Element] = [
        reference("blank_template", f"{BASE}/templates/{BLANK}", BLANK),
        reference("root_tag", f"{BASE}/tags/{BLANK}", BLANK),
    ]
    if call.filtered:
        return [("product_info", info), ("special_objects", special)]
    info.insert(0, ("instance_id", identity("instance", call.engine.store.path)))
    summary = _summary(call)
    return [
        ("engine_backup", None),
        ("product_info", info),
        ("special_objects", special),
        ("summary", summary),
    ]


def _summary(call: Call) -> list[Element]:
    store = call.engine.store
    counts = (
        ("hosts", store.count("host", "up"), store.count("host")),
        ("storage_domains", 0, 0),
        ("users", store.count("user"), store.count("user")),
        ("vms", store.count("vm") - store.count("vm", "down"), store.count("vm")),
    )
    return [(name, [("active", active), ("total", total)]) for name, active, total in counts]


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
        roles.ROUTES,
        scheduling.ROUTES,
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
