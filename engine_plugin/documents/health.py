# SPDX-License-Identifier: Apache-2.0
"""Whether a cluster is set up, as a document.

health(report, wording)["ok"]        False
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from numa_domain.base.errors import NumaError
from numa_domain.request.grammar_level import LEVEL

from ..engine_api.hosts import Hooks
from ..settings.health import ClusterHealth, HostHealth
from . import problem
from .wording import Wording


def health(found: ClusterHealth, wording: Wording) -> dict[str, Any]:
    """Of the cluster and each of its hosts."""
    definitions = () if isinstance(found.definitions, NumaError) else found.definitions
    return {
        "ok": found.ok,
        "problems": [problem.plain(each, wording) for each in found.problems],
        "properties": {d.name: {"state": d.state, "expression": d.expression} for d in definitions},
        "grammar": LEVEL,
        "command": found.command,
        "hosts": [_host(each, found.common_kind) for each in found.hosts],
    }


def _host(found: HostHealth, common_kind: tuple[str, str] | None) -> dict[str, Any]:
    return {
        "id": found.host.id,
        "name": found.host.name,
        "status": found.host.status,
        "hook": found.state,
        "version": found.version,
        "grammar": found.release.grammar if found.release else None,
        "differs": found.kind not in (None, common_kind),
        "missing": list(found.missing),
        "passed_over": found.passed_over,
        "hidden": found.hidden.count,
        "vcpus": vcpus(found.hooks),
    }


def vcpus(hooks: Hooks | NumaError) -> dict[str, Any]:
    """Whether a host holds vCPUs beside their memory, since when, and when it reported that."""
    affinity = None if isinstance(hooks, NumaError) else hooks.affinity
    if affinity is None:
        return {"state": "unknown", "since": None, "at": None}
    since = affinity.since if affinity.holds else 0
    state = "held" if affinity.holds else "loose"
    return {"state": state, "since": moment(since), "at": moment(affinity.at)}


def moment(seconds: int) -> str | None:
    """As ISO 8601, in UTC; None for 0."""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat() if seconds else None
