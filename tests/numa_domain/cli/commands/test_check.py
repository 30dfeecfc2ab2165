# SPDX-License-Identifier: Apache-2.0
"""numa-domain check: every problem, each at its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from numa_domain import __version__

ROOT = Path(__file__).parents[4]
VM = str(ROOT / "engine_plugin/demo/vm.xml")  # 512 MiB, 4 vCPUs of 16


def test_check_tells_every_problem(numa_domain: Any) -> None:
    topology = "cpus=0-1 mem=128M nodes=7 / cpus=1-2 mem=128M nodes=9"
    said = numa_domain(
        "check", VM, "--nodeset", "0-1,5", "--topology", topology, "--host", "host.json", "--json"
    )
    found = {problem["code"] for problem in json.loads(said.out)["problems"]}
    assert (said.code, said.err) == (1, "")
    assert found == {"VcpuTwice", "VcpuMissing", "MemorySum", "NodeUnknown"}


def test_check_points_at_the_place_in_a_text(numa_domain: Any) -> None:
    said = numa_domain("check", VM, "--nodeset", "0-x")
    assert said.code == 1
    assert said.out.splitlines()[1:] == ["    0-x", "      ^"]


def test_check_without_host_looks_at_the_vm_alone(numa_domain: Any) -> None:
    assert numa_domain("check", VM, "--nodeset", "5", "--topology", "2", "--no-host") == (
        0,
        "no problems (no host is asked: its nodes are not checked)\n",
        "",
    )


def test_check_memory_that_the_node_lacks_is_a_problem(numa_domain: Any) -> None:
    said = numa_domain("check", VM, "--nodeset", "1", "--host", "host.json")
    assert said == (
        1,
        "numa_nodeset: the VM needs 512 MiB on node 1, where 256 MiB are free: 256 MiB missing;"
        " fits on node 0, or with 256 MiB of memory, or after 256 MiB are freed on node 1\n",
        "",
    )


def test_check_sound_request_with_host(numa_domain: Any) -> None:
    said = numa_domain("check", VM, "--nodeset", "0", "--host", "host.json", "--json")
    assert (said.code, json.loads(said.out)) == (
        0,
        {"version": __version__, "ok": True, "problems": [], "warnings": []},
    )


def test_check_takes_this_machine_as_its_host(numa_domain: Any) -> None:
    """As fit, rewrite and suggest do; no machine has node 16000."""
    said = numa_domain("check", VM, "--nodeset", "16000", "--json")
    answer = json.loads(said.out)
    assert (said.code, [problem["code"] for problem in answer["problems"]]) == (1, ["NodeUnknown"])
    assert answer["problems"][0]["blames"] == "host"
    assert answer["problems"][0]["text"].startswith("numa_nodeset: ")
