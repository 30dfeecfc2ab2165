# SPDX-License-Identifier: Apache-2.0
"""The shapes of the API, for OpenAPI and its readers.

Only what comes in is checked by them; answers are built in `documents` and described here.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from .fit_schemas import Fits
from .forms import ONE_OF_BOTH, EntityId, Nodeset, Topology
from .problem_item import ProblemItem

_EXAMPLES: list[Any] = [
    {"nodeset": "0-1", "topology": "2"},
    {"nodeset": "auto"},
    {"topology": "cpus=0-3 mem=8G nodes=0 / cpus=4-7 mem=8G nodes=1"},
]


class Inputs(BaseModel):
    """The two inputs."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": list(_EXAMPLES)})
    nodeset: Nodeset | None = Field(
        None, description="Host nodes: 0-1, preferred:2, all, ^3, auto, auto:2"
    )
    topology: Topology | None = Field(
        None, description="Guest cells: a count, host, or the cells one by one"
    )


class Settings(Inputs):
    """The two inputs; at least one."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": list(_EXAMPLES), "anyOf": ONE_OF_BOTH}
    )


class Ask(Inputs):
    """Settings to look at; those that are stored where both are absent."""

    host: EntityId | None = Field(
        None, description="Show the XML for this host instead of the best one"
    )


class Canonical(BaseModel):
    nodeset: str | None
    topology: str | None


class Request(Canonical):
    """What is stored."""

    property: str | None = Field(description="Which property the nodeset is read from")
    canonical: Canonical | None = Field(description="None where it cannot be read")


class Migration(BaseModel):
    affinity: str
    hosts: list[str]
    former: str | None = Field(description="What removal gives back")


class CpuTune(BaseModel):
    pins: dict[str, str]
    ours: bool = Field(description="An earlier release wrote them")


class Vcpus(BaseModel):
    """Whether the vCPUs are held beside their memory."""

    state: str = Field(
        description="held; loose: VDSM spreads them over all nodes of some host; pinned: by the"
        " VM's own CPU pinning; unknown"
    )
    hosts: list[str] = Field(description="The hosts that are the reason for loose or unknown")


class Native(BaseModel):
    index: int
    memory_kib: int
    cpus: list[int]
    mode: str
    nodes: list[int]


class Guest(BaseModel):
    """What a picture of the VM needs."""

    memory_kib: int
    max_memory_kib: int
    vcpus: int
    threads: int
    cores: int = 1
    """Of a socket."""
    arch: str
    page_kib: int | None


class Lies(BaseModel):
    """Where a VM that runs lies, as its host told it with its capabilities."""

    state: str = Field(
        description="told; before: the host has told nothing since the VM began, so refresh its"
        " capabilities; unknown: its hooks do not tell this, or the user may not see it"
    )
    nodes: str | None = Field(description="Those that its memory may come from")
    kib: dict[str, int] = Field(description="KiB of its memory that were there, by node")
    at: str | None = Field(description="When the host told this")


class Shown(BaseModel):
    """A VM's, template's or pool's settings."""

    id: str
    kind: str
    name: str
    status: str
    cluster: str | None
    host: str | None
    etag: str
    request: Request | None
    current: Request | None
    pending: bool = Field(description="Whether the next start will differ from what runs")
    migration: Migration
    cpu_tune: CpuTune
    vcpus: Vcpus | None = Field(description="None without settings, and in answers to changes")
    lies: Lies | None = Field(description="None for what does not run, and in answers to changes")
    native: list[Native]
    guest: Guest
    problems: list[ProblemItem]


class Applies(BaseModel):
    at_once: list[str]
    at_next_start: list[str]


class Stored(Shown):
    """What a change did."""

    applies: Applies
    notes: list[str]
    warnings: list[ProblemItem]
    fit: Fits | None


class PoolStored(BaseModel):
    id: str
    name: str
    etag: str
    vms: list[dict[str, Any]]


class Row(BaseModel):
    id: str
    name: str
    status: str
    cluster: str | None
    host: str | None
    state: str = Field(description="none, set, or problem")
    next_run: bool
    migration: str
    request: Request | None
    problems: list[ProblemItem]


class Page(BaseModel):
    page: int
    size: int
    more: bool
    vms: list[Row]
