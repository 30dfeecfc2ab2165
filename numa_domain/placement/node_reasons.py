# SPDX-License-Identifier: Apache-2.0
"""For each node: what it has for a request, and how much is missing.

node 1: 20 GiB free, 32 GiB needed, 12 GiB missing
"""

from __future__ import annotations

from ..base.frozen import Value
from ..base.units import show_memory
from .memory_fit import rooms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ..host.model import HostTopology
    from .memory_fit import Demand, Shortfall


class NodeReason(Value):
    """What a node has, and what is missing on it, in KiB of one page size."""

    node: int
    page_kib: int
    """0 for ordinary pages."""
    asked: bool
    """Whether the request may use this node at all."""
    needed_kib: int
    """By the cells that must lie on this node, or on this and others."""
    free_kib: int
    promised_kib: int
    available_kib: int
    missing_kib: int
    """What is missing of `needed_kib` when all nodes that these cells may use are full."""
    kept_kib: int = 0
    """Of what is free: what the kernel keeps."""

    def __str__(self) -> str:
        of_pages = f" in pages of {show_memory(self.page_kib)}" if self.page_kib else ""
        promised = f" less {show_memory(self.promised_kib)} promised" if self.promised_kib else ""
        kept = f" less {show_memory(self.kept_kib)} for the kernel" if self.kept_kib else ""
        has = f"node {self.node}: {show_memory(self.free_kib)} free{kept}{promised}{of_pages}"
        if not self.asked:
            return f"{has}, not asked for"
        needed = f"{has}, {show_memory(self.needed_kib)} needed"
        if not self.missing_kib:
            return f"{needed}, enough"
        return f"{needed}, {show_memory(self.missing_kib)} missing"

    def to_dict(self) -> dict[str, Any]:
        """For JSON: the fields, and the text."""
        return {name: getattr(self, name) for name in self._fields} | {"text": str(self)}


def node_reasons(
    host: HostTopology, demands: Sequence[Demand], shortfalls: Sequence[Shortfall] = ()
) -> Iterator[NodeReason]:
    """A reason for each node of the host and each page size that is needed."""
    for page in sorted({demand.page_kib for demand in demands}):
        available = rooms(host, page)
        for node in host.nodes.values():
            asked = [d for d in demands if d.page_kib == page and node.id in d.nodes]
            short = [s for s in shortfalls if s.page_kib == page and node.id in s.nodes]
            free, promised = node.stock_kib(page)
            kept = 0 if page else min(node.kept_kib, free)
            yield NodeReason(
                node=node.id,
                page_kib=page,
                asked=bool(asked),
                needed_kib=sum(s.needed_kib for s in short) or sum(d.kib for d in asked),
                free_kib=free,
                promised_kib=max(promised, free - kept - available[node.id]),
                available_kib=available[node.id],
                missing_kib=sum(s.missing_kib for s in short),
                kept_kib=kept,
            )
