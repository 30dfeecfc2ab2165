# SPDX-License-Identifier: Apache-2.0
"""Which part of a change applies at once, as a law over configurations."""

from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from engine_plugin.demo.model import Vm, VmConfig, changed_fields
from engine_plugin.demo.rules import nextrun

OLD = VmConfig("db1", "c", memory_mb=1024)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "description": st.text(),
        "affinity": st.sampled_from(["migratable", "pinned"]),
        "host_ids": st.sampled_from([(), ("h1",)]),
        "custom_properties": st.sampled_from([(), (("numa_nodeset", "0"),)]),
        "cpu_pinning": st.sampled_from(["", "0#1"]),
        "memory_mb": st.sampled_from([1024, 1280, 1100]),
        "sockets": st.integers(1, 4),
        "cores": st.integers(1, 4),
    },
)
UP = Vm("7", OLD).with_state(status="up", host_id="h1")


@given(CHANGES, st.booleans())
def test_running_vm_keeps_what_has_to_wait(changes: dict[str, object], hot: bool) -> None:
    new = replace(OLD, **changes)  # type: ignore[arg-type]  # made above
    after = nextrun.update(UP, new, hot=hot)
    applied = changed_fields(OLD, after.config)
    allowed = nextrun.AT_ONCE | (nextrun.HOT if hot else frozenset())
    assert applied <= allowed
    assert applied | nextrun.waits(OLD, new, hot=hot) == changed_fields(OLD, new)
    if nextrun.waits(OLD, new, hot=hot):
        assert after.pending == new


@given(CHANGES)
def test_power_off_makes_the_pending_configuration_the_current_one(
    changes: dict[str, object],
) -> None:
    new = replace(OLD, **changes)  # type: ignore[arg-type]  # made above
    after = nextrun.powered_off(nextrun.update(UP, new, hot=False))
    assert (after.config, after.pending, after.state.status) == (new, None, "down")


@given(CHANGES)
def test_vm_that_is_down_takes_all_at_once(changes: dict[str, object]) -> None:
    new = replace(OLD, **changes)  # type: ignore[arg-type]  # made above
    after = nextrun.update(Vm("7", OLD), new, hot=True)
    assert (after.config, after.pending) == (new, None)


def test_any_change_replaces_an_existing_pending_configuration() -> None:
    bound = replace(OLD, custom_properties=(("numa_nodeset", "0"),))
    pending = nextrun.update(UP, bound, hot=False)
    after = nextrun.update(pending, replace(OLD, description="x"), hot=True)
    assert after.pending == replace(OLD, description="x")


def test_every_field_is_of_exactly_one_kind() -> None:
    assert nextrun.AT_ONCE.isdisjoint(nextrun.HOT)
    assert {f.name for f in fields(VmConfig)} > nextrun.AT_ONCE | nextrun.HOT
