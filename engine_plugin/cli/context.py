# SPDX-License-Identifier: Apache-2.0
"""What a command has at hand: a session with the engine, for as long as the command runs.

with connected(args) as context:
    context.writer.store(...)
"""

from __future__ import annotations

import argparse
import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

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
    cache: Cache
    locks: Locks

    def writer_of(self, number: int) -> Writer:
        """For one VM of many: with the time of a request of its own."""
        session = self.session.again(f"{self.session.request_id}-{number}")
        return Writer(Inventory(session, self.cache), self.locks)


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
        cache, locks = Cache(_KEPT), Locks(lock_folder())
        inventory = Inventory(session, cache)
        yield CommandContext(session, inventory, Writer(inventory, locks), cache, locks)


def lock_folder(environ: Mapping[str, str] = os.environ) -> str:
    """Shared by all commands of a user on this machine, with or without a login session; with
    OVIRT_NUMA_LOCK_DIR, which is the service's own setting, by the service there too."""
    own = Path(tempfile.gettempdir()) / f"ovirt-numa-{os.geteuid()}"
    return environ.get("OVIRT_NUMA_LOCK_DIR") or str(own)
