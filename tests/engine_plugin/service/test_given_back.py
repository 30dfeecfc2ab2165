# SPDX-License-Identifier: Apache-2.0
"""What a removal gives back: only what is still ours."""

from __future__ import annotations

import pytest

from .somebody import affinity, moves, path


@pytest.mark.parametrize("chosen", ["migratable", "user_migratable"])
@pytest.mark.parametrize("former", ["migratable", "user_migratable", "pinned"])
def test_removal_leaves_a_migration_mode_that_somebody_chose(engine, client, former, chosen):
    vm_id = engine.new_vm(affinity=former)
    client.put(path(vm_id), json={"nodeset": "0"})
    moves(engine, vm_id, chosen)
    answer = client.delete(path(vm_id), headers={"If-Match": "*"})
    assert affinity(engine, vm_id) == chosen
    notes = [] if chosen == former else [
        f"the migration mode stays {chosen}, which somebody chose after the settings were stored;"
        f" before them it was {former}"
    ]  # fmt: skip
    assert answer.json()["notes"] == notes


def test_storing_again_pins_and_remembers_what_somebody_chose(engine, client):
    vm_id = engine.new_vm(affinity="migratable")
    client.put(path(vm_id), json={"nodeset": "0"})
    moves(engine, vm_id, "user_migratable")
    answer = client.put(path(vm_id), json={"nodeset": "1"}, headers={"If-Match": "*"})
    assert affinity(engine, vm_id) == "pinned"
    assert answer.json()["notes"] == [
        "the VM is pinned again; somebody had made it user_migratable after the settings were"
        " stored, and removal gives that back"
    ]
    client.delete(path(vm_id), headers={"If-Match": "*"})
    assert affinity(engine, vm_id) == "user_migratable"


def test_removal_of_a_former_property_is_told_as_that(engine, client):
    vm_id = engine.new_vm(numa_nodeset="0", affinity="pinned")
    answer = client.delete(path(vm_id), headers={"If-Match": "*"})
    assert not any("replaced" in note for note in answer.json()["notes"])
