# SPDX-License-Identifier: Apache-2.0
"""A virtual NUMA node of oVirt's own, as the engine keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ovirtsdk4 import types

from .sdk_types import expect


@dataclass(frozen=True)
class NativeNode:
    """Made in oVirt's own dialog (Host, NUMA Pinning), or over its API."""

    id: str
    index: int
    memory_kib: int
    cpus: tuple[int, ...]
    mode: str
    pins: tuple[int, ...]
    """Ids of the host's nodes."""

    @classmethod
    def of(cls, node: Any) -> NativeNode:
        expect(types.VirtualNumaNode, node)
        cores = node.cpu.cores if node.cpu is not None else None
        return cls(
            id=str(node.id),
            index=int(node.index),
            memory_kib=int(node.memory) * 1024,
            cpus=tuple(sorted(core.index for core in cores or [])),
            mode=node.numa_tune_mode.value if node.numa_tune_mode else "interleave",
            pins=tuple(sorted(pin.index for pin in node.numa_node_pins or [])),
        )
