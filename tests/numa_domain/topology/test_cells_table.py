# SPDX-License-Identifier: Apache-2.0
"""tests/data/cells.json: cells and problems that Python and the browser have to agree on.

The same table is passed by engine_plugin/ui/tests/model/plan.test.ts.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset
from numa_domain.guest.model import CpuTopology, Guest, GuestPages
from numa_domain.placement.warnings import split_cores
from numa_domain.request.model import NumaRequest
from numa_domain.topology.plan import plan_cells

TABLE = json.loads((Path(__file__).parents[2] / "data" / "cells.json").read_text())


def _guest(vm: dict[str, Any]) -> Guest:
    memory, most, threads = vm["memory_kib"], vm["vcpus_max"], vm["threads"]
    cores = vm.get("cores", 1)
    pages = (GuestPages(vm["page_kib"]),) if "page_kib" in vm else ()
    return Guest(
        name="vm",
        uuid="",
        memory_kib=memory,
        current_memory_kib=memory,
        max_memory_kib=memory,
        vcpus_max=most,
        vcpus_current=Cpuset.of(range(vm["vcpus"])),
        topology=CpuTopology(max(1, most // (threads * cores)), cores=cores, threads=threads),
        hugepages=pages,
        arch=vm["arch"],
    )


def _outcome(guest: Guest, topology: str) -> dict[str, Any]:
    try:
        request = NumaRequest.parse(topology=topology)
        cells = plan_cells(guest, request)
    except NumaError as error:
        found = [{"code": p.code, "where": p.where, "facts": p.facts} for p in error.problems]
        return {"problems": found}
    planned = [
        {"cpus": str(c.cpus), "memory_kib": c.memory_kib, "page_kib": c.page_kib} for c in cells
    ]
    if not isinstance(request.cells, tuple):
        return {"cells": planned}
    return {"cells": planned, "warnings": [p.code for p in split_cores(guest, cells)]}


@pytest.mark.parametrize("row", TABLE["rows"], ids=lambda row: f"{row['vm']}: {row['topology']}")
def test_cells_table_row_as_in_the_browser(row: dict[str, Any]) -> None:
    outcome = _outcome(_guest(TABLE["vms"][row["vm"]]), row["topology"])
    assert outcome == {k: v for k, v in row.items() if k not in ("vm", "topology")}
