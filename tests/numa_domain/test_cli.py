# SPDX-License-Identifier: Apache-2.0
"""numa-domain as it is typed: what it prints, on which stream, and its exit code."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import etree

from numa_domain.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
VM = str(ROOT / "engine_plugin/demo/vm.xml")  # 512 MiB, 4 vCPUs of 16
GIB = 1024**2
HOST = {
    "nodes": [
        {
            "id": 0,
            "cpus": "0-7",
            "memory_kib": 16 * GIB,
            "free_kib": 12 * GIB,
            "distances": {"0": 10, "1": 21},
            "pages": {"2048": {"total": 512, "free": 500}},
        },
        {
            "id": 1,
            "cpus": "8-15",
            "memory_kib": 16 * GIB,
            "free_kib": GIB // 4,
            "distances": {"0": 21, "1": 10},
        },
    ]
}


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def numa_domain(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Any:
    """The command, in a folder with host.json."""
    (tmp_path / "host.json").write_text(json.dumps(HOST))
    monkeypatch.chdir(tmp_path)

    def run(*argv: str, stdin: str = "") -> Said:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        try:
            code = main(list(argv))
        except SystemExit as exit:
            code = int(exit.code or 0)
        return Said(code, *capsys.readouterr())

    return run


@pytest.mark.parametrize(
    ("text", "canonical"), [("0-3,^1", "0,2-3"), (" 1 - 3 , 5 ", "1-3,5"), ("01", "1")]
)
def test_nodeset_is_printed_in_canonical_form(numa_domain: Any, text: str, canonical: str) -> None:
    assert numa_domain("nodeset", text) == (0, f"{canonical}\n", "")


def test_nodeset_json(numa_domain: Any) -> None:
    assert numa_domain("nodeset", "0-3,^1", "--json") == (
        0,
        '{"nodeset": "0,2-3", "nodes": [0, 2, 3]}\n',
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


def test_host_as_json_is_a_host_again(numa_domain: Any) -> None:
    printed = numa_domain("host", "--json")
    assert printed.code == 0
    again = numa_domain("nodeset", "all", "--host", "-", stdin=printed.out)
    assert again.code == 0


def test_host_from_capabilities_as_a_table(numa_domain: Any) -> None:
    capabilities = (
        "<capabilities><host><topology><cells num='2'>"
        "<cell id='0'><memory unit='KiB'>8388608</memory>"
        "<distances><sibling id='0' value='10'/><sibling id='8' value='40'/></distances>"
        "<cpus num='2'><cpu id='0'/><cpu id='1'/></cpus></cell>"
        "<cell id='8'><memory unit='KiB'>4194304</memory>"
        "<distances><sibling id='0' value='40'/><sibling id='8' value='10'/></distances>"
        "<cpus num='0'/></cell>"
        "</cells></topology></host></capabilities>"
    )
    assert numa_domain("host", "--capabilities", "-", stdin=capabilities) == (
        0,
        "node   CPUs   CPUs   memory    free   available   huge pages\n"
        "0      0-1       2    8 GiB   8 GiB       8 GiB   -\n"
        "8      -         0    4 GiB   4 GiB       4 GiB   -\n"
        "\n"
        "distances\n"
        "node    0    8\n"
        "0      10   40\n"
        "8      40   10\n",
        "",
    )


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
    assert numa_domain("check", VM, "--nodeset", "5", "--topology", "2") == (
        0,
        "no problems (no host is given: its nodes are not checked)\n",
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
    assert (said.code, json.loads(said.out)) == (0, {"ok": True, "problems": [], "warnings": []})


def test_fit_shows_cells_and_what_is_left(numa_domain: Any) -> None:
    said = numa_domain("fit", VM, "--nodeset", "0-1", "--topology", "2", "--host", "host.json")
    assert said.code == 0, said.err
    assert said.out.startswith("fits: strict on 0-1\n\ncell   vCPUs")


def test_fit_json_names_each_cells_nodes(numa_domain: Any) -> None:
    topology = "cpus=0-1 mem=256M nodes=0 / cpus=2-3 mem=256M nodes=1"
    said = numa_domain("fit", VM, "--topology", topology, "--host", "host.json", "--json")
    assert (said.code, said.err) == (0, "")
    assert json.loads(said.out) == {
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
        "numa-domain fit: numa_topology: 9 cells cannot share 4 running cores of 1 thread(s);"
        " ask for at most 4 cells, or write which vCPUs each has: cpus=0 mem=1G / ...\n",
    )


CELLS = {"cells": [{"cpus": 4, "memory_kib": GIB // 8}, {"cpus": 4, "memory_kib": 8 * GIB}]}


def test_fit_cells_file(numa_domain: Any) -> None:
    said = numa_domain(
        "fit", "--cells", "-", "--host", "host.json", "--json", stdin=json.dumps(CELLS)
    )
    assert said == (0, '{"fits": true, "cells": {"0": "1", "1": "0"}}\n', "")


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
    assert together == (0, '{"fits": true, "cells": {"0": "0", "1": "0"}}\n', "")
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
        ("", "-: this is not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("{}", "-: there is no list of cells"),
        ('{"cells": [{"cpus": 1}]}', "-, cells[0]: memory_kib is no whole number from 0 to"),
        ('{"cells": [{"memory_kib": true}]}', "-, cells[0]: memory_kib is no whole number"),
        ('{"cells": [{"mem": 1}]}', "-, cells[0]: a cell has the keys cpus, memory_kib, page_kib"),
        ('{"cells": [{"memory_kib": 1, "nodes": 0}]}', "-, cells[0]: nodes is no text like 0-1"),
        ('{"cells": [{"memory_kib": 1, "nodes": "1-"}]}', "-, cells[0], nodes: in '1-', an id is"),
    ],
)
def test_fit_malformed_cells_file_is_bad_input(numa_domain: Any, text: str, error: str) -> None:
    said = numa_domain("fit", "--cells", "-", "--host", "host.json", stdin=text)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith(f"numa-domain fit: {error}")


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
    assert sorted(answer) == ["diff", "warnings", "xml"]
    assert "<numatune>" in answer["xml"]


def test_rewrite_that_does_not_fit_writes_no_xml(numa_domain: Any) -> None:
    said = numa_domain("rewrite", VM, "--nodeset", "1", "--host", "host.json")
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    ("argv", "error"),
    [
        ((), "numa-domain: the following arguments are required: COMMAND; see numa-domain --help"),
        (
            ("fit",),
            "numa-domain fit: either DOMAIN.xml or --cells FILE is needed, and only one; give the"
            " VM's XML with --nodeset and --topology, or a file of cells",
        ),
        (
            ("fit", VM, "--host", "host.json"),
            "numa-domain fit: neither --nodeset nor --topology is given; give one of them, as the"
            " VM's custom properties have it",
        ),
        (
            ("check", "absent.xml", "--nodeset", "0"),
            "numa-domain check: absent.xml: the file cannot be read: No such file or directory;"
            " check the name, or give - for standard input",
        ),
        (
            ("fit", "-", "--host", "-", "--nodeset", "0"),
            "numa-domain fit: two inputs are read from standard input; give a file name for one"
            " of them",
        ),
        (
            ("nodeset", "0", "--host", "-"),
            "numa-domain nodeset: standard input: the host's description is not JSON: Expecting"
            " value in line 1, column 1; give it what `numa-domain host --json` prints",
        ),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    numa_domain: Any, argv: tuple[str, ...], error: str
) -> None:
    stdin = Path(VM).read_text() if argv[1:2] == ("-",) else ""
    assert numa_domain(*argv, stdin=stdin) == (2, "", f"{error}\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples_and_json(numa_domain: Any, command: str) -> None:
    said = numa_domain(command, "--help")
    assert said.code == 0
    assert "examples:" in said.out
    assert "--json" in said.out


def test_as_a_module_in_a_broken_pipe_is_quiet() -> None:
    done = subprocess.run(
        f"{sys.executable} -m numa_domain host --json | true",
        shell=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


def test_help_loads_no_command() -> None:
    code = (
        "import sys; from numa_domain.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(*[m for m in sys.modules if m.startswith(('numa_domain.c', 'lxml'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "numa_domain.cli"
