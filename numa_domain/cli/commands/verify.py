# SPDX-License-Identifier: Apache-2.0
"""numa-domain verify: whether the memory and threads of running VMs are where they should be."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from typing import Any

from ...base.errors import NumaError
from ...base.idset import Nodeset
from ...base.units import parse_memory, show_memory
from ...observed.proc import Vm
from ...observed.requested import Requested
from ...observed.threads import DRIFTED, GOOD
from ...observed.verdict import Verdict, judge, unjudged
from ..answer import as_json, told_all
from ..parser import count as whole_number
from ..parser import seconds
from ..table import table
from .running_vms import observe, running_arguments

Answer = tuple[Vm, "Requested | None", Verdict]
"""The request is None if the VM could not be looked at."""

EXAMPLES = """\
examples:
  numa-domain verify                         every VM that runs here
  numa-domain verify web1
  numa-domain verify web1 --watch 30         ends with 1 when web1 drifts
  numa-domain verify --json

As root every cell is judged by its own pages (numa_maps). As another user, vdsm for one, only
the VM as a whole is (its cgroup), which does not show huge pages. A cell may have 2 MiB
elsewhere, a transparent huge page that is being moved; a VM that is judged as a whole 128 MiB,
since QEMU's own memory is in that figure. Exits with 1 where a VM has drifted, with 2 where
one could not be looked at; where no VM is named the others are shown all the same.
"""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "vm", metavar="VM", nargs="*", help="name or id; absent: every VM that runs here"
    )
    parser.add_argument("--all", action="store_true", help="the same as no VM")
    parser.add_argument(
        "--watch", type=seconds, metavar="SECONDS", help="look again and again, until one drifts"
    )
    parser.add_argument(
        "--times", type=whole_number, metavar="N", help="with --watch: so often at most"
    )
    parser.add_argument("--tolerance", metavar="SIZE", help="what may lie elsewhere: 2M, 0")
    running_arguments(parser)


def run(args: Namespace) -> int:
    tolerance = None if args.tolerance is None else parse_memory(args.tolerance)
    names = None if args.all or not args.vm else args.vm
    count, before = 0, ""
    while True:
        answers = list(_look(args, names, tolerance))
        shown = _json(answers, args) if args.json else _text(answers)
        if shown != before or args.watch is None:
            print(shown, flush=True)
        before, count = shown, count + 1
        drifted = any(verdict.state == DRIFTED for _, _, verdict in answers)
        if drifted or args.watch is None or count == args.times:
            return 1 if drifted else _all_seen(answers)
        time.sleep(args.watch)


def _look(args: Namespace, names: Sequence[str] | None, tolerance: int | None) -> Iterator[Answer]:
    """Of all VMs one that cannot be looked at is one of the answers; if it was named, it is an
    error.
    """
    for vm, seen in observe(args, names):
        if not isinstance(seen, NumaError):
            yield vm, seen.requested, judge(seen.requested, seen.sample, seen.cpus, tolerance)
        elif names is None:
            yield vm, None, unjudged(seen)
        else:
            raise seen.within(f"VM {vm.name}")


def _all_seen(answers: Sequence[Answer]) -> int:
    """0. Raises the first error of a VM that could not be looked at."""
    for vm, requested, verdict in answers:
        if requested is None:
            raise verdict.problems[0].within(f"VM {vm.name}")
    return 0


def answer(vm: Vm, requested: Requested | None, verdict: Verdict) -> dict[str, Any]:
    """For JSON."""
    return {
        "vm": vm.name,
        "uuid": vm.uuid,
        "pid": vm.pid,
        "verdict": verdict.state,
        "source": verdict.source,
        "recorded": requested is not None and requested.recorded,
        "misplaced_kib": verdict.misplaced_kib,
        "memory": [
            {
                "what": row.what,
                "mode": row.mode,
                "asked": None if row.asked is None else str(row.asked),
                "size_kib": row.size_kib,
                "resident_kib": _by_node(row.resident),
                "elsewhere_kib": row.elsewhere_kib,
                "state": row.state,
            }
            for row in verdict.rows
        ],
        "qemu_own_kib": _by_node(verdict.own),
        "process_kib": _by_node(verdict.process),
        "threads": [
            {
                "what": row.what,
                "asked": None if row.asked is None else str(row.asked),
                "allowed": str(row.allowed),
                "last_cpu": row.last,
                "state": row.state,
            }
            for row in verdict.threads
        ],
        "problems": told_all(verdict.problems),
    }


def _by_node(nodes: Any) -> dict[str, int]:
    return {str(node): kib for node, kib in sorted(nodes.items())}


def _json(answers: Sequence[Answer], args: Namespace) -> str:
    found = [answer(*each) for each in answers]
    if len(args.vm) == 1 and not args.all:
        return as_json(found[0])
    return as_json({"vms": found})


def _text(answers: Sequence[Answer]) -> str:
    return "\n\n".join(_one(*each) for each in answers) or "no VM runs here"


def _one(vm: Vm, requested: Requested | None, verdict: Verdict) -> str:
    if requested is None:
        return f"{vm.name}: {verdict.state} (process {vm.pid})\nproblem: {verdict.problems[0]}"
    source = f"process {vm.pid}, by its {verdict.source}"
    if not requested.bound:
        source += ", nothing was asked for"
    elif not requested.recorded:
        source += ", asked for by numatune alone"
    parts = [f"{vm.name}: {verdict.state} ({source})", _memory(verdict)]
    if verdict.threads:
        parts.append(_thread_table(verdict))
    problems = [f"{_word(verdict)}: {problem}" for problem in verdict.problems]
    return "\n".join([*parts, *problems])


def _word(verdict: Verdict) -> str:
    return "note" if verdict.state == GOOD else "problem"


def _memory(verdict: Verdict) -> str:
    nodes = Nodeset.of({n for row in verdict.rows for n in row.resident} | set(verdict.own))
    rows = [
        (
            row.what,
            row.mode if row.asked is not None else "-",
            str(row.asked) if row.asked is not None else "any",
            show_memory(row.size_kib),
            *(_amount(row.resident.get(node, 0)) for node in nodes),
            _amount(row.elsewhere_kib),
            row.state,
        )
        for row in verdict.rows
    ]
    if verdict.own:
        own = (_amount(verdict.own.get(node, 0)) for node in nodes)
        rows.append(("QEMU's own", "-", "-", "-", *own, "-", "-"))
    heads = ["<memory", "<mode", "<asked", ">size", *(f">node_{n}" for n in nodes)]
    return table(" ".join([*heads, ">elsewhere", "<is"]), rows)


def _amount(kib: int) -> str:
    return show_memory(kib) if kib else "-"


def _thread_table(verdict: Verdict) -> str:
    rows = (
        (
            row.what,
            str(row.asked) if row.asked is not None else "any",
            str(row.allowed),
            str(row.last),
            row.state,
        )
        for row in verdict.threads
    )
    return table("<thread <asked <may_run_on >ran_on <is", rows)
