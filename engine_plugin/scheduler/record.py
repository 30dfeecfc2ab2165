# SPDX-License-Identifier: Apache-2.0
"""Decisions written down: at once without words, which are found in a thread of their own, since to
say why a VM does not fit takes ten times as long as to find that out.

    recorder.put(Decided(asked, verdicts, outcome="passed", ...))
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from numa_domain.base.errors import NumaError

from .decisions import Decisions, Document, bounded, now
from .judging import Asked, Verdict, reason

LOG = logging.getLogger(__name__)
_WAITING = 256
_WRITTEN_SECONDS = 2.0


@dataclass(frozen=True)
class Decided:
    """What became of one question."""

    vm_id: str
    name: str
    outcome: str
    """"passed"; "refused"; "unseen": let through without a look; "unasked"."""
    verdicts: Sequence[Verdict] = ()
    passed: frozenset[str] = frozenset()
    """The hosts that were let through."""
    scores: Mapping[str, int] = field(default_factory=dict)
    asked: Asked | None = None
    others: Sequence[tuple[str, str, str]] = ()
    """Id, name and state of hosts of the cluster that the engine did not ask about."""
    problem: NumaError | None = None
    """Of the VM itself, whatever the host."""
    age: float | None = None
    """Of the model, in seconds."""
    took: float = 0.0


class Recorder:
    """One thread; closed by its owner."""

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self._numbers = itertools.count(int(time.time() * 1000))
        self._waiting: queue.Queue[tuple[int, str, Decided] | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def put(self, decided: Decided) -> None:
        """Known at once; its words in a moment, where not too many wait for theirs."""
        number, at = next(self._numbers), now()
        self._decisions.put(document(decided, number, at, {}))
        try:
            self._waiting.put_nowait((number, at, decided))
        except queue.Full:
            LOG.warning("too many decisions at once: that of %s has no words", decided.name)

    def close(self) -> None:
        self._waiting.put(None)
        self._thread.join(10)
        self._decisions.write()

    def _run(self) -> None:
        written = 0.0
        while True:
            try:
                found = self._waiting.get(timeout=_WRITTEN_SECONDS)
            except queue.Empty:
                self._decisions.write()
                continue
            if found is None:
                return
            number, at, decided = found
            self._decisions.put(document(decided, number, at, _reasons(decided)))
            if time.monotonic() - written > _WRITTEN_SECONDS:
                self._decisions.write()
                written = time.monotonic()


def document(decided: Decided, number: int, at: str, reasons: Mapping[str, NumaError]) -> Document:
    """As it is kept and shown."""
    hosts = [_host(each, decided, reasons.get(each.host_id)) for each in decided.verdicts]
    hosts += [_other(*each) for each in decided.others]
    told, more = bounded(hosts)
    return {
        "number": number,
        "vm": decided.vm_id,
        "name": decided.name,
        "at": at,
        "outcome": decided.outcome,
        "chosen": None,
        "hosts": told,
        "more_hosts": more,
        "problem": None if decided.problem is None else _problem(decided.problem),
        "model_age_seconds": None if decided.age is None else round(decided.age, 1),
        "took_ms": round(decided.took * 1000, 1),
    }


def _reasons(decided: Decided) -> dict[str, NumaError]:
    if decided.asked is None:
        return {}
    refused = [each for each in decided.verdicts if each.host_id not in decided.passed]
    told, _ = bounded([_host(each, decided, None) for each in refused])
    wanted = {each["id"] for each in told}
    return {v.host_id: reason(decided.asked, v) for v in refused if v.host_id in wanted}


def _host(verdict: Verdict, decided: Decided, why: NumaError | None) -> dict[str, Any]:
    passed = verdict.host_id in decided.passed
    state = "passed" if passed else "unknown" if verdict.unknown else "refused"
    placement = verdict.placement
    nodes = None if placement is None or placement.nodes is None else str(placement.nodes)
    problem = why or verdict.problem
    return {
        "id": verdict.host_id,
        "name": verdict.name,
        "state": state,
        "nodes": nodes,
        "score": decided.scores.get(verdict.host_id),
        "problem": None if problem is None else _problem(problem),
    }


def _other(host_id: str, name: str, status: str) -> dict[str, Any]:
    what = f"the engine's own filters left it out; it is {status}"
    problem = {"code": "NotAsked", "message": what, "remedy": ""}
    return {
        "id": host_id, "name": name, "state": "not_asked", "nodes": None, "score": None,
        "problem": problem,
    }  # fmt: skip


def _problem(error: NumaError) -> dict[str, str]:
    first = error.problems[0]
    return {"code": first.code, "message": first.message, "remedy": first.remedy}
