# SPDX-License-Identifier: Apache-2.0
"""numa-domain nodeset: libvirt's grammar alone, and with a host the whole of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from numa_domain import __version__

ROOT = Path(__file__).parents[4]
VM = str(ROOT / "engine_plugin/demo/vm.xml")  # 512 MiB, 4 vCPUs of 16


@pytest.mark.parametrize(
    ("text", "canonical"), [("0-3,^1", "0,2-3"), (" 1 - 3 , 5 ", "1-3,5"), ("01", "1")]
)
def test_nodeset_is_printed_in_canonical_form(numa_domain: Any, text: str, canonical: str) -> None:
    assert numa_domain("nodeset", text) == (0, f"{canonical}\n", "")


def test_nodeset_json(numa_domain: Any) -> None:
    assert numa_domain("nodeset", "0-3,^1", "--json") == (
        0,
        f'{{"version": "{__version__}", "nodeset": "0,2-3", "nodes": [0, 2, 3]}}\n',
        "",
    )


@pytest.mark.parametrize("text", ["", "all", "^3", "3-1", "0-4294967295", "0x1"])
def test_nodeset_that_libvirt_refuses_is_bad_input(numa_domain: Any, text: str) -> None:
    said = numa_domain("nodeset", text)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith("numa-domain nodeset: TEXT: ")


@pytest.mark.parametrize(("text", "nodes"), [("all", "0-1"), ("^0", "1"), ("interleave:0", "0")])
def test_nodeset_with_a_host_has_the_whole_grammar(numa_domain: Any, text: str, nodes: str) -> None:
    assert numa_domain("nodeset", text, "--host", "host.json") == (0, f"{nodes}\n", "")


def test_nodeset_node_that_the_host_lacks_is_a_no(numa_domain: Any) -> None:
    assert numa_domain("nodeset", "1-2", "--host", "host.json") == (
        1,
        "numa_nodeset: the host has no node 2; its nodes are 0-1: name some of these, or auto, or"
        " choose another host\n",
        "",
    )


def test_nodeset_auto_needs_the_vm(numa_domain: Any) -> None:
    assert numa_domain("nodeset", "auto", "--host", "host.json") == (
        2,
        "",
        "numa-domain nodeset: TEXT: 'auto' is chosen by the host when the VM starts; ask with"
        " numa-domain fit, which needs the VM\n",
    )
