# SPDX-License-Identifier: Apache-2.0
"""A take-over of oVirt's own virtual NUMA nodes that ends half-way, and goes on."""

from __future__ import annotations

import pytest
from ovirtsdk4 import types

from .somebody import path, sets

GIB = 1 << 30
CELLS = "cpus=0-1 mem=4G nodes=0 / cpus=2-3 mem=4G nodes=1"


@pytest.fixture
def vm_id(engine) -> str:
    found = engine.new_vm(memory=8 * GIB, cores=4)
    add(engine, found, 0, (0, 1))
    add(engine, found, 1, (2, 3))
    return found


def nodes(engine, vm_id: str):
    return engine.vms.vm_service(vm_id).numa_nodes_service()


def add(engine, vm_id: str, index: int, cpus: tuple[int, ...], mib: int = 4096) -> None:
    node = types.VirtualNumaNode(
        index=index,
        memory=mib,
        cpu=types.Cpu(cores=[types.Core(index=cpu) for cpu in cpus]),
        numa_tune_mode=types.NumaTuneMode.STRICT,
        numa_node_pins=[types.NumaNodePin(index=index)],
    )
    nodes(engine, vm_id).add(node)


def topology(engine, vm_id: str) -> str | None:
    vm = engine.vms.vm_service(vm_id).get()
    return {p.name: p.value for p in vm.custom_properties or []}.get("numa_topology")


@pytest.mark.parametrize("skip", [0, 1])
@pytest.mark.parametrize("match", [None, "before", "after"])
def test_adopt_that_ends_half_way_says_so_and_goes_on(engine, crossed, between, vm_id, skip, match):
    etag = crossed.get(path(vm_id)).headers["ETag"]
    between.at("DELETE", "/numanodes/", skip=skip, answer=500)
    answer = crossed.post(path(vm_id, "/adopt"), headers={"If-Match": etag} if match else {})
    found = answer.json()
    left = [0, 1][: 2 - skip]
    assert (answer.status_code, found["code"], found["stored"]) == (502, "AdoptPartly", True)
    assert (found["removed"], found["left"]) == ([0, 1][2 - skip :], left)
    assert found["current"]["request"]["topology"] == CELLS
    name = found["current"]["name"]
    assert found["detail"].startswith(
        "numanodes: the settings that were made of the virtual NUMA nodes of"
        f" {name} are stored, and {skip} of the 2 nodes are removed; the next is not: "
    )
    assert found["hint"] == f"POST {'/api/v1/vms/' + vm_id}/numa/adopt"
    sent = {None: {}, "before": {"If-Match": etag}, "after": {"If-Match": found["etag"]}}[match]
    again = crossed.post(path(vm_id, "/adopt"), headers=sent)
    assert again.status_code == 200, again.text
    assert again.json()["notes"] == [
        "the settings were stored before and stay as they are",
        f"removed of oVirt's own virtual NUMA nodes: {'0-1' if skip == 0 else '0'}",
    ]
    assert (topology(engine, vm_id), nodes(engine, vm_id).list()) == (CELLS, [])


def test_adopt_whose_removal_is_not_answered_sees_that_it_is_gone(engine, crossed, between, vm_id):
    between.at("DELETE", "/numanodes/", cut=True)
    answer = crossed.post(path(vm_id, "/adopt"))
    assert answer.status_code == 200, answer.text
    assert answer.json()["notes"][-1] == "removed of oVirt's own virtual NUMA nodes: 0-1"
    assert nodes(engine, vm_id).list() == []


def test_adopt_of_nodes_that_settings_were_not_made_of_loses_neither(engine, crossed, vm_id):
    service = engine.vms.vm_service(vm_id)
    own = [types.CustomProperty(name="numa_nodeset", value="2")]
    service.update(types.Vm(custom_properties=own))
    answer = crossed.post(path(vm_id, "/adopt"), headers={"If-Match": "*"})
    found = answer.json()
    name = service.get().name
    assert (answer.status_code, found["detail"]) == (
        409,
        f"numanodes: {name} has NUMA settings already, which were not made of its 2 virtual NUMA"
        " nodes of oVirt's own; to keep the settings, remove the nodes in oVirt (Host, NUMA); to"
        " have the nodes taken over, remove the settings first",
    )
    assert len(nodes(engine, vm_id).list()) == 2
    assert topology(engine, vm_id) is None


def test_adopt_goes_on_with_nodes_that_had_left_vcpus_and_memory_out(engine, crossed, between):
    vm_id = engine.new_vm(memory=8 * GIB, cores=4)
    add(engine, vm_id, 0, (0,), 2048)
    add(engine, vm_id, 1, (2,), 2048)
    between.at("DELETE", "/numanodes/", skip=1, answer=500)
    assert crossed.post(path(vm_id, "/adopt")).json()["left"] == [0]
    stored = topology(engine, vm_id)
    assert crossed.post(path(vm_id, "/adopt")).status_code == 200
    assert (topology(engine, vm_id), nodes(engine, vm_id).list()) == (stored, [])


def test_adopt_keeps_the_nodes_where_its_settings_are_gone_again(engine, crossed, between, vm_id):
    """Somebody removes them directly after they were stored."""
    gone = {"numa_topology": None, "numa_restore": None}
    between.at("PUT", f"/vms/{vm_id}", after=lambda: sets(engine, vm_id, **gone))
    answer = crossed.post(path(vm_id, "/adopt"))
    assert (answer.status_code, answer.json()["code"]) == (409, "ChangedMeanwhile")
    assert len(nodes(engine, vm_id).list()) == 2


def test_adopt_keeps_nodes_that_somebody_changes_meanwhile(engine, crossed, between, vm_id):
    """Between our last look at them and the first removal."""

    def changed() -> None:
        (node,) = (each for each in nodes(engine, vm_id).list() if each.index == 1)
        pins = [types.NumaNodePin(index=3)]
        nodes(engine, vm_id).node_service(node.id).update(
            types.VirtualNumaNode(numa_node_pins=pins)
        )

    between.at("PUT", f"/vms/{vm_id}", after=changed)
    answer = crossed.post(path(vm_id, "/adopt"))
    found = answer.json()
    assert (answer.status_code, found["code"]) == (409, "ChangedMeanwhile")
    assert "its virtual NUMA nodes are others now; none is removed" in found["detail"]
    assert len(nodes(engine, vm_id).list()) == 2
