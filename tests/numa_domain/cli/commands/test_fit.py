# SPDX-License-Identifier: Apache-2.0
"""numa-domain fit: the nodes, or a reason for every one of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from numa_domain import __version__

ROOT = Path(__file__).parents[4]
VM = str(ROOT / "engine_plugin/demo/vm.xml")  # 512 MiB, 4 vCPUs of 16
GIB = 1024**2
VERSION = f'{{"version": "{__version__}", '


def test_fit_shows_cells_and_what_is_left(numa_domain: Any) -> None:
    said = numa_domain("fit", VM, "--nodeset", "0-1", "--topology", "2", "--host", "host.json")
    assert said.code == 0, said.err
    assert said.out.startswith("fits: strict on 0-1\n\ncell   vCPUs")


def test_fit_json_names_each_cells_nodes(numa_domain: Any) -> None:
    topology = "cpus=0-1 mem=256M nodes=0 / cpus=2-3 mem=256M nodes=1"
    said = numa_domain("fit", VM, "--topology", topology, "--host", "host.json", "--json")
    assert (said.code, said.err) == (0, "")
    assert json.loads(said.out) == {
        "version": __version__,
        "fits": True,
        "cells": {"0": "0", "1": "1"},
        "nodes": "0-1",
        "mode": "strict",
        "warnings": [],
    }


def test_fit_refusal_has_a_reason_for_every_node(numa_domain: Any) -> None:
    said = numa_domain("fit", VM, "--nodeset", "1", "--host", "host.json")
    assert said == (
        1,
        "does not fit\n"
        "numa_nodeset: the VM needs 512 MiB on node 1, where 256 MiB are free: 256 MiB missing;"
        " fits on node 0, or with 256 MiB of memory, or after 256 MiB are freed on node 1\n"
        "node 0: 12 GiB free, not asked for\n"
        "node 1: 256 MiB free, 512 MiB needed, 256 MiB missing\n",
        "",
    )


def test_fit_illegal_request_is_bad_input(numa_domain: Any) -> None:
    said = numa_domain("fit", VM, "--topology", "9", "--nodeset", "0", "--host", "host.json")
    assert said == (
        2,
        "",
        "numa-domain fit: numa_topology: 9 cells cannot be made of 4 running cores (1 thread each);"
        " ask for at most 4 cells, or write which vCPUs each has: cpus=0 mem=1G / ...\n",
    )


CELLS = {"cells": [{"cpus": 4, "memory_kib": GIB // 8}, {"cpus": 4, "memory_kib": 8 * GIB}]}


def test_fit_cells_file(numa_domain: Any) -> None:
    said = numa_domain(
        "fit", "--cells", "-", "--host", "host.json", "--json", stdin=json.dumps(CELLS)
    )
    assert said == (0, VERSION + '"fits": true, "cells": {"0": "1", "1": "0"}}\n', "")


@pytest.mark.parametrize(("spread", "fits"), [("allowed", True), ("never", False)])
def test_fit_spread_says_whether_a_cell_may_lie_on_several_nodes(
    numa_domain: Any, spread: str, fits: bool
) -> None:
    cells = {"cells": [{"cpus": 4, "memory_kib": 12 * GIB + GIB // 8}]}
    said = numa_domain(
        *("fit", "--cells", "-", "--host", "host.json", "--json", "--spread", spread),
        stdin=json.dumps(cells),
    )
    assert (said.code, json.loads(said.out)["fits"]) == (0 if fits else 1, fits)


def test_fit_exclusive_keeps_cells_apart(numa_domain: Any) -> None:
    cells = {"cells": [{"memory_kib": GIB}, {"memory_kib": GIB}]}
    argv = ("fit", "--cells", "-", "--host", "host.json", "--json")
    together = numa_domain(*argv, stdin=json.dumps(cells))
    apart = numa_domain(*argv, "--exclusive", stdin=json.dumps(cells))
    assert together == (0, VERSION + '"fits": true, "cells": {"0": "0", "1": "0"}}\n', "")
    assert (apart.code, json.loads(apart.out)["fits"]) == (1, False)


def test_fit_cells_file_with_pages_and_nodes(numa_domain: Any) -> None:
    cells = {"cells": [{"memory_kib": GIB, "page_kib": 2048, "nodes": "0-1"}]}
    said = numa_domain(
        "fit", "--cells", "-", "--host", "host.json", "--json", stdin=json.dumps(cells)
    )
    answer = json.loads(said.out)
    assert (said.code, answer["fits"]) == (1, False)  # 512 pages, of which 500 are free
    assert {reason["node"]: reason["missing_kib"] for reason in answer["reasons"]} == {
        0: 24576,
        1: 24576,
    }


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", ": this is not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("\udcff", ": this is not JSON: byte 1 is no text"),
        ("{}", ": there is no list of cells"),
        ('{"cells": [{"cpus": 1}]}', ", cells[0]: memory_kib is no whole number from 0 to"),
        ('{"cells": [{"memory_kib": true}]}', ", cells[0]: memory_kib is no whole number"),
        ('{"cells": [{"mem": 1}]}', ", cells[0]: a cell has the keys cpus, memory_kib, page_kib"),
        ('{"cells": [{"memory_kib": 1, "nodes": 0}]}', ", cells[0]: nodes is no text like 0-1"),
        ('{"cells": [{"memory_kib": 1, "nodes": "1-"}]}', ", cells[0], nodes: in '1-', an id is"),
    ],
)
def test_fit_malformed_cells_file_is_bad_input(numa_domain: Any, text: str, error: str) -> None:
    said = numa_domain("fit", "--cells", "-", "--host", "host.json", stdin=text)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith(f"numa-domain fit: standard input{error}")
