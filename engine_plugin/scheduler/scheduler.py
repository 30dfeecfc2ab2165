# SPDX-License-Identifier: Apache-2.0
"""What the engine asks: which hosts a VM may start on, and how well each suits.

A VM without our settings passes everywhere, at no cost. Of one with settings a host passes where it
fits now, all starts counted that may be under way to it; where that leaves none, the one host that
is best if those went where we think they did, and only that, so that this start is certain. Hosts
of which nothing is known pass where else none would.

    scheduler.filtered(["8f0e..."], "0d5f...")       Answer(hosts=["8f0e..."], error=None)
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from numa_domain.base.errors import NumaError

from ..engine_api.watching import SeenVm
from ..model.promises import Charges
from . import words
from .claims import Claims
from .counters import Counters
from .judging import Asked, Verdict, charges_of, judge, score
from .model.watcher import Watcher
from .model.world import World
from .record import Decided, Recorder

LOG = logging.getLogger(__name__)
_OLD_SECONDS = 180.0
"""Figures of a host that are older count for nothing: the engine could not be asked for long."""
_READ_SECONDS = 1.0
_LOOK_SECONDS = 0.08
_ENOUGH = 32
"""After so long so many hosts that fit are enough."""
_RECENT = 4
UNFIT = 2000
"""The score of a host on which it does not fit: more than any other."""


@dataclass(frozen=True)
class Answer:
    """The hosts that are left, and why there are none."""

    hosts: list[str]
    error: str | None = None


class Scheduler:
    """Of one engine. Used from many threads."""

    def __init__(
        self,
        world: World,
        watcher: Watcher,
        recorder: Recorder,
        counters: Counters,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.world, self.claims, self.counters = world, Claims(), counters
        self._watcher, self._recorder, self._clock = watcher, recorder, clock
        self._recent: deque[Asked] = deque(maxlen=_RECENT)

    def filtered(self, hosts: Sequence[str], vm_id: str) -> Answer:
        """Those of the hosts on which the VM may start."""
        began = time.perf_counter()
        row = self._vm(vm_id)
        if row is not None and row.bound is None:
            return Answer(list(hosts))
        if row is None or not self.world.complete:
            self._let_through(vm_id, row.name if row else vm_id, hosts)
            return Answer(list(hosts))
        try:
            asked = self._asked(row)
        except NumaError as error:
            told = Decided(vm_id, row.name, "refused", problem=error)
            self._record(told, row, hosts, began)
            return Answer([], words.nothing_to_place(row.name, error))
        verdicts, passed = self._judged(asked, hosts)
        left = [verdict for verdict in verdicts if verdict.host_id in passed]
        scores = {verdict.host_id: self._score(verdict) for verdict in left}
        self._claim(row, left, self._best(asked, left, scores))
        outcome = "passed" if passed else "refused"
        told = Decided(vm_id, row.name, outcome, verdicts, frozenset(passed), scores, asked)
        self._record(told, row, hosts, began)
        return Answer(passed, None if passed else words.nowhere(asked, verdicts))

    def scored(self, hosts: Sequence[str], vm_id: str) -> list[tuple[str, int]]:
        """How well each suits, the less the better; all the same for a VM without settings."""
        row = self._vm(vm_id)
        if row is None or row.bound is None or not self.world.complete:
            return [(host_id, 0) for host_id in hosts]
        try:
            asked = self._asked(row)
        except NumaError:  # the filter has told it
            return [(host_id, UNFIT) for host_id in hosts]
        verdicts = [self._verdict(asked, host, self.claims.likely) for host in hosts]
        scores = {verdict.host_id: self._score(verdict) for verdict in verdicts}
        best = self._best(asked, verdicts, scores)
        if best is None:
            return list(scores.items())
        self.claims.chosen(vm_id, best, hosts)
        # Of several that are as good one is best, so that it is known where the VM goes. Hosts that
        # an admin prefers the engine takes whatever they score, and the others do not count.
        return [(host, found + (host != best)) for host, found in scores.items()]

    def _asked(self, row: SeenVm) -> Asked:
        assert row.bound is not None  # it has settings
        return Asked.of(row.bound, self.world.level(row.cluster_id))

    def _vm(self, vm_id: str) -> SeenVm | None:
        """As the model has it; read where it is newer than the model."""
        known = self.world.known(vm_id)
        if known is not None:
            return known
        try:
            return self._watcher.read_vm(vm_id, _READ_SECONDS)
        except NumaError as error:
            LOG.warning("VM %s cannot be read: %s", vm_id, error)
            return self.world.last_known(vm_id)

    def _judged(self, asked: Asked, hosts: Sequence[str]) -> tuple[list[Verdict], list[str]]:
        """All verdicts, and the hosts to let through."""
        self._recent.appendleft(asked)
        sure = self._looked_at(asked, hosts)
        passed = [verdict.host_id for verdict in sure if verdict.fits]
        if passed:
            return sure, passed
        likely = [self._verdict(asked, host, self.claims.likely) for host in hosts]
        best = self._best(asked, likely, {v.host_id: self._score(v) for v in likely})
        if best is not None:
            return likely, [best]
        return likely, [verdict.host_id for verdict in likely if verdict.unknown]

    def _looked_at(self, asked: Asked, hosts: Sequence[str]) -> list[Verdict]:
        """Of all hosts; of hundreds only the emptiest, where they take too long and enough fit: the
        engine holds the cluster meanwhile."""
        last = time.perf_counter() + _LOOK_SECONDS
        found: list[Verdict] = []
        fitting = 0
        for host in self._emptiest_first(hosts):
            verdict = self._verdict(asked, host, self.claims.possible)
            found.append(verdict)
            fitting += verdict.fits
            if fitting >= _ENOUGH and time.perf_counter() > last:
                break
        return found

    def _emptiest_first(self, hosts: Sequence[str]) -> list[str]:
        if len(hosts) <= _ENOUGH:
            return [*hosts]
        rooms = {host: self.world.room(host) for host in hosts}
        return sorted(hosts, key=lambda host: -(room.left_kib if (room := rooms[host]) else 0))

    def prepare(self, host_ids: Iterable[str]) -> None:
        """These hosts' figures are new: the last questions are answered before they come again."""
        recent = {asked.key: asked for asked in self._recent}
        for host_id in host_ids:
            room = self.world.room(host_id)
            for asked in recent.values():
                with contextlib.suppress(NumaError):
                    judge(asked, host_id, room, {}, False)

    def _verdict(
        self, asked: Asked, host_id: str, claimed: Callable[[str, str], Charges]
    ) -> Verdict:
        # The claims first: one that ends in between counts twice, and otherwise it would not at all
        taken = claimed(host_id, asked.vm.id)
        room = self.world.room(host_id)
        old = room is not None and self._clock() - room.read_at > _OLD_SECONDS
        try:
            return judge(asked, host_id, room, taken, old)
        except NumaError as error:  # the request is wrong for the VM itself
            return Verdict(room, host_id, problem=error)

    def _score(self, verdict: Verdict) -> int:
        if verdict.placement is None or verdict.topology is None:
            return UNFIT
        return score(verdict.placement, verdict.topology)

    def _best(
        self, asked: Asked, verdicts: Sequence[Verdict], scores: dict[str, int]
    ) -> str | None:
        """Where the VM will probably go: of the hosts that it prefers, if it fits on any."""
        fitting = [v for v in verdicts if v.fits]
        preferred = [v for v in fitting if v.host_id in asked.vm.host_ids]
        best = min(preferred or fitting, key=lambda v: (scores[v.host_id], v.name), default=None)
        return None if best is None else best.host_id

    def _claim(self, row: SeenVm, left: Sequence[Verdict], likely: str | None) -> None:
        """Not of a VM that runs: it is asked about for a migration. With a guess where it goes,
        since the engine asks for no weights where it does not need them."""
        if row.host_id is not None and row.status != "down":
            return
        charges = {v.host_id: charges_of(v.placement) if v.placement else {} for v in left}
        self.claims.put(row.id, charges, likely)
        self._watcher.wake()

    def _let_through(self, vm_id: str, name: str, hosts: Sequence[str]) -> None:
        """Nothing is known of the VM, or of all hosts: the engine's own filters have to do."""
        self.counters.unseen()
        LOG.warning("%s passes without a look: the model is not there", name)
        verdicts = [Verdict(self.world.room(host), host, unknown=True) for host in hosts]
        self._recorder.put(Decided(vm_id, name, "unseen", verdicts, frozenset(hosts)))

    def _record(self, told: Decided, row: SeenVm, hosts: Sequence[str], began: float) -> None:
        there = set(hosts)
        others = tuple(
            (each.id, each.name, each.status)
            for each in self.world.records()
            if each.cluster_id == row.cluster_id and each.id not in there
        )
        took, age = time.perf_counter() - began, self.age
        self._recorder.put(replace(told, others=others, took=took, age=age))
        LOG.info(
            "%s: %d of %d hosts, %.1f ms, model %.1f s old",
            row.name, len(told.passed), len(hosts), took * 1000, age or -1,
        )  # fmt: skip

    @property
    def age(self) -> float | None:
        """Seconds since the engine's log was read last; None for never."""
        at = self._watcher.state.events_at
        return time.monotonic() - at if at else None
