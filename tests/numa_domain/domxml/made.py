# SPDX-License-Identifier: Apache-2.0
"""Domains and placements made by hand, for tests of one element at a time.

Decides nothing: 4 vCPUs and 4 GiB unless a test says otherwise, and a host whose node n has
CPUs 8n to 8n+7, node 9 none.
"""

from __future__ import annotations

from typing import Any

from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.domxml.tree import Element, parse
from numa_domain.placement.model import PlacedCell, Placement
from numa_domain.request.model import NumaRequest
from numa_domain.topology.cell import Cell

GIB = 1024 * 1024


def domain(*parts: str, memory: int = 4 * GIB, vcpu: str = "<vcpu>4</vcpu>") -> str:
    """One element a line, indented by two blanks."""
    lines = [f"<memory>{memory}</memory>", vcpu, *parts]
    return "\n".join(["<domain>", *(f"  {line}" for line in lines if line), "</domain>"]) + "\n"


def root(*parts: str, **given: Any) -> Element:
    return parse(domain(*parts, **given)).root


def cells(*each: str) -> str:
    return f"<cpu><numa>{''.join(f'<cell {cell}/>' for cell in each)}</numa></cpu>"


TWO_CELLS = cells("id='0' cpus='0-1' memory='2097152'", "id='1' cpus='2-3' memory='2097152'")


def placed(
    id: int, cpus: str, gib: float, nodes: str | None = None, *, memnode: bool = True, **more: Any
) -> PlacedCell:
    cell = Cell(id, Cpuset.parse(cpus) if cpus else Cpuset(), int(gib * GIB), **more)
    return PlacedCell(cell, None if nodes is None else Nodeset.parse(nodes), memnode)


def placement(
    *placed_cells: PlacedCell, nodes: str | None = None, mode: str = "strict", **more: Any
) -> Placement:
    every = Nodeset() if nodes is None else Nodeset.parse(nodes)
    for one in placed_cells:
        every |= one.nodes or Nodeset()
    more.setdefault("request", NumaRequest.parse(nodeset=nodes or "0", topology="2"))
    return Placement(
        cells=placed_cells,
        mode=mode,
        nodes=None if nodes is None else Nodeset.parse(nodes),
        cpus={node: "" if node == 9 else f"{8 * node}-{8 * node + 7}" for node in every},
        **more,
    )


def two(first: str | None = "0", second: str | None = "1", **more: Any) -> Placement:
    """Two cells of 2 vCPUs and 2 GiB each."""
    both = placed(0, "0-1", 2, first), placed(1, "2-3", 2, second)
    union = [text for text in (first, second) if text is not None]
    more.setdefault("nodes", ",".join(union) if len(union) == 2 else None)
    return placement(*both, **more)


NOTHING = NumaRequest()
