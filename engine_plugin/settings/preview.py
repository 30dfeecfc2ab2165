# SPDX-License-Identifier: Apache-2.0
"""What would become of a VM: the hook's XML as a difference, and the fit on every host.

Decides on which host's placement the XML is shown. The XML is the core's, from the domain
that the engine would write (`guest_xml`). Never writes to the engine.

    shown = preview(book, owner, request, host_id=None)
    shown["diff"]          "--- oVirt's\\n+++ with NUMA\\n..."
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from numa_domain.base.errors import NumaError
from numa_domain.domxml.rewrite import rewrite
from numa_domain.placement.suggest import suggest
from numa_domain.request.model import NumaRequest

from ..engine_api import faults
from ..engine_api.records import NativeNode, Owner
from . import views
from .book import Book
from .fit import Fits, HostFit, judge, placement_dict
from .problems import plain


def preview(
    book: Book,
    owner: Owner,
    request: Any,
    host_id: str | None,
    nodes: Sequence[NativeNode] = (),
) -> dict[str, Any]:
    """For JSON."""
    found = judge(book, owner, request, nodes)
    chosen = _chosen(found, host_id)
    diff, problems = "", []
    if chosen is not None and chosen.placement is not None:
        try:
            diff = difference(found, chosen)
        except NumaError as error:
            problems = [plain(each) for each in error.problems]
    return {
        "request": request.to_properties(),
        "host": None if chosen is None else chosen.host.id,
        "diff": diff,
        "problems": problems,
        "guest": _guest(owner, found),
        **views.fits(found),
    }


def _chosen(found: Fits, host_id: str | None) -> HostFit | None:
    if host_id is None:
        return found.best
    for fit in found.hosts:
        if fit.host.id == host_id:
            return fit
    raise faults.EntityUnknown("host", entity=f"host {host_id} among the hosts of this VM")


def difference(found: Fits, fit: HostFit) -> str:
    """From the engine's XML to the hook's, in unified form."""
    assert fit.placement is not None
    after = rewrite(found.domain_xml.encode(), fit.placement).decode()
    lines = difflib.unified_diff(
        found.domain_xml.splitlines(),
        after.splitlines(),
        "oVirt's domain",
        f"with NUMA, on {fit.host.name}",
        lineterm="",
    )
    return "\n".join(lines) + "\n"


def _guest(owner: Owner, found: Fits) -> dict[str, Any]:
    guest = found.guest
    return {
        "memory_kib": guest.memory_kib,
        "max_memory_kib": guest.max_memory_kib,
        "vcpus": owner.vcpus,
        "vcpus_max": guest.vcpus_max,
        "threads": guest.threads,
    }


def suggestions(book: Book, owner: Owner) -> dict[str, Any]:
    """What would suit the VM: on the host that suits it best, and which others take it."""
    found = judge(book, owner, NumaRequest())
    best: tuple[tuple[int, int, str], HostFit, Any] | None = None
    refusals = []
    for fit in found.hosts:
        if fit.nodes is None:
            assert fit.problem is not None
            refusals.append({"host": fit.host.name, **plain(fit.problem)})
            continue
        try:
            made = suggest(found.guest, fit.nodes)
        except NumaError as error:
            refusals.append({"host": fit.host.name, **plain(error)})
            continue
        cells = len(made.placement.cells) or len(made.placement.nodes or ())
        rank = (fit.hook is False, len(made.placement.warnings), cells, fit.host.name)
        if best is None or rank < best[0]:
            best = (rank, fit, made)  # type: ignore[assignment]  # a bool is an int
    if best is None:
        return {"host": None, "suggestion": None, "hosts": [], "refusals": refusals}
    _, fit, made = best
    taken = judge(book, owner, made.request)
    return {
        "host": {"id": fit.host.id, "name": fit.host.name},
        "suggestion": {
            **made.to_dict(),
            "warnings": [plain(warning) for warning in made.placement.warnings],
            "placement": placement_dict(made.placement),
        },
        "refusals": refusals,
        **views.fits(taken),
    }
