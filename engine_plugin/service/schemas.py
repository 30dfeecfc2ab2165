# SPDX-License-Identifier: Apache-2.0
"""The shapes of the API, for OpenAPI and its readers.

Only what comes in is checked by them; answers are built in `documents` and described here.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

_LONGEST = 4000


class Settings(BaseModel):
    """The two inputs; at least one."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"nodeset": "0-1", "topology": "2"},
                {"nodeset": "auto"},
                {"topology": "cpus=0-3 mem=8G nodes=0 / cpus=4-7 mem=8G nodes=1"},
            ]
        },
    )
    nodeset: str | None = Field(
        None,
        max_length=_LONGEST,
        description="Host nodes: 0-1, preferred:2, all, ^3, auto, auto:2",
    )
    topology: str | None = Field(
        None,
        max_length=_LONGEST,
        description="Guest cells: a count, host, or the cells one by one",
    )


class Ask(Settings):
    """Settings to look at; those that are stored where both are absent."""

    host: str | None = Field(
        None, max_length=64, description="Show the XML for this host instead of the best one"
    )


class ProblemItem(BaseModel):
    """One thing that is wrong, or doubtful."""

    code: str = Field(description="Its kind; never changes with the wording")
    blames: str = Field(description="Who must act: request, host, xml, user, engine or setup")
    where: str = Field(description="The input, cell, host or property")
    message: str
    remedy: str
    hint: str = Field(description="What to send for that; empty where the remedy says it all")
    facts: dict[str, str | int] = Field(description="What fills the words; told by the code")
    cause: dict[str, Any] | None = Field(None, description="The problem that this one is about")
    field: str | None = Field(None, description="The member of the body: nodeset or topology")
    at: int | None = Field(None, description="Offset in that text")
    length: int | None = None


class Writing(BaseModel):
    """Somebody's write, as the engine's log has it."""

    user: str
    at: str | None


class TheirChange(BaseModel):
    """What somebody set, and our write replaced."""

    property: str = Field(
        description="A custom property, or migration, hosts, cpu_tune, memory ..."
    )
    value: Any = Field(description="null: they removed it")
    put_back: bool = Field(description="Whether it stands there again")


class Differing(BaseModel):
    """A VM of a pool with settings of its own."""

    id: str
    name: str
    nodeset: str | None
    topology: str | None


class Problem(BaseModel):
    """RFC 9457."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:ovirt-numa:problem:NodesetTextMalformed",
                    "title": "Nodeset text malformed",
                    "status": 422,
                    "detail": "numa_nodeset: '0-x' names no nodes: ...",
                    "instance": "urn:ovirt-numa:request:5f0c",
                    "code": "NodesetTextMalformed",
                    "blames": "request",
                    "where": "numa_nodeset",
                    "remedy": "write a nodeset such as 0-1 or 0-3,^1, or all, ^3, auto, auto:2",
                    "hint": "",
                    "problems": [],
                }
            ]
        }
    )
    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    blames: str
    where: str
    remedy: str
    hint: str
    problems: list[ProblemItem]
    current: Shown | None = Field(None, description="MatchFailed: the settings as they are now")
    etag: str | None = Field(None, description="MatchFailed: their version")
    command: str | None = Field(None, description="What an administrator types on the engine")
    stored: bool | None = Field(
        None, description="Of a write: whether it counts all the same; null where that is not known"
    )
    by: list[Writing] | None = Field(None, description="WriteCrossed: who wrote at the same moment")
    theirs: list[TheirChange] | None = Field(None, description="WriteCrossed: what they set")
    removed: list[int] | None = Field(None, description="AdoptPartly: nodes that are removed")
    left: list[int] | list[str] | None = Field(
        None, description="AdoptPartly: nodes that are left; PoolPartly: VMs that are not changed"
    )
    done: list[str] | None = Field(None, description="PoolPartly: VMs that are changed")
    differing: list[Differing] | None = Field(
        None, description="PoolDiffers: VMs with settings of their own, which were not overwritten"
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
    arch: str
    page_kib: int | None


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
    native: list[Native]
    guest: Guest
    problems: list[ProblemItem]


class Cell(BaseModel):
    id: int
    cpus: str
    memory_kib: int
    page_kib: int | None
    nodes: str | None
    mode: str


class Placement(BaseModel):
    mode: str
    nodes: str | None
    cells: list[Cell]
    charges: dict[str, dict[str, int]] = Field(
        description="KiB by node and page size in KiB; 0 stands for ordinary pages"
    )


class Hidden(BaseModel):
    """Nodes that the engine does not show: those without CPUs."""

    count: int = Field(description="Of those of which nothing is known")
    memory_kib: int = Field(description="Of these together; 0 where it is not known")
    told: str = Field(description="The ids of those that the host itself told of")
    at: str | None = Field(description="When it did")


class HostFit(BaseModel):
    id: str
    name: str
    status: str
    hook: bool | None
    fits: bool
    placement: Placement | None
    problems: list[ProblemItem]
    reasons: list[dict[str, Any]]
    warnings: list[ProblemItem]
    hidden: Hidden


class Fits(BaseModel):
    hosts: list[HostFit]
    fitting: int
    candidates: int


class Preview(Fits):
    request: dict[str, str]
    host: str | None
    diff: str
    problems: list[ProblemItem]
    guest: dict[str, int]


class Suggestion(BaseModel):
    request: dict[str, str]
    pinned: dict[str, str]
    why: list[str]
    warnings: list[ProblemItem]
    placement: Placement


class HostName(BaseModel):
    id: str
    name: str


class Suggested(BaseModel):
    host: HostName | None
    suggestion: Suggestion | None
    refusals: list[dict[str, Any]]
    hosts: list[HostFit]
    fitting: int
    candidates: int


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
