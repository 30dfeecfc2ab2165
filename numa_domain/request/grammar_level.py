# SPDX-License-Identifier: Apache-2.0
"""The grammar's level: which releases of the hooks can read which settings.

A hook reads settings of its own level and of all levels below it. Who extends the grammar raises
`LEVEL` and enters the new part in `SINCE`; parts are never removed. A hook that gets settings above
its level refuses the VM rather than start it with a part of them.

    >>> level(NumaRequest.parse("preferred:0-1", "cpus=0-3 mem=8G"))
    1

    0   VDSM's own hook until 2019, also named 50_numa: its properties were `numa` and `numaset`
    1   the first release
"""

from __future__ import annotations

from .model import NumaRequest
from .parts import NODESET, TOPOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LEVEL = 1
"""The level of the grammar that this release reads."""

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
"""Each part of the grammar -> the first level that has it."""


def level(request: NumaRequest, since: Mapping[str, int] = SINCE) -> int:
    """The lowest level whose hooks can read the whole request; 0 for an empty request."""
    return max((since[part] for part in parts(request)), default=0)


def parts(request: NumaRequest) -> Iterator[str]:
    """The parts of the grammar that a request uses: keys of `SINCE`."""
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
