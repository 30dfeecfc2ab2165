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

from numa_domain.base.errors import NumaError
from numa_domain.release import Release
from numa_domain.request.grammar_level import LEVEL, level
from numa_domain.request.model import NumaRequest

from .. import properties
from ..engine_api import faults
from ..engine_api.hidden_nodes import NONE, HiddenNodes
from ..engine_api.hosts import BEFORE_START, HOOK, Hooks, HostRecord
from ..engine_api.queries import Cluster
from ..engine_api.records import Owner
from .book import Book

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
    hidden: HiddenNodes = NONE

    @property
    def state(self) -> str:
        """ "ok"; "missing" and "foreign" (another's script has its name): VMs start without
        their settings; "partial"; "old": it does not read all settings that this service
        stores; "unknown"."""
        if isinstance(self.hooks, NumaError):
            return "unknown"
        if not self.hooks.starts:
            return "foreign" if self.hooks.foreign else "missing"
        if self.missing:
            return "partial"
        return "old" if self.release and self.release.grammar < LEVEL else "ok"

    @property
    def missing(self) -> tuple[str, ...]:
        """The hook points without our script."""
        if isinstance(self.hooks, NumaError):
            return ()
        return tuple(point for point in POINTS if point not in self.hooks.points)

    @property
    def release(self) -> Release | None:
        """The hook's, where there is one of ours."""
        if isinstance(self.hooks, NumaError) or not self.hooks.starts:
            return None
        return self.hooks.release

    @property
    def version(self) -> str | None:
        """The hook's release, such as "0.1.0"."""
        return self.release.version if self.release else None

    @property
    def kind(self) -> tuple[str, str] | None:
        """Two hosts with the same have the same release, installed in the same way."""
        if isinstance(self.hooks, NumaError) or self.version is None:
            return None
        return self.version, self.hooks.points[BEFORE_START]


@dataclass(frozen=True)
class ClusterHealth:
    """A cluster."""

    cluster: Cluster
    definitions: tuple[Definition, ...] | NumaError
    option: str
    hosts: tuple[HostHealth, ...]

    @property
    def common_kind(self) -> tuple[str, str] | None:
        """That of most hosts."""
        kinds = Counter(h.kind for h in self.hosts if h.kind)
        return kinds.most_common(1)[0][0] if kinds else None

    @property
    def ok(self) -> bool:
        known = not isinstance(self.definitions, NumaError)
        return (
            known
            and all(d.state in ("ok", "other") for d in self.definitions)  # type: ignore[union-attr]  # known
            and all(h.state == "ok" for h in self.hosts)
            and len({h.kind for h in self.hosts}) <= 1
        )


def cluster_health(book: Book, cluster: Cluster) -> ClusterHealth:
    """Everything that a NUMA VM needs of a cluster."""
    hosts = sorted(book.hosts(cluster), key=lambda host: host.name)
    health = tuple(HostHealth(f.record, f.hooks, f.hidden) for f in book.facts(hosts))
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


def undefined(book: Book, owner: Owner) -> faults.PropertiesGone | None:
    """What the VM has of ours, and the engine does not know at its level; None where all is
    known, or the user may not see it."""
    ours = [name for name in properties.DEFINITIONS if name in owner.properties]
    if not ours or owner.cluster_id is None:
        return None
    try:
        level = owner.level or book.cluster(owner.cluster_id).level
        defined = properties.parse(book.definitions(level))
    except (faults.EntityUnknown, faults.EngineForbids, faults.EngineRefused):
        return None
    gone = [name for name in ours if name not in defined]
    if not gone:
        return None
    names = ", ".join(gone)
    return faults.PropertiesGone(
        "custom_properties", name=owner.name, properties=names, level=level
    )


def require_hooks(book: Book, owner: Owner, cluster: Cluster, request: NumaRequest) -> list[str]:
    """What could not be looked at, in words. Raises `HooksMissing` where the VM could start
    without its settings, and `HooksOld` where none of its hosts could read them."""
    hosts = book.candidates(owner, cluster)
    asked = list(zip(hosts, book.hooks(hosts)))
    known = [(host, found) for host, found in asked if isinstance(found, Hooks)]
    unbound = [host.name for host, hooks in known if not hooks.starts]
    if unbound:
        raise faults.HooksMissing(
            f"cluster {cluster.name}",
            name=owner.name,
            hosts=", ".join(unbound),
            hook=f"{BEFORE_START}/{HOOK}",
        )
    old = [host.name for host, hooks in known if not hooks.reads(request)]
    if old and len(old) == len(known):
        raise faults.HooksOld(
            f"cluster {cluster.name}", name=owner.name, hosts=", ".join(old), needs=level(request)
        )
    if not hosts:
        return [f"the engine shows no host of cluster {cluster.name} that may start {owner.name}"]
    untold = ", ".join(host.name for host, found in asked if isinstance(found, NumaError))
    return [f"whether the hook is on {untold} is not known"] if untold else []


def to_dict(health: ClusterHealth) -> dict[str, object]:
    """For JSON."""
    known = not isinstance(health.definitions, NumaError)
    return {
        "ok": health.ok,
        "properties": {
            d.name: {"state": d.state, "expression": d.expression}
            for d in (health.definitions if known else ())  # type: ignore[union-attr]  # known
        },
        "grammar": LEVEL,
        "command": None if not known else _needed_command(health),
        "hosts": [
            {
                "id": each.host.id,
                "name": each.host.name,
                "status": each.host.status,
                "hook": each.state,
                "version": each.version,
                "grammar": each.release.grammar if each.release else None,
                "differs": each.kind not in (None, health.common_kind),
                "missing": list(each.missing),
                "hidden": each.hidden.count,
            }
            for each in health.hosts
        ],
    }


def _needed_command(health: ClusterHealth) -> str | None:
    bad = [d for d in health.definitions if d.state in ("missing", "wrong")]  # type: ignore[union-attr]  # known
    return properties.command(health.option, health.cluster.level) if bad else None
