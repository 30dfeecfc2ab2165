# SPDX-License-Identifier: Apache-2.0
"""Where a VM fits, as a document: every host, what would be written, what would suit it.

fits(found, wording)["fitting"]         3
"""

from __future__ import annotations

from typing import Any

from numa_domain.placement.model import Placement, PlacementError

from ..engine_api.vm_config import VmConfig
from ..settings.fit import Fits, HostFit
from ..settings.preview import Preview, Suggested, Suggestions
from . import problem
from .host import hidden
from .wording import Wording


def fits(found: Fits, wording: Wording) -> dict[str, Any]:
    """The answer of every candidate host, those that fit first."""
    hosts = sorted(found.hosts, key=lambda fit: (not fit.fits, fit.host.name))
    return {
        "hosts": [_host(fit, wording) for fit in hosts],
        "fitting": sum(fit.fits for fit in hosts),
        "candidates": len(hosts),
    }


def preview(found: Preview, wording: Wording) -> dict[str, Any]:
    """What would become of a VM."""
    return {
        "request": found.request.to_properties(),
        "host": None if found.host is None else found.host.host.id,
        "diff": found.difference,
        "problems": [problem.plain(each, wording) for each in found.problems],
        "guest": _guest(found.vm, found.fits),
        **fits(found.fits, wording),
    }


def suggestions(found: Suggestions, wording: Wording) -> dict[str, Any]:
    """What would suit a VM."""
    refusals = [
        {"host": host.name, **problem.plain(error, wording)} for host, error in found.refusals
    ]
    if found.best is None:
        none = {"hosts": [], "fitting": 0, "candidates": len(found.refusals)}
        return {"host": None, "suggestion": None, "refusals": refusals, **none}
    return {**_suggested(found.best, wording), "refusals": refusals}


def _suggested(best: Suggested, wording: Wording) -> dict[str, Any]:
    placed = best.suggestion.placement
    return {
        "host": {"id": best.host.id, "name": best.host.name},
        "suggestion": {
            **best.suggestion.to_dict(),
            "warnings": [problem.plain(warning, wording) for warning in placed.warnings],
            "placement": placement(placed),
        },
        **fits(best.fits, wording),
    }


def _host(fit: HostFit, wording: Wording) -> dict[str, Any]:
    error = fit.problem
    reasons = error.reasons if isinstance(error, PlacementError) else ()
    return {
        "id": fit.host.id,
        "name": fit.host.name,
        "status": fit.host.status,
        "hook": fit.hook,
        "fits": fit.fits,
        "placement": None if fit.placement is None else placement(fit.placement),
        "problems": [] if error is None else [problem.plain(p, wording) for p in error.problems],
        "reasons": [reason.to_dict() for reason in reasons],
        "warnings": [problem.plain(warning, wording) for warning in fit.warnings],
        "hidden": hidden(fit.hidden),
    }


def placement(found: Placement) -> dict[str, Any]:
    """Which cell is on which nodes."""
    return {
        "mode": found.mode,
        "nodes": None if found.nodes is None else str(found.nodes),
        "cells": [
            {
                "id": placed.cell.id,
                "cpus": str(placed.cell.cpus),
                "memory_kib": placed.cell.memory_kib,
                "page_kib": placed.cell.page_kib,
                "nodes": None if placed.nodes is None else str(placed.nodes),
                "mode": placed.cell.mode,
            }
            for placed in found.cells
        ],
        "charges": {
            str(node): {str(page): kib for page, kib in pages.items()}
            for node, pages in found.charges.items()
        },
    }


def _guest(vm: VmConfig, found: Fits) -> dict[str, Any]:
    guest = found.guest
    return {
        "memory_kib": guest.memory_kib,
        "max_memory_kib": guest.max_memory_kib,
        "vcpus": vm.vcpus,
        "vcpus_max": guest.vcpus_max,
        "threads": guest.threads,
        "cores": vm.cores,
    }
