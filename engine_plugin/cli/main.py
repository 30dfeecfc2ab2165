# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa`: NUMA settings of oVirt's VMs from a terminal, and the service itself.

Decides the words of the command line. Exit status: 0; 1 where the answer is no (fits nowhere,
not set up); 2 where something is wrong, with one line on stderr.

    ovirt-numa set db1 --nodeset 0-1 --topology 2
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from numa_domain import __version__
from numa_domain.base.errors import NumaError

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """The console script."""
    words = sys.argv[1:] if argv is None else list(argv)
    args = parser(words[:1] == ["demo"]).parse_args(words)
    from . import screen

    try:
        found: int = args.run(args)
        return found
    except NumaError as error:
        screen.failure(error, getattr(args, "json", False))
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141


def parser(demo: bool = False) -> argparse.ArgumentParser:
    """Every command; `demo` is whether that one's own options are needed, which load it all."""
    found = argparse.ArgumentParser(
        prog="ovirt-numa", description="NUMA settings of oVirt's virtual machines."
    )
    found.add_argument("--version", action="version", version=f"ovirt-numa {__version__}")
    commands = found.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _settings_commands(commands)
    _questions(commands)
    _servers(commands, demo)
    return found


def _asking(commands: Commands, name: str, run: Command, text: str) -> argparse.ArgumentParser:
    from . import access

    made = commands.add_parser(name, help=text, description=text)
    made.add_argument("--json", action="store_true", help="for programs")
    made.set_defaults(run=run)
    access.add_options(made)
    return made


def _settings_commands(commands: Commands) -> None:
    from . import target
    from .commands import settings

    made = _asking(commands, "get", settings.get, "a VM's settings, or all VMs that have some")
    target.add_options(made, optional=True)
    made.add_argument("--search", default="", help="oVirt's search, for the list: name=db*")
    made = _asking(commands, "set", settings.store, "store settings; the VM will not migrate")
    target.add_options(made)
    _inputs(made)
    made.add_argument("--force", action="store_true", help="although a host lacks the hook")
    made.add_argument("--if-match", metavar="ETAG", help="only if it is still this version")
    made = _asking(commands, "clear", settings.clear, "remove the settings")
    target.add_options(made)
    made.add_argument("--if-match", metavar="ETAG", help="only if it is still this version")


def _questions(commands: Commands) -> None:
    from . import target
    from .commands import look

    made = _asking(commands, "fit", look.fit, "on which hosts a VM fits, and why not")
    target.add_options(made)
    _inputs(made)
    made.add_argument("--diff", action="store_true", help="show what the hook will change")
    made = _asking(commands, "suggest", look.suggest, "settings that would suit a VM")
    target.add_options(made)
    made = _asking(commands, "health", look.health, "whether clusters are set up for NUMA")
    made.add_argument("cluster", nargs="?", help="one cluster; all where none is named")


def _inputs(made: argparse.ArgumentParser) -> None:
    made.add_argument("--nodeset", metavar="N", help="host nodes: 0-1, preferred:2, auto")
    made.add_argument("--topology", metavar="T", help="cells: 2, host, 'cpus=0-3 mem=8G / ...'")


def _servers(commands: Commands, demo: bool) -> None:
    text = "run the service (settings: OVIRT_NUMA_ENGINE_URL ... in the environment)"
    made = commands.add_parser("serve", help=text, description=text)
    made.add_argument("--host", help="address to listen on (127.0.0.1)")
    made.add_argument("--port", type=int, help="port to listen on (8723)")
    made.set_defaults(run=_serve)
    from ..setup import command

    text = "put to work what the engine needs: properties, service, httpd"
    made = commands.add_parser("setup", help=text, description=text)
    command.add_options(made)
    made.set_defaults(run=command.run)
    text = "an embedded engine with the service, on one port: for a first look"
    parents = []
    if demo:
        from ..demo.main import parser as demo_parser

        parents.append(demo_parser())
    made = commands.add_parser(
        "demo", help=text, description=text, parents=parents, add_help=not demo
    )
    made.set_defaults(run=_demo)


def _serve(args: argparse.Namespace) -> int:
    from .. import servers

    return servers.serve(args)


def _demo(args: argparse.Namespace) -> int:
    from .. import servers

    return servers.demo(args)
