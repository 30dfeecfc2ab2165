# SPDX-License-Identifier: Apache-2.0
"""make test-lab: boot the lab's host, run the cases in it, print the table of what was seen.

Decides how long all may take, and what is left behind: results.json, transcript.txt (every
command and what it said) and console.txt. Never runs a case itself: `inside.py` does, in the
lab. Exit code 0 where every case ran and passed, 1 where one failed, 2 where nothing can boot.

    python -m tests.lab --into build/lab --case strict-one-node
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.guard import Guard

from . import machine
from .case import Result, read_results, write_result
from .table import row, summary

ROOT = Path(__file__).parent.parent.parent
_BOOTS = 4
_SILENCE = 240
"""Seconds; the slowest command, the start of a large VM, took 67 at a load of 25 on two cores."""


def main(argv: list[str] | None = None) -> int:
    args = _arguments(argv)
    vng, kernel = machine.vng(), machine.kernel()
    if vng is None or kernel is None:
        lacks = "virtme-ng" if vng is None else "a kernel in /boot with its modules"
        print(f"the lab needs {lacks}; see CONTRIBUTING.md", file=sys.stderr)
        return 2
    into = args.into.absolute()
    into.mkdir(parents=True, exist_ok=True)
    _begin(into, again=args.again)
    inside = [sys.executable, "-m", "tests.lab.inside", str(into)]
    inside += [str(args.limit), str(args.rounds), *args.case]
    script = f"cd {shlex.quote(str(ROOT))} && {shlex.join(inside)}; poweroff -f"
    started = time.monotonic()
    command = machine.command(vng, kernel, into, script)
    for _ in range(_BOOTS):  # its processor is emulated in an emulated one, and now and then hangs
        ended = _boot(command, into, args.limit - (time.monotonic() - started))
        if ended is not None:
            break
        _note_stall(into)
    results = read_results(into)
    print(summary(results, time.monotonic() - started))
    (into / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(f"everything that was run and seen: {into}/transcript.txt")
    if not ended or not (into / "done").exists():
        why = "did not say that it was done" if ended else f"was ended after {args.limit} s"
        print(f"the lab {why}: its console ends\n{_tail(into / 'console.txt')}", file=sys.stderr)
        return 1
    return 0 if results and all(result["passed"] for result in results) else 1


def _begin(into: Path, *, again: bool) -> None:
    """What an earlier run left is deleted; `again`: but for the cases that passed in it."""
    passed = [result for result in read_results(into) if again and result["passed"]]
    for old in into.iterdir():
        old.unlink()
    lines = [json.dumps(result) + "\n" for result in passed]
    (into / "results.jsonl").write_text("".join(lines), encoding="utf-8")


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.lab", description=__doc__)
    parser.add_argument("--into", type=Path, default=ROOT / "build" / "lab", metavar="DIR")
    parser.add_argument("--limit", type=int, default=1500, help="seconds for everything")
    parser.add_argument("--rounds", type=int, default=5, help="of the cases that go round")
    parser.add_argument("--again", action="store_true", help="leave out what passed in the last")
    parser.add_argument("--case", action="append", default=[], help="only this one; repeatable")
    return parser.parse_args(argv)


def _boot(command: list[str], into: Path, limit: float) -> bool | None:
    """Whether it ended in time, None where it hangs; prints each case's row as it comes."""
    guard = Guard(into)  # QEMU would go on if this process were killed
    with open(into / "console.txt", "ab") as console:
        lab = subprocess.Popen(
            ["nice", "-n", "5", *command],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "PATH": f"{Path(command[0]).parent}:{os.environ['PATH']}"},
        )
        try:
            return _watch(lab, into, limit)
        finally:
            if lab.poll() is None:
                os.killpg(lab.pid, signal.SIGKILL)
                lab.wait()
            guard.close()


def _watch(lab: subprocess.Popen[bytes], into: Path, limit: float) -> bool | None:
    deadline = time.monotonic() + limit
    transcript = into / "transcript.txt"
    shown, length, heard = len(read_results(into)), -1, time.monotonic()
    while lab.poll() is None and time.monotonic() < deadline:
        time.sleep(1)
        shown = _show(into, shown)
        said = transcript.stat().st_size if transcript.exists() else 0
        if said != length:
            length, heard = said, time.monotonic()
        elif time.monotonic() - heard > _SILENCE:
            return None
    _show(into, shown)
    return lab.poll() is not None


def _note_stall(into: Path) -> None:
    """The case that hung is run once more in another boot; then it counts as failed."""
    transcript = into / "transcript.txt"  # not there where it hung before a case began
    text = transcript.read_text(errors="replace") if transcript.exists() else ""
    title = re.findall(r"^\S+ === (.*)$", text, re.M)[-1] if "===" in text else "prepare: the host"
    name, _, rest = title.partition(": ")
    print(f"the lab was silent for {_SILENCE} s in {name}: it is booted again", flush=True)
    if text.count(f" === {name}: ") > 1:
        why = f"nothing was heard of the lab for {_SILENCE} s, twice"
        write_result(into, Result(name, rest, error=why))


def _show(into: Path, shown: int) -> int:
    results = read_results(into)
    for result in results[shown:]:
        print(row(result), flush=True)
    return len(results)


def _tail(path: Path) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-15:])


if __name__ == "__main__":
    sys.exit(main())
