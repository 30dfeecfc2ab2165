# SPDX-License-Identifier: Apache-2.0
"""A cluster of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Cluster:
    """What counts of it here."""

    id: str
    name: str
    level: str
    """Its compatibility level, such as "4.7"."""

    @classmethod
    def of(cls, cluster: Any) -> Cluster:
        version = cluster.version
        level = f"{version.major}.{version.minor}" if version else "4.7"
        return cls(str(cluster.id), str(cluster.name), level)
