# SPDX-License-Identifier: Apache-2.0
"""numa-domain as a program: streams, exit codes, help."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from numa_domain import __version__
from numa_domain.cli.main import COMMANDS

ROOT = Path(__file__).parents[3]
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
            "numa-domain fit: neither --nodeset nor --topology is given, and the XML has no such"
            " custom properties; give one of them, as the VM's custom properties have it",
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
            ("fit", VM, "--nodeset", "0", "--host", "absent.json"),
            "numa-domain fit: absent.json: the file cannot be read: No such file or directory;"
            " check the name, or give - for standard input",
        ),
        (
            ("host", "--capabilities", "-"),
            "numa-domain host: standard input: the capabilities are not XML: Document is empty,"
            " line 1, column 1; give it what `virsh -r capabilities` prints",
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
        f"{shlex.quote(sys.executable)} -m numa_domain host --json | true",
        shell=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("redirected", "code", "out", "err"),
    [
        ("nodeset 0 >&-", 0, "", ""),
        ("rewrite VM --nodeset 0 --host HOST >&-", 0, "", ""),
        ("--help >&-", 0, "", ""),
        ("nodeset x 2>&-", 2, "", ""),
        ("nodeset x 2>/dev/full", 2, "", ""),
        (
            "nodeset 0 >/dev/full",
            2,
            "",
            "numa-domain nodeset: the output cannot be written: No space left on device\n",
        ),
        (
            "rewrite VM --nodeset 0 --host HOST >/dev/full",
            2,
            "",
            "numa-domain rewrite: the output cannot be written: No space left on device\n",
        ),
        (
            "--help >/dev/full",
            2,
            "",
            "numa-domain: the output cannot be written: No space left on device\n",
        ),
        (
            "check - --nodeset 0 <&-",
            2,
            "",
            "numa-domain check: standard input, domain XML line 1, column 1: the document is not"
            " well-formed XML (no element found); mend it there, or take it anew from"
            " `virsh -r dumpxml`\n",
        ),
        (
            "check VM --nodeset \u00e9",
            1,
            "numa_nodeset: in '\\xe9', an id is expected at character 1, not '\\xe9'; write a"
            " nodeset such as 0-1 or 0-3,^1, or all, ^3, auto, auto:2\n    \\xe9\n    ^\n",
            "",
        ),
    ],
)
def test_stream_that_is_closed_or_full_or_ascii_gives_no_traceback(
    tmp_path: Path, redirected: str, code: int, out: str, err: str
) -> None:
    host = tmp_path / "host.json"
    host.write_text('{"nodes": [{"id": 0, "cpus": "0-3", "memory_kib": 16777216}]}')
    command = redirected.replace("VM", shlex.quote(VM)).replace("HOST", shlex.quote(str(host)))
    done = subprocess.run(
        f"{shlex.quote(sys.executable)} -m numa_domain {command}",
        shell=True,
        cwd=ROOT,
        env={"PYTHONIOENCODING": "ascii:strict", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, out, err)


def test_help_loads_no_command() -> None:
    code = (
        "import sys; from numa_domain.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(*[m for m in sys.modules if m.startswith(('numa_domain.cli.commands', 'lxml'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == ""


@pytest.mark.parametrize(
    ("argv", "prog"), [(("--frob",), "numa-domain"), (("host", "--frob"), "numa-domain host")]
)
def test_unknown_option_is_told_by_its_command(
    numa_domain: Any, argv: tuple[str, ...], prog: str
) -> None:
    said = numa_domain(*argv)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert said.err.startswith(f"{prog}: ")


@pytest.mark.parametrize("option", ["--j", "--js", "--nod=0"])
def test_option_that_is_abbreviated_is_none(numa_domain: Any, option: str) -> None:
    said = numa_domain("check", VM, "--nodeset", "0", "--no-host", option)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"numa-domain check: unrecognized arguments: {option}; see ")


@pytest.mark.parametrize(
    "argv",
    [
        ("nodeset", "0-x"),
        ("host", "--capabilities", "absent.xml"),
        ("check", VM),
        ("fit",),
        ("suggest", "absent.xml"),
        ("rewrite", VM),
        ("verify", "absent"),
        ("metrics", "--output", "/absent/folder/file"),
        ("report", "--output", "/absent/folder/file"),
    ],
    ids=lambda argv: argv[0],
)
def test_error_in_json_has_code_and_blames(numa_domain: Any, argv: tuple[str, ...]) -> None:
    said = numa_domain(*argv, "--json")
    assert (said.code, said.out) == (2, "")
    answer = json.loads(said.err)
    assert answer["version"] == __version__
    assert {"code", "blames", "where", "message", "remedy", "facts", "text"} <= set(answer["error"])


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in ("report", "verify")])
def test_answer_in_json_begins_with_the_version(numa_domain: Any, command: str) -> None:
    argv = {
        "nodeset": ("0",),
        "host": (),
        "metrics": (),
        "suggest": (VM,),
    }.get(command, (VM, "--nodeset", "0"))
    answer = json.loads(numa_domain(command, *argv, "--json").out)
    assert next(iter(answer)) == "version"
    assert answer["version"] == __version__
