# SPDX-License-Identifier: Apache-2.0
"""A scheduler with all its parts, from its settings to its port.

with Running(Settings.from_environment()) as running:
    running.server.serve_forever()
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from numa_domain import __version__
from numa_domain.base.errors import NumaError

from ..engine_api.client import EngineClient
from ..engine_api.watching import Happened, SeenVm
from .calls import Calls
from .counters import Counters
from .decisions import Decisions
from .model.account import Account
from .model.source import Source
from .model.watcher import PACE, Pace, Watcher
from .model.world import World
from .record import Decided, Recorder
from .scheduler import Scheduler
from .settings import Settings
from .xmlrpc.server import Server

_STARTS = (32, 153, 506)
"""USER_RUN_VM, USER_STARTED_VM, VDS_INITIATED_RUN_VM: with the host that a VM is started on."""
_FAILED = 54
"""USER_FAILED_RUN_VM: no further host is tried."""
_WITHOUT_US = 9920
"""FAILED_TO_CONNECT_TO_SCHEDULER_PROXY."""
_DECISIONS = re.compile(r"/decisions/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class PortTaken(NumaError):
    blames = "service"
    what = "the scheduler cannot listen there: {reason}"
    todo = "see what does (ss -ltnp), or set NUMA_SCHEDULER_PORT, and run setup again"


class Running:
    """From when it is made; `close` ends it."""

    def __init__(self, settings: Settings, pace: Pace = PACE) -> None:
        config = settings.engine()
        account = Account.of(settings.account, config)
        self._source = Source(EngineClient(config), account)
        self.world, self.counters = World(), Counters()
        self.watcher = Watcher(self._source, self.world, pace)
        path = None if settings.state is None else settings.state / "decisions.json"
        self.decisions = Decisions(path)
        self._recorder = Recorder(self.decisions)
        self.scheduler = Scheduler(self.world, self.watcher, self._recorder, self.counters)
        self.claims = self.scheduler.claims
        self.world.arrived = self._arrived
        self.watcher.told = self._told
        self.watcher.renewed = self.scheduler.prepare
        self.watcher.busy = lambda: self.claims.pending > 0
        methods = Calls(self.scheduler).methods
        try:
            self.server = Server((settings.host, settings.port), methods, self._page)
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            raise PortTaken(where, reason=error.strerror or str(error)) from None
        self.watcher.start()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.server.server_close()
        self.watcher.close()
        self._recorder.close()
        self._source.close()

    def _told(self, events: Sequence[Happened]) -> None:
        """New lines of the engine's log."""
        for event in events:
            if event.code == _WITHOUT_US:
                moment = datetime.fromtimestamp(event.at, timezone.utc)
                self.counters.failed_open(moment.isoformat(timespec="seconds"))
            elif event.vm_id and event.host_id and event.code in _STARTS:
                self.claims.went(event.vm_id, event.host_id)
            elif event.vm_id and event.code == _FAILED:
                self.claims.end(event.vm_id, before=event.at)

    def _arrived(self, row: SeenVm) -> None:
        """A VM is on a host where it was not before."""
        assert row.host_id is not None  # that is what it means
        claim = self.claims.end(row.id)
        if claim is not None:
            if row.host_id in claim.hosts and row.bound is not None:
                self.world.expect(row.id, row.host_id, claim.hosts[row.host_id])
            room = self.world.room(row.host_id)
            name = room.facts.record.name if room else row.host_id
            self.decisions.went(row.id, row.host_id, name)
        elif self.world.complete and row.bound is not None:
            self._unasked(row)

    def _unasked(self, row: SeenVm) -> None:
        """A VM with settings started, and the engine asked nobody."""
        assert row.host_id is not None
        room = self.world.room(row.host_id)
        name = room.facts.record.name if room else row.host_id
        start = {"vm": row.id, "name": row.name, "cluster": row.cluster_id, "host": name}
        self.counters.unasked({**start, "at": datetime.now(timezone.utc).isoformat()})
        self._recorder.put(Decided(row.id, row.name, "unasked"))
        self.decisions.went(row.id, row.host_id, name)

    def _page(self, path: str) -> Any | None:
        found = _DECISIONS.fullmatch(path)
        if found is not None:
            return {"decisions": self.decisions.of(found[1])}
        return self.state() if path == "/state" else None

    def state(self) -> dict[str, Any]:
        """For health, the cluster's page, and whoever watches."""
        hosts, vms, bound = self.world.count()
        age = self.scheduler.age
        return {
            "version": __version__,
            "model": {
                "complete": self.world.complete,
                "age_seconds": None if age is None else round(age, 1),
                "hosts": hosts,
                "vms": vms,
                "bound": bound,
                "pending": self.claims.pending,
                "error": self.watcher.state.error,
            },
            **self.counters.document(),
        }
