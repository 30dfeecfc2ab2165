# SPDX-License-Identifier: Apache-2.0
"""What the engine knows: VMs, hosts, clusters, users, as values.

Decides the fields and how they become JSON and come back. Knows no rule, no XML, no SQL.
The configuration of a VM (`VmConfig`) is apart from what it does now (`VmState`), since the
engine keeps two configurations of a running VM: the current one, and that of the next run.

    >>> VmConfig(name="db1", cluster_id="c").vcpus
    1
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

DATA_CENTER = "Default"
DATA_CENTER_DESCRIPTION = "The default Data Center"
BLANK = "00000000-0000-0000-0000-000000000000"
"""The template of VMs that are made from none."""
RUNNING = ("up", "paused", "wait_for_launch", "powering_up", "powering_down", "migrating")
"""Status values of a VM that occupies a host (VMStatus.isRunningOrPaused, as REST words)."""
HOSTED_ENGINE = "managed_hosted_engine"


@dataclass(frozen=True)
class VmNode:
    """A native virtual NUMA node; memory in MiB as in the engine."""

    id: str
    index: int
    memory_mb: int
    cpus: tuple[int, ...] = ()
    mode: str = "interleave"
    pins: tuple[int, ...] = ()


@dataclass(frozen=True)
class VmConfig:
    """What an administrator sets (vm_static): the same for VMs, templates and pools."""

    name: str
    cluster_id: str
    template_id: str = BLANK
    description: str = ""
    comment: str = ""
    memory_mb: int = 1024
    max_memory_mb: int = 4096
    guaranteed_mb: int = 1024
    sockets: int = 1
    cores: int = 1
    threads: int = 1
    cpu_pinning: str = ""
    """The engine's own notation: "0#0-3_1#4,^2"."""
    cpu_pinning_policy: str = "none"
    custom_properties: tuple[tuple[str, str], ...] = ()
    affinity: str = "migratable"
    host_ids: tuple[str, ...] = ()
    compatibility: str | None = None
    """The VM's own compatibility level, where it differs from its cluster's."""
    nodes: tuple[VmNode, ...] = ()
    ballooning: bool = True
    iothreads: int = 1
    kind: str = "server"
    os: str = "rhel_9x64"
    boot: tuple[str, ...] = ("network",)
    stateless: bool = False
    quota: bool = True
    """Whether it is in the data centre's quota, as all are that are made over REST."""
    high_availability: bool = False
    priority: int = 0
    delete_protected: bool = False
    origin: str = "ovirt"
    created: float = 0.0

    @property
    def vcpus(self) -> int:
        return self.sockets * self.cores * self.threads

    @property
    def properties(self) -> dict[str, str]:
        return dict(self.custom_properties)


@dataclass(frozen=True)
class VmState:
    """What a VM does now (vm_dynamic)."""

    status: str = "down"
    host_id: str | None = None
    started: float | None = None
    stopped: float | None = None
    stop_reason: str | None = None
    """Empty after a stop that nobody gave a reason for; none after any other end."""
    run_once: bool = False
    running_properties: tuple[tuple[str, str], ...] = ()
    """The custom properties that this run began with; a resume keeps them."""
    engine_xml: str = ""
    domain_xml: str = ""
    """What libvirt was given: the engine's XML after the hooks."""
    report: dict[str, Any] = field(default_factory=dict)
    """What became of the domain in libvirt, for the demo's own page."""


@dataclass(frozen=True)
class Vm:
    """A VM; `pending` is its configuration of the next run."""

    id: str
    config: VmConfig
    state: VmState = VmState()
    pending: VmConfig | None = None
    pool_id: str | None = None

    @property
    def running(self) -> bool:
        return self.state.status in RUNNING

    @property
    def waits(self) -> bool:
        """Whether most changes wait for its next start (what @EditableVmField says of Down)."""
        return self.state.status != "down" and self.config.origin != HOSTED_ENGINE

    def with_state(self, **changes: Any) -> Vm:
        return replace(self, state=replace(self.state, **changes))


@dataclass(frozen=True)
class HostNode:
    """A NUMA node of a host as VDSM reports it: MiB, distances by the order of the nodes."""

    id: str
    index: int
    cpus: tuple[int, ...]
    memory_mb: int
    free_mb: int
    distances: tuple[int, ...] = ()
    """Empty where the host did not say."""


@dataclass(frozen=True)
class Host:
    id: str
    name: str
    cluster_id: str
    topology: str
    """Which captured topology it has: a file of `demo/hosts`."""
    nodes: tuple[HostNode, ...]
    sockets: int = 2
    cores: int = 8
    """Per socket."""
    threads: int = 1
    status: str = "up"
    pages: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Huge pages of the whole host by size in KiB: total and free."""
    address: str = ""
    cpu_type: str = ""
    """The best of the engine's CPU types that its CPU is."""
    spm: bool = False
    told: dict[str, str] = field(default_factory=dict)
    """What VDSM tells of its machine and its software, where it is not what `hosts` assumes."""
    has_hook: bool = True
    hooks: dict[str, dict[str, str]] = field(default_factory=dict)
    """As in VDSM's capabilities: hook point -> script -> checksum."""

    @property
    def memory_mb(self) -> int:
        return sum(n.memory_mb for n in self.nodes)

    @property
    def cpus(self) -> frozenset[int]:
        return frozenset(c for n in self.nodes for c in n.cpus)


@dataclass(frozen=True)
class Cluster:
    id: str
    name: str
    level: str = "4.7"
    architecture: str = "x86_64"
    cpu: str = "Intel Haswell Family"
    cpu_model: str = "Haswell-noTSX"
    """libvirt's name of the model that its VMs get."""
    description: str = ""
    bios: str = "q35_ovmf"
    fips: str = "undefined"
    of_setup: bool = False
    """Whether the engine's set-up made it: with other defaults than POST /clusters."""
    policy: str | None = None
    """Its scheduling policy; None for the engine's default."""


@dataclass(frozen=True)
class Pool:
    id: str
    name: str
    template_id: str
    size: int
    config: VmConfig
    """What its VMs were made with: counts while it has none."""
    description: str = ""


@dataclass(frozen=True)
class User:
    """A user with roles: (role name, object id), where "system" is everything."""

    id: str
    name: str
    """With its domain: admin@internal."""
    password: str
    roles: tuple[tuple[str, str], ...]

    @property
    def shown(self) -> str:
        """As the audit log writes it: with the authorization provider's name."""
        return self.name + ("-authz" if self.name.endswith("@internal") else "")


@dataclass(frozen=True)
class Event:
    """One line of the audit log."""

    id: int
    code: int
    severity: str
    time: float
    text: str
    correlation: str = ""
    user: str = ""
    user_id: str | None = None
    vm_id: str | None = None
    vm_name: str | None = None
    host_id: str | None = None
    host_name: str | None = None
    template_id: str | None = None
    template_name: str | None = None
    cluster_id: str | None = None
    cluster_name: str | None = None


def to_json(value: Any) -> dict[str, Any]:
    return asdict(value)


def config_from(data: dict[str, Any]) -> VmConfig:
    nodes = tuple(
        VmNode(**{**n, "cpus": tuple(n["cpus"]), "pins": tuple(n["pins"])}) for n in data["nodes"]
    )
    pairs = tuple((k, v) for k, v in data["custom_properties"])
    given = {**data, "nodes": nodes, "custom_properties": pairs, "boot": tuple(data["boot"])}
    return VmConfig(**{**given, "host_ids": tuple(data["host_ids"])})


def state_from(data: dict[str, Any]) -> VmState:
    pairs = tuple((k, v) for k, v in data["running_properties"])
    return VmState(**{**data, "running_properties": pairs})


def host_from(data: dict[str, Any]) -> Host:
    nodes = tuple(
        HostNode(**{**n, "cpus": tuple(n["cpus"]), "distances": tuple(n["distances"])})
        for n in data["nodes"]
    )
    pages = {size: (int(total), int(free)) for size, (total, free) in data["pages"].items()}
    return Host(**{**data, "nodes": nodes, "pages": pages})


def pool_from(data: dict[str, Any]) -> Pool:
    return Pool(**{**data, "config": config_from(data["config"])})


def user_from(data: dict[str, Any]) -> User:
    return User(**{**data, "roles": tuple((r, o) for r, o in data["roles"])})


def changed_fields(old: VmConfig, new: VmConfig) -> frozenset[str]:
    """The names of the fields in which two configurations differ."""
    return frozenset(
        f.name for f in fields(VmConfig) if getattr(old, f.name) != getattr(new, f.name)
    )
