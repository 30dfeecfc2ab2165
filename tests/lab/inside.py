# SPDX-License-Identifier: Apache-2.0
"""What runs in the lab: it makes the host ready, runs the cases, and writes what they saw.

Decides the order of the cases: that of their files. A case that fails stops no other.

    python -m tests.lab.inside DIR SECONDS ROUNDS [CASE ...]
"""

from __future__ import annotations

import importlib
import sys
import time
import traceback
from pathlib import Path

from engine_plugin.demo.guest import GuestFailed

from . import machine
from .case import CASES, Case, Result, read_results, write_result
from .lab import Lab

FILES = (
    *("placing", "living", "promising", "proving", "holding", "following", "serving", "owning"),
    *("sparing", "refusing"),
)
"""A node that was unplugged does not come back, and libvirt then tells no more of any CPU: so
refusing is last."""

_PREPARED_IN = 60
"""Seconds, on two cores with nothing else to do."""


def main() -> int:
    shared, limit, rounds, *names = sys.argv[1:]
    folder, until = Path(shared), time.monotonic() + int(limit) - 60
    for file in FILES:
        importlib.import_module(f"tests.lab.cases.{file}")
    chosen = [CASES[name] for name in names] if names else in_order()
    before = {result["name"] for result in read_results(folder)}  # of a boot that hung
    chosen = [case for case in chosen if case.name not in before]
    lab = Lab(folder, machine.kernel() or "", int(rounds))
    started = time.monotonic()
    try:
        lab.prepare()
    except Exception:  # the outside waits for a line, whatever it is
        result = Result(
            "prepare", "the host with libvirt and the hooks", error=traceback.format_exc()
        )
        write_result(folder, result)
        return 1
    took = time.monotonic() - started
    lab.slowness = max(1.0, took / _PREPARED_IN)
    lab.say(f"ready after {took:.0f} s: the cases have {lab.slowness:.1f} times their time")
    for case in chosen:
        write_result(folder, _run(case, lab, until))
    (folder / "done").write_text("")
    return 0


def in_order() -> list[Case]:
    """All, by their files: not as they were declared, since files take helpers from each other."""
    return sorted(CASES.values(), key=lambda case: FILES.index(case.body.__module__.split(".")[-1]))


def _run(case: Case, lab: Lab, until: float) -> Result:
    if time.monotonic() > until:
        return Result(case.name, case.title, error="not run: the time for all cases was over")
    lab.say(f"=== {case.name}: {case.title}")
    result = case.run(lab, lab.slowness)
    if result.error.startswith(GuestFailed.__name__):
        # Its kernel, on emulated CPUs of emulated CPUs, now and then hangs as it boots.
        lab.say(f"{result.error}\nonce more")
        result = case.run(lab, lab.slowness)
        result.note.append("the guest of a first try did not come up")
    return result


if __name__ == "__main__":
    sys.exit(main())
