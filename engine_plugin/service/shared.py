# SPDX-License-Identifier: Apache-2.0
"""What all requests of one application share: connections, cache, locks, threads.

Decides how they are made from the settings. Knows no request and no web framework, so that
the command line can have the same.

    shared = Shared.of(Settings.from_environment())
"""

from __future__ import annotations

from dataclasses import dataclass, field

import anyio

from ..engine_api.cache import Cache
from ..engine_api.engine import Engine
from ..settings.locks import Locks
from .settings import Settings


@dataclass
class Shared:
    """Of one application."""

    settings: Settings
    engine: Engine
    cache: Cache
    locks: Locks
    limiter: anyio.CapacityLimiter | None = field(default=None)

    @classmethod
    def of(cls, settings: Settings) -> Shared:
        return cls(
            settings,
            Engine(settings),
            Cache(settings.cached_hosts * 3),
            Locks(settings.lock_dir),
        )

    def close(self) -> None:
        self.engine.close()
