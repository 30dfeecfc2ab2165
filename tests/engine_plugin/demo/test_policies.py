# SPDX-License-Identifier: Apache-2.0
"""Scheduling policies of the embedded engine: made, changed, removed, and refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types

from .conftest import Served
from .says import Says, in_force, served_with


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Served]:
    """An engine whose cluster numa-lab has units of an external scheduler in its policy."""
    says = Says()
    served = served_with(tmp_path, says)
    in_force(served)
    yield served
    served.close()
    says.close()


def test_policies_are_made_changed_and_removed(asking: Served) -> None:
    policies = asking.sdk().system_service().scheduling_policies_service()
    unit = types.SchedulingPolicyUnit
    made = policies.add(types.SchedulingPolicy(name="own", description="mine"))
    own = policies.policy_service(made.id)
    memory = unit(id="c9ddbb34-0e1d-4061-a8d7-b0893fa80932")
    own.filters_service().add(types.Filter(scheduling_policy_unit=memory, position=-1))
    none = unit(id="38440000-8cf0-14bd-c43e-10b96e4ef00a")
    own.balances_service().add(types.Balance(scheduling_policy_unit=none))
    own.update(types.SchedulingPolicy(properties=[types.Property(name="a", value="1")]))
    found = own.get()
    assert (found.name, found.description, found.locked) == ("own", "mine", False)
    assert [(p.name, p.value) for p in found.properties] == [("a", "1")]
    filters = own.filters_service().list()
    assert [(f.scheduling_policy_unit.id, f.position) for f in filters] == [(memory.id, -1)]
    assert [b.scheduling_policy_unit.id for b in own.balances_service().list()] == [none.id]
    own.remove()
    assert "own" not in [policy.name for policy in policies.list()]


@pytest.mark.parametrize(
    ("ask", "detail"),
    [
        (
            lambda p, unit: p.add(types.SchedulingPolicy(name="none")),
            "[Cannot add Scheduling Policy. Name is in use.]",
        ),
        (
            lambda p, unit: p.policy_service("b4ed2332-a7ac-4d5f-9596-99a439cb2812").remove(),
            "[Cannot remove Scheduling Policy. Parameters are invalid.]",
        ),
        (
            lambda p, unit: (
                p.policy_service("b4ed2332-a7ac-4d5f-9596-99a439cb2812")
                .filters_service()
                .add(types.Filter(scheduling_policy_unit=unit))
            ),
            "[Cannot update Scheduling Policy. Parameters are invalid.]",
        ),
        (
            lambda p, unit: (
                p.policy_service(_numa(p))
                .filters_service()
                .add(types.Filter(scheduling_policy_unit=unit))
            ),
            "[Cannot update Scheduling Policy. policy unit already exists in Scheduling Policy.]",
        ),
        (
            lambda p, unit: (
                p.policy_service(_numa(p))
                .weights_service()
                .add(types.Weight(scheduling_policy_unit=unit))
            ),
            "[Cannot update Scheduling Policy. Policy unit doesn't implement score function.]",
        ),
        (
            lambda p, unit: p.policy_service(_numa(p)).remove(),
            "[Cannot remove Scheduling Policy. Scheduling Policy is attached to cluster(s):"
            " numa-lab, please unassign cluster(s).]",
        ),
    ],
)
def test_policy_that_is_not_allowed_is_refused(
    asking: Served, ask: Callable[[Any, Any], Any], detail: str
) -> None:
    system = asking.sdk().system_service()
    units = system.scheduling_policy_units_service().list()
    only = next(unit for unit in units if unit.name == "only")
    with pytest.raises(sdk.Error) as caught:
        ask(system.scheduling_policies_service(), types.SchedulingPolicyUnit(id=only.id))
    assert (caught.value.code, caught.value.fault.detail) == (400, detail)


def _numa(policies: Any) -> str:
    return str(next(policy.id for policy in policies.list() if policy.name == "numa"))


def test_only_who_administers_everything_changes_policies(asking: Served) -> None:
    policies = asking.sdk("rita").system_service().scheduling_policies_service()
    with pytest.raises(sdk.Error) as caught:
        policies.add(types.SchedulingPolicy(name="mine"))
    assert caught.value.code == 403
