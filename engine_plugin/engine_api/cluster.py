# SPDX-License-Identifier: Apache-2.0
"""A cluster of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ovirtsdk4 import types


@dataclass(frozen=True)
class Cluster:
    """What counts of it here."""

    id: str
    name: str
    level: str
    """Its compatibility level, such as "4.7"."""
    arch: str = "x86_64"
    """Of its hosts, and so of its VMs."""

    @classmethod
    def of(cls, cluster: Any) -> Cluster:
        version = cluster.version
        level = f"{version.major}.{version.minor}" if version else "4.7"
        return cls(str(cluster.id), str(cluster.name), level, architecture(cluster.cpu))


def architecture(cpu: Any) -> str:
    """Of the SDK's Cpu; x86_64 where the engine does not say."""
    found = cpu.architecture if cpu else None
    if found in (None, types.Architecture.UNDEFINED):
        return "x86_64"
    return str(found.value)
