# SPDX-License-Identifier: Apache-2.0
"""numa-domain metrics: this host's nodes, VMs and hooks for node_exporter's textfile collector."""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...base.errors import HostError, NumaError
from ...host.advice import advise
from ...host.model import HostTopology
from ...host.settings import HostSettings
from ...host.sysfs import read_sysfs
from ...observed.proc import Vm
from ...observed.threads import DRIFTED, GOOD
from ...observed.verdict import Verdict, judge
from ..answer import as_json
from ..prometheus import Family, exposition
from .affinity_metrics import affinity_families
from .hook_state import HooksUnknown, ask_hooks
from .running_vms import observe, running_arguments

EXAMPLES = """\
examples:
  numa-domain metrics
  numa-domain metrics --json                  the same for other programs
  numa-domain metrics --output /var/lib/node_exporter/textfile_collector/ovirt-numa.prom

Run it once a minute as root, from a systemd timer or cron. The file is replaced in one step.
"""


class OutputUnwritable(HostError):
    what = "the file cannot be written: {reason}"
    todo = "check the directory, its permissions and free space"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--output", metavar="FILE", help="absent: standard output")
    parser.add_argument("--hooks-dir", metavar="DIR", help="where VDSM's hooks are")
    running_arguments(parser)


def run(args: Namespace) -> int:
    started = time.monotonic()
    host = read_sysfs(Path(args.root, "sys"), ())
    families = [*_host(host), _advice(args, host), *_vms(args), *_hooks(args, host)]
    took = Family("collect_seconds", "gauge", "How long it took to collect all this.")
    took.add(time.monotonic() - started)
    families.append(took)
    text = exposition(families)
    if args.json:
        text = f"{as_json({'metrics': [family.to_dict() for family in families]})}\n"
    if args.output is None:
        print(text, end="")
    else:
        _replace(Path(args.output), text)
    return 0


def _replace(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.{os.getpid()}")  # the collector only reads *.prom
    try:
        new.write_text(text, encoding="utf-8")
        new.chmod(0o644)
        new.replace(path)
    except OSError as error:
        raise OutputUnwritable(str(path), reason=error.strerror) from None


def _host(host: HostTopology) -> list[Family]:
    memory = Family("node_memory_bytes", "gauge", "RAM of a host node, huge page pools included.")
    free = Family("node_free_bytes", "gauge", "MemFree of a host node.")
    available = Family(
        "node_available_bytes", "gauge", "MemFree and reclaimable page cache of a host node."
    )
    total = Family("node_hugepages", "gauge", "Huge pages in a host node's pool.")
    unused = Family("node_hugepages_free", "gauge", "Free huge pages in a host node's pool.")
    for node in host.nodes.values():
        memory.add(node.memory_kib * 1024, node=node.id)
        free.add(node.free_kib * 1024, node=node.id)
        available.add(node.available_kib * 1024, node=node.id)
        for size, pool in sorted(node.pages.items()):
            total.add(pool.total, node=node.id, page_kib=size)
            unused.add(pool.free, node=node.id, page_kib=size)
    return [memory, free, available, total, unused]


def _advice(args: Namespace, host: HostTopology) -> Family:
    advised = Family(
        "host_setting_advised", "gauge", "1 where numa-domain host --advise would change a setting."
    )
    for each in advise(host, HostSettings.read(args.root)):
        if each.known:
            advised.add(int(bool(each.todo)), setting=each.setting)
    return advised


def _vms(args: Namespace) -> list[Family]:
    resident = Family(
        "vm_resident_bytes", "gauge", "Guest memory of a VM on a host node (cgroup: QEMU's too)."
    )
    misplaced = Family(
        "vm_misplaced_bytes", "gauge", "Guest memory of a VM on nodes that were not asked for."
    )
    state = Family("vm_drifted", "gauge", "1 where memory or threads are not where they should be.")
    unseen = Family("vm_unreadable", "gauge", "1 where a VM could not be judged.")
    away = Family("vm_vcpus_away", "gauge", "vCPUs of a VM that may run away from their memory.")
    for vm, verdict in _verdicts(args):
        labels = {"vm": vm.name, "id": vm.uuid}
        good = verdict is not None and verdict.state in (GOOD, DRIFTED)
        unseen.add(0 if good else 1, **labels)
        if verdict is not None:
            for node, kib in sorted(_guest(verdict).items()):
                resident.add(kib * 1024, **labels, node=node)
            misplaced.add(verdict.misplaced_kib * 1024, **labels)
            state.add(int(verdict.state == DRIFTED), **labels)
            away.add(
                sum(row.vcpu >= 0 and row.state == DRIFTED for row in verdict.threads), **labels
            )
    return [resident, misplaced, state, unseen, away]


def _verdicts(args: Namespace) -> Iterator[tuple[Vm, Verdict | None]]:
    """A VM that cannot be judged is reported as such, and does not hide the others."""
    for vm, seen in observe(args, None):
        yield (
            vm,
            None if isinstance(seen, NumaError) else judge(seen.requested, seen.sample, seen.cpus),
        )


def _guest(verdict: Verdict) -> Mapping[int, int]:
    nodes: dict[int, int] = {}
    for row in verdict.rows:
        for node, kib in row.resident.items():
            nodes[node] = nodes.get(node, 0) + kib
    return nodes


def _hooks(args: Namespace, host: HostTopology) -> list[Family]:
    known = Family("hooks_known", "gauge", "1 where numa-hook answers on this host.")
    try:
        state = ask_hooks("journal", args.hooks_dir)
    except HooksUnknown:
        known.add(0)
        return [known]
    known.add(1)
    families = [*_reservations(state["reservations"], host), *_runs(state["totals"])]
    return [known, *families, *affinity_families(state.get("affinity"), time.time())]


def _reservations(found: list[Any], host: HostTopology) -> list[Family]:
    """Every node gets a figure for ordinary memory, so that it can be subtracted from
    free memory.
    """
    count = Family("reservations", "gauge", "VMs that memory is reserved for.")
    count.add(len(found))
    reserved = Family("node_reserved_bytes", "gauge", "Memory reserved for VMs on a host node.")
    promised = Family(
        "node_promised_bytes", "gauge", "Of the reserved memory: what VMs have not taken yet."
    )
    for family, name in ((reserved, "charges"), (promised, "owed")):
        sums = {(node, 0): 0 for node in host.nodes}
        for entry in found:
            for node, pages in entry[name].items():
                for page, kib in pages.items():
                    key = int(node), int(page)
                    sums[key] = sums.get(key, 0) + kib
        for (node, page), kib in sorted(sums.items()):
            family.add(kib * 1024, node=node, page_kib=page or "ordinary")
    return [count, reserved, promised]


def _runs(totals: list[Any]) -> list[Family]:
    runs = Family("hook_runs_total", "counter", "Runs of a hook since the host's boot, by outcome.")
    refusals = Family("hook_refusals_total", "counter", "Refusals since the boot, by message code.")
    seconds = Family("hook_seconds", "summary", "How long the runs of a hook took.")
    counts: dict[tuple[str, str], int] = {}
    sums: dict[str, tuple[int, float]] = {}
    for total in totals:
        point, outcome, count = total["point"], total["outcome"], total["count"]
        if outcome not in ("new", "unchanged"):
            refusals.add(count, point=point, code=outcome)
            outcome = "refused"
        counts[point, outcome] = counts.get((point, outcome), 0) + count
        had = sums.get(point, (0, 0.0))
        sums[point] = had[0] + count, had[1] + total["seconds"]
    for (point, outcome), count in counts.items():
        runs.add(count, point=point, outcome=outcome)
    for point, (count, took) in sums.items():
        seconds.add(took, "_sum", point=point)
        seconds.add(count, "_count", point=point)
    return [runs, refusals, seconds]
