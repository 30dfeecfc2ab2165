# SPDX-License-Identifier: Apache-2.0
"""numa-domain suggest: the inputs, the reasons, and no answer where there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.numa_domain.conftest import HOST, NODES
from tests.vdsm_hook.domains import engine_domain

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


def pinned(*cpus: int) -> bytes:
    pins = "".join(PIN.format(i, cpu) for i, cpu in enumerate(cpus))
    domain = engine_domain(vcpus=4, memory_gib=4)
    return domain.replace(b"<cputune />", f"<cputune>{pins}</cputune>".encode(), 1)


PIN = '<vcpupin vcpu="{}" cpuset="{}"/>'
BUS = (
    '<controller type="pci" index="1" model="pcie-expander-bus">'
    '<target busNr="180"><node>1</node></target></controller>'
)
ONE_EACH = "2 cells, each on a node of its own."


@pytest.mark.parametrize(
    ("domain", "nodeset", "why"),
    [
        (
            engine_domain(vcpus=4, memory_gib=4).replace(b"<devices>", b"<devices>" + BUS.encode()),
            "auto:2",
            "Not one cell, since the pcie-expander-bus is in cell 1, and the guest gets cell 0 "
            f"only: {ONE_EACH}",
        ),
        (
            pinned(0, 0, 8, 8),
            "auto:2",
            "Not one cell, since vCPUs 2-3 may run on CPU 8 only, and cell 0 has its memory on "
            f"node 0 with CPUs 0-7: {ONE_EACH}",
        ),
        (
            pinned(0, 8, 0, 8),
            "auto",
            "What its domain has, such as pins, does not go with one node, and no number of equal "
            "cells fits either; the closest nodes that hold it together are taken.",
        ),
    ],
)
def test_suggest_does_not_say_that_memory_lacks_where_the_domain_asks_for_more_cells(
    numa_domain: Any, tmp_path: Path, domain: bytes, nodeset: str, why: str
) -> None:
    machine = {**HOST, "nodes": [{**node, "free_kib": 16 << 20} for node in NODES]}
    (tmp_path / "even.json").write_text(json.dumps(machine))
    said = numa_domain("suggest", "-", "--host", "even.json", "--json", stdin=domain.decode())
    answer = json.loads(said.out)
    assert answer["request"]["numa_nodeset"] == nodeset
    assert answer["why"][0] == why
