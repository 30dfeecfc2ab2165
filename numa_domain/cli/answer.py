# SPDX-License-Identifier: Apache-2.0
"""What a command prints with --json: an object that begins with the release that wrote it.

An error is the same in every answer: its code, who has to act (`blames`), where, what, what to do,
its facts, and all of that as one sentence (`text`).

    >>> print(as_json({"nodeset": "0-1"}))  # doctest: +ELLIPSIS
    {"version": "...", "nodeset": "0-1"}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from .. import __version__
from ..base.errors import NumaError


def as_json(answer: Mapping[str, Any], indent: int | None = None) -> str:
    """The text of an answer."""
    found = {"version": __version__, **answer}
    return json.dumps(found, indent=indent, default=str)


def told(error: NumaError) -> dict[str, Any]:
    """One error, or several as the first of them with all as its `problems`."""
    found = {**error.to_dict(), "text": str(error)}
    if len(error.problems) > 1:
        found["problems"] = told_all(error.problems)
    return found


def told_all(errors: Iterable[NumaError]) -> list[dict[str, Any]]:
    return [told(error) for error in errors]
