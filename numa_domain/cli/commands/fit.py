# SPDX-License-Identifier: Apache-2.0
"""numa-domain fit: on which nodes each cell would be, or why it does not fit, for each node."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any

from ...base.errors import NumaError, RequestError
from ...base.units import show_memory
from ...domxml.placed_domain import place_domain
from ...host.model import HostTopology
from ...placement.model import Placement, PlacementError
from ...placement.place import place
from ..answer import as_json, told, told_all
from ..table import table
from .cells_file import read_cells
from .inputs import domain_arguments, host_argument, read_document, read_host, read_request

EXAMPLES = """\
examples:
  numa-domain fit vm.xml --nodeset auto:2 --topology 2 --host host.json
  numa-domain fit --cells cells.json --host host.json --json

A cells file: {"cells": [{"cpus": 4, "memory_kib": 8388608, "page_kib": 2048, "nodes": "0-1"}]}
Exits with 1 where it does not fit.
"""


class DomainOrCells(RequestError):
    what = "either DOMAIN.xml or --cells FILE is needed, and only one"
    todo = "give the VM's XML with --nodeset and --topology, or a file of cells"


def arguments(parser: ArgumentParser) -> None:
    domain_arguments(parser, optional=True)
    parser.add_argument("--cells", metavar="FILE", help="cells as JSON, in place of a domain")
    host_argument(parser)
    parser.add_argument("--exclusive", action="store_true", help="auto: no two cells on one node")
    parser.add_argument(
        "--spread",
        choices=("allowed", "never"),
        default="allowed",
        help="auto: whether a cell that fits no node may lie on several",
    )


def run(args: Namespace) -> int:
    if (args.domain is None) == (args.cells is None):
        raise DomainOrCells()
    host = read_host(args)
    try:
        placement = _placed(args, host)
    except PlacementError as error:
        return refused(args, error)
    except NumaError as error:
        if not legal_input(error):
            raise
        return refused(args, error)
    print(as_json(_answer(args, placement)) if args.json else _shown(placement, host))
    return 0


def _placed(args: Namespace, host: HostTopology) -> Placement:
    """As the hook does it; a file of cells has no domain, and only its memory is placed."""
    exclusive, spread = args.exclusive, args.spread == "allowed"
    if args.cells is None:
        document, _ = read_document(args)
        request = read_request(args, document.raw)
        return place_domain(document, request, host, exclusive=exclusive, spread=spread).placement
    guest, request, candidates = read_cells(args)
    return place(guest, request, host, exclusive=exclusive, spread=spread, candidates=candidates)


def legal_input(error: NumaError) -> bool:
    """Whether the inputs are right in themselves, and only the rest of the domain forbids them."""
    return all(problem.blames == "xml" for problem in error.problems)


def refused(args: Namespace, error: NumaError) -> int:
    """Print why it does not fit, every problem of it; returns the exit code."""
    reasons = error.reasons if isinstance(error, PlacementError) else ()
    texts = [str(problem) for problem in error.problems]
    if args.json:
        found = [reason.to_dict() for reason in reasons]
        print(as_json({"fits": False, "error": told(error), "reasons": found}))
    else:
        print("\n".join(["does not fit", *texts, *map(str, reasons)]))
    return 1


def _answer(args: Namespace, placement: Placement) -> dict[str, Any]:
    cells = {str(placed.cell.id): str(placed.nodes or "") for placed in placement.cells}
    answer: dict[str, Any] = {"fits": True, "cells": cells}
    if args.cells is None:
        answer["nodes"] = str(placement.nodes or "")
        answer["mode"] = placement.mode
        answer["warnings"] = told_all(placement.warnings)
    return answer


def _shown(placement: Placement, host: HostTopology) -> str:
    parts = [f"fits: {placement.mode} on {placement.nodes or 'the nodes of its cells'}"]
    if placement.cells:
        rows = (
            (
                str(placed.cell.id),
                str(placed.cell.cpus) or "-",
                show_memory(placed.cell.total_kib),
                str(placed.nodes) if placed.nodes else "any",
                placed.cell.mode,
            )
            for placed in placement.cells
        )
        parts.append(table("<cell <vCPUs >memory <nodes <mode", rows))
    parts.append(_taken(placement.charges, host))
    parts += [f"warning: {warning}" for warning in placement.warnings]
    return "\n\n".join(filter(None, parts))


def _taken(charges: Mapping[int, Mapping[int, int]], host: HostTopology) -> str:
    """What is taken from each node, and what is left on it."""
    rows = []
    for i, by_page in sorted(charges.items()):
        for page, kib in sorted(by_page.items()):
            node = host.nodes[i]
            had = node.pages[page].available * page if page else node.available_kib
            kind = f"{show_memory(page)} pages" if page else "memory"
            rows.append((str(i), kind, show_memory(kib), show_memory(had - kib)))
    return table("<node <of >takes >left", rows) if rows else ""
