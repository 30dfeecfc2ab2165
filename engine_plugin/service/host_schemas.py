# SPDX-License-Identifier: Apache-2.0
"""The shapes of answers about hosts, clusters and the service itself, for OpenAPI; see `schemas`
for settings.
"""

from __future__ import annotations

from pydantic import BaseModel, Field

from .fit_schemas import Hidden
from .problem_item import ProblemItem
from .scheduler_schemas import SchedulingState
from .schemas import Lies, Request


class HostNode(BaseModel):
    id: int
    cpus: str
    memory_kib: int
    free_kib: int
    promised_kib: int = Field(description="To VMs that are bound to it")
    available_kib: int = Field(description="If these have taken all that they were promised")
    least_available_kib: int = Field(description="If these have taken nothing yet")
    distances: dict[str, int]
    pages: dict[str, dict[str, int]] = Field(
        description="Of the whole host, by KiB: the engine knows them of no single node"
    )
    told_at: str | None = Field(description="When the host told of it, if the engine does not")


class BoundVm(BaseModel):
    id: str
    name: str
    status: str
    request: Request | None
    nodes: dict[str, int] = Field(description="KiB promised, by node")
    told: bool = Field(description="False where the host chose the nodes")
    lies: Lies = Field(description="Where it really lies, as the host told it")


class VcpusOnHost(BaseModel):
    """Whether the host holds vCPUs beside their memory (numa-affinity)."""

    state: str = Field(description="held, loose (VDSM spreads them over all nodes) or unknown")
    since: str | None = Field(description="Since when it holds them")
    at: str | None = Field(description="When the host reported this")


class HostSetting(BaseModel):
    name: str
    value: str


class Advice(BaseModel):
    """What `numa-domain host --advise` says on the host, from what the host told of itself."""

    at: str | None = Field(description="When the host told its settings")
    settings: list[HostSetting]
    problems: list[ProblemItem] = Field(description="What should be changed; empty if nothing")


class Host(BaseModel):
    id: str
    name: str
    status: str
    cluster: str | None
    hook: str = Field(description="ok, partial, old, foreign, missing or unknown")
    version: str | None = Field(description="The hook's release")
    vcpus: VcpusOnHost
    nodes: list[HostNode]
    hidden: Hidden
    warnings: list[ProblemItem]
    advice: Advice | None = Field(
        description="None where the host's hooks do not tell its settings"
    )
    vms: list[BoundVm]


class DefinitionState(BaseModel):
    state: str
    expression: str | None


class HostState(BaseModel):
    id: str
    name: str
    status: str
    hook: str = Field(
        description="ok; partial: some hook points lack it; old: it does not read all settings"
        " that the service stores; foreign: another's script has its name; missing; unknown"
    )
    version: str | None = Field(description="The hook's release")
    grammar: int | None = Field(description="The level up to which it reads settings")
    differs: bool = Field(description="It is not what most hosts have")
    missing: list[str]
    passed_over: bool = Field(
        description="The engine's filter leaves it out: of VMs with settings, or, where the hook is"
        " old, of those whose settings that cannot read"
    )
    hidden: int = Field(description="Nodes, of which the engine shows nothing")
    vcpus: VcpusOnHost


class Capacity(BaseModel):
    host: str
    name: str
    nodes: list[HostNode]
    hidden: Hidden
    warnings: list[ProblemItem]
    problem: ProblemItem | None


class Cluster(BaseModel):
    id: str
    name: str
    level: str
    ok: bool
    problems: list[ProblemItem] = Field(description="What this user is not shown")
    properties: dict[str, DefinitionState]
    grammar: int = Field(description="The level of the settings that this service stores")
    command: str | None = Field(description="What defines the properties, where it is needed")
    hosts: list[HostState]
    capacity: list[Capacity]
    scheduling: SchedulingState


class Health(BaseModel):
    status: str
    version: str
