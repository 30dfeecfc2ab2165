# SPDX-License-Identifier: Apache-2.0
"""numa-domain suggest: the inputs, the reasons, and no answer where there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VM = str(Path(__file__).parents[4] / "engine_plugin/demo/vm.xml")  # 512 MiB, 4 vCPUs of 16


def test_suggest_small_vm_is_one_cell(numa_domain: Any) -> None:
    assert numa_domain("suggest", VM, "--host", "host.json") == (
        0,
        "The VM's 512 MiB and 4 vCPUs fit one node: one cell, all memory local.\n\n"
        "The host chooses at each start:\n  numa_nodeset = auto:1\n\n"
        "The same, with the nodes that this is today:\n  numa_nodeset = 0\n",
        "",
    )


def test_suggest_json_can_be_read_back(numa_domain: Any) -> None:
    said = numa_domain("suggest", VM, "--host", "host.json", "--json")
    answer = json.loads(said.out)
    assert (said.code, answer["request"], answer["pinned"], answer["warnings"]) == (
        0,
        {"numa_nodeset": "auto:1"},
        {"numa_nodeset": "0"},
        [],
    )


def test_suggest_vm_without_a_place_exits_with_1(numa_domain: Any) -> None:
    xml = (
        Path(VM)
        .read_text()
        .replace(">524288<", f">{64 << 20}<")
        .replace('"524288"', f'"{64 << 20}"')
    )
    said = numa_domain("suggest", "-", "--host", "host.json", stdin=xml)
    assert (said.code, said.err) == (1, "")
    assert said.out.startswith(
        "does not fit\nnuma_nodeset: the VM needs 64 GiB on nodes 0-1, where"
    )
