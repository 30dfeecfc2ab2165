# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa get`, `set`, `clear` and `adopt`: the settings that the engine keeps."""

from __future__ import annotations

import argparse
from typing import Any

from numa_domain.request.model import NumaRequest

from ...engine_api import faults, queries
from ...engine_api.owners import POOLS, Ref
from ...settings import version, views
from ...settings.book import Book
from ...settings.health import undefined
from ...settings.shown import each_member, shown
from ...settings.storing import Result
from .. import screen
from ..access import Desk, desk
from ..target import ref_of

_PAGE = 200


def get(args: argparse.Namespace) -> int:
    """One VM's settings, or those of every VM that has some."""
    with desk(args) as at:
        if args.name is None:
            return _list(at, args)
        found = shown(Book(at.session, at.cache), ref_of(at.session, args.name, args.kind))
        screen.document(found) if args.json else screen.settings(found)
        return 0


def _list(at: Desk, args: argparse.Namespace) -> int:
    rows: list[dict[str, Any]] = []
    page, book = 1, Book(at.session, at.cache)
    while True:
        found = queries.vm_page(at.session, queries.conditions(args.search), page, _PAGE)
        rows += [views.row(vm, undefined(book, vm.owner)) for vm in found]
        if len(found) < _PAGE:
            break
        page += 1
    rows = [row for row in rows if row["state"] != "none"]
    if args.json:
        screen.document(rows)
        return 0
    shown_rows = [
        (
            row["name"],
            row["status"],
            (row["request"] or {}).get("nodeset") or "-",
            (row["request"] or {}).get("topology") or "-",
            row["migration"],
            "; ".join(problem["message"] for problem in row["problems"]),
        )
        for row in rows
    ]
    screen.table(("VM", "STATUS", "NODESET", "TOPOLOGY", "MIGRATION", ""), shown_rows)
    return 0


def store(args: argparse.Namespace) -> int:
    """Store settings, and say where the VM will fit."""
    request = NumaRequest.parse(args.nodeset, args.topology)
    if request.empty:
        raise faults.NothingAsked("--nodeset")
    with desk(args) as at, screen.progress(at.session, "asking hosts"):
        ref = ref_of(at.session, args.name, args.kind)

        def write(member: Ref, match: str) -> Result:
            return at.writer.store(
                member,
                request,
                match=match,
                force=args.force,
                show=lambda owner: shown(Book(at.session, at.cache), member, owner),
            )

        found = _written(at, ref, args.if_match, write)
    return _told(found, args)


def clear(args: argparse.Namespace) -> int:
    """Remove the settings."""
    with desk(args) as at:
        ref = ref_of(at.session, args.name, args.kind)

        def write(member: Ref, match: str) -> Result:
            return at.writer.remove(
                member,
                match=match,
                show=lambda owner: shown(Book(at.session, at.cache), member, owner),
            )

        found = _written(at, ref, args.if_match, write)
    return _told(found, args)


def _written(at: Desk, ref: Ref, match: str | None, write: Any) -> dict[str, Any]:
    """Against the version that was named, else that which is there now."""
    if match is None:
        match = version.etag(ref.read(at.session))
    if ref.kind == POOLS:
        return each_member(
            Book(at.session, at.cache), ref, match, lambda member: write(member, "*")
        )
    return views.stored(write(ref, match))


def _told(found: dict[str, Any], args: argparse.Namespace) -> int:
    if args.json:
        screen.document(found)
    elif "vms" in found:
        for each in found["vms"]:
            screen.stored(each)
    else:
        screen.stored(found)
    return 0
