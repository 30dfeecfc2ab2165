# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa why`: which hosts were passed over at a VM's last start, and why; 1 where none was
let through."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from ...engine_api.beside import service_says
from ...engine_api.by_name import target_named
from ...engine_api.target import VMS
from .. import output
from ..context import connected

_SILENT = "the scheduler does not answer: the engine chooses hosts without it"
_NEVER = "the engine has not asked about it: is its cluster's policy one with numa_fit?"
_WORDS = {
    "chosen": "chosen",
    "passed": "would do",
    "refused": "no",
    "unknown": "unknown",
    "not_asked": "not asked",
}


def run(args: argparse.Namespace) -> int:
    with connected(args) as context:
        target = target_named(context.session, VMS, args.name)
        found = service_says(context.session, f"/vms/{target.id}/numa/decisions")
    if args.json:
        output.document(found)
    elif not found["decisions"]:
        output.line(_NEVER if found["answers"] else _SILENT, "yellow")
    else:
        for decision in found["decisions"] if args.all else found["decisions"][:1]:
            _show(decision)
    last = found["decisions"][0]["outcome"] if found["decisions"] else "refused"
    return 1 if last == "refused" else 0


def _show(decision: dict[str, Any]) -> None:
    at = datetime.fromisoformat(decision["at"]).astimezone()
    output.line(
        f"{decision['name']}, start of {at:%Y-%m-%d %H:%M:%S}: {headline(decision)}", "bold"
    )
    if decision["problem"] is not None:
        output.line(f"  {_sentence(decision['problem'])}")
    rows = [
        (
            f"  {host['name']}",
            _WORDS[host["state"]],
            host["nodes"] or "-",
            "-" if host["score"] is None else str(host["score"]),
            _sentence(host["problem"]) if host["problem"] else "",
        )
        for host in decision["hosts"]
    ]
    if rows:
        output.table(("  HOST", "", "NODES", "SCORE", "WHY"), rows)
    more = decision["more_hosts"] + decision["hidden_hosts"]
    if more:
        output.line(f"  and {more} more")


def headline(decision: dict[str, Any]) -> str:
    """What became of it, in a few words."""
    chosen = decision["chosen"]
    where = f" on {chosen['name']}" if chosen else ""
    if decision["outcome"] == "refused":
        return "no host was let through"
    if decision["outcome"] == "unseen":
        return f"let through without a look{where}, since nothing was known"
    if decision["outcome"] == "unasked":
        return f"it runs{where}, and the engine had not asked"
    passed = sum(host["state"] in ("passed", "chosen") for host in decision["hosts"])
    return f"{chosen['name']} chosen of {passed}" if chosen else f"{passed} hosts would do"


def _sentence(problem: dict[str, str]) -> str:
    remedy = problem["remedy"]
    return f"{problem['message']}; {remedy}" if remedy else problem["message"]
