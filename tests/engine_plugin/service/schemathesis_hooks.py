# SPDX-License-Identifier: Apache-2.0
"""What Schemathesis is told beside `schemathesis.toml`: entities that are there, and our own check.

NUMA_API_IDS='{"vms": ["0d5f..."], ...}'        ids that every second request is about
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Mapping
from typing import Any

import schemathesis

_IDS: dict[str, list[str]] = json.loads(os.environ.get("NUMA_API_IDS", "{}"))
_FORM = ("BodyMalformed", "ManyMalformed", "NotJson", "IdMalformed")
"""Not TagsMalformed: it sends the number 0 as If-Match and takes that for a text of any pattern."""
_turn = itertools.count()


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: Any) -> Any:
    """Random ids would all be 404."""
    kind = context.operation.path.split("/")[3:4]
    ids = _IDS.get(kind[0] if kind else "", [])
    number = next(_turn)
    if not ids or number % 2 or not isinstance(path_parameters, Mapping):
        return path_parameters
    return {**path_parameters, "id": ids[number // 2 % len(ids)]}


@schemathesis.check
def form_acceptance(ctx: Any, response: Any, case: Any) -> bool | None:
    """What the description allows is not refused for its form."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return None
    if response.status_code in (400, 413, 415, 422):
        code = response.json()["code"]
        assert code not in _FORM, f"well formed, and refused with {code}: {response.text[:500]}"
    return True
