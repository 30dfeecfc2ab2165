# SPDX-License-Identifier: Apache-2.0
"""numa-domain check: all errors in the two inputs for a VM on a host, this one or another.

The texts are checked first, then texts and VM, then the nodes; if all that is right, memory and
the rest of the domain, as the hook does.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator

from ...base.errors import NumaError, Problems, TextError
from ...domxml.placed_domain import place_domain
from ...domxml.tree import Document
from ...guest.model import Guest
from ...host.model import HostTopology
from ...placement.given_nodes import resolve
from ...placement.node_check import check_nodes
from ...placement.place import at_host
from ...request.model import NumaRequest
from ...topology.plan import plan_cells
from ..answer import as_json, told_all
from .inputs import domain_arguments, host_argument, read_document, read_host, read_request

EXAMPLES = """\
examples:
  numa-domain check vm.xml --nodeset 0-1 --topology "cpus=0-3 mem=8G / cpus=4-7 mem=8G"
  numa-domain check vm.xml --nodeset strict:0-1 --host host.json
  numa-hook journal --xml last | numa-domain check -     a VM that was refused here

Prints every problem, and exits with 1 where there is any.
"""


def arguments(parser: ArgumentParser) -> None:
    domain_arguments(parser)
    host_argument(parser)
    parser.add_argument(
        "--no-host", action="store_true", help="check the texts and the VM alone, on any machine"
    )


def run(args: Namespace) -> int:
    document, guest = read_document(args)
    host = None if args.no_host else read_host(args)
    warnings: tuple[NumaError, ...] = ()
    try:
        request = read_request(args, document.raw)
    except Problems as error:
        found: tuple[NumaError, ...] = error.problems
    except TextError as error:
        found = (error,)
    else:
        here = guest if host is None else at_host(guest, host)
        found = tuple(problems(here, request, host))
        if host is not None and not found:
            found, warnings = _placed(document, request, host)
    _show(args, found, warnings, host)
    return 1 if found else 0


def problems(guest: Guest, request: NumaRequest, host: HostTopology | None) -> Iterator[NumaError]:
    """The errors that do not depend on free memory."""
    if request.cells != "host":
        yield from _caught(lambda: plan_cells(guest, request))
    if host is None:
        return
    if request.target is not None and request.target.kind != "auto":
        target = request.target
        yield from _caught(lambda: resolve(target, host))
    if isinstance(request.cells, tuple):
        for i, cell in enumerate(request.cells):
            if cell.nodes is not None:
                nodes, where = cell.nodes, f"numa_topology, cell {i}, nodes"
                yield from _caught(lambda n=nodes, w=where: check_nodes(n, host, w))  # type: ignore[misc]  # a lambda's defaults have no types


def _placed(
    document: Document, request: NumaRequest, host: HostTopology
) -> tuple[tuple[NumaError, ...], tuple[NumaError, ...]]:
    """Errors and warnings from placing the VM as the hook does."""
    try:
        return (), place_domain(document, request, host).placement.warnings
    except NumaError as error:
        return error.problems, ()


def _caught(check: Callable[[], object]) -> tuple[NumaError, ...]:
    try:
        check()
    except NumaError as error:
        return error.problems
    return ()


def _show(
    args: Namespace,
    found: tuple[NumaError, ...],
    warnings: tuple[NumaError, ...],
    host: HostTopology | None,
) -> None:
    if args.json:
        answer = {
            "ok": not found,
            "problems": told_all(found),
            "warnings": told_all(warnings),
        }
        print(as_json(answer, indent=2))
        return
    for problem in found:
        print(problem)
        if isinstance(problem, TextError):
            print("    " + problem.caret().replace("\n", "\n    "))
    for warning in warnings:
        print(f"warning: {warning}")
    if not found:
        print("no problems" + ("" if host else " (no host is asked: its nodes are not checked)"))
