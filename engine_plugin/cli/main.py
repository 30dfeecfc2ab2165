# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa`: NUMA settings of oVirt's VMs from a terminal, and the service itself.

Exit status: 0; 1 where the answer is no (fits nowhere, not set up); 2 where something is wrong,
with one line on stderr. Only the command that was asked for is loaded, and only when it runs: help
has to work where nothing but the wheel is installed.

    ovirt-numa set db1 --nodeset 0-1 --topology 2
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from numa_domain import __version__
from numa_domain.base.errors import NumaError
from numa_domain.cli import program, streams
from numa_domain.cli.parser import Parser

from .examples import EXAMPLES
from .options import ARGUMENTS

OURS = ("engine_plugin", "numa_domain")

COMMANDS = {
    "get": "a VM's settings, or all VMs that have some",
    "set": "store settings; the VM will not migrate",
    "clear": "remove the settings",
    "adopt": "take over a VM's virtual NUMA nodes of oVirt's own",
    "fit": "on which hosts a VM fits, and why not",
    "why": "which hosts were passed over at a VM's last start, and why",
    "suggest": "settings that would suit a VM",
    "health": "whether clusters are set up for NUMA",
    "serve": "run the service (settings: OVIRT_NUMA_ENGINE_URL ... in the environment)",
    "scheduler": "answer the engine when it asks which hosts suit a VM (beside the engine)",
    "setup": "set up the engine's machine: properties, service, httpd",
    "demo": "an embedded engine with the service, on one port: for a first look",
}


def main(argv: Sequence[str] | None = None) -> int:
    """The console script."""
    words = sys.argv[1:] if argv is None else list(argv)

    def work() -> int:
        try:
            return _run(words)
        except ModuleNotFoundError as error:
            return _lacking(error)

    def refuse(error: NumaError) -> None:
        _failure(error, as_json="--json" in words)

    return program.run("ovirt-numa", work, refuse)


def _run(words: list[str]) -> int:
    args = parser(words[0] if words else "").parse_args(words)
    found: int = importlib.import_module(f".commands.{args.command}", __package__).run(args)
    return found


def _lacking(error: ModuleNotFoundError) -> int:
    if str(error.name).partition(".")[0] in OURS:
        raise error
    streams.print_error(
        f"ovirt-numa: the library {error.name} is not installed; install the command with what"
        " it needs: pip install 'ovirt-numa[service]', or the wheel's path with [service] at"
        " its end"
    )
    return 2


def _failure(error: NumaError, *, as_json: bool) -> None:
    try:
        from .output import failure
    except ModuleNotFoundError:  # of setup, which does without any library
        streams.print_error(f"ovirt-numa: {error}")
    else:
        failure(error, as_json)


def parser(command: str = "") -> Parser:
    """Every command, of which one has its options."""
    found = Parser(
        prog="ovirt-numa",
        description="NUMA settings of oVirt's virtual machines.",
        epilog=EXAMPLES[""],
    )
    found.add_argument("--version", action="version", version=f"ovirt-numa {__version__}")
    commands = found.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        description = f"{text[0].upper()}{text[1:]}."
        made = commands.add_parser(
            name, help=text, description=description, epilog=EXAMPLES.get(name)
        )
        if name == command:
            ARGUMENTS[name](made)
    return found
