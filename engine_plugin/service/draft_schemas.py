# SPDX-License-Identifier: Apache-2.0
"""The shapes of questions about a VM that is not saved yet, for OpenAPI.


{"nodeset": "auto:1", "vm": {"memory_kib": 8388608, "vcpus": 4}}
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from .forms import ONE_OF_BOTH, EntityId, Memory, PageSize, Threads, Vcpus
from .schemas import Ask


class DraftVm(BaseModel):
    """A VM as a dialog has it, before it is saved."""

    model_config = ConfigDict(extra="forbid")
    id: EntityId | None = Field(
        None, description="The VM that it is made from; what is absent is as there"
    )
    memory_kib: Memory | None = None
    max_memory_kib: Memory | None = None
    vcpus: Vcpus | None = None
    threads: Threads | None = Field(None, description="Of a core")
    page_kib: PageSize | None = Field(None, description="Of the property hugepages; 0: it has none")
    hosts: list[EntityId] | None = Field(
        None, max_length=1000, description="Ids of those it is dedicated to; empty: any"
    )


class Draft(Ask):
    """Settings to look at, for a VM that the engine does not know so; at least one of both."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"anyOf": ONE_OF_BOTH})
    vm: DraftVm = Field(default_factory=lambda: DraftVm.model_validate({}))


class SuggestDraft(BaseModel):
    model_config = ConfigDict(extra="forbid")
    vm: DraftVm = Field(default_factory=lambda: DraftVm.model_validate({}))
