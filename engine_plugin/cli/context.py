# SPDX-License-Identifier: Apache-2.0
"""What a command has at hand: a session with the engine, for as long as the command runs.

with connected(args) as context:
    context.writer.store(...)
"""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

from ..engine_api.cache import Cache
from ..engine_api.client import EngineClient
from ..engine_api.inventory import Inventory
from ..engine_api.login import logged_in
from ..engine_api.session import Session
from ..settings.locks import Locks
from ..settings.storing import Writer
from .access import access_of

_KEPT = 12_000
"""Answers of the engine that are kept, some for each host."""


@dataclass(frozen=True)
class CommandContext:
    """Of one run."""

    session: Session
    inventory: Inventory
    writer: Writer


@contextlib.contextmanager
def connected(args: argparse.Namespace) -> Iterator[CommandContext]:
    """Logged in; and out again, where the token is our own."""
    access = access_of(args)
    client = EngineClient(access.config)
    if access.token is not None:
        login: contextlib.AbstractContextManager[str] = contextlib.nullcontext(access.token)
    else:
        login = logged_in(access.config, access.username, access.password)
    with contextlib.closing(client), login as token:
        session = Session.of(client, token, f"cli-{os.getpid()}")
        inventory = Inventory(session, Cache(_KEPT))
        yield CommandContext(session, inventory, Writer(inventory, Locks()))
