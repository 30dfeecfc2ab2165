# SPDX-License-Identifier: Apache-2.0
"""The thread that keeps the model warm: it reads everything once, and then what has changed.

* VMs: the engine's log is asked twice a second, and every VM that a new line is about is read anew;
* hosts: their figures every 15 s (VDSM reports no more often), spread over that time; their hooks
  once a minute, and both when a line of the log is about the host;
* everything again every ten minutes, and when too much has happened at once.

Whatever fails is tried again, with growing pauses; what is known is kept, and grows old.

    Watcher(source, world, watch).start()
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from numa_domain.base.errors import HostError, NumaError

from ...engine_api import queries, watching
from ...engine_api.errors import EntityUnknown, TokenRejected
from ...engine_api.host_facts import HostFacts
from ...engine_api.hosts import Hooks, HostRecord
from ...engine_api.session import Session
from ...engine_api.watching import PAGE, Happened, SeenVm
from .source import Source
from .world import World

LOG = logging.getLogger(__name__)
T = TypeVar("T")
_ALL_SECONDS = 600.0
_CALL_SECONDS = 20.0
_LOAD_SECONDS = 300.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_AT_ONCE = 32
"""Hosts that are read in one go, between two looks at the log."""


@dataclass(frozen=True)
class Pace:
    """How often what is asked. Seconds."""

    events: float = 0.5
    busy: float = 0.1
    """`events` while a start is under way."""
    figures: float = 15.0
    hooks: float = 60.0
    lists: float = 10.0
    """The list of hosts, with their states."""


PACE = Pace()


@dataclass
class State:
    """What can be told of the watching."""

    events_at: float = 0.0
    """When the log was last read, on the monotonic clock; 0 for never."""
    error: str | None = None
    """Why it is not now."""


@dataclass
class _Hosts:
    """What is known of hosts besides the model's."""

    records: dict[str, HostRecord] = field(default_factory=dict)
    hooks: dict[str, tuple[float, Hooks | NumaError]] = field(default_factory=dict)
    due: set[str] = field(default_factory=set)
    listed_at: float = 0.0


class Watcher:
    """One thread."""

    def __init__(self, source: Source, world: World, pace: Pace = PACE) -> None:
        self._source, self._world, self._pace = source, world, pace
        self.state = State()
        self.told: Callable[[Sequence[Happened]], None] = lambda events: None
        """Told of new lines of the log, before their VMs are read."""
        self.renewed: Callable[[Sequence[str]], None] = lambda host_ids: None
        """Told of hosts whose figures are new."""
        self.busy: Callable[[], bool] = lambda: False
        """Whether a start is under way, so that the log is of interest at once."""
        self._hosts = _Hosts()
        self._event = 0
        self._loaded_at: float | None = None
        self._wake, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Look now: a start has been let through, and it counts where the VM goes."""
        self._wake.set()

    def close(self) -> None:
        self._ended.set()
        self._wake.set()
        self._thread.join(5)

    def read_vm(self, vm_id: str, seconds: float) -> SeenVm | None:
        """One VM, now; None where the engine has none such. Raises its other errors."""
        try:
            row = self._source.ask(lambda session: watching.one_vm(session, vm_id), seconds)
        except EntityUnknown:
            self._world.gone(vm_id)
            return None
        self._world.vm(row)
        return row

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._ended.is_set():
            try:
                self._step()
                self.state.error, pause = None, _FIRST_PAUSE
                self._wake.wait(self._pace.busy if self.busy() else self._pace.events)
            except NumaError as error:
                self._failed(str(error))
                self._ended.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            except Exception as error:  # a thread that ends would let the model grow old unseen
                LOG.exception("the model could not be renewed")
                self._failed(repr(error))
                self._ended.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            self._wake.clear()

    def _failed(self, reason: str) -> None:
        if self.state.error != reason:
            LOG.warning("the engine cannot be asked: %s", reason)
        self.state.error = reason

    def _step(self) -> None:
        now = time.monotonic()
        if self._loaded_at is None or now - self._loaded_at > _ALL_SECONDS:
            self._load()
        self._happened()
        self._look_at_hosts()

    def _load(self) -> None:
        """Everything; what happens meanwhile is in the log after `event`."""

        def ask(session: Session) -> tuple[int, list[SeenVm]]:
            event = watching.newest_event(session)
            self._world.clusters(watching.all_clusters(session))
            return event, watching.all_vms(session)

        event, rows = self._source.ask(ask, _LOAD_SECONDS)
        self._world.vms(rows)
        self._event = event
        self._read_hosts(self._due_hosts())
        self._world.complete = True
        self._loaded_at = time.monotonic()
        LOG.info("model: %d hosts, %d VMs, %d with settings run", *self._world.count())

    def _happened(self) -> None:
        found = self._source.ask(lambda s: watching.events_after(s, self._event), _CALL_SECONDS)
        self.state.events_at = time.monotonic()
        if not found:
            return
        self._event = max(each.index for each in found)
        if len(found) >= PAGE:  # there may be more that did not come
            self._loaded_at = None
        self.told(sorted(found, key=lambda each: each.index))
        vm_ids = {each.vm_id for each in found if each.vm_id}
        self._world.happened(vm_ids)
        self._hosts.due |= {each.host_id for each in found if each.host_id and not each.vm_id}
        self._read_vms(sorted(vm_ids))

    def _read_vms(self, vm_ids: Iterable[str]) -> None:
        def ask(session: Session, vm_id: str) -> tuple[str, SeenVm | None]:
            try:
                return vm_id, watching.one_vm(session, vm_id)
            except EntityUnknown:
                return vm_id, None

        def each(session: Session) -> list[tuple[str, SeenVm | None] | NumaError]:
            return _accepted(session.each(lambda vm_id: ask(session, vm_id), vm_ids))

        for found in self._source.ask(each, _LOAD_SECONDS):
            if isinstance(found, NumaError):
                self._loaded_at = None  # and so it is read again with all others
                raise found
            vm_id, row = found
            if row is None:
                self._world.gone(vm_id)
            else:
                self._world.vm(row)

    def _look_at_hosts(self) -> None:
        self._read_hosts(self._due_hosts()[:_AT_ONCE])

    def _due_hosts(self) -> list[HostRecord]:
        """Those whose figures are old, the oldest first."""
        hosts, now = self._hosts, time.monotonic()
        if now - hosts.listed_at > self._pace.lists or not hosts.records:
            found = self._source.ask(watching.all_hosts, _CALL_SECONDS)
            hosts.records = {host.id: host for host in found}
            hosts.listed_at = now
            self._world.only_hosts(set(hosts.records))
        ages: list[tuple[float, HostRecord]] = []
        for host in hosts.records.values():
            read_at = self._world.read_at(host.id)
            if read_at is None or host.id in hosts.due or now - read_at > self._pace.figures:
                ages.append((read_at or 0.0, host))
        return [host for _, host in sorted(ages, key=lambda pair: pair[0])]

    def _read_hosts(self, records: Sequence[HostRecord]) -> None:
        if not records:
            return
        pages = self._world.any_pages
        now = time.monotonic()

        def facts(session: Session, host: HostRecord) -> HostFacts:
            shown = _or_error(lambda: queries.host_nodes(session, host.id))
            figures = _or_error(lambda: queries.host_statistics(session, host.id)) if pages else {}
            return HostFacts.of(host, shown, self._hooks(session, host, now), figures, ())

        def ask(session: Session) -> list[HostFacts | NumaError]:
            return _accepted(session.each(lambda host: facts(session, host), records))

        found = self._source.ask(ask, _LOAD_SECONDS)
        if all(isinstance(each, NumaError) for each in found):
            raise next(each for each in found if isinstance(each, NumaError))
        self._world.hosts(
            HostFacts(host, each, each) if isinstance(each, NumaError) else each
            for host, each in zip(records, found)
        )
        self._hosts.due -= {host.id for host in records}
        self.renewed([host.id for host in records])

    def _hooks(self, session: Session, host: HostRecord, now: float) -> Hooks | NumaError:
        known = self._hosts.hooks.get(host.id)
        fresh = known is not None and now - known[0] < self._pace.hooks
        if known is not None and fresh and host.id not in self._hosts.due:
            return known[1]
        found = _or_error(lambda: queries.host_hooks(session, host.id))
        self._hosts.hooks[host.id] = (now, found)
        return found


def _or_error(ask: Callable[[], T]) -> T | NumaError:
    """What the engine has no answer to is a fact of the host; that it cannot be asked is not."""
    try:
        return ask()
    except (HostError, *queries.UNTOLD) as error:
        return error


def _accepted(found: list[T | NumaError]) -> list[T | NumaError]:
    """Answers of which one may say that the token counts no more: then all are asked for again."""
    for each in found:
        if isinstance(each, TokenRejected):
            raise each
    return found
