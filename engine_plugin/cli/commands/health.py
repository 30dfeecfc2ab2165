# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa health`: whether clusters are set up; 1 where one is not."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from ...documents.health import health
from ...engine_api.beside import service_says
from ...engine_api.by_name import clusters_named
from ...engine_api.cluster import Cluster
from ...engine_api.errors import EngineError
from ...engine_api.inventory import Inventory
from ...engine_api.scheduling import FILTER, Scheduling
from ...model.cluster_model import model_of
from ...settings.health import cluster_health
from ...settings.scheduling import scheduling
from .. import output
from ..context import connected
from ..wording import WORDING


def run(args: argparse.Namespace) -> int:
    with connected(args) as context, output.progress(context.session, "asking hosts"):
        clusters = clusters_named(context.session, args.cluster)
        found = [_document(context.inventory, cluster) for cluster in clusters]
    if args.json:
        output.document({"clusters": found})
    else:
        for each in found:
            _show(each)
    return 0 if all(each["ok"] for each in found) else 1


def _document(inventory: Inventory, cluster: Cluster) -> dict[str, Any]:
    how = scheduling(inventory, cluster)
    filters = isinstance(how, Scheduling) and how.filters
    problem = _trouble(inventory, cluster) if filters else None
    found = {
        "policy": how.policy if isinstance(how, Scheduling) else None,
        "units": how.units if isinstance(how, Scheduling) else {},
        "problem": problem,
    }
    filtered = filters and problem is None
    model = model_of(inventory, cluster)
    report = health(cluster_health(inventory, model, filtered=filtered), WORDING)
    return {"name": cluster.name, "level": cluster.level, **report, "scheduling": found}


def _trouble(inventory: Inventory, cluster: Cluster) -> str | None:
    """What is wrong with the scheduler that the engine counts on: the service beside it knows."""
    try:
        told = service_says(inventory.session, f"/clusters/{cluster.id}/numa")["scheduling"]
    except EngineError as error:
        return f"whether the scheduler answers is not known: {error.message}"
    return None if told["problem"] is None else str(told["problem"])


def scheduled(found: dict[str, Any]) -> str | None:
    """How hosts are chosen, where that is known."""
    units, policy = found["units"], found["policy"]
    if not units or all(state == "absent" for state in units.values()):
        return None
    if units[FILTER] == "in force":
        return f"policy {policy}: the engine asks where a VM fits ({FILTER})"
    reason = "nobody answered when it started" if units[FILTER] == "disabled" else "not in it"
    return f"policy {policy}: the engine does not ask where a VM fits ({FILTER}: {reason})"


def remarks(host: dict[str, Any], grammar: int) -> Iterator[str]:
    """What is to be said of a host; `grammar` is the level of the settings that we store."""
    passed_over = host["passed_over"]
    if host["hook"] == "missing" and passed_over:
        yield "is not chosen for VMs with settings: they could start here with vdsm-hook-numa"
    elif host["hook"] == "missing":
        yield "VMs start without their settings: install vdsm-hook-numa"
    if host["hook"] == "foreign" and passed_over:
        yield "is not chosen for VMs with settings: its 50_numa is not ours"
    elif host["hook"] == "foreign":
        yield "its 50_numa is not ours: VMs start without their settings"
    if host["hook"] == "old":
        chosen = ", and is not chosen for others" if passed_over else ""
        known = f"reads settings up to level {host['grammar']} of {grammar}{chosen}"
        yield f"{known}: update vdsm-hook-numa"
    if host["differs"]:
        yield "differs from most hosts"
    if host["missing"] and host["hook"] not in ("missing", "foreign"):
        yield f"lacks {', '.join(host['missing'])}"
    if host["vcpus"]["state"] == "loose":
        yield "vCPUs are not held: numa-affinity does not run there"
    if host["hidden"]:
        yield f"has {host['hidden']} more NUMA nodes, which the engine does not show"


def _show(found: dict[str, Any]) -> None:
    good = "ready" if found["ok"] else "not ready"
    style = "green" if found["ok"] else "yellow"
    output.line(f"{found['name']} (level {found['level']}): {good}", style)
    if found["scheduling"]["problem"] is not None:
        output.line(f"  {found['scheduling']['problem']}", "yellow")
    for each in found["problems"]:
        output.line(f"  {each['message']}: {each['remedy']}", "yellow")
    for name, state in found["properties"].items():
        if state["state"] != "ok":
            output.line(f"  property {name} is {state['state']}", "yellow")
    if found["command"]:
        output.line("  define it on the engine:")
        output.line(f"  {found['command']}")
    how = scheduled(found["scheduling"])
    if how is not None:
        output.line(f"  {how}")
    rows = []
    for host in found["hosts"]:
        words = "; ".join(remarks(host, found["grammar"]))
        rows.append(
            (f"  {host['name']}", host["status"], host["hook"], host["version"] or "-", words)
        )
    if rows:
        output.table(("  HOST", "STATUS", "HOOK", "VERSION", ""), rows)
    else:
        output.line("  no hosts")
