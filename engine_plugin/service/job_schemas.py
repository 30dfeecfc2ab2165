# SPDX-License-Identifier: Apache-2.0
"""The shapes of changes of many VMs, for OpenAPI and its readers."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .forms import ONE_OF_BOTH, Chosen, Flag
from .problem_item import ProblemItem
from .schemas import Inputs, Request

_REMOVES: Any = {"required": ["action"], "properties": {"action": {"const": "remove"}}}


class NewJob(Inputs):
    """What is to be done with all VMs that a search finds."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"action": "store", "search": "tag=db", "nodeset": "auto"}],
            "anyOf": [*ONE_OF_BOTH, _REMOVES],
        },
    )
    action: Literal["store", "remove"] = "store"
    search: Chosen = Field(description="oVirt's search: tag=db and cluster=Default")
    force: Flag = Field(False, description="Although a VM could start without its settings")
    overwrite: Flag = Field(
        False, description="Also where a VM has other settings already; they are shown otherwise"
    )


class Counts(BaseModel):
    """VMs by what became of them."""

    waiting: int
    done: int
    unchanged: int = Field(description="They had what was asked for already")
    differs: int = Field(description="They have other settings, which were not overwritten")
    failed: int


class JobVm(BaseModel):
    """One VM of a job."""

    id: str
    name: str
    state: Literal["waiting", "done", "unchanged", "differs", "failed"]
    request: Request | None = Field(description="What it has, as it was last read")
    etag: str | None
    notes: list[str]
    problems: list[ProblemItem]


class Job(BaseModel):
    """A change of many VMs."""

    id: str
    href: str = Field(description="Where to look how far it is, below the service's own path")
    state: Literal["running", "stopped", "done"] = Field(
        description="stopped: VMs wait, and POST .../resume goes on; done: none waits, though some"
        " may have failed or differ"
    )
    about: dict[str, Any] = Field(description="kind and id of a pool, or the search")
    started: str
    finished: str | None
    action: Literal["store", "remove"]
    request: dict[str, str] | None
    force: bool
    overwrite: bool
    total: int
    ended: int
    counts: Counts
    problem: ProblemItem | None = Field(description="Why it was broken off")
    vms: list[JobVm]


class Jobs(BaseModel):
    jobs: list[Job] = Field(description="Each without its VMs")
