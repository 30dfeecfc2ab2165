# SPDX-License-Identifier: Apache-2.0
"""The shape of a refusal, for OpenAPI and its readers: RFC 9457, and what some problems add."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from .problem_item import ProblemItem
from .schemas import Shown


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
    current: Shown | None = Field(
        None, description="MatchFailed, WriteCrossed, AdoptPartly: the settings as they are now"
    )
    etag: str | None = Field(None, description="Of `current`: their version")
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
