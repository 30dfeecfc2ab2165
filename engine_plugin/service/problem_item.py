# SPDX-License-Identifier: Apache-2.0
"""One problem inside an answer, for OpenAPI and its readers."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


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
