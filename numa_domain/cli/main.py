# SPDX-License-Identifier: Apache-2.0
"""The command `numa-domain`: parses arguments, runs a command, and prints its errors.

Exit code: 0; 1 if the answer is no; 2 with a line on stderr if the input is bad. The commands are
in `commands/`, and only the one that runs is imported.

    $ numa-domain nodeset 0-3,^1
    0,2-3
"""

from __future__ import annotations

import importlib
import sys

from .. import __version__
from ..base.errors import NumaError, TextError
from . import answer, program, streams
from .parser import Parser
from .table import colours

COMMANDS = {
    "nodeset": "a set of host nodes in its canonical form",
    "host": "this host's nodes",
    "check": "every problem of a VM's two NUMA inputs",
    "fit": "on which nodes a VM would lie, or why it fits nowhere",
    "suggest": "the two NUMA inputs that suit a VM on a host, and why",
    "rewrite": "the domain XML that libvirt will get",
    "verify": "where the memory of running VMs really is",
    "metrics": "this host's nodes, VMs and hooks for Prometheus",
    "report": "one file about this host and its VMs, to attach to a bug",
}

_EXAMPLES = """\
examples:
  numa-domain host
  numa-domain host --json > host.json
  numa-domain fit vm.xml --nodeset auto:2 --topology 2 --host host.json
  virsh -r dumpxml --inactive vm | numa-domain rewrite - --nodeset 0-1 --topology 2 --diff

numa-domain COMMAND --help tells more. Exit code: 0, 1 where the answer is no,
2 where the input is bad.
"""


def main(argv: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    given = sys.argv[1:] if argv is None else argv
    command = given[0] if given and given[0] in COMMANDS else ""

    def work() -> int:
        args = parser(command).parse_args(given)
        code: int = args.run(args)
        return code

    def refuse(error: NumaError) -> None:
        _refuse(command, error, as_json="--json" in given)

    return program.run(f"numa-domain {command}".strip(), work, refuse)


def parser(command: str) -> Parser:
    """The parser; only this command gets its arguments, and is imported."""
    whole = Parser(
        prog="numa-domain",
        description="NUMA placement and topology of libvirt domains, as oVirt runs them.",
        epilog=_EXAMPLES,
    )
    whole.add_argument("--version", action="version", version=f"ovirt-numa {__version__}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
        module = None
        if name == command:
            module = importlib.import_module(f".commands.{name}", __package__)
        sub = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=module.EXAMPLES if module else None,
        )
        if module:
            module.arguments(sub)
            sub.add_argument("--json", action="store_true", help="print JSON")
            sub.set_defaults(run=module.run)
    return whole


def _refuse(command: str, error: NumaError, *, as_json: bool) -> None:
    if as_json:
        streams.print_error(answer.as_json({"error": answer.told(error)}))
        return
    streams.print_error(f"numa-domain {command}: {error}")
    if sys.stderr.isatty():
        for problem in error.problems:
            if isinstance(problem, TextError):
                red, plain = ("\033[31m", "\033[0m") if colours(sys.stderr) else ("", "")
                text, marks = problem.caret().split("\n")
                streams.print_error(f"    {text}\n    {red}{marks}{plain}")


if __name__ == "__main__":
    sys.exit(main())
