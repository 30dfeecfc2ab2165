# SPDX-License-Identifier: Apache-2.0
"""The shapes of questions about a VM that is not saved yet, for OpenAPI.


{"nodeset": "auto:1", "vm": {"memory_kib": 8388608, "vcpus": 4}}
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from .schemas import Ask


class DraftVm(BaseModel):
    """A VM as a dialog has it, before it is saved."""

    model_config = ConfigDict(extra="forbid")
    id: str | None = Field(
        None, max_length=64, description="The VM that it is made from; what is absent is as there"
    )
    memory_kib: int | None = Field(None, ge=1024, le=1 << 40)
    max_memory_kib: int | None = Field(None, ge=1024, le=1 << 40)
    vcpus: int | None = Field(None, ge=1, le=1024)
    threads: int | None = Field(None, ge=1, le=64, description="Of a core")
    page_kib: int | None = Field(
        None, ge=0, le=1 << 31, description="Of the property hugepages; 0: it has none"
    )
    hosts: list[str] | None = Field(
        None, max_length=1000, description="Ids of those it is dedicated to; empty: any"
    )


class Draft(Ask):
    """Settings to look at, for a VM that the engine does not know so."""

    vm: DraftVm = Field(default_factory=lambda: DraftVm.model_validate({}))


class SuggestDraft(BaseModel):
    model_config = ConfigDict(extra="forbid")
    vm: DraftVm = Field(default_factory=lambda: DraftVm.model_validate({}))
