# SPDX-License-Identifier: Apache-2.0
"""The command: which steps, in which order, and what is asked before what.

Decides what is said. Exit status: 0 where all is in place; 1 where something is not, or a
restart is due; 2 where something is wrong.

    ovirt-numa setup             do what is missing, ask before restarts
    ovirt-numa setup --check     only say what is missing
    ovirt-numa setup --undo      take everything back
    ovirt-numa setup --scheduler and have the engine ask before it chooses a host
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from numa_domain.base.errors import NumaError

from . import files, scheduling, services
from .definitions import Definitions
from .engine_config import PROGRAM, EngineConfig
from .environment import Environment
from .places import Places
from .record import Record
from .step import Step

_REMOVAL = (
    "Take the property definitions out? VMs that still have NUMA settings cannot be started then"
)


class NotRoot(NumaError):
    blames = "request"
    what = "this changes the machine's configuration"
    todo = "run it as root; --check needs no more than engine-config does"


class FileRefused(NumaError):
    blames = "engine"
    what = "{reason}"
    todo = "see to that, then run ovirt-numa setup again"


def add_options(parser: argparse.ArgumentParser) -> None:
    way = parser.add_mutually_exclusive_group()
    way.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 if any is missing"
    )
    way.add_argument("--undo", action="store_true", help="take everything back")
    scheduling.add_options(parser)
    parser.add_argument("--yes", action="store_true", help="yes to every question, restarts too")
    parser.add_argument("--levels", default="", metavar="4.6,4.7", help="cluster levels (all)")
    parser.add_argument("--engine-url", metavar="URL", help="of the engine, for the service")
    parser.add_argument("--engine-config", default=PROGRAM, metavar="PROGRAM", help=f"({PROGRAM})")
    parser.add_argument(
        "--root", type=Path, default=Path("/"), metavar="DIR", help="work on the files below DIR"
    )


def run(args: argparse.Namespace) -> int:
    """Do as the options say."""
    places = Places(args.root.absolute())
    if not args.check and args.root == Path("/") and os.geteuid() != 0:
        raise NotRoot("ovirt-numa setup")
    os.umask(0o022)  # the service's user and httpd's read what an admin's own umask would hide
    record = Record(places.record)
    ask = _yes if args.yes else _ask
    steps = _steps(args, places, record)
    try:
        if args.check:
            return _check(steps, record)
        if args.undo:
            return _undo(steps, record, ask)
        return _apply(steps, record, ask)
    except _Unsaid as error:
        raise error.cause from None
    except OSError as error:
        path = str(error.filename or places.root)
        raise FileRefused(path, reason=error.strerror or str(error)) from None


def _steps(args: argparse.Namespace, places: Places, record: Record) -> list[Step]:
    """In the order in which they are done; the engine's own come last."""
    levels = [level.strip() for level in args.levels.split(",") if level.strip()]
    steps: list[Step] = []
    if places.packaged.exists():
        steps.append(Environment(places, record))
    steps.append(files.Settings(places, record, args.engine_url))
    if not places.packaged_unit.exists():
        steps.append(files.unit(places, record))
    steps += [
        files.Links(places),
        services.Service(record),
        files.HttpdFile(places, record),
        Definitions(EngineConfig(args.engine_config), record, levels),
    ]
    return [*steps, *scheduling.steps(args, places, record)]


class _Unsaid(Exception):
    """It is the output that failed, and no file of ours."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(str(cause))
        self.cause = cause


def _say(text: str) -> None:
    try:
        print(text, flush=True)
    except OSError as error:
        raise _Unsaid(error) from error


def _check(steps: list[Step], record: Record) -> int:
    good = True
    for step in steps:
        missing = step.missing()
        good = good and not missing
        _say(f"{step.title:18} {'missing: ' + '; '.join(missing) if missing else 'ok'}")
    for service in sorted(record.due):
        good = False
        _say(f"{service:18} has to be restarted: its configuration has changed")
    return 0 if good else 1


def _apply(steps: list[Step], record: Record, ask: Callable[[str], bool]) -> int:
    good = True
    for step in steps:
        step.remember()
        missing = step.missing()
        if missing:
            step.apply()
            left = step.missing()
            good = good and not left
            _say(f"{step.title:18} {'still missing: ' + '; '.join(left) if left else 'done'}")
        else:
            _say(f"{step.title:18} as it should be")
    return 0 if _restart(record, ask) and good else 1


def _undo(steps: list[Step], record: Record, ask: Callable[[str], bool]) -> int:
    if not ask(_REMOVAL):
        _say("nothing was changed")
        return 1
    for step in reversed(steps):
        taken, left = step.undo(), step.left()
        said = ["taken back: " + "; ".join(taken)] if taken else []
        said += ["left there: " + "; ".join(left)] if left else []
        _say(f"{step.title:18} {'; '.join(said) or 'nothing to do'}")
    record.due -= {files.SERVICE, files.SCHEDULER}
    done = _restart(record, ask)
    for step in steps if done else ():
        step.forget()
    return 0 if done else 1


def _restart(record: Record, ask: Callable[[str], bool]) -> bool:
    """What is due, each if it may be; whether all is done."""
    for service in [name for name in services.MEANS if name in record.due]:
        verb, means = services.MEANS[service]
        if ask(f"{verb.capitalize()} {service} now? ({means})"):
            services.restart(service)
            record.settle(service)
            _say(f"{service:18} {verb}ed")
        else:
            _say(f"{service:18} still due: systemctl {verb} {service}, or run this again")
    return not record.due


def _yes(question: str) -> bool:
    return True


def _ask(question: str) -> bool:
    """No, where nobody is there to be asked."""
    if not sys.stdin.isatty():
        return False
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
