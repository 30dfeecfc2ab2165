# SPDX-License-Identifier: Apache-2.0
"""Whether a cluster is set up: definitions in the engine, hooks on the hosts.

cluster_health(inventory, model_of(inventory, cluster), filtered=False).ok
require_hooks(inventory, vm, cluster, request)      raises where it could start without
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from numa_domain.base.errors import NumaError
from numa_domain.release import Release
from numa_domain.request.grammar_level import LEVEL, level
from numa_domain.request.model import NumaRequest

from .. import properties
from ..engine_api.cluster import Cluster
from ..engine_api.hidden_nodes import NONE, HiddenNodes
from ..engine_api.hosts import BEFORE_START, HOOK, Hooks, HostRecord
from ..engine_api.inventory import Inventory
from ..engine_api.queries import UNTOLD
from ..engine_api.vm_config import VmConfig
from ..model.cluster_model import ClusterModel
from . import errors
from .scheduling import filtered

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
    filtered: bool = False
    """Whether the engine asks our filter before it chooses a host, and is answered."""

    @property
    def passed_over(self) -> bool:
        """Whether the filter leaves it out: of all VMs with settings, or, where its hook is old, of
        those that have settings which that cannot read."""
        return self.filtered and self.state in ("missing", "foreign", "old")

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

    @cached_property
    def common_kind(self) -> tuple[str, str] | None:
        """That of most hosts."""
        kinds = Counter(h.kind for h in self.hosts if h.kind)
        return kinds.most_common(1)[0][0] if kinds else None

    @property
    def ok(self) -> bool:
        """A host that the filter passes over is no danger; one that may be chosen there has to be
        all the same."""
        counted = [host for host in self.hosts if not host.passed_over]
        return (
            not self.problems
            and not isinstance(self.definitions, NumaError)
            and all(d.state in ("ok", "other") for d in self.definitions)
            and bool(counted)
            and all(host.state == "ok" for host in counted)
            and len({host.kind for host in counted}) <= 1
        )

    @property
    def problems(self) -> tuple[NumaError, ...]:
        """What the engine does not show to this user, so that nothing can be said of it."""
        found: list[NumaError] = []
        if not self.hosts:
            found.append(errors.HostsUnseen("hosts", cluster=self.cluster.name))
        if isinstance(self.definitions, NumaError):
            found += self.definitions.problems
        return tuple(found)

    @property
    def command(self) -> str | None:
        """What defines the properties on the engine; None where that is not needed, or the
        definitions are not known."""
        if isinstance(self.definitions, NumaError):
            return None
        bad = [d for d in self.definitions if d.state in ("missing", "wrong")]
        return properties.command(self.option, self.cluster.level) if bad else None


def cluster_health(
    inventory: Inventory, model: ClusterModel, *, filtered: bool = False
) -> ClusterHealth:
    """Everything that a NUMA VM needs of a cluster; `filtered`: the engine asks our filter, and is
    answered."""
    cluster = model.cluster
    health = tuple(HostHealth(f.record, f.hooks, f.hidden, filtered) for f in model.hosts)
    try:
        option = inventory.definitions(cluster.level)
    except UNTOLD as error:
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


def require_definitions(
    inventory: Inventory, cluster: Cluster, needed: tuple[str, ...]
) -> set[str]:
    """The names of ours that are defined. Raises `PropertiesUndefined` for those needed.

    A user who may not see the option is not stopped: the engine itself refuses what it does
    not know.
    """
    try:
        option = inventory.definitions(cluster.level)
    except UNTOLD:
        return set(properties.DEFINITIONS)
    defined = {d.name for d in definitions(option) if d.state != "missing"}
    missing = [name for name in needed if name not in defined]
    if missing:
        error = errors.PropertiesUndefined(
            f"cluster {cluster.name}",
            properties=", ".join(missing),
            level=cluster.level,
        )
        error.extra = {"command": properties.command(option, cluster.level)}
        raise error
    return defined


def undefined(inventory: Inventory, vm: VmConfig) -> errors.PropertiesGone | None:
    """What the VM has of ours, and the engine does not know at its level; None where all is
    known, or the user may not see it."""
    ours = [name for name in properties.DEFINITIONS if name in vm.properties]
    if not ours or vm.cluster_id is None:
        return None
    try:
        level = vm.level or inventory.cluster(vm.cluster_id).level
        defined = properties.parse(inventory.definitions(level))
    except UNTOLD:
        return None
    gone = [name for name in ours if name not in defined]
    if not gone:
        return None
    names = ", ".join(gone)
    return errors.PropertiesGone("custom_properties", name=vm.name, properties=names, level=level)


def require_hooks(
    inventory: Inventory, vm: VmConfig, cluster: Cluster, request: NumaRequest
) -> list[str]:
    """What is to be known of the hosts, in words. Raises `HooksMissing` where the VM could start
    without its settings, and `HooksOld` where none of its hosts could read them.

    Where the engine asks our filter a host without the hook is no danger: it is not chosen. One
    host with it there has to be all the same.
    """
    hosts = inventory.candidates(vm, cluster)
    asked = list(zip(hosts, inventory.hooks(hosts)))
    known = [(host, found) for host, found in asked if isinstance(found, Hooks)]
    unbound = [host.name for host, hooks in known if not hooks.starts]
    passed_over: list[str] = []
    if unbound and len(unbound) < len(known) and filtered(inventory, cluster):
        names = ", ".join(unbound)
        passed_over.append(f"{names} will be passed over: the hook {HOOK} is not there")
    elif unbound:
        raise errors.HooksMissing(
            f"cluster {cluster.name}",
            name=vm.name,
            hosts=", ".join(unbound),
            hook=f"{BEFORE_START}/{HOOK}",
        )
    old = [host.name for host, hooks in known if not hooks.reads(request)]
    if old and len(old) == len(known):
        raise errors.HooksOld(
            f"cluster {cluster.name}", name=vm.name, hosts=", ".join(old), needs=level(request)
        )
    if not hosts:
        return [f"the engine shows no host of cluster {cluster.name} that may start {vm.name}"]
    untold = ", ".join(host.name for host, found in asked if isinstance(found, NumaError))
    return [*passed_over, *([f"whether the hook is on {untold} is not known"] if untold else [])]
