# SPDX-License-Identifier: Apache-2.0
"""numa-domain verify: where the memory and the threads of running VMs are, against the request."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Any

from ..asked import Asked
from ..errors import NumaError
from ..nodeset import Nodeset
from ..procfs import ProcessGone, Vm
from ..table import table
from ..units import parse_memory, show_memory
from ..verdict import DRIFTED, GOOD, Verdict, judge
from .running import NoVmGiven, find, look, running_arguments

EXAMPLES = """\
examples:
  numa-domain verify web1
  numa-domain verify web1 --watch 30         ends with 1 when web1 drifts
  numa-domain verify --all --json

As root every cell is judged by its own pages (numa_maps). As another user, vdsm for one, only
the VM as a whole is (its cgroup), which does not show huge pages. A cell may have 2 MiB
elsewhere, a transparent huge page that is being moved; a VM that is judged as a whole 128 MiB,
since QEMU's own memory is in that figure. Exits with 1 where a VM has drifted.
"""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("vm", metavar="VM", nargs="*", help="name or id")
    parser.add_argument("--all", action="store_true", help="every VM that runs here")
    parser.add_argument(
        "--watch", type=float, metavar="SECONDS", help="look again and again, until one drifts"
    )
    parser.add_argument("--times", type=int, metavar="N", help="with --watch: so often at most")
    parser.add_argument("--tolerance", metavar="SIZE", help="what may lie elsewhere: 2M, 0")
    running_arguments(parser)


def run(args: Namespace) -> int:
    if not args.vm and not args.all:
        raise NoVmGiven()
    tolerance = None if args.tolerance is None else parse_memory(args.tolerance)
    names = None if args.all else args.vm
    count, before = 0, ""
    while True:
        answers = list(_look(args, names, tolerance))
        shown = _json(answers, args) if args.json else _text(answers)
        if shown != before or args.watch is None:
            print(shown, flush=True)
        before, count = shown, count + 1
        drifted = any(verdict.state == DRIFTED for _, _, verdict in answers)
        if drifted or args.watch is None or count == args.times:
            return 1 if drifted else 0
        time.sleep(args.watch)


def _look(
    args: Namespace, names: list[str] | None, tolerance: int | None
) -> Iterator[tuple[Vm, Asked, Verdict]]:
    """With --all a VM that ends meanwhile is left out; one that was named is not."""
    for vm in find(args, names):
        try:
            asked, sample = look(vm, args)
        except ProcessGone:
            if names is None:
                continue
            raise
        except NumaError as error:
            raise error.within(f"VM {vm.name}") from None
        yield vm, asked, judge(asked, sample, tolerance)


def answer(vm: Vm, asked: Asked, verdict: Verdict) -> dict[str, Any]:
    """As JSON."""
    return {
        "vm": vm.name,
        "uuid": vm.uuid,
        "pid": vm.pid,
        "verdict": verdict.state,
        "source": verdict.source,
        "recorded": asked.recorded,
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
        "problems": [problem.to_dict() for problem in verdict.problems],
    }


def _by_node(nodes: Any) -> dict[str, int]:
    return {str(node): kib for node, kib in sorted(nodes.items())}


def _json(answers: list[tuple[Vm, Asked, Verdict]], args: Namespace) -> str:
    found = [answer(*each) for each in answers]
    if len(args.vm) == 1 and not args.all:
        return json.dumps(found[0], default=str)
    return json.dumps({"vms": found}, default=str)


def _text(answers: list[tuple[Vm, Asked, Verdict]]) -> str:
    return "\n\n".join(_one(*each) for each in answers) or "no VM runs here"


def _one(vm: Vm, asked: Asked, verdict: Verdict) -> str:
    source = f"process {vm.pid}, by its {verdict.source}"
    if not asked.bound:
        source += ", nothing was asked for"
    elif not asked.recorded:
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
