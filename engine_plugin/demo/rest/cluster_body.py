# SPDX-License-Identifier: Apache-2.0
"""A cluster as elements, in the engine's order, and its one network.

Decides which of a cluster's settings are its own here, and which are those of every new one.
Knows no HTTP.

    element(Cluster("c", "numa-lab"))
"""

from __future__ import annotations

from ..model import Cluster
from . import datacenters, scheduling
from .element import Content, Element, reference, texts
from .links import resource
from .places import BASE

MANAGEMENT = "00000000-0000-0000-0000-000000000009"
_MIGRATION_POLICY = "80554327-0569-496b-bdeb-fcbbf52b827b"
_USAGES = ("vm", "display", "migration", "management", "default_route")
_INHERIT = "inherit"


def element(cluster: Cluster, followed: str = "", *, whole: bool = False) -> Element:
    inlined: list[Element] = [("networks", [network(cluster)])] if followed else []
    if whole:
        path = f"{BASE}/datacenters/{datacenters.ID}/clusters/{cluster.id}/networks/{MANAGEMENT}"
        inlined.insert(0, reference("management_network", path, MANAGEMENT))
    content = [
        *_computer(cluster),
        *_policies(),
        *_switches(cluster),
        datacenters.link(),
        datacenters.mac_pool(),
        *inlined,
        scheduling.link(cluster.policy),
    ]
    about = {"name": cluster.name, "description": cluster.description, "comment": ""}
    href = f"{BASE}/clusters/{cluster.id}"
    return resource("cluster", href, cluster.id, content, about=about)


def _computer(cluster: Cluster) -> list[Element]:
    """What it is; a cluster of the set-up has no CPU before its first host, and none of the
    scheduling properties that REST gives to those it makes."""
    cpu: list[Element] = [("architecture", cluster.architecture), ("type", cluster.cpu)]
    undefined: list[Element] = [("architecture", "undefined"), ("type", "")]
    named = cluster.cpu != ""
    properties: Content = None if cluster.of_setup else scheduling.default_properties()
    return texts(
        ("ballooning_enabled", True),
        ("bios_type", cluster.bios if named else None),
        ("cpu", cpu if named else undefined),
        ("custom_scheduling_policy_properties", properties),
        ("error_handling", [("on_error", "migrate")]),
    )


def _policies() -> list[Element]:
    broken: list[Element] = [("enabled", False), ("threshold", 50)]
    fencing: list[Element] = [
        ("enabled", True),
        ("skip_if_connectivity_broken", broken),
        ("skip_if_gluster_bricks_up", False),
        ("skip_if_gluster_quorum_not_met", False),
        ("skip_if_sd_active", [("enabled", False)]),
    ]
    return [("fencing_policy", fencing)]


def _switches(cluster: Cluster) -> list[Element]:
    major, minor = cluster.level.split(".")
    memory: list[Element] = [
        ("over_commit", [("percent", 100)]),
        ("transparent_hugepages", [("enabled", True)]),
    ]
    return [
        ("fips_mode", cluster.fips),
        ("firewall_type", "firewalld"),
        ("gluster_service", False),
        ("ha_reservation", False),
        ("ksm", [("enabled", True), ("merge_across_nodes", True)]),
        ("log_max_memory_used_threshold", 95),
        ("log_max_memory_used_threshold_type", "percentage"),
        ("memory_policy", memory),
        ("migration", _migration(cluster)),
        ("required_rng_sources", [("required_rng_source", "urandom")]),
        ("switch_type", "legacy"),
        ("threads_as_cores", False),
        ("trusted_service", False),
        ("tunnel_migration", False),
        ("upgrade_in_progress", False),
        ("upgrade_percent_complete", 0),
        ("version", [("major", major), ("minor", minor)]),
        ("virt_service", True),
        ("vnc_encryption", not cluster.of_setup),
    ]


def _migration(cluster: Cluster) -> list[Element]:
    found: list[Element] = [
        ("auto_converge", _INHERIT),
        ("bandwidth", [("assignment_method", "auto")]),
        ("compressed", _INHERIT),
        ("encrypted", _INHERIT),
        ("parallel_migrations_policy", "disabled"),
    ]
    return [*found, ("policy", None, {"id": _MIGRATION_POLICY})] if cluster.of_setup else found


def network(cluster: Cluster) -> Element:
    """The management network, which every cluster has; there are no others here."""
    href = f"{BASE}/clusters/{cluster.id}"
    content: list[Element] = [
        ("name", "ovirtmgmt"),
        ("description", "Management Network"),
        ("comment", ""),
        ("display", True),
        ("mtu", 0),
        ("port_isolation", False),
        ("required", True),
        ("status", "operational"),
        ("stp", False),
        ("usages", [("usage", usage) for usage in _USAGES]),
        ("vdsm_name", "ovirtmgmt"),
        reference("cluster", href, cluster.id),
        datacenters.link(),
    ]
    return reference("network", f"{href}/networks/{MANAGEMENT}", MANAGEMENT, content)
