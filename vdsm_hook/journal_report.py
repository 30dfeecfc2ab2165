# SPDX-License-Identifier: Apache-2.0
"""numa-hook journal: the latest runs of the hooks, counts of all runs, and the reservations.

`numa-domain metrics` and `numa-domain report` read it as JSON, since the core does not import the
hooks. It does not run when a VM starts.

    {"totals": [{"point": "before_vm_start", "outcome": "new", "count": 412, "seconds": 71.2}],
     "runs": [{"at": 1772355302, "point": "before_vm_start", "vm_id": "0d5f...", ...}],
     "reservations": [{"vm": "0d5f...", "charges": {"0": {"0": 8388608}}, "owed": {...}}],
     "affinity": {"running": true, "pins": 128, ...}}
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from numa_domain.cli.table import table

from . import journal
from .affinity.summary import summary
from .config import Config
from .reservation_file import peek, uptime
from .reservations import owed
from .running_vms import survey


def answer(config: Config, path: str) -> dict[str, Any]:
    """Everything, for JSON; `path` is that of the configuration."""
    known = journal.read(config)
    return {
        "config": path,
        "log_file": config.log_file,
        "totals": [
            {"point": point, "outcome": outcome, "count": count, "seconds": round(seconds, 3)}
            for (point, outcome), (count, seconds) in sorted(known.totals.items())
        ],
        "runs": [{name: getattr(run, name) for name in run._fields} for run in known.runs],
        "reservations": list(_reservations(config)),
        "affinity": summary(config),
    }


def _reservations(config: Config) -> Iterator[dict[str, Any]]:
    """What is reserved for each VM, and how much of that the VM has not taken yet."""
    reservations = peek(config)
    residents = survey(config, {r.vm_id: r.pid for r in reservations}, uptime()).residents
    for each in reservations:
        left = owed(each, residents.get(each.vm_id))
        yield {
            "vm": each.vm_id,
            "pid": each.pid,
            "charges": each.charges,
            "claims": each.told(),
            "owed": left,
        }


def text(found: dict[str, Any], most: int = 20) -> str:
    """For people: the counts and the latest runs."""
    totals = [
        (t["point"], t["outcome"], str(t["count"]), f"{t['seconds'] / t['count']:.3f} s")
        for t in found["totals"]
    ]
    runs = [
        (
            time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run["at"])),
            run["point"],
            run["vm_id"],
            run["outcome"],
            f"{run['seconds']:.3f} s",
            run["said"] or " ".join(filter(None, (run["nodeset"], run["topology"]))),
        )
        for run in found["runs"][-most:]
    ]
    if not totals:
        return "no hook has run for a VM with NUMA settings since this host's boot"
    return "\n\n".join(
        (
            table("<hook_point <outcome >runs >mean", totals),
            table("<time <hook_point <VM <outcome >took <said", runs),
        )
    )
