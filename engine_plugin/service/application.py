# SPDX-License-Identifier: Apache-2.0
"""What all requests of one service share: the engine's client, cache, locks, counters, threads.

application = Application.of(Settings.from_environment())
"""

from __future__ import annotations

from dataclasses import dataclass

import anyio

from ..engine_api.cache import Cache
from ..engine_api.client import EngineClient
from ..settings.locks import Locks
from .jobs import Jobs
from .metrics import Metrics
from .settings import Settings

_KINDS = 3
"""Of answers that are kept for each host: nodes, hooks, statistics."""


@dataclass
class Application:
    """Closed when the service ends."""

    settings: Settings
    metrics: Metrics
    client: EngineClient
    cache: Cache
    locks: Locks
    jobs: Jobs
    limiter: anyio.CapacityLimiter | None = None
    """Of the threads that requests are worked on in; made where the event loop runs."""

    @classmethod
    def of(cls, settings: Settings) -> Application:
        metrics = Metrics()
        return cls(
            settings,
            metrics,
            EngineClient(settings.engine(), metrics.engine_call),
            Cache(settings.cached_hosts * _KINDS),
            Locks(settings.lock_dir),
            Jobs(),
        )

    def close(self) -> None:
        self.jobs.close()
        self.client.close()
