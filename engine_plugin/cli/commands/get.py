# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa get`: one VM's settings, or those of every VM, template or pool that has some."""

from __future__ import annotations

import argparse
from typing import Any

from ...documents import settings
from ...engine_api import listing
from ...engine_api.search import conditions
from ...settings.reading import read, row_problems
from .. import output, target
from ..context import CommandContext, connected
from ..wording import WORDING

_HEADS = {"vm": "VM", "template": "TEMPLATE", "pool": "POOL"}


def run(args: argparse.Namespace) -> int:
    with connected(args) as context:
        if args.name is None:
            rows = _rows(context, args)
            output.document({f"{args.kind}s": rows}) if args.json else _show(args.kind, rows)
            return 0
        found = read(context.inventory, target.target_of(context.session, args))
        document = settings.reading(found, WORDING)
        output.document(document) if args.json else output.settings(document)
        return 0


def _rows(context: CommandContext, args: argparse.Namespace) -> list[dict[str, Any]]:
    found = list(listing.found(context.session, target.collection(args), conditions(args.search)))
    inventory = context.inventory
    rows = [
        settings.row(row, problems, WORDING)
        for row, problems in zip(found, row_problems(inventory, found))
    ]
    return [row for row in rows if row["state"] != "none"]


def _show(kind: str, rows: list[dict[str, Any]]) -> None:
    lines = [
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
    output.table((_HEADS[kind], "STATUS", "NODESET", "TOPOLOGY", "MIGRATION", ""), lines)
