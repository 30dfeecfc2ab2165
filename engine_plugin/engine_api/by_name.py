# SPDX-License-Identifier: Apache-2.0
"""Entities of the engine that are named rather than given by id.

target_named(session, "vms", "db1")         Target("vms", "0d5f...")
"""

from __future__ import annotations

from .cluster import Cluster
from .connection import SafeConnection
from .errors import EntityUnknown
from .ids import is_id
from .search import quoted
from .session import Session
from .target import POOLS, TEMPLATES, VMS, Target

KINDS = {VMS: "VM", TEMPLATES: "template", POOLS: "VM pool"}


def target_named(session: Session, kind: str, name: str) -> Target:
    """By its name or id. Raises `EntityUnknown`."""
    if is_id(name):
        return Target.of(kind, name)
    search, entity = f"name = {quoted(name)}", f"{KINDS[kind]} {name}"

    def ask(connection: SafeConnection) -> list[str]:
        system = connection.system_service()
        services = {
            VMS: system.vms_service,
            TEMPLATES: system.templates_service,
            POOLS: system.vm_pools_service,
        }
        found = services[kind]().list(search=search, case_sensitive=True)
        return [str(each.id) for each in found if each.name == name]

    found = session.call(f"look for {entity}", entity, ask)
    if not found:
        raise EntityUnknown("engine", entity=entity)
    return Target(kind, found[0])


def clusters_named(session: Session, name: str | None) -> list[Cluster]:
    """One cluster, or all where no name is given. Raises `EntityUnknown`."""
    search = None if name is None else f"name = {quoted(name)}"

    def ask(connection: SafeConnection) -> list[Cluster]:
        found = connection.system_service().clusters_service().list(search=search)
        return [Cluster.of(each) for each in found if name in (None, each.name)]

    clusters = session.call("list clusters", "list of clusters", ask)
    if not clusters:
        raise EntityUnknown("engine", entity="cluster" if name is None else f"cluster {name}")
    return clusters
