# SPDX-License-Identifier: Apache-2.0
"""The shapes of what is told of the scheduler, for OpenAPI."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Reason(BaseModel):
    code: str
    message: str
    remedy: str


class ChosenHost(BaseModel):
    id: str
    name: str


class DecidedHost(BaseModel):
    """One host in a decision."""

    id: str
    name: str
    state: str = Field(
        description="chosen, passed, refused, unknown (nothing was known of it), or not_asked (the"
        " engine's own filters had left it out)"
    )
    nodes: str | None = Field(description="Where the VM would lie, such as 0-1")
    score: int | None = Field(description="How well it suits, the less the better")
    problem: Reason | None


class Decision(BaseModel):
    """What the engine asked for a start, and what it was told."""

    number: int
    vm: str
    name: str
    at: str = Field(description="ISO 8601, in UTC")
    outcome: str = Field(
        description="passed; refused: no host was let through; unseen: all were, since nothing was"
        " known; unasked: the VM started and the engine had not asked"
    )
    chosen: ChosenHost | None = Field(description="Where the VM went, once that is known")
    hosts: list[DecidedHost]
    more_hosts: int = Field(description="Hosts beyond those that are listed")
    hidden_hosts: int = Field(description="Hosts that this user does not see")
    problem: Reason | None = Field(description="Of the VM itself, whatever the host")
    model_age_seconds: float | None
    took_ms: float


class Decisions(BaseModel):
    """The last ones of a VM, the newest first."""

    answers: bool = Field(description="Whether the scheduler answers")
    decisions: list[Decision]


class UnaskedStart(BaseModel):
    vm: str
    name: str
    cluster: str | None
    host: str
    at: str


class SchedulingState(BaseModel):
    """How hosts of a cluster are chosen for VMs with settings."""

    mode: str = Field(
        description="filter: the engine asks our scheduler; hosts: it does not, so name hosts;"
        " unknown: this user is not told"
    )
    policy: str | None
    units: dict[str, str] = Field(
        description="Each of numa_fit and numa_room: in force, unused, disabled, or absent"
    )
    answers: bool = Field(description="Whether the scheduler answers")
    ready: bool = Field(description="Whether it has read hosts and VMs")
    problem: str | None = Field(description="What is wrong where the engine counts on it")
    last_asked: str | None
    median_ms: float | None
    longest_ms: float | None
    failed_open: list[str] = Field(description="When the engine wrote that it went on without it")
    unseen: int = Field(description="VMs that were let through without a look")
    unasked: list[UnaskedStart] = Field(
        description="The last VMs with settings that started without the engine's asking"
    )
