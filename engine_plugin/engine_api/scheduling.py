# SPDX-License-Identifier: Apache-2.0
"""Whether the engine asks our scheduler before it chooses a host of a cluster.

It does where the cluster's scheduling policy has our filter, and the engine discovered it when it
started. Administrators alone are told; to others the engine says nothing of policies.

    scheduling_of(session, cluster_id).filters        True
"""

from __future__ import annotations

from dataclasses import dataclass

from . import bulk
from .connection import SafeConnection
from .ids import valid_id
from .session import Session

FILTER, WEIGHT = "numa_fit", "numa_room"
"""The names of our two policy units."""


@dataclass(frozen=True)
class Scheduling:
    """Of one cluster."""

    policy: str
    """The name of its scheduling policy."""
    units: dict[str, str]
    """Each of ours: "in force"; "unused" by this policy; "disabled", since nobody answered when the
    engine started; "absent": it was never discovered."""

    @property
    def filters(self) -> bool:
        """Whether a VM goes only where it fits, as long as the scheduler answers."""
        return self.units[FILTER] == "in force"


def scheduling_of(session: Session, cluster_id: str) -> Scheduling:
    """Raises `EngineForbids` or `EngineRefused` where the user is no administrator."""
    path = f"/clusters/{valid_id(cluster_id)}"

    def ask(connection: SafeConnection) -> Scheduling:
        cluster = bulk.read(connection, path, {}, "cluster")
        policy_id = valid_id(bulk.reference(cluster, "scheduling_policy") or "")
        policy = f"/schedulingpolicies/{policy_id}"
        name = bulk.text(bulk.read(connection, policy, {}, "scheduling_policy"), "name") or ""
        units = bulk.read(
            connection, "/schedulingpolicyunits", {}, "scheduling_policy_units"
        ).findall("scheduling_policy_unit")
        used = {
            bulk.reference(each, "scheduling_policy_unit")
            for part in ("filter", "weight")
            for each in bulk.read(connection, f"{policy}/{part}s", {}, f"{part}s")
        }
        return Scheduling(name, {unit: _state(unit, units, used) for unit in (FILTER, WEIGHT)})

    action = "say how hosts of the cluster are chosen"
    return session.call(action, f"cluster {cluster_id}", ask)


def _state(name: str, units: list[bulk.Element], used: set[str | None]) -> str:
    found = [
        unit
        for unit in units
        if bulk.text(unit, "name") == name and bulk.text(unit, "internal") != "true"
    ]
    if not found:
        return "absent"
    if bulk.text(found[0], "enabled") != "true":
        return "disabled"
    return "in force" if found[0].get("id") in used else "unused"
