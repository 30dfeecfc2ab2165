# SPDX-License-Identifier: Apache-2.0
"""The calls of one request, as its user and within its time.

Nothing of a user is kept beyond the request, and many calls go over the client's bounded pool
of threads.

    session = Session.of(client, token, "req-1")
    vm = session.call("read VM 0d5f...", "VM 0d5f...", lambda c: vm_service(c, vm_id).get())
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import TypeVar

from numa_domain.base.errors import NumaError

from .client import EngineClient
from .connection import TOKEN, SafeConnection
from .errors import EngineOccupied, EngineSlow, TimeOver, TokenMissing
from .failures import Asked, error_of, unanswered

T = TypeVar("T")
S = TypeVar("S")
Ask = Callable[[SafeConnection], T]

_PAUSE = 0.2
_PATIENCE = 6.0


class Session:
    """One request's calls."""

    def __init__(
        self, client: EngineClient, token: str, request_id: str, begun: float, seconds: float
    ) -> None:
        self.client, self.request_id, self.deadline = client, request_id, begun + seconds
        self._token, self._seconds = token, seconds
        self.watch: Callable[[int, int], None] = lambda done, of: None
        """Told how far long work is."""
        self.user_key = client.fingerprint(token)
        """Stands for the user whose answers may be shared."""

    @property
    def token(self) -> str:
        """For our own service behind the engine's web server, and nobody else."""
        return self._token

    @classmethod
    def of(
        cls,
        client: EngineClient,
        token: str,
        request_id: str,
        *,
        started: float | None = None,
        seconds: float | None = None,
    ) -> Session:
        """For one request, of `seconds` if not of those that a request may take. Raises
        `TokenMissing` before a bad token comes near a header."""
        if not TOKEN.fullmatch(token):
            raise TokenMissing("token")
        begun = time.monotonic() if started is None else started
        given = client.config.request_seconds if seconds is None else seconds
        return cls(client, token, request_id, begun, given)

    def again(self, request_id: str) -> Session:
        """Another request of the same user, which begins now."""
        return Session.of(self.client, self._token, request_id)

    def call(
        self,
        action: str,
        entity: str,
        ask: Ask[T],
        *,
        way_out: str = "",
        correlation: str = "",
        most: float | None = None,
    ) -> T:
        """The engine's answer to one question; one of `errors` where it has none.

        `action` continues "the engine refuses to ..." and `entity` "the engine has no ..." for
        people: "list VMs", "list of VMs". `way_out` is what to do where the engine refuses.
        `correlation` is the id that the engine's log names it by, if not the request's; `most` how
        long this question may take, where that is less than for others.
        """
        asked = Asked(action, entity, way_out, correlation or self.request_id)
        limit = self.client.config.call_seconds if most is None else most
        seconds = min(limit, self.deadline - time.monotonic())
        if seconds <= 0:
            raise self._late(action)
        headers = {"Correlation-Id": asked.request_id}
        started, outcome = time.monotonic(), "ok"
        try:
            with self.client.pool.lend(self._token, seconds=seconds, headers=headers) as lent:
                return ask(lent)
        except NumaError:
            outcome = "refused"
            raise
        except Exception as error:  # the SDK raises bare Exception, TypeError, ValueError too
            problem = error_of(error, asked)
            if problem is None and seconds < limit:
                problem = self._late(action)
            elif problem is None:
                problem = EngineSlow("engine", action=action, seconds=f"{limit:g}")
            problem.unanswered = unanswered(error)
            outcome = problem.code
            raise problem from error
        finally:
            self.client.observe(outcome, time.monotonic() - started)

    def change(self, action: str, entity: str, ask: Ask[T], *, way_out: str = "") -> T:
        """`call` for what changes the engine: once more where it still holds a lock, for a while.

        A change that met a lock has not been begun, so to send it again is to send it once.
        """
        last = self.patient_until()
        while True:
            try:
                return self.call(action, entity, ask, way_out=way_out)
            except EngineOccupied:
                if time.monotonic() + _PAUSE > last:
                    raise
                time.sleep(_PAUSE)

    def patient_until(self) -> float:
        """Until when a lock of the engine is waited for, so that one more call has its time."""
        return min(time.monotonic() + _PATIENCE, self.deadline - self.client.config.call_seconds)

    def write_id(self) -> str:
        """A correlation id that no other write has, whoever chose the request's: the engine takes
        36 letters, digits, `-` and `_`."""
        return f"{self.request_id[:19]}-{secrets.token_hex(8)}"

    def each(self, work: Callable[[S], T], items: Iterable[S]) -> list[T | NumaError]:
        """`work` for every item at the same time, in order; a failure stands for its item."""
        futures: list[Future[T]] = [self.client.threads.submit(work, item) for item in items]
        found: list[T | NumaError] = []
        for done, future in enumerate(futures, 1):
            try:
                found.append(future.result())
            except NumaError as error:
                found.append(error)
            self.watch(done, len(futures))
        return found

    def _late(self, action: str) -> TimeOver:
        return TimeOver("request", action=action, seconds=f"{self._seconds:g}")
