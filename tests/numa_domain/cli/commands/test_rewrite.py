# SPDX-License-Identifier: Apache-2.0
"""numa-domain rewrite: the XML, or what changes in it, or none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lxml import etree

ROOT = Path(__file__).parents[4]
VM = str(ROOT / "engine_plugin/demo/vm.xml")  # 512 MiB, 4 vCPUs of 16


def test_rewrite_prints_a_domain(numa_domain: Any) -> None:
    said = numa_domain("rewrite", VM, "--nodeset", "0", "--topology", "2", "--host", "host.json")
    assert said.code == 0, said.err
    domain = etree.fromstring(said.out.encode())
    assert domain.find("numatune/memory").attrib == {"mode": "strict", "nodeset": "0"}
    assert len(domain.findall("cpu/numa/cell")) == 2


def test_rewrite_diff_shows_only_what_changes(numa_domain: Any) -> None:
    said = numa_domain("rewrite", VM, "--nodeset", "0", "--host", "host.json", "--diff")
    added = [line for line in said.out.splitlines() if line.startswith("+")]
    assert said.code == 0, said.err
    assert any("<numatune>" in line for line in added)
    assert "<name>" not in said.out


def test_rewrite_json_has_xml_and_difference(numa_domain: Any) -> None:
    said = numa_domain("rewrite", VM, "--nodeset", "0", "--host", "host.json", "--json")
    answer = json.loads(said.out)
    assert sorted(answer) == ["diff", "version", "warnings", "xml"]
    assert "<numatune>" in answer["xml"]


def test_rewrite_that_does_not_fit_writes_no_xml(numa_domain: Any) -> None:
    said = numa_domain("rewrite", VM, "--nodeset", "1", "--host", "host.json")
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)


def test_rewrite_json_that_does_not_fit_gives_the_reasons_as_fit_does(numa_domain: Any) -> None:
    asked = (VM, "--nodeset", "1", "--host", "host.json", "--json")
    said = numa_domain("rewrite", *asked)
    assert (said.code, said.err) == (1, "")
    assert json.loads(said.out)["fits"] is False
    assert said.out == numa_domain("fit", *asked).out


def test_rewrite_diff_of_one_long_line_has_an_element_a_line(
    numa_domain: Any, tmp_path: Path
) -> None:
    """As the engine sends it; and what libvirt gets stays one line."""
    parser = etree.XMLParser(remove_blank_text=True)
    one_line = tmp_path / "one-line.xml"
    one_line.write_bytes(etree.tostring(etree.parse(VM, parser), xml_declaration=True))
    argv = ("rewrite", str(one_line), "--nodeset", "0", "--topology", "2", "--host", "host.json")
    said = numa_domain(*argv, "--diff")
    lines = said.out.splitlines()
    assert said.code == 0, said.err
    assert '+    <memory mode="strict" nodeset="0"/>' in lines
    assert max(map(len, lines)) < 200
    in_json = json.loads(numa_domain(*argv, "--json").out)
    assert in_json["diff"] == lines
    assert max(map(len, in_json["xml"].splitlines())) > 1000


def test_rewrite_json_warns_and_refuses_as_the_other_commands(numa_domain: Any) -> None:
    argv = ("rewrite", VM, "--host", "host.json", "--json")
    refused = json.loads(numa_domain(*argv, "--nodeset", "7").out)
    assert (refused["fits"], refused["error"]["code"]) == (False, "NodeUnknown")
    assert refused["error"]["blames"] == "host"
