# SPDX-License-Identifier: Apache-2.0
"""How hosts of a cluster are chosen, as a document.

scheduling(found, state)["mode"]        "filter"
"""

from __future__ import annotations

from typing import Any

from numa_domain.base.errors import NumaError

from ..engine_api.scheduling import Scheduling


def scheduling(
    found: Scheduling | NumaError, state: dict[str, Any] | None, cluster_id: str
) -> dict[str, Any]:
    """`state` is what the scheduler tells of itself; None where it does not answer, or was not
    asked."""
    known = isinstance(found, Scheduling)
    filters = isinstance(found, Scheduling) and found.filters
    return {
        "mode": "filter" if filters else "hosts" if known else "unknown",
        "policy": found.policy if isinstance(found, Scheduling) else None,
        "units": found.units if isinstance(found, Scheduling) else {},
        "answers": state is not None,
        "ready": bool(state and state["model"]["complete"] and state["model"]["error"] is None),
        "problem": _problem(filters, state),
        "last_asked": _last(state),
        "median_ms": _took(state, "median_ms"),
        "longest_ms": _took(state, "longest_ms"),
        "failed_open": list(state["failed_open"]) if state else [],
        "unseen": state["unseen"] if state else 0,
        "unasked": [
            start for start in (state["unasked"] if state else []) if start["cluster"] == cluster_id
        ],
    }


def _problem(filters: bool, state: dict[str, Any] | None) -> str | None:
    """What is wrong where the engine counts on it; nothing where it does not."""
    if not filters:
        return None
    if state is None:
        return (
            "the scheduler does not answer: the engine starts VMs on any host, also where they do"
            " not fit or the hook is not there; see systemctl status ovirt-engine-numa-scheduler"
        )
    if state["model"]["error"] is not None:
        return f"the scheduler cannot ask the engine: {state['model']['error']}"
    if not state["model"]["complete"]:
        return "the scheduler is still reading hosts and VMs: until then all pass"
    return None


def _last(state: dict[str, Any] | None) -> str | None:
    found = state["calls"].get("runFilters") if state else None
    return found["last"] if found else None


def _took(state: dict[str, Any] | None, name: str) -> float | None:
    found = state["calls"].get("runFilters") if state else None
    return found[name] if found else None
