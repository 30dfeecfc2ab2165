# SPDX-License-Identifier: Apache-2.0
"""`/schedulingpolicies` and their units: which there are, and what each policy consists of.

Decides their form after BackendSchedulingPoliciesResource; what is allowed, `policies` knows.
Administrators alone may read them, and change them only who administers everything.

    POST /ovirt-engine/api/schedulingpolicies/{id}/filters
"""

from __future__ import annotations

from typing import Any

from starlette.routing import Route

from ..faults import forbidden, incomplete, not_found
from ..policies import DEFAULT, Facts, default_policy
from ..rules import permissions
from .element import Element, reference, texts
from .links import resource
from .places import BASE
from .web import Answer, Call, complete, endpoint, many, missing, one


def link(policy: str | None) -> Element:
    """What a cluster says of its policy."""
    key = policy or DEFAULT
    return reference("scheduling_policy", f"{BASE}/schedulingpolicies/{key}", key)


def default_properties() -> list[Element]:
    """Those of the default policy."""
    return _properties(default_policy())


def _properties(facts: Facts) -> list[Element]:
    return [
        ("property", [("name", name), ("value", value)])
        for name, value in facts.get("properties", {}).items()
    ]


def _policy(facts: Facts) -> Element:
    content: list[Element] = [("default_policy", facts["default"]), ("locked", facts["locked"])]
    if facts["locked"] or facts["properties"]:
        content.append(("properties", _properties(facts)))
    href = f"{BASE}/schedulingpolicies/{facts['id']}"
    about = {"name": facts["name"]}
    if facts.get("description"):
        about["description"] = facts["description"]
    return resource("scheduling_policy", href, facts["id"], content, about=about)


def _unit(facts: Facts) -> Element:
    content = texts(
        ("name", facts["name"]),
        ("description", facts["description"]),
        ("enabled", facts["enabled"]),
        ("internal", facts["internal"]),
        ("properties", _properties(facts) or None),
        ("type", facts.get("type")),
    )
    href = f"{BASE}/schedulingpolicyunits/{facts['id']}"
    return reference("scheduling_policy_unit", href, facts["id"], content)


def _used(tag: str, key: str, *said: Element) -> Element:
    unit = reference("scheduling_policy_unit", f"{BASE}/schedulingpolicyunits/{key}", key)
    return (tag, [*said, unit], {"id": key})


def _policy_of(call: Call) -> Facts:
    """A policy that does not exist is one that is named, here: a 404 with words."""
    call.administrators_only()
    found = call.engine.policies.policy(call.id)
    if found is None:
        raise not_found(call.id)
    return found


def _may_change(call: Call) -> None:
    if not permissions.may(call.user, permissions.MANIPULATE_POLICIES):
        raise forbidden()


def _log(call: Call, event: str, facts: Facts) -> None:
    call.engine.store.log(event, user=call.user, policy=facts["name"])


def list_policies(call: Call) -> Answer:
    call.administrators_only()
    found = call.engine.policies.policies()
    return many("scheduling_policies", [_policy(each) for each in found])


def get_policy(call: Call) -> Answer:
    call.administrators_only()
    return one(_policy(call.engine.policies.policy(call.id) or missing()))


def post_policy(call: Call) -> Answer:
    sent = call.read("scheduling_policy")
    if not sent.name:
        raise incomplete("SchedulingPolicy", "name", "add")
    _may_change(call)
    facts = call.engine.policies.add(sent.name, sent.description or "", _sent_properties(sent))
    _log(call, "USER_ADD_CLUSTER_POLICY", facts)
    return one(_policy(facts), 201, Location=f"{BASE}/schedulingpolicies/{facts['id']}")


def put_policy(call: Call) -> Answer:
    sent = call.read("scheduling_policy")
    old = call.engine.policies.policy(call.id) or missing()
    _may_change(call)
    changes: dict[str, Any] = {}
    for name in ("name", "description"):
        if getattr(sent, name) is not None:
            changes[name] = getattr(sent, name)
    if sent.properties is not None:
        changes["properties"] = _sent_properties(sent)
    facts = call.engine.policies.edit(old["id"], **changes)
    _log(call, "USER_UPDATE_CLUSTER_POLICY", facts)
    return one(_policy(facts))


def delete_policy(call: Call) -> Answer:
    facts = call.engine.policies.policy(call.id) or missing()
    _may_change(call)
    call.engine.policies.remove(facts["id"])
    _log(call, "USER_REMOVE_CLUSTER_POLICY", facts)
    return complete()


def _sent_properties(sent: Any) -> dict[str, str]:
    return {str(each.name): str(each.value) for each in sent.properties or []}


def filters(call: Call) -> Answer:
    found = _policy_of(call)["filters"].items()
    return many("filters", [_used("filter", k, ("position", at)) for k, at in found])


def weights(call: Call) -> Answer:
    found = _policy_of(call)["weights"].items()
    return many("weights", [_used("weight", k, ("factor", factor)) for k, factor in found])


def balances(call: Call) -> Answer:
    found = _policy_of(call)["balance"]
    return many("balances", [_used("balance", found)] if found else [])


def _added(call: Call, tag: str, part: str, number: str, default: int) -> Answer:
    """A unit more in a policy; the answer is a 200, as the engine's."""
    old, sent = _policy_of(call), call.read(tag)
    _may_change(call)
    key = sent.scheduling_policy_unit.id if sent.scheduling_policy_unit else None
    if key is None:
        return one((tag, None))
    value = getattr(sent, number, None) if number else None
    value = default if value is None else value
    facts = call.engine.policies.with_part(old["id"], part, key, value)
    _log(call, "USER_UPDATE_CLUSTER_POLICY", facts)
    return one(_used(tag, key, *([(number, value)] if number else [])))


def post_filter(call: Call) -> Answer:
    return _added(call, "filter", "filters", "position", 0)


def post_weight(call: Call) -> Answer:
    return _added(call, "weight", "weights", "factor", 1)


def post_balance(call: Call) -> Answer:
    return _added(call, "balance", "balance", "", 0)


def list_units(call: Call) -> Answer:
    call.administrators_only()
    return many("scheduling_policy_units", [_unit(each) for each in call.engine.policies.units()])


def get_unit(call: Call) -> Answer:
    call.administrators_only()
    return one(_unit(call.engine.policies.unit(call.id) or missing()))


_POLICY = "/schedulingpolicies/{id}"
ROUTES = [
    Route("/schedulingpolicies", endpoint(list_policies), methods=["GET"]),
    Route("/schedulingpolicies", endpoint(post_policy), methods=["POST"]),
    Route(_POLICY, endpoint(get_policy), methods=["GET"]),
    Route(_POLICY, endpoint(put_policy), methods=["PUT"]),
    Route(_POLICY, endpoint(delete_policy), methods=["DELETE"]),
    Route(f"{_POLICY}/filters", endpoint(filters), methods=["GET"]),
    Route(f"{_POLICY}/filters", endpoint(post_filter), methods=["POST"]),
    Route(f"{_POLICY}/weights", endpoint(weights), methods=["GET"]),
    Route(f"{_POLICY}/weights", endpoint(post_weight), methods=["POST"]),
    Route(f"{_POLICY}/balances", endpoint(balances), methods=["GET"]),
    Route(f"{_POLICY}/balances", endpoint(post_balance), methods=["POST"]),
    Route("/schedulingpolicyunits", endpoint(list_units), methods=["GET"]),
    Route("/schedulingpolicyunits/{id}", endpoint(get_unit), methods=["GET"]),
]
