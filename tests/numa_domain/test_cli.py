# SPDX-License-Identifier: Apache-2.0
"""numa-domain as a program: streams, exit codes, help."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from numa_domain.cli import COMMANDS

ROOT = Path(__file__).parents[2]
VM = str(ROOT / "engine_plugin/demo/vm.xml")  # 512 MiB, 4 vCPUs of 16


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
