# SPDX-License-Identifier: Apache-2.0
"""Which hooks can read which settings: the grammar's level, and what each part of it needs.

Decides one number for a request. A hook reads its own level and all below it, so a level is
never taken back; who adds to the grammar raises `LEVEL` and says so in `SINCE`. A hook that
meets what is above its level refuses the VM: it never starts it with a part of its settings.

    >>> level(NumaRequest.parse("preferred:0-1", "cpus=0-3 mem=8G"))
    1

    0   VDSM's own hook until 2019, also named 50_numa: `numa` and `numaset`, none of ours
    1   the first release
"""

from __future__ import annotations

from .model import NumaRequest
from .parts import NODESET, TOPOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LEVEL = 1
"""Of what is read here."""

SINCE: Mapping[str, int] = {
    f"{NODESET}: nodes": 1,
    f"{NODESET}: all": 1,
    f"{NODESET}: except": 1,
    f"{NODESET}: auto": 1,
    f"{TOPOLOGY}: count": 1,
    f"{TOPOLOGY}: host": 1,
    f"{TOPOLOGY}: cells": 1,
    "mode: strict": 1,
    "mode: preferred": 1,
    "mode: interleave": 1,
    "mode: restrictive": 1,
    "field: cpus": 1,
    "field: memory_kib": 1,
    "field: nodes": 1,
    "field: mode": 1,
    "field: page_kib": 1,
    "field: distances": 1,
    "field: access": 1,
}
"""Each part of the grammar, and the first level that has it."""


def level(request: NumaRequest, since: Mapping[str, int] = SINCE) -> int:
    """The lowest level of which a hook reads all of the request; 0 for an empty one."""
    return max((since[part] for part in parts(request)), default=0)


def parts(request: NumaRequest) -> Iterator[str]:
    """What of the grammar a request uses, in the words of `SINCE`."""
    if request.target is not None:
        yield f"{NODESET}: {request.target.kind}"
        yield f"mode: {request.mode}"
    if request.cells is None:
        return
    if not isinstance(request.cells, tuple):
        yield f"{TOPOLOGY}: {'count' if isinstance(request.cells, int) else request.cells}"
        return
    yield f"{TOPOLOGY}: cells"
    for cell in request.cells:
        yield from (f"field: {name}" for name in cell._fields if getattr(cell, name) is not None)
        if cell.mode is not None:
            yield f"mode: {cell.mode}"
