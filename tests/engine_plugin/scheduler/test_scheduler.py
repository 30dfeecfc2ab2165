# SPDX-License-Identifier: Apache-2.0
"""Which hosts are let through, and which suits best, asked as the engine asks."""

from __future__ import annotations

from tests.engine_plugin.engines import GIB, Engine

from .conftest import Asking, until


def test_discover_tells_of_both_units(asking: Asking) -> None:
    found = asking.client.execute("discover")
    assert set(found) == {"filters", "scores", "balance"}
    assert [*found["filters"]] == ["numa_fit"]
    assert [*found["scores"]] == ["numa_room"]
    assert found["balance"] == {}
    for units in found.values():
        for description, properties in units.values():
            assert description
            assert properties == ""


def test_vm_without_settings_passes_everywhere(
    asking: Asking, engine: Engine, hosts: dict[str, str]
) -> None:
    vm_id = engine.new_vm(hosts=())
    until(lambda: asking.running.world.known(vm_id))
    ids = [*hosts.values()]
    assert asking.filter(ids, vm_id) == (ids, {})
    assert set(asking.score(ids, vm_id).values()) == {0}


def test_vm_passes_where_it_fits_and_the_hook_is(
    asking: Asking, engine: Engine, hosts: dict[str, str]
) -> None:
    vm_id = engine.new_vm(hosts=(), numa_nodeset="1")
    passed, errors = asking.filter([*hosts.values()], vm_id)
    assert set(passed) == {hosts[n] for n in ("epyc-nps4", "spr-snc4", "xeon-cxl", "epyc-2of8")}
    assert errors == {}


def test_vm_that_fits_nowhere_is_told_why(
    asking: Asking, engine: Engine, hosts: dict[str, str]
) -> None:
    vm_id = engine.new_vm(hosts=(), numa_nodeset="1", memory=900 * GIB)
    passed, errors = asking.filter([*hosts.values()], vm_id)
    assert passed == []
    print(errors)
    assert "fits no host" in errors["numa_fit"][0]
