# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa get`: one VM's settings, or those of every VM that has some."""

from __future__ import annotations

import argparse
from typing import Any

from ...documents import settings
from ...engine_api import queries
from ...engine_api.search import conditions
from ...settings.health import undefined
from ...settings.reading import read
from .. import output, target
from ..context import CommandContext, connected
from ..wording import WORDING

_PAGE = 200


def run(args: argparse.Namespace) -> int:
    with connected(args) as context:
        if args.name is None:
            rows = _rows(context, args.search)
            output.document(rows) if args.json else _show(rows)
            return 0
        found = read(context.inventory, target.target_of(context.session, args))
        document = settings.reading(found, WORDING)
        output.document(document) if args.json else output.settings(document)
        return 0


def _rows(context: CommandContext, search: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    page, inventory = 1, context.inventory
    while True:
        admin = context.inventory.who().admin
        vms = queries.vm_page(context.session, conditions(search), page, _PAGE, admin=admin)
        rows += [settings.row(vm, undefined(inventory, vm.config), WORDING) for vm in vms]
        if len(vms) < _PAGE:
            return [row for row in rows if row["state"] != "none"]
        page += 1


def _show(rows: list[dict[str, Any]]) -> None:
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
    output.table(("VM", "STATUS", "NODESET", "TOPOLOGY", "MIGRATION", ""), lines)
