# SPDX-License-Identifier: Apache-2.0
"""Options that several commands have, apart from what reads them.

Decides their words alone: help needs no library that asks an engine, nor the engine's SDK.

    add_engine(parser); add_target(parser, optional=True)
"""

from __future__ import annotations

import argparse

KINDS = ("vm", "template", "pool")


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Of every command that asks an engine; `access` reads them."""
    group = parser.add_argument_group("engine")
    group.add_argument("--url", help="of the engine (OVIRT_URL)")
    group.add_argument("--user", dest="username", help="admin@internal (OVIRT_USERNAME)")
    group.add_argument("--ca-file", help="the engine's CA certificate (OVIRT_CAFILE)")
    group.add_argument("--insecure", action="store_const", const="true", help="any certificate")
    group.add_argument("--config", metavar="FILE", help="read these from a file, [engine]")
    group.add_argument("--seconds", type=float, default=120.0, help="time limit (120)")


def add_target(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    """The name, and what it is a name of; `target` makes an id of them."""
    parser.add_argument("name", nargs="?" if optional else None, help="its name or id")
    parser.add_argument("--kind", choices=KINDS, default="vm", help="what it is (vm)")
