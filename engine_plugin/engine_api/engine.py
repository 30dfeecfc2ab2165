# SPDX-License-Identifier: Apache-2.0
"""The only client of the engine: calls for one request, as its user, within its time.

Decides how an engine's failure becomes one of `faults`, and spreads many calls over a bounded
pool. Never decides what a setting means, and keeps nothing of a user beyond the request.

    session = engine.session(token, "req-1")
    vm = session.call("VM 0d5f...", lambda c: vm_service(c, vm_id).get())
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import ovirtsdk4 as sdk

from numa_domain.base.errors import NumaError

from ..service.metrics import Metrics
from ..service.settings import Settings
from . import faults
from .connection import TOKEN, ConnectionPool, NotXml, SafeConnection, TransferFailed

T = TypeVar("T")
S = TypeVar("S")
Ask = Callable[[SafeConnection], T]

_REASONS = {
    6: "its name is not known",
    7: "nothing listens at its address",
    18: "it ended the connection within its answer",
    23: "its answer is larger than any that is expected",
    35: "TLS cannot be agreed on",
    51: "its certificate is for another name",
    52: "it ended the connection without an answer",
    56: "the connection was cut",
    60: "its certificate is not made by the configured CA",
    77: "the CA file cannot be read",
}


class Engine:
    """Connections and threads to one engine, shared by all requests."""

    def __init__(self, settings: Settings, metrics: Metrics | None = None) -> None:
        self.settings = settings
        self.metrics = metrics or Metrics()
        self.pool = ConnectionPool(settings)
        self._salt = os.urandom(16)
        self.threads = ThreadPoolExecutor(settings.parallel, thread_name_prefix="engine")

    def session(self, token: str, request_id: str, *, started: float | None = None) -> Session:
        """For one request. Raises `TokenMissing` before a bad token comes near a header."""
        if not TOKEN.fullmatch(token):
            raise faults.TokenMissing("Authorization")
        begun = time.monotonic() if started is None else started
        return Session(self, token, request_id, begun + self.settings.request_seconds)

    def fingerprint(self, token: str) -> str:
        """What stands for a token in caches: of this process only, and not to be turned back."""
        return hashlib.blake2b(token.encode(), key=self._salt, digest_size=16).hexdigest()

    def close(self) -> None:
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.pool.close()


class Session:
    """One request's calls."""

    def __init__(self, engine: Engine, token: str, request_id: str, deadline: float) -> None:
        self.engine, self.request_id, self.deadline = engine, request_id, deadline
        self._token = token
        self.watch: Callable[[int, int], None] = lambda done, of: None
        """Told how far long work is."""
        self.owner = engine.fingerprint(token)
        """Whose answers may be shared."""

    def call(self, about: str, ask: Ask[T], *, way_out: str = "") -> T:
        """The engine's answer to one question; one of `faults` where it has none.

        `about` names the entity or the action for people; `way_out` is what to do where the
        engine refuses.
        """
        seconds = min(self.engine.settings.call_seconds, self.deadline - time.monotonic())
        if seconds <= 0:
            raise self._slow(about)
        headers = {"Correlation-Id": self.request_id}
        started, outcome = time.monotonic(), "ok"
        try:
            with self.engine.pool.lend(self._token, seconds=seconds, headers=headers) as lent:
                return ask(lent)
        except NumaError:
            outcome = "refused"
            raise
        except Exception as error:  # the SDK raises bare Exception, TypeError, ValueError too
            problem = self._problem(error, about, way_out)
            outcome = problem.code
            raise problem from error
        finally:
            self.engine.metrics.engine_call(outcome, time.monotonic() - started)

    def change(self, about: str, ask: Ask[T], *, way_out: str = "") -> T:
        """`call` for what changes the engine: once more where it still holds a lock, for a while.

        A change that met a lock has not been begun, so to send it again is to send it once.
        """
        last = min(time.monotonic() + _PATIENCE, self.deadline - self.engine.settings.call_seconds)
        while True:
            try:
                return self.call(about, ask, way_out=way_out)
            except faults.EngineOccupied:
                if time.monotonic() + _PAUSE > last:
                    raise
                time.sleep(_PAUSE)

    def each(self, work: Callable[[S], T], items: Iterable[S]) -> list[T | NumaError]:
        """`work` for every item at the same time, in order; a failure stands for its item."""
        futures: list[Future[T]] = [self.engine.threads.submit(work, item) for item in items]
        found: list[T | NumaError] = []
        for done, future in enumerate(futures, 1):
            try:
                found.append(future.result())
            except NumaError as error:
                found.append(error)
            self.watch(done, len(futures))
        return found

    def _slow(self, about: str) -> faults.EngineSlow:
        return faults.EngineSlow("engine", action=about, seconds=self._limit())

    def _limit(self) -> str:
        settings = self.engine.settings
        return f"{min(settings.call_seconds, settings.request_seconds):g}"

    def _problem(self, error: Exception, about: str, way_out: str) -> faults.ServiceError:
        if isinstance(error, sdk.TimeoutError):
            return self._slow(about)
        if isinstance(error, TransferFailed):
            reason = _REASONS.get(error.number, str(error) or f"libcurl says {error.number}")
            return faults.EngineUnreachable("engine", reason=reason)
        code = getattr(error, "code", None)
        if code in _REFUSALS:
            return _refusal(code, error, about, way_out)
        if code in _AWAY:
            return faults.EngineStarting("engine", code=code, action=about)
        if code is not None and code >= 300:
            reason = f" ({error})" if isinstance(error, NotXml) else ""
            return faults.EngineBroke(
                "engine", code=code, action=about, reason=reason, request_id=self.request_id
            )
        reason = " ".join(str(error).split()) or type(error).__name__
        return faults.EngineUnreadable("engine", action=about, reason=reason)


_REFUSALS = (400, 401, 403, 404, 409)
_AWAY = (502, 503, 504)
"""httpd's, where the engine behind it does not answer (mod_proxy_ajp)."""
_PASSING = re.compile(r"is being|is locked|in progress|try again", re.IGNORECASE)
"""In the engine's texts of a lock (ACTION_TYPE_FAILED_..._IS_BEING_UPDATED and the like)."""
_PAUSE = 0.2
_PATIENCE = 6.0


def _refusal(code: int, error: Exception, about: str, way_out: str) -> faults.ServiceError:
    if code == 401:
        return faults.TokenRejected("Authorization")
    detail = _detail(error)
    if code == 404:
        return faults.EntityUnknown("engine", entity=about)
    if code == 403:
        way_out = way_out or "ask an administrator for the permission"
        return faults.EngineForbids("engine", action=about, detail=detail, way_out=way_out)
    if code == 409 and _PASSING.search(detail):
        return faults.EngineOccupied("engine", action=about, detail=detail)
    way_out = way_out or "see what the engine says"
    return faults.EngineRefused("engine", action=about, detail=detail, way_out=way_out)


def _detail(error: Exception) -> str:
    """The engine's own words, without its list brackets."""
    fault = getattr(error, "fault", None)
    detail = getattr(fault, "detail", None) or getattr(fault, "reason", None)
    if detail is None:
        return "it gives no reason"
    return " ".join(str(detail).removeprefix("[").removesuffix("]").split()).rstrip(".")
