# SPDX-License-Identifier: Apache-2.0
"""What a command is about: a VM, a template or a pool, by its name or id."""

from __future__ import annotations

import argparse

from ..engine_api.by_name import target_named
from ..engine_api.session import Session
from ..engine_api.target import POOLS, TEMPLATES, VMS, Target
from .options import KINDS

_KINDS = dict(zip(KINDS, (VMS, TEMPLATES, POOLS)))


def collection(args: argparse.Namespace) -> str:
    """Of what --kind says, in the engine's API."""
    return _KINDS[str(args.kind)]


def target_of(session: Session, args: argparse.Namespace) -> Target:
    """Raises `EntityUnknown`."""
    return target_named(session, collection(args), args.name)
