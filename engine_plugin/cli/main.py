# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa`: NUMA settings of oVirt's VMs from a terminal, and the service itself.

Decides the words of the command line. Exit status: 0; 1 where the answer is no (fits nowhere,
not set up); 2 where something is wrong, with one line on stderr. What a command needs is imported
when it runs: help has to work where nothing but the wheel is installed.

    ovirt-numa set db1 --nodeset 0-1 --topology 2
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from numa_domain import __version__
from numa_domain.base.errors import NumaError

from .options import add_engine, add_target

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

Command = Callable[[argparse.Namespace], int]


OURS = ("engine_plugin", "numa_domain")


def main(argv: Sequence[str] | None = None) -> int:
    """The console script."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        return _run(words)
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] in OURS:
            raise
        print(
            f"ovirt-numa: the library {error.name} is not installed; install the command with what"
            " it needs: pip install 'ovirt-numa[service]', or the wheel's path with [service] at"
            " its end",
            file=sys.stderr,
        )
        return 2


def _run(words: list[str]) -> int:
    args = parser(words[:1] == ["demo"]).parse_args(words)
    try:
        found: int = args.run(args)
        return found
    except NumaError as error:
        _failure(error, getattr(args, "json", False))
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141


def _failure(error: NumaError, as_json: bool) -> None:
    try:
        from . import screen
    except ModuleNotFoundError:  # of setup, which does without any library
        print(f"ovirt-numa: {error}", file=sys.stderr)
    else:
        screen.failure(error, as_json)


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
    made = commands.add_parser(name, help=text, description=text)
    made.add_argument("--json", action="store_true", help="for programs")
    made.set_defaults(run=run)
    add_engine(made)
    return made


def _settings_commands(commands: Commands) -> None:
    made = _asking(commands, "get", _get, "a VM's settings, or all VMs that have some")
    add_target(made, optional=True)
    made.add_argument("--search", default="", help="oVirt's search, for the list: name=db*")
    made = _asking(commands, "set", _store, "store settings; the VM will not migrate")
    add_target(made)
    _inputs(made)
    made.add_argument("--force", action="store_true", help="although a host lacks the hook")
    made.add_argument("--if-match", metavar="ETAG", help="only if it is still this version")
    made = _asking(commands, "clear", _clear, "remove the settings")
    add_target(made)
    made.add_argument("--if-match", metavar="ETAG", help="only if it is still this version")


def _questions(commands: Commands) -> None:
    made = _asking(commands, "fit", _fit, "on which hosts a VM fits, and why not")
    add_target(made)
    _inputs(made)
    made.add_argument("--diff", action="store_true", help="show what the hook will change")
    made = _asking(commands, "suggest", _suggest, "settings that would suit a VM")
    add_target(made)
    made = _asking(commands, "health", _health, "whether clusters are set up for NUMA")
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


def _get(args: argparse.Namespace) -> int:
    from .commands import settings

    return settings.get(args)


def _store(args: argparse.Namespace) -> int:
    from .commands import settings

    return settings.store(args)


def _clear(args: argparse.Namespace) -> int:
    from .commands import settings

    return settings.clear(args)


def _fit(args: argparse.Namespace) -> int:
    from .commands import look

    return look.fit(args)


def _suggest(args: argparse.Namespace) -> int:
    from .commands import look

    return look.suggest(args)


def _health(args: argparse.Namespace) -> int:
    from .commands import look

    return look.health(args)


def _serve(args: argparse.Namespace) -> int:
    from .. import servers

    return servers.serve(args)


def _demo(args: argparse.Namespace) -> int:
    from .. import servers

    return servers.demo(args)
