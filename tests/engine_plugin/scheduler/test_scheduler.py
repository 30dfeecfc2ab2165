# SPDX-License-Identifier: Apache-2.0
"""Which hosts are let through, and which suits best, asked as the engine asks."""

from __future__ import annotations

from numa_domain.host.margins import QEMU_KIB, QEMU_PER_GIB_KIB
from tests.engine_plugin.engines import GIB, Engine

from .conftest import Asking, until

MIB = 1 << 20


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


def test_what_kernel_and_qemu_need_of_a_node_is_not_promised(
    asking: Asking, engine: Engine, hosts: dict[str, str]
) -> None:
    """As the hook would refuse it there."""
    host_id = hosts["epyc-nps4"]
    room = asking.running.world.room(host_id)
    assert room is not None
    assert room.topology is not None
    free, available = room.topology.nodes[2].free_kib, room.topology.nodes[2].available_kib
    assert free - available >= 65536
    whole = engine.new_vm(hosts=(), numa_nodeset="2", memory=(free << 10) // MIB * MIB)
    passed, errors = asking.filter([host_id], whole)
    assert passed == []
    assert "kept for the kernel)" in errors["numa_fit"][0]
    own = QEMU_KIB + (available >> 20) * QEMU_PER_GIB_KIB + QEMU_PER_GIB_KIB
    fits = engine.new_vm(hosts=(), numa_nodeset="2", memory=(available - own << 10) // MIB * MIB)
    assert asking.filter([host_id], fits) == ([host_id], {})
