# SPDX-License-Identifier: Apache-2.0
"""A change of many VMs as a document: how far it is, and what became of each.

batch(found, wording)["counts"]         {"waiting": 30, "done": 10, ...}
"""

from __future__ import annotations

from typing import Any

from ..settings.batch import Batch, Item
from . import problem
from .request import request
from .settings import etag
from .wording import Wording


def batch(found: Batch, wording: Wording) -> dict[str, Any]:
    asked = found.asked
    return {
        "action": "remove" if asked.request is None else "store",
        "request": None if asked.request is None else asked.request.to_properties(),
        "force": asked.force,
        "overwrite": asked.overwrite,
        "total": len(found.items),
        "ended": found.ended,
        "counts": found.counts(),
        "problem": None if found.ended_by is None else problem.plain(found.ended_by, wording),
        "vms": [item(each, wording) for each in found.items],
    }


def item(found: Item, wording: Wording) -> dict[str, Any]:
    """One VM; `request` is what it has, as it was last read."""
    vm, result = found.vm, found.result
    return {
        "id": found.target.id,
        "name": found.name,
        "state": found.state,
        "request": None if vm is None else request(vm),
        "etag": None if vm is None else etag(vm),
        "notes": [] if result is None else list(result.notes),
        "problems": [problem.plain(each, wording) for each in found.problems],
    }
