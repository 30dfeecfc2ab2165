# SPDX-License-Identifier: Apache-2.0
"""Changes of many VMs that go on after the answer: how far they are can be asked for.

A job belongs to the user who began it, and to this process: after a restart of the service the same
change is sent again, which goes on with what is left.

    job = jobs.begin(batch, owner="admin@internal", ...)
    jobs.of(job.id, "admin@internal").state         "running"
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from numa_domain.base.errors import NumaError

from ..settings.batch import Batch, Item
from ..settings.errors import Busy
from ..settings.storing import Writer

WriterOf = Callable[[int], Writer]
Told = Callable[["Job", Item], None]
"""Hears of each VM whose change has ended."""

_RUNNING = 8
_KEPT = 200
_GRACE = 5.0


class JobUnknown(NumaError):
    blames = "request"
    what = "there is no job {id} of this user"
    todo = "send the change again if the service was restarted: it goes on with what is left"


class JobRuns(NumaError):
    blames = "request"
    what = "the job {id} is running"
    todo = "wait for its end, or stop it first"


@dataclass
class Job:
    """One change."""

    batch: Batch
    owner: str
    about: dict[str, Any]
    """What was chosen: {"kind": "vmpools", "id": ...} or {"search": "tag=db"}."""
    id: str = field(default_factory=lambda: secrets.token_hex(12))
    started: float = field(default_factory=time.time)
    finished: float | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def state(self) -> str:
        """ "running"; "stopped", with items that wait; or "done"."""
        if self.finished is None:
            return "running"
        return "stopped" if self.batch.counts()["waiting"] else "done"


class Jobs:
    """Of one service."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []

    def begin(self, job: Job, writer_of: WriterOf, told: Told) -> Job:
        """Raises `Busy` where many run already."""
        with self._guard:
            if self._running() >= _RUNNING:
                raise Busy("jobs", reason=f"{_RUNNING} changes of many VMs are running already")
            self._jobs[job.id] = job
            self._forget()
        self._start(job, writer_of, told)
        return job

    def resume(self, job: Job, writer_of: WriterOf, told: Told, *, overwrite: bool) -> None:
        """What failed, waits, or is to be overwritten now. Raises `JobRuns`."""
        with self._guard:
            if job.finished is None:
                raise JobRuns("job", id=job.id)
            job.batch.renew(overwrite=overwrite)
            job.finished = None
            job.stop.clear()
        self._start(job, writer_of, told)

    def forget(self, job: Job) -> None:
        """Raises `JobRuns`."""
        with self._guard:
            if job.finished is None:
                raise JobRuns("job", id=job.id)
            self._jobs.pop(job.id, None)

    def of(self, job_id: str, owner: str) -> Job:
        """Raises `JobUnknown`, for somebody else's too."""
        with self._guard:
            job = self._jobs.get(job_id)
        if job is None or job.owner != owner:
            raise JobUnknown("job", id=job_id[:40])
        return job

    def all_of(self, owner: str) -> list[Job]:
        """The newest first."""
        with self._guard:
            found = [job for job in self._jobs.values() if job.owner == owner]
        return sorted(found, key=lambda job: -job.started)

    def close(self) -> None:
        """Those that run end with the VM that they are at, for which they have a few seconds."""
        self._closed.set()
        until = time.monotonic() + _GRACE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _start(self, job: Job, writer_of: WriterOf, told: Told) -> None:
        def stopped() -> bool:
            return job.stop.is_set() or self._closed.is_set()

        def work() -> None:
            try:
                job.batch.run(writer_of, stopped=stopped, told=lambda item: told(job, item))
            finally:
                job.finished = time.time()

        thread = threading.Thread(target=work, name=f"job-{job.id}", daemon=True)
        with self._guard:
            self._threads = [each for each in self._threads if each.is_alive()]
            thread.start()
            self._threads.append(thread)

    def _running(self) -> int:
        return sum(job.finished is None for job in self._jobs.values())

    def _forget(self) -> None:
        """The oldest that have ended."""
        over = [job for job in self._jobs.values() if job.finished is not None]
        for job in over[: max(0, len(self._jobs) - _KEPT)]:
            del self._jobs[job.id]
