# SPDX-License-Identifier: Apache-2.0
"""Whether a cluster is set up: definitions in the engine, hooks on the hosts.

Decides what is missing and what that means for a VM. Never decides whether a VM fits.

    report = cluster_health(book, cluster)
    gate(book, owner)          raises where the VM could start without its settings
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from numa_domain.errors import NumaError

from .. import properties
from . import faults
from .book import Book
from .hosts import BEFORE_START, HOOK, Hooks, HostRecord
from .queries import Cluster
from .records import Owner

POINTS = (
    BEFORE_START,
    "before_vm_migrate_source",
    "before_vm_migrate_destination",
    "before_vm_dehibernate",
    "after_vm_destroy",
)
NEEDED = ("numa_nodeset", "numa_topology")
_SAMPLES = {
    "numa_nodeset": ("0-1", "preferred:2", "auto:2", "interleave:0,8", "^3"),
    "numa_topology": ("2", "host", "cpus=0-3,8 mem=8G nodes=0 / cpus=4-7 mem=4096 dist=21,10"),
    "numa_restore": ("migratable", "user_migratable,cpu_tune", "pinned,cpu_tune"),
}


@dataclass(frozen=True)
class Definition:
    """One of our properties at the cluster's level."""

    name: str
    state: str
    """"ok"; "missing"; "other": defined by another expression, which takes what is needed;
    "wrong": by one that refuses values that are legal."""
    expression: str | None


@dataclass(frozen=True)
class HostHealth:
    """One host."""

    host: HostRecord
    hooks: Hooks | NumaError

    @property
    def state(self) -> str:
        """ "ok", "missing" (VMs start without their settings), "partial", "unknown"."""
        if isinstance(self.hooks, NumaError):
            return "unknown"
        if not self.hooks.starts:
            return "missing"
        return "ok" if not self.missing else "partial"

    @property
    def missing(self) -> tuple[str, ...]:
        """The hook points without our script."""
        if isinstance(self.hooks, NumaError):
            return ()
        return tuple(point for point in POINTS if point not in self.hooks.points)

    @property
    def version(self) -> str | None:
        """Stands for the hook's version: two hosts with the same have the same script."""
        if isinstance(self.hooks, NumaError) or not self.hooks.starts:
            return None
        return self.hooks.points[BEFORE_START][:12]


@dataclass(frozen=True)
class ClusterHealth:
    """A cluster."""

    cluster: Cluster
    definitions: tuple[Definition, ...] | NumaError
    option: str
    hosts: tuple[HostHealth, ...]

    @property
    def common_version(self) -> str | None:
        """That of most hosts."""
        versions = Counter(h.version for h in self.hosts if h.version)
        return versions.most_common(1)[0][0] if versions else None

    @property
    def ok(self) -> bool:
        known = not isinstance(self.definitions, NumaError)
        return (
            known
            and all(d.state in ("ok", "other") for d in self.definitions)  # type: ignore[union-attr]  # known
            and all(h.state == "ok" for h in self.hosts)
            and len({h.version for h in self.hosts}) <= 1
        )


def cluster_health(book: Book, cluster: Cluster) -> ClusterHealth:
    """Everything that a NUMA VM needs of a cluster."""
    hosts = sorted(book.hosts(cluster), key=lambda host: host.name)
    hooks = book.hooks(hosts)
    health = tuple(map(HostHealth, hosts, hooks))
    try:
        option = book.definitions(cluster.level)
    except (faults.EntityUnknown, faults.EngineForbids, faults.EngineRefused) as error:
        return ClusterHealth(cluster, error, "", health)
    return ClusterHealth(cluster, definitions(option), option, health)


def definitions(option: str) -> tuple[Definition, ...]:
    """Our properties as an option's value defines them."""
    found = properties.parse(option)
    return tuple(
        Definition(name, _state(name, found), found.get(name)) for name in properties.DEFINITIONS
    )


def _state(name: str, found: Mapping[str, str | None]) -> str:
    if name not in found:
        return "missing"
    expression = found[name]
    if expression == properties.DEFINITIONS[name]:
        return "ok"
    if expression is None:
        return "other"
    try:
        taken = all(re.fullmatch(expression, sample) for sample in _SAMPLES[name])
    except re.error:
        return "wrong"
    return "other" if taken else "wrong"


def require_definitions(book: Book, cluster: Cluster, needed: tuple[str, ...]) -> set[str]:
    """The names of ours that are defined. Raises `PropertiesUndefined` for those needed.

    A user who may not see the option is not stopped: the engine itself refuses what it does
    not know.
    """
    try:
        option = book.definitions(cluster.level)
    except (faults.EntityUnknown, faults.EngineForbids, faults.EngineRefused):
        return set(properties.DEFINITIONS)
    defined = {d.name for d in definitions(option) if d.state != "missing"}
    missing = [name for name in needed if name not in defined]
    if missing:
        error = faults.PropertiesUndefined(
            f"cluster {cluster.name}",
            properties=", ".join(missing),
            level=cluster.level,
        )
        error.extra = {"command": properties.command(option, cluster.level)}
        raise error
    return defined


def unbound(book: Book, owner: Owner, cluster: Cluster) -> list[HostRecord]:
    """The candidate hosts that would start it without its settings."""
    hosts = book.candidates(owner, cluster)
    found = zip(hosts, book.hooks(hosts))
    return [host for host, hooks in found if isinstance(hooks, Hooks) and not hooks.starts]


def require_hooks(book: Book, owner: Owner, cluster: Cluster) -> None:
    """Raises `HooksMissing` where the VM could start without its settings."""
    hosts = unbound(book, owner, cluster)
    if hosts:
        names = ", ".join(host.name for host in hosts)
        raise faults.HooksMissing(
            f"cluster {cluster.name}",
            name=owner.name,
            hosts=names,
            hook=f"{BEFORE_START}/{HOOK}",
        )


def to_dict(health: ClusterHealth) -> dict[str, object]:
    """For JSON."""
    known = not isinstance(health.definitions, NumaError)
    return {
        "ok": health.ok,
        "properties": {
            d.name: {"state": d.state, "expression": d.expression}
            for d in (health.definitions if known else ())  # type: ignore[union-attr]  # known
        },
        "command": None if not known else _needed_command(health),
        "hosts": [
            {
                "id": each.host.id,
                "name": each.host.name,
                "status": each.host.status,
                "hook": each.state,
                "version": each.version,
                "differs": each.version not in (None, health.common_version),
                "missing": list(each.missing),
            }
            for each in health.hosts
        ],
    }


def _needed_command(health: ClusterHealth) -> str | None:
    bad = [d for d in health.definitions if d.state in ("missing", "wrong")]  # type: ignore[union-attr]  # known
    return properties.command(health.option, health.cluster.level) if bad else None
