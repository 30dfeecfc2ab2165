# SPDX-License-Identifier: Apache-2.0
"""A case of the lab: what it asks for, what is seen, and every comparison of the two.

Decides what a result is, and that a case is bounded in time. A case is a function; what it
expects it says with `expect`, which goes on after a failure, so that one run shows all.

    @case("strict on one node", limit=90)
    def strict_one_node(lab: Lab, result: Result) -> None:
        ...
        result.expect("pages of ram-node0", {1: 262144}, {1: 262144})
"""

from __future__ import annotations

import json
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .lab import Lab


@dataclass
class Result:
    """What a case saw."""

    name: str
    title: str
    asked: list[str] = field(default_factory=list)
    guest: list[str] = field(default_factory=list)
    host: list[str] = field(default_factory=list)
    verify: list[str] = field(default_factory=list)
    note: list[str] = field(default_factory=list)
    """What the case cannot show here, and what is odd."""
    checks: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0

    def expect(self, what: str, got: object, want: object) -> None:
        """Compare; both are kept."""
        self.checks.append({"what": what, "got": str(got), "want": str(want), "ok": got == want})

    def expect_near(self, what: str, got: float, want: float, within: float) -> None:
        """Compare amounts; `within` has its reason where it is given."""
        close = abs(got - want) <= within
        self.checks.append(
            {"what": what, "got": f"{got}", "want": f"{want} (+-{within})", "ok": close}
        )

    def expect_that(self, what: str, good: bool, got: object) -> None:
        """A condition that is no equality; `got` is what it was judged by."""
        self.checks.append({"what": what, "got": str(got), "want": "that it holds", "ok": good})

    @property
    def passed(self) -> bool:
        """A case without a comparison has shown nothing, and has not passed."""
        return not self.error and bool(self.checks) and all(c["ok"] for c in self.checks)

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "passed": self.passed}


@dataclass(frozen=True)
class Case:
    """One case, as it is declared."""

    name: str
    title: str
    limit: int
    body: Callable[[Lab, Result], None]

    def run(self, lab: Lab, slowness: float = 1.0) -> Result:
        """Run it in its time, which is for a machine that has nothing else to do; whatever it
        leaves running is ended."""
        result = Result(self.name, self.title)
        started = time.monotonic()
        try:
            with _limit(int(self.limit * slowness)):
                self.body(lab, result)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            where = "".join(traceback.format_tb(error.__traceback__)[-2:])
            result.error = f"{type(error).__name__}: {error}\n{where}"
        lab.clean()
        result.seconds = round(time.monotonic() - started, 1)
        return result


CASES: dict[str, Case] = {}


def case(title: str, limit: int) -> Callable[[Callable[[Lab, Result], None]], Case]:
    """Declare a case; `limit` is in seconds."""

    def declare(body: Callable[[Lab, Result], None]) -> Case:
        name = body.__name__.replace("_", "-")
        CASES[name] = Case(name, title, limit, body)
        return CASES[name]

    return declare


@contextmanager
def _limit(seconds: int) -> Iterator[None]:
    def over(*_: object) -> None:
        raise TimeoutError(f"the case took more than {seconds} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def write_result(folder: Path, result: Result) -> None:
    """One line more of results.jsonl."""
    with open(folder / "results.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps(result.to_dict()) + "\n")


def read_results(folder: Path) -> list[dict[str, Any]]:
    """What is there so far; a line that is being written is left for the next time."""
    try:
        text = (folder / "results.jsonl").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in text.split("\n")[:-1]]
