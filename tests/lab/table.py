# SPDX-License-Identifier: Apache-2.0
"""The lab's table: for each case what was asked for, what guest and host showed, and the verdict.

Decides the look alone. A result is what `case.py` writes.

    ok     two-cells      0-1; cpus=0-1 mem=128M ... 19 s
           guest   cell 0: CPUs 0-1 ...
           host    ram-node0: 128 MiB on node 0
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def row(result: Mapping[str, Any]) -> str:
    """One case."""
    verdict = "ok    " if result["passed"] else "FAILED"
    lines = [f"{verdict} {result['name']}: {result['title']} ({result['seconds']:.0f} s)"]
    for name in ("asked", "guest", "host", "verify", "note"):
        lines += [f"         {name:7} {text}" for text in result[name]]
    for check in result["checks"]:
        if not check["ok"]:
            lines.append(f"       ! {check['what']}: {check['got']}, expected {check['want']}")
    if result["error"]:
        lines += [f"       ! {line}" for line in result["error"].splitlines()]
    return "\n".join(lines)


def summary(results: Sequence[Mapping[str, Any]], seconds: float) -> str:
    """The last lines."""
    bad = [result["name"] for result in results if not result["passed"]]
    checks = sum(len(result["checks"]) for result in results)
    text = f"{len(results)} cases, {checks} comparisons, {len(bad)} failed, {seconds:.0f} s"
    return f"{text}: {', '.join(bad)}" if bad else text
