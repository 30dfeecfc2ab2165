# SPDX-License-Identifier: Apache-2.0
"""What a command is about: a VM, a template or a pool, by its name or id."""

from __future__ import annotations

import argparse

from ..engine_api.by_name import target_named
from ..engine_api.session import Session
from ..engine_api.target import POOLS, TEMPLATES, VMS, Target

_KINDS = {"vm": VMS, "template": TEMPLATES, "pool": POOLS}


def add_options(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    """The name, and what it is a name of."""
    parser.add_argument("name", nargs="?" if optional else None, help="its name or id")
    parser.add_argument("--kind", choices=tuple(_KINDS), default="vm", help="what it is (vm)")


def target_of(session: Session, args: argparse.Namespace) -> Target:
    """Raises `EntityUnknown`."""
    return target_named(session, _KINDS[args.kind], args.name)
