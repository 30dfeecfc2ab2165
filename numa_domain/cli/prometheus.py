# SPDX-License-Identifier: Apache-2.0
"""Metrics in Prometheus's text format, version 0.0.4.

https://prometheus.io/docs/instrumenting/exposition_formats/

    >>> family = Family("node_free_bytes", "gauge", "MemFree of a host node.")
    >>> family.add(1024, node=0)
    >>> print(exposition([family]), end="")
    # HELP ovirt_numa_node_free_bytes MemFree of a host node.
    # TYPE ovirt_numa_node_free_bytes gauge
    ovirt_numa_node_free_bytes{node="0"} 1024
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

PREFIX = "ovirt_numa_"


class Family:
    """All samples of one metric. It is filled, then printed: the only mutable value in the core."""

    def __init__(self, name: str, kind: str, help: str) -> None:
        self.name, self.kind, self.help = f"{PREFIX}{name}", kind, help
        self.lines: list[str] = []
        self.samples: list[dict[str, Any]] = []

    def add(self, value: float, suffix: str = "", /, **labels: object) -> None:
        """Add a sample; `suffix` is _sum or _count of a summary."""
        pairs = ",".join(f'{name}="{_escaped(str(text))}"' for name, text in labels.items())
        braces = f"{{{pairs}}}" if pairs else ""
        number = f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
        self.lines.append(f"{self.name}{suffix}{braces} {number}")
        texts = {name: str(text) for name, text in labels.items()}
        self.samples.append({"name": f"{self.name}{suffix}", "labels": texts, "value": value})

    def to_dict(self) -> dict[str, Any]:
        """For JSON; values are numbers, labels texts, as in the exposition."""
        return {"name": self.name, "type": self.kind, "help": self.help, "samples": self.samples}


def exposition(families: Iterable[Family]) -> str:
    """The text. A metric without samples has its HELP and TYPE lines only."""
    lines = []
    for family in families:
        lines += [f"# HELP {family.name} {family.help}", f"# TYPE {family.name} {family.kind}"]
        lines += family.lines
    return "\n".join([*lines, ""])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
