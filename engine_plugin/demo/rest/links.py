# SPDX-License-Identifier: Apache-2.0
"""What hangs below each entity: its actions and its sub-collections, as the engine links them.

Decides their names and order (those of a recorded engine: the order is Java's reflection's, and
another from start to start). Most lead nowhere here: a client that follows them gets 404.

    resource("vm", "/ovirt-engine/api/vms/7", "7", ...)
"""

from __future__ import annotations

from collections.abc import Mapping

from .element import Element

ACTIONS = {
    "vm": (
        *("ticket", "reboot", "migrate", "cancelmigration", "commitsnapshot", "clone"),
        *("freezefilesystems", "logon", "maintenance", "previewsnapshot"),
        *("autopincpuandnumanodes", "reordermacaddresses", "thawfilesystems", "undosnapshot"),
        *("screenshot", "shutdown", "start", "stop", "suspend", "reset", "export", "detach"),
    ),
    "template": ("export",),
    "vm_pool": ("allocatevm",),
    "host": (
        *("install", "activate", "deactivate", "upgrade", "setupnetworks", "approve"),
        *("commitnetconfig", "enrollcertificate", "fence", "forceselectspm", "iscsidiscover"),
        *("discoveriscsi", "iscsilogin", "unregisteredstoragedomainsdiscover", "upgradecheck"),
        *("copyhostnetworks", "syncallnetworks", "refresh"),
    ),
    "cluster": ("upgrade", "resetemulatedmachine", "syncallnetworks", "refreshglusterhealstatus"),
    "data_center": ("setmaster", "cleanfinishedtasks"),
    "job": ("clear", "end"),
}
LINKS = {
    "vm": (
        *("nics", "numanodes", "watchdogs", "graphicsconsoles", "diskattachments", "cdroms"),
        *("mediateddevices", "katelloerrata", "permissions", "tags", "affinitylabels"),
        *("snapshots", "applications", "hostdevices", "reporteddevices", "sessions", "backups"),
        *("checkpoints", "statistics"),
    ),
    "template": (
        *("nics", "watchdogs", "graphicsconsoles", "diskattachments", "cdroms"),
        *("mediateddevices", "permissions", "tags"),
    ),
    "vm_pool": ("permissions",),
    "host": (
        *("fenceagents", "devices", "hooks", "nics", "numanodes", "storage"),
        *("networkattachments", "storageconnectionextensions", "unmanagednetworks"),
        *("externalnetworkproviderconfigurations", "cpuunits", "katelloerrata", "permissions"),
        *("tags", "affinitylabels", "statistics"),
    ),
    "host_numa_node": ("statistics",),
    "cluster": (
        *("affinitygroups", "glusterhooks", "glustervolumes", "enabledfeatures"),
        *("externalnetworkproviders", "cpuprofiles", "networkfilters", "networks", "permissions"),
    ),
    "data_center": (
        *("quotas", "qoss", "iscsibonds", "clusters", "networks", "storagedomains"),
        *("permissions",),
    ),
    "user": (
        *("sshpublickeys", "eventsubscriptions", "options", "groups", "roles", "permissions"),
        *("tags",),
    ),
    "role": ("permits",),
    "job": ("steps",),
    "scheduling_policy": ("filters", "weights", "balances"),
}


def resource(
    kind: str,
    href: str,
    key: str,
    content: list[Element],
    *,
    about: Mapping[str, str] | None = None,
) -> Element:
    """An entity with all that the engine puts before its own elements.

    `about` is its name, description and comment, in that order, as far as it has them. A
    sub-collection that `content` has keeps its link.
    """
    head: list[Element] = []
    actions = ACTIONS.get(kind)
    if actions:
        head.append(("actions", [_link(href, each) for each in actions]))
    head += (about or {}).items()
    head += [_link(href, each) for each in LINKS.get(kind, ())]
    return (kind, head + content, {"href": href, "id": key})


def _link(href: str, rel: str) -> Element:
    return ("link", None, {"href": f"{href}/{rel}", "rel": rel})
