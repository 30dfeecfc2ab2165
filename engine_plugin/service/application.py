# SPDX-License-Identifier: Apache-2.0
"""What all requests of one service share: the engine's client, cache, locks, counters, threads.

application = Application.of(from_environment())
"""

from __future__ import annotations

from dataclasses import dataclass

from ..engine_api.cache import Cache
from ..engine_api.client import EngineClient
from ..settings.locks import Locks
from .jobs import Jobs
from .metrics import Metrics
from .scheduler import Scheduler
from .settings import Settings
from .tokens import Tokens
from .turns import Turns

_KINDS = 7
"""Of what is kept for each host: nodes, hooks, statistics, promises, and what they follow from."""


@dataclass
class Application:
    """Closed when the service ends."""

    settings: Settings
    metrics: Metrics
    client: EngineClient
    cache: Cache
    locks: Locks
    tokens: Tokens
    jobs: Jobs
    scheduler: Scheduler
    _turns: Turns | None = None

    @property
    def turns(self) -> Turns:
        """Made where the event loop runs."""
        if self._turns is None:
            self._turns = Turns(self.settings.threads)
        return self._turns

    @classmethod
    def of(cls, settings: Settings) -> Application:
        metrics = Metrics()
        client = EngineClient(settings.engine(), metrics.engine_call)
        cache = Cache(settings.cached_hosts * _KINDS)
        locks, tokens = Locks(settings.lock_dir), Tokens(client, cache)
        scheduler = Scheduler(settings.scheduler_url)
        return cls(settings, metrics, client, cache, locks, tokens, Jobs(), scheduler)

    def close(self) -> None:
        self.jobs.close()
        self.client.close()
