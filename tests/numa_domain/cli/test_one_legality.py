# SPDX-License-Identifier: Apache-2.0
"""`check`, `fit`, `suggest`, `rewrite` and the hook refuse the same, with the same words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from numa_domain.host.json_format import write_json
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import Machine

XML = engine_domain(vcpus=4, memory_gib=4).decode()
PIN = '<vcpupin vcpu="{}" cpuset="{}"/>'
DIMM = (
    '<memory model="dimm"><target><size unit="KiB">524288</size><node>{}</node></target></memory>'
)
MEMNODE = '<numatune><memnode cellid="3" mode="strict" nodeset="0"/></numatune>'
PAGES = '<memoryBacking><hugepages><page size="2048" nodeset="3"/></hugepages></memoryBacking>'


def pinned(*cpus: int) -> str:
    pins = "".join(PIN.format(i, cpu) for i, cpu in enumerate(cpus))
    return XML.replace("<cputune />", f"<cputune>{pins}</cputune>", 1)


def having(element: str) -> str:
    return XML.replace("<devices>", f"{element}<devices>", 1)


CASES = {
    "a pin": (pinned(8), "0", None, 1),
    "pins beside more nodes than are asked for": (pinned(0, 8), "auto:1", None, 1),
    "the same for a cell": (pinned(0, 8), "auto:1", "2", 1),
    "many pins": (pinned(8, 9, 10, 11), "0", None, 4),
    "a device": (XML.replace("<devices>", f"<devices>{DIMM.format(3)}", 1), "0", "2", 1),
    "a memnode": (having(MEMNODE), "0", "2", 1),
    "pages": (having(PAGES), "0", "2", 1),
    "several": (pinned(8).replace("<devices>", f"{MEMNODE}<devices>{DIMM.format(3)}"), "0", "2", 3),
}


@pytest.mark.parametrize("case", CASES)
def test_all_refuse_the_same(tmp_path: Path, numa_domain: Any, case: str) -> None:
    xml, nodeset, topology, count = CASES[case]
    machine = Machine(tmp_path / "machine")
    (tmp_path / "vm.xml").write_text(xml)
    (tmp_path / "host.json").write_text(write_json(machine.host, margined=True))
    given = [str(tmp_path / "vm.xml"), "--nodeset", nodeset, "--host", str(tmp_path / "host.json")]
    given += ["--topology", topology] if topology else []

    check = numa_domain("check", *given, "--json")
    problems = [problem["text"] for problem in json.loads(check.out)["problems"]]
    assert (check.code, len(problems)) == (1, count)

    answer = machine.start(xml.encode(), nodeset, topology or "")
    more = f" (and {count - 1} more: see numa-domain check)" if count > 1 else ""
    assert answer.rc == 2
    assert answer.line.endswith(f"{more}\n")
    assert answer.line.startswith(f"numa: {problems[0]}"[:70])

    fit = numa_domain("fit", *given)
    assert (fit.code, fit.out.splitlines()) == (1, ["does not fit", *problems])
    told = json.loads(numa_domain("fit", *given, "--json").out)["error"]
    assert [problem["text"] for problem in told.get("problems", [told])] == problems

    rewrite = numa_domain("rewrite", *given)
    assert rewrite.code == 2
    assert problems[0] in rewrite.err


def test_suggest_gives_what_the_hook_takes(tmp_path: Path, numa_domain: Any) -> None:
    """One cell would do for the memory; the device is in the second."""
    machine = Machine(tmp_path / "machine")
    cells = '<cell id="0" cpus="0-7" memory="2097152"/><cell id="1" cpus="8-15" memory="2097152"/>'
    old = XML[XML.index("<cell id=") : XML.index("</numa>")]
    xml = XML.replace(old, cells).replace("<devices>", f"<devices>{DIMM.format(1)}", 1)
    (tmp_path / "vm.xml").write_text(xml)
    (tmp_path / "host.json").write_text(write_json(machine.host, margined=True))
    where = [str(tmp_path / "vm.xml"), "--host", str(tmp_path / "host.json")]
    found = json.loads(numa_domain("suggest", *where, "--json").out)
    for kind in ("request", "pinned"):
        properties = found[kind]
        answer = machine.start(
            xml.encode(), properties["numa_nodeset"], properties.get("numa_topology", "")
        )
        assert (answer.rc, answer.line) == (0, "")


@pytest.mark.parametrize("cpu", [0, 8])
def test_auto_takes_the_node_of_a_pin(tmp_path: Path, cpu: int) -> None:
    machine = Machine(tmp_path)
    answer = machine.start(pinned(cpu).encode(), "auto")
    assert (answer.rc, answer.line) == (0, "")
    assert f'<memory mode="strict" nodeset="{cpu // 8}"/>' in answer.after.decode()
