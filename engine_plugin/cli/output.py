# SPDX-License-Identifier: Apache-2.0
"""What people see: tables, notes and a bar while many hosts are asked.

With --json, programs get the documents as they are, with the release's version first.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from numa_domain.base.errors import NumaError, TextError
from numa_domain.cli.answer import as_json
from numa_domain.cli.streams import print_error
from numa_domain.cli.table import colours, printable
from numa_domain.cli.table import table as aligned

from ..documents.failure import failure as failure_document
from ..engine_api.session import Session
from ..servers.status import status_of
from . import wording

err = Console(stderr=True, highlight=False, soft_wrap=True)
_STYLES = {"bold": "\033[1m", "yellow": "\033[33m", "green": "\033[32m", "red": "\033[31m"}
_PLAIN = "\033[0m"


def document(found: dict[str, Any]) -> None:
    """For programs."""
    print(as_json(found, indent=2))


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """For people; also for grep, since a row is a line and no name is cut."""
    print(aligned(" ".join(f"<{name.replace(' ', '_')}" for name in columns), rows))


def line(text: str, style: str = "") -> None:
    """Texts of more lines are printed as such."""
    shown = "\n".join(printable(part) for part in text.split("\n"))
    print(f"{_STYLES[style]}{shown}{_PLAIN}" if style and colours(sys.stdout) else shown)


def failure(error: NumaError, in_json: bool) -> None:
    """On stderr: each problem, with a caret under a text that cannot be read."""
    if in_json:
        print_error(as_json(_failure(error)))
        return
    for each in error.problems:
        text = f"ovirt-numa: {wording.line(each)}"
        print_error(f"{_STYLES['red']}{text}{_PLAIN}" if colours(sys.stderr) else text)
        if isinstance(each, TextError):
            print_error(each.caret())


def _failure(error: NumaError) -> dict[str, Any]:
    """After RFC 9457, as the service's. `instance` is the Correlation-Id in the engine's log."""
    found = failure_document(error, wording.WORDING)
    instance = f"urn:ovirt-numa:request:cli-{os.getpid()}"
    head = {"type": found["type"], "title": found["title"], "status": status_of(error)}
    return {**head, "instance": instance, **found}


@contextlib.contextmanager
def progress(session: Session, what: str) -> Iterator[None]:
    """A bar on stderr, where that is a terminal, while the session asks many hosts."""
    if not err.is_terminal:
        yield
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(what, total=None)
        session.watch = lambda done, of: bar.update(task, completed=done, total=of)
        yield
    session.watch = lambda done, of: None


@contextlib.contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, where that is a terminal, for work that is counted."""
    if not err.is_terminal:
        yield lambda done: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def batch(found: dict[str, Any]) -> None:
    """What became of each of many VMs."""
    rows = []
    for vm in found["vms"]:
        request = vm["request"] or {}
        words = [*vm["notes"], *map(wording.sentence, vm["problems"])]
        texts = (request.get("nodeset") or "-", request.get("topology") or "-")
        rows.append((vm["name"], vm["state"], *texts, "; ".join(words)))
    if rows:
        table(("VM", "", "NODESET", "TOPOLOGY", ""), rows)
    counts = {state: count for state, count in found["counts"].items() if count}
    line(", ".join(f"{count} {state}" for state, count in counts.items()) or "no VM is found")
    if counts.get("differs"):
        line("what differs has other settings, and is left; --overwrite replaces them", "yellow")
    if found["problem"]:
        line(wording.sentence(found["problem"]), "yellow")
        line("send the same again: what is done stays so", "yellow")


def fits(found: dict[str, Any]) -> None:
    """The fit on each host."""
    rows = []
    for host in found["hosts"]:
        notes = [p["message"] for p in (*host["problems"], *host["warnings"])]
        rows.append((host["name"], _verdict(host), _where(host), "; ".join(notes)))
    table(("HOST", "FITS", "WHERE", ""), rows)
    line(f"fits {found['fitting']} of {found['candidates']} hosts")


def _verdict(host: dict[str, Any]) -> str:
    if not host["fits"]:
        return "no"
    return "yes, but" if host["warnings"] else "yes"


def _where(host: dict[str, Any]) -> str:
    placement = host["placement"]
    if placement is None:
        return ""
    cells = [f"{c['id']} on {c['nodes'] or 'any'}" for c in placement["cells"]]
    if len(cells) > 1:
        return "cells " + ", ".join(cells)
    return f"{placement['mode']} {placement['nodes']}"


def settings(found: dict[str, Any]) -> None:
    """One VM's settings."""
    request = found["request"]
    line(f"{found['name']}  ({found['id']}, {found['status']})", "bold")
    if request is None:
        line("  no NUMA settings")
    else:
        line(f"  nodeset    {request['nodeset'] or '-'}")
        line(f"  topology   {request['topology'] or '-'}")
    migration = found["migration"]
    former = f", {migration['former']} before" if migration["former"] else ""
    line(f"  migration  {migration['affinity']}{former}")
    if found["cpu_tune"]["pins"]:
        ours = "by an earlier release" if found["cpu_tune"]["ours"] else "not by us"
        line(f"  cpu_tune   {len(found['cpu_tune']['pins'])} vCPUs pinned, {ours}")
    if found.get("vcpus"):
        line(f"  vCPUs      {_vcpus(found['vcpus'])}")
    if found["pending"]:
        line("  pending    these take effect at the VM's next start", "yellow")
    for each in found["problems"]:
        line(f"  problem    {wording.sentence(each)}", "yellow")


def _vcpus(found: dict[str, Any]) -> str:
    hosts = ", ".join(found["hosts"])
    return {
        "held": "held beside their memory",
        "pinned": "left to the VM's own CPU pinning",
        "loose": f"spread over all nodes by VDSM: numa-affinity does not run on {hosts}",
    }.get(found["state"], f"{hosts or 'no host'} did not report whether they are held")


def changed(found: dict[str, Any]) -> None:
    """What a change did."""
    settings(found)
    applies = found["applies"]
    if applies["at_once"]:
        line(f"  at once: {', '.join(applies['at_once'])}")
    if applies["at_next_start"]:
        line(f"  at the next start: {', '.join(applies['at_next_start'])}", "yellow")
    for note in found["notes"]:
        line(f"  note: {note}")
    for each in found["warnings"]:
        line(f"  warning: {wording.sentence(each)}", "yellow")
    if found.get("fit"):
        fits(found["fit"])
