# SPDX-License-Identifier: Apache-2.0
"""`--cells FILE`: cells without a VM, to find out whether they would fit.

The file is turned into a VM that has these cells, so that placement works as for any other VM.

    {"cells": [{"cpus": 4, "memory_kib": 8388608, "page_kib": 2048, "nodes": "0-1"}]}
"""

from __future__ import annotations

import json
from argparse import Namespace
from typing import Any

from ...base.errors import RequestError, TextError
from ...base.idset import MAX_ID, Cpuset, Nodeset
from ...base.units import MAX_KIB
from ...guest.model import Guest, GuestCell, GuestPages
from ...request.model import NumaRequest
from ...request.parts import Target
from .inputs import StdinTwice, parsed, read

_KEYS = ("cpus", "memory_kib", "page_kib", "nodes")
_ORDINARY = (0, 4)
"""Page sizes that mean ordinary pages. Larger base pages (arm64, POWER) are given as 0."""


class CellsMalformed(RequestError):
    what = "{reason}"
    todo = 'write {{"cells": [{{"cpus": 4, "memory_kib": 8388608}}]}}; see numa-domain fit --help'


def read_cells(args: Namespace) -> tuple[Guest, NumaRequest, dict[int, Nodeset]]:
    """The VM, the request, and cell id -> allowed nodes, from the file in --cells."""
    if args.cells == "-" == args.host:
        raise StdinTwice()
    return parsed(args.cells, read(args.cells), parse_cells)


def parse_cells(text: bytes) -> tuple[Guest, NumaRequest, dict[int, Nodeset]]:
    """Cells without nodes may use any node with memory, the others only theirs."""
    cells: list[GuestCell] = []
    pages: list[GuestPages] = []
    candidates: dict[int, Nodeset] = {}
    first = 0
    for i, cell in enumerate(_load(text)):
        where = f"cells[{i}]"
        if not isinstance(cell, dict) or not set(cell) <= set(_KEYS):
            raise CellsMalformed(where, reason=f"a cell has the keys {', '.join(_KEYS)}")
        count = _whole(cell, "cpus", where, MAX_ID - first, absent=0)
        vcpus = Cpuset.of(range(first, first + count))
        cells.append(GuestCell(i, vcpus, _whole(cell, "memory_kib", where, MAX_KIB)))
        first += count
        page = _whole(cell, "page_kib", where, MAX_KIB, absent=0)
        if page not in _ORDINARY:
            pages.append(GuestPages(page, Nodeset.of([i])))
        if cell.get("nodes") is not None:
            candidates[i] = _nodes(cell["nodes"], where)
    return _guest(cells, pages), NumaRequest(target=Target("auto")), candidates


def _load(text: bytes) -> list[Any]:
    try:
        value = json.loads(text)
    except UnicodeDecodeError as error:
        raise CellsMalformed(
            reason=f"this is not JSON: byte {error.start + 1} is no text"
        ) from None
    except (ValueError, RecursionError) as error:
        raise CellsMalformed(reason=f"this is not JSON: {error}") from None
    cells = value.get("cells") if isinstance(value, dict) else None
    if not isinstance(cells, list) or not cells:
        raise CellsMalformed(reason="there is no list of cells")
    return cells


def _not_json(reason: object) -> CellsMalformed:
    return CellsMalformed(reason=f"this is not JSON: {reason}")


def _guest(cells: list[GuestCell], pages: list[GuestPages]) -> Guest:
    memory = sum(cell.memory_kib for cell in cells)
    vcpus = Cpuset.of(cpu for cell in cells for cpu in cell.cpus)
    return Guest(
        name="cells",
        uuid="",
        memory_kib=memory,
        current_memory_kib=memory,
        max_memory_kib=memory,
        vcpus_max=len(vcpus),
        vcpus_current=vcpus,
        cells=tuple(cells),
        hugepages=tuple(pages),
    )


def _whole(cell: dict[str, Any], key: str, where: str, most: int, absent: int | None = None) -> int:
    value = cell.get(key)
    if value is None and absent is not None:
        return absent
    if type(value) is not int or not 0 <= value <= most:
        raise CellsMalformed(where, reason=f"{key} is no whole number from 0 to {most}")
    return value


def _nodes(text: Any, where: str) -> Nodeset:
    if not isinstance(text, str):
        raise CellsMalformed(where, reason="nodes is no text like 0-1")
    try:
        return Nodeset.parse(text)
    except TextError as error:
        raise error.within(f"{where}, nodes") from None
