# SPDX-License-Identifier: Apache-2.0
"""Scheduling policies and their units: the engine's own, which are locked, and what was added.

Decides after ClusterPolicyCRUDCommand what a policy may consist of. The engine's own are in
`scheduling.json`; others, and the units of an external scheduler, are in the database. Knows no
HTTP, and no VM.

    policies.policy("b4ed2332-a7ac-4d5f-9596-99a439cb2812")["name"]       "none"
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from .external.broker import Found
from .faults import Fault, messages
from .store import Store
from .topologies import identity

Facts = dict[str, Any]
_FILE = Path(__file__).with_name("scheduling.json")
_PARTS = {
    "filters": ("filter", "Policy unit doesn't implement Filtering."),
    "weights": ("weight", "Policy unit doesn't implement score function."),
    "balance": ("load_balancing", "Policy unit doesn't implement load balancing logic."),
}


@lru_cache
def _built_in() -> Facts:
    found: Facts = json.loads(_FILE.read_text(encoding="utf-8"))
    return found


def default_policy() -> Facts:
    """That of a cluster that was given no other."""
    found: Facts = next(each for each in _built_in()["policies"] if each["default"])
    return found


DEFAULT = str(default_policy()["id"])


class Policies:
    """Of one engine."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def policies(self) -> list[Facts]:
        own = [{**each, "locked": True} for each in _built_in()["policies"]]
        return [*own, *self._store.documents("policy")]

    def policy(self, policy_id: str) -> Facts | None:
        return next((each for each in self.policies() if each["id"] == policy_id), None)

    def units(self) -> list[Facts]:
        own = [{**each, "enabled": True, "internal": True} for each in _built_in()["units"]]
        return [*own, *self._store.documents("unit")]

    def unit(self, unit_id: str) -> Facts | None:
        return next((each for each in self.units() if each["id"] == unit_id), None)

    def external(self, policy_id: str, part: str) -> list[Facts]:
        """The units of a policy that an external scheduler has, and that count."""
        found = self.policy(policy_id) or {}
        units = (self.unit(unit_id) for unit_id in found.get(part, ()))
        return [unit for unit in units if unit and not unit["internal"] and unit["enabled"]]

    def discovered(self, found: Sequence[Found] | None) -> None:
        """What a scheduler told of at the engine's start; what it did not tell of is disabled."""
        told = {(each.name, each.kind): each for each in found or ()}
        known = {(each["name"], each["type"]): each for each in self._store.documents("unit")}
        for key, unit in known.items():
            if key not in told:
                self._store.save_document(
                    "unit", unit["id"], unit["name"], {**unit, "enabled": False}
                )
        for (name, kind), each in told.items():
            former = known.get((name, kind), {})
            unit = {
                "id": former.get("id", identity("policy-unit", f"{kind}/{name}")),
                "name": name,
                "type": kind,
                "description": each.description,
                "enabled": True,
                "internal": False,
            }
            self._store.save_document("unit", unit["id"], name, unit)

    def add(self, name: str, description: str, properties: Mapping[str, str]) -> Facts:
        """AddClusterPolicy: empty, but for its name."""
        facts: Facts = {
            "id": identity("policy", name),
            "name": name,
            "description": description,
            "default": False,
            "locked": False,
            "properties": dict(properties),
            "balance": None,
            "filters": {},
            "weights": {},
        }
        self._check(facts, "add")
        return self._saved(facts)

    def edit(self, policy_id: str, **changes: Any) -> Facts:
        """EditClusterPolicy. The engine's own are no matter of anybody else's."""
        found = self.policy(policy_id)
        if found is None or found["locked"]:
            raise _refused("Parameters are invalid.")
        facts = {**found, **changes}
        self._check(facts, "update")
        return self._saved(facts)

    def with_part(self, policy_id: str, part: str, unit_id: str, value: int) -> Facts:
        """With one unit more."""
        found = self.policy(policy_id)
        if found is not None and part != "balance" and unit_id in found[part]:
            raise _refused("policy unit already exists in Scheduling Policy.")
        if part == "balance":
            return self.edit(policy_id, balance=unit_id)
        return self.edit(policy_id, **{part: {**(found or {}).get(part, {}), unit_id: value}})

    def copy(self, policy_id: str, name: str, factor: int) -> Facts:
        """A policy with all units of an external scheduler beside its own; what is there stays."""
        for each in self.policies():
            if each["name"] == name:
                return each
        old = self.policy(policy_id) or {}
        own = [unit for unit in self.units() if not unit["internal"] and unit["enabled"]]
        of = {kind: [u["id"] for u in own if u["type"] == kind] for kind in ("filter", "weight")}
        made = self.add(name, "", {})
        return self.edit(
            made["id"],
            filters={**old["filters"], **dict.fromkeys(of["filter"], 0)},
            weights={**old["weights"], **dict.fromkeys(of["weight"], factor)},
            balance=old["balance"],
            properties=old["properties"],
        )

    def remove(self, policy_id: str) -> None:
        found = self.policy(policy_id)
        if found is None or found["locked"]:
            raise _refused("Parameters are invalid.", "remove")
        used = [each.name for each in self._store.clusters() if each.policy == policy_id]
        if used:
            text = f"Scheduling Policy is attached to cluster(s): {','.join(used)}"
            raise _refused(f"{text}, please unassign cluster(s).", "remove")
        self._store.delete_document("policy", policy_id)

    def _saved(self, facts: Facts) -> Facts:
        self._store.save_document("policy", facts["id"], facts["name"], facts)
        return facts

    def _check(self, facts: Facts, action: str) -> None:
        for each in self.policies():
            if each["name"] == facts["name"] and each["id"] != facts["id"]:
                raise _refused("Name is in use.", action)
        if action == "add" and self.policy(facts["id"]) is not None:
            raise _refused("Name is in use.", action)
        for part, (kind, text) in _PARTS.items():
            ids = facts[part] if isinstance(facts[part], dict) else [facts[part]]
            for unit_id in filter(None, ids):
                unit = self.unit(unit_id)
                if unit is None:
                    raise _refused("Policy unit is unknown.", action)
                if unit.get("type") != kind:
                    raise _refused(text, action)
        for position, word in ((-1, "first"), (1, "last")):
            if [*facts["filters"].values()].count(position) > 1:
                raise _refused(f"Only a single filter can be selected as {word}.", action)
        if any(factor < 0 for factor in facts["weights"].values()):
            raise _refused("Function factor cannot be negative.", action)


def _refused(text: str, action: str = "update") -> Fault:
    return messages(400, f"Cannot {action} Scheduling Policy. {text}")
