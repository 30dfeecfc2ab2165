# SPDX-License-Identifier: Apache-2.0
"""The shapes of where a VM fits, and what would suit it, for OpenAPI and its readers."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from .problem_item import ProblemItem


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
