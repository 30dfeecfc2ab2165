# SPDX-License-Identifier: Apache-2.0
"""`/schedulingpolicies` and their units: which there are, and what each policy consists of.

Decides their form after BackendSchedulingPoliciesResource; what they are is in
`scheduling.json`. Whether a host is chosen by them is no matter of this file:
`rules.scheduling` has the few that count here. Administrators alone may read them.

    GET /ovirt-engine/api/schedulingpolicies/{id}/filters
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.routing import Route

from ..faults import NotFound, not_found
from .element import Element, reference, texts
from .links import resource
from .places import BASE
from .web import Answer, Call, endpoint, many, missing, one

_FILE = Path(__file__).parents[1] / "scheduling.json"
_Facts = dict[str, Any]


@lru_cache
def _known() -> _Facts:
    found: _Facts = json.loads(_FILE.read_text(encoding="utf-8"))
    return found


def link() -> Element:
    """The default policy, which is that of all clusters here."""
    key = next(p["id"] for p in _known()["policies"] if p["default"])
    return reference("scheduling_policy", f"{BASE}/schedulingpolicies/{key}", key)


def properties() -> list[Element]:
    """Those of the default policy."""
    return _properties(next(p for p in _known()["policies"] if p["default"]))


def _properties(facts: _Facts) -> list[Element]:
    return [
        ("property", [("name", name), ("value", value)])
        for name, value in facts.get("properties", {}).items()
    ]


def _policy(facts: _Facts) -> Element:
    content: list[Element] = [
        ("default_policy", facts["default"]),
        ("locked", True),
        ("properties", _properties(facts)),
    ]
    href = f"{BASE}/schedulingpolicies/{facts['id']}"
    return resource("scheduling_policy", href, facts["id"], content, about={"name": facts["name"]})


def _unit(facts: _Facts) -> Element:
    content = texts(
        ("name", facts["name"]),
        ("description", facts["description"]),
        ("enabled", True),
        ("internal", True),
        ("properties", _properties(facts) or None),
        ("type", facts.get("type")),
    )
    href = f"{BASE}/schedulingpolicyunits/{facts['id']}"
    return reference("scheduling_policy_unit", href, facts["id"], content)


def _used(tag: str, key: str, *said: Element) -> Element:
    unit = reference("scheduling_policy_unit", f"{BASE}/schedulingpolicyunits/{key}", key)
    return (tag, [*said, unit], {"id": key})


def _found(call: Call, kind: str) -> _Facts:
    call.administrators_only()
    found: _Facts | None = next((f for f in _known()[kind] if f["id"] == call.id), None)
    return found or missing()


def list_policies(call: Call) -> Answer:
    call.administrators_only()
    return many("scheduling_policies", [_policy(each) for each in _known()["policies"]])


def get_policy(call: Call) -> Answer:
    return one(_policy(_found(call, "policies")))


def _of_policy(call: Call, what: str) -> Any:
    """A policy that does not exist is one that is named, here: a 404 with words."""
    try:
        return _found(call, "policies")[what]
    except NotFound:
        raise not_found(call.id) from None


def filters(call: Call) -> Answer:
    found = _of_policy(call, "filters").items()
    return many("filters", [_used("filter", k, ("position", at)) for k, at in found])


def weights(call: Call) -> Answer:
    found = _of_policy(call, "weights").items()
    return many("weights", [_used("weight", k, ("factor", factor)) for k, factor in found])


def balances(call: Call) -> Answer:
    return many("balances", [_used("balance", _of_policy(call, "balance"))])


def list_units(call: Call) -> Answer:
    call.administrators_only()
    return many("scheduling_policy_units", [_unit(each) for each in _known()["units"]])


def get_unit(call: Call) -> Answer:
    return one(_unit(_found(call, "units")))


ROUTES = [
    Route("/schedulingpolicies", endpoint(list_policies), methods=["GET"]),
    Route("/schedulingpolicies/{id}", endpoint(get_policy), methods=["GET"]),
    Route("/schedulingpolicies/{id}/filters", endpoint(filters), methods=["GET"]),
    Route("/schedulingpolicies/{id}/weights", endpoint(weights), methods=["GET"]),
    Route("/schedulingpolicies/{id}/balances", endpoint(balances), methods=["GET"]),
    Route("/schedulingpolicyunits", endpoint(list_units), methods=["GET"]),
    Route("/schedulingpolicyunits/{id}", endpoint(get_unit), methods=["GET"]),
]
