# SPDX-License-Identifier: Apache-2.0
"""A copy of a scheduling policy with our two units, in the engine.

Units first and properties after them, since the engine takes only properties that one of the
policy's units has.

    made = copied(rest, "none", "none_numa")
    assign(rest, "Default", made["id"])
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from numa_domain.base.errors import NumaError

from .rest import Rest

FILTER, WEIGHT = "numa_fit", "numa_room"
FACTOR = 20
"""Of numa_room in a copy: as much as all of the engine's own weights that tell hosts apart, but not
more than PreferredHosts (99), which stands for what an admin has said of a single VM."""
SUFFIX = "_numa"
Facts = dict[str, Any]


class PolicyUnknown(NumaError):
    blames = "request"
    what = "the engine has no scheduling policy {name!r}"
    todo = "its policies are {known}"


class ClusterUnknown(NumaError):
    blames = "request"
    what = "the engine has no cluster {name!r}"
    todo = "its clusters are {known}"


class UnitsUndiscovered(NumaError):
    blames = "engine"
    what = "the engine does not know the units {missing} yet, or has them disabled"
    todo = (
        "it asks for them when it starts: see that the scheduler runs (systemctl status"
        " ovirt-engine-numa-scheduler), restart ovirt-engine, and run this again"
    )


def units(rest: Rest) -> dict[str, str]:
    """Ours that are enabled: name -> id."""
    found = _many(rest, "/schedulingpolicyunits", "scheduling_policy_unit")
    return {
        str(unit["name"]): str(unit["id"])
        for unit in found
        if unit.get("name") in (FILTER, WEIGHT) and _true(unit.get("enabled"))
        and not _true(unit.get("internal"))
    }  # fmt: skip


def policies(rest: Rest) -> dict[str, Facts]:
    """By name."""
    found = _many(rest, "/schedulingpolicies", "scheduling_policy")
    return {str(policy["name"]): policy for policy in found}


def clusters(rest: Rest) -> dict[str, Facts]:
    """By name."""
    return {str(each["name"]): each for each in _many(rest, "/clusters", "cluster")}


def complete(rest: Rest, policy: Facts, ours: dict[str, str]) -> list[str]:
    """What a policy lacks of our units."""
    lacks = []
    for path, kind, name in (("filters", "filter", FILTER), ("weights", "weight", WEIGHT)):
        found = _many(rest, f"/schedulingpolicies/{policy['id']}/{path}", kind)
        if ours.get(name) not in [_unit_of(each) for each in found]:
            lacks.append(name)
    return lacks


def copied(rest: Rest, name: str, new_name: str) -> Facts:
    """The copy, made or completed. Raises `PolicyUnknown` or `UnitsUndiscovered`."""
    ours = units(rest)
    missing = [unit for unit in (FILTER, WEIGHT) if unit not in ours]
    if missing:
        raise UnitsUndiscovered("policy", missing=", ".join(missing))
    known = policies(rest)
    if name not in known:
        raise PolicyUnknown("--policy", name=name, known=", ".join(sorted(known)))
    made = known.get(new_name)
    if made is None:
        about = f"{name}, asking ovirt-numa where VMs with NUMA settings fit"
        body = {"name": new_name, "description": about}
        made = rest.ask("POST", "/schedulingpolicies", body)
    _complete(rest, known[name], made, ours)
    return made


def _complete(rest: Rest, old: Facts, made: Facts, ours: dict[str, str]) -> None:
    """Whatever is not there yet of the old one's, and ours: a run may have been cut off."""
    path = f"/schedulingpolicies/{made['id']}"
    extra = {"filters": (ours[FILTER], 0), "weights": (ours[WEIGHT], FACTOR), "balances": None}
    kinds = (
        ("balances", "balance", None), ("filters", "filter", "position"),
        ("weights", "weight", "factor"),
    )  # fmt: skip
    for part, kind, number in kinds:
        there = {_unit_of(each) for each in _many(rest, f"{path}/{part}", kind)}
        wanted = _many(rest, f"/schedulingpolicies/{old['id']}/{part}", kind)
        pairs = [(_unit_of(each), int(each.get(number, 0)) if number else 0) for each in wanted]
        more = extra[part]
        for unit_id, value in [*pairs, *([more] if more else [])]:
            if unit_id not in there and not (part == "balances" and there):
                body: Facts = {"scheduling_policy_unit": {"id": unit_id}}
                rest.ask("POST", f"{path}/{part}", {**body, number: value} if number else body)
    values = old.get("properties", {}).get("property", [])
    if values and not made.get("properties"):
        rest.ask("PUT", path, {"properties": {"property": values}})


def assign(rest: Rest, cluster_name: str, policy_id: str) -> str:
    """The cluster's former policy. Raises `ClusterUnknown`."""
    found = clusters(rest)
    if cluster_name not in found:
        known = ", ".join(sorted(found))
        raise ClusterUnknown("--assign", name=cluster_name, known=known)
    cluster = found[cluster_name]
    former = str(cluster.get("scheduling_policy", {}).get("id", ""))
    if former != policy_id:
        body = {"scheduling_policy": {"id": policy_id}}
        rest.ask("PUT", f"/clusters/{quote(str(cluster['id']))}", body)
    return former


def _many(rest: Rest, path: str, item: str) -> list[Facts]:
    found = rest.ask("GET", path).get(item, [])
    return found if isinstance(found, list) else [found]


def _unit_of(entry: Facts) -> str:
    unit = entry.get("scheduling_policy_unit") or {}
    return str(unit.get("id") or entry.get("id"))


def _true(value: object) -> bool:
    """The engine's JSON has its truths as texts."""
    return str(value).lower() == "true"
