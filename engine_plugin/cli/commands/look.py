# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa fit`, `suggest` and `health`: questions that change nothing."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from numa_domain.request.model import NumaRequest

from ...engine_api import faults, queries
from ...settings import preview
from ...settings.book import Book
from ...settings.health import cluster_health, to_dict
from ...settings.shown import native_nodes
from .. import screen
from ..access import Desk, desk
from ..target import ref_of


def fit(args: argparse.Namespace) -> int:
    """Where a VM fits, with its settings or with others; 1 where it fits nowhere."""
    request = NumaRequest.parse(args.nodeset, args.topology)
    with desk(args) as at, screen.progress(at.session, "asking hosts"):
        ref = ref_of(at.session, args.name, args.kind)
        owner = ref.read(at.session)
        if request.empty:
            request = owner.request()
        if request.empty:
            raise faults.NothingAsked("--nodeset")
        nodes = native_nodes(at.session, ref)
        found = preview.preview(Book(at.session, at.cache), owner, request, None, nodes)
    if args.json:
        screen.document(found)
    else:
        screen.fits(found)
        if args.diff and found["diff"]:
            screen.line(found["diff"])
    return 0 if found["fitting"] else 1


def suggest(args: argparse.Namespace) -> int:
    """What would suit a VM; 1 where nothing does."""
    with desk(args) as at, screen.progress(at.session, "asking hosts"):
        ref = ref_of(at.session, args.name, args.kind)
        found = preview.suggestions(Book(at.session, at.cache), ref.read(at.session))
    made = found["suggestion"]
    if args.json:
        screen.document(found)
    elif made is None:
        for refusal in found["refusals"]:
            screen.line(f"{refusal['host']}: {refusal['message']}; {refusal['remedy']}", "yellow")
    else:
        _show_suggestion(made, found["host"]["name"], args.name)
        screen.fits(found)
    return 0 if made else 1


def _show_suggestion(made: dict[str, Any], host: str, name: str) -> None:
    screen.line(f"the host chooses:  ovirt-numa set {name} {_options(made['request'])}", "bold")
    screen.line(f"always the same:   ovirt-numa set {name} {_options(made['pinned'])}")
    screen.line(f"by what is free on {host} now:")
    for sentence in made["why"]:
        screen.line(f"  {sentence}")
    for warning in made["warnings"]:
        screen.line(f"  {warning['message']}; {warning['remedy']}", "yellow")


def _options(properties: dict[str, str]) -> str:
    words = []
    for name, option in (("numa_nodeset", "--nodeset"), ("numa_topology", "--topology")):
        if name in properties:
            value = properties[name]
            words.append(f"{option} '{value}'" if " " in value else f"{option} {value}")
    return " ".join(words)


def health(args: argparse.Namespace) -> int:
    """Whether clusters are set up; 1 where one is not."""
    with desk(args) as at, screen.progress(at.session, "asking hosts"):
        found = [_cluster(at, cluster) for cluster in _clusters(at, args.cluster)]
    if args.json:
        screen.document(found)
    else:
        for each in found:
            _show_health(each)
    return 0 if all(each["ok"] for each in found) else 1


def _clusters(at: Desk, name: str | None) -> list[queries.Cluster]:
    search = f"name = {queries.quoted(name)}" if name else None

    def ask(connection: Any) -> list[str]:
        found = connection.system_service().clusters_service().list(search=search)
        return [str(each.id) for each in found if name in (None, each.name)]

    ids = at.session.call("clusters", ask)
    if not ids:
        raise faults.EntityUnknown("engine", entity=f"cluster {name}")
    return [queries.cluster(at.session, each) for each in ids]


def _cluster(at: Desk, cluster: queries.Cluster) -> dict[str, Any]:
    report = cluster_health(Book(at.session, at.cache), cluster)
    return {"name": cluster.name, "level": cluster.level, **to_dict(report)}


def _remarks(host: dict[str, Any], grammar: int) -> Iterator[str]:
    if host["hook"] == "missing":
        yield "VMs start without their settings: install vdsm-hook-numa"
    if host["hook"] == "foreign":
        yield "its 50_numa is not ours: VMs start without their settings"
    if host["hook"] == "old":
        yield f"reads settings up to level {host['grammar']} of {grammar}: update vdsm-hook-numa"
    if host["differs"]:
        yield "differs from most hosts"
    if host["missing"] and host["hook"] not in ("missing", "foreign"):
        yield f"lacks {', '.join(host['missing'])}"
    if host["hidden"]:
        yield f"has {host['hidden']} more NUMA nodes, which the engine does not show"


def _show_health(found: dict[str, Any]) -> None:
    good = "ready" if found["ok"] else "not ready"
    style = "green" if found["ok"] else "yellow"
    screen.line(f"{found['name']} (level {found['level']}): {good}", style)
    for name, state in found["properties"].items():
        if state["state"] != "ok":
            screen.line(f"  property {name} is {state['state']}", "yellow")
    if found["command"]:
        screen.line("  define it on the engine:")
        screen.line(f"  {found['command']}")
    rows = []
    for host in found["hosts"]:
        words = "; ".join(_remarks(host, found["grammar"]))
        rows.append(
            (f"  {host['name']}", host["status"], host["hook"], host["version"] or "-", words)
        )
    if not rows:
        screen.line("  no host of it is to be seen")
    else:
        screen.table(("  HOST", "STATUS", "HOOK", "VERSION", ""), rows)
