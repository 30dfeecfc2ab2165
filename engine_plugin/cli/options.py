# SPDX-License-Identifier: Apache-2.0
"""The options of each command, apart from what it does: help needs no library at all.

ARGUMENTS["fit"](parser)
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from numa_domain.cli.parser import port, seconds

from ..setup import command as setup_command

KINDS = ("vm", "template", "pool")


def _get(parser: argparse.ArgumentParser) -> None:
    _asking(parser)
    _target(parser, optional=True)
    parser.add_argument("--search", default="", help="oVirt's search, for the list: name=db*")


def _set(parser: argparse.ArgumentParser) -> None:
    _asking(parser)
    _one_or_many(parser)
    _inputs(parser)
    _force(parser)
    _version(parser)


def _clear(parser: argparse.ArgumentParser) -> None:
    _asking(parser)
    _one_or_many(parser)
    _version(parser)


def _adopt(parser: argparse.ArgumentParser) -> None:
    _asking(parser)
    parser.add_argument("name", help="the VM's name or id")
    parser.set_defaults(kind="vm")
    _force(parser)
    _version(parser)


def _fit(parser: argparse.ArgumentParser) -> None:
    _asking(parser)
    _target(parser)
    _inputs(parser)
    parser.add_argument("--diff", action="store_true", help="show what the hook will change")


def _suggest(parser: argparse.ArgumentParser) -> None:
    _asking(parser)
    _target(parser)


def _why(parser: argparse.ArgumentParser) -> None:
    _asking(parser)
    parser.add_argument("name", help="the VM's name or id")
    parser.add_argument("--all", action="store_true", help="not of the last start alone")


def _health(parser: argparse.ArgumentParser) -> None:
    _asking(parser)
    parser.add_argument("cluster", nargs="?", help="one cluster; all where none is named")


def _serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=port, help="port to listen on (8723)")


def _scheduler(parser: argparse.ArgumentParser) -> None:
    """None: it is set by the environment."""


def _demo(parser: argparse.ArgumentParser) -> None:
    """The embedded engine's own, which come with the engine."""
    from ..demo.main import add_options

    add_options(parser)


def _asking(parser: argparse.ArgumentParser) -> None:
    """Of every command that asks an engine; `access` reads them."""
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    group = parser.add_argument_group("engine")
    group.add_argument("--url", help="of the engine (OVIRT_URL)")
    group.add_argument("--user", dest="username", help="admin@internal (OVIRT_USERNAME)")
    group.add_argument("--ca-file", help="the engine's CA certificate (OVIRT_CAFILE)")
    group.add_argument(
        "--insecure", action="store_const", const="true", help="accept any certificate"
    )
    group.add_argument("--config", metavar="FILE", help="read these from a file, [engine]")
    group.add_argument("--seconds", type=seconds, default=120.0, help="time limit (120)")


def _target(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    """The name, and what it is a name of; `target` makes an id of them."""
    parser.add_argument("name", nargs="?" if optional else None, help="its name or id")
    parser.add_argument("--kind", choices=KINDS, default="vm", help="what it is (vm)")


def _inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--nodeset", metavar="N", help="host nodes: 0-1, preferred:2, auto")
    parser.add_argument("--topology", metavar="T", help="cells: 2, host, 'cpus=0-3 mem=8G / ...'")


def _force(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="although a host lacks the hook")


def _version(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--if-match", metavar="ETAG", help="only if it is still this version")


def _one_or_many(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("name", nargs="?", help="its name or id")
    which.add_argument("--search", metavar="S", help="all VMs that oVirt's search finds: tag=db")
    parser.add_argument("--kind", choices=KINDS, default="vm", help="what it is (vm)")
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="of a pool or a search, also VMs that have other settings",
    )


ARGUMENTS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "get": _get,
    "set": _set,
    "clear": _clear,
    "adopt": _adopt,
    "fit": _fit,
    "suggest": _suggest,
    "why": _why,
    "health": _health,
    "serve": _serve,
    "scheduler": _scheduler,
    "setup": setup_command.add_options,
    "demo": _demo,
}
