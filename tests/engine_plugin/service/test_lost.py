# SPDX-License-Identifier: Apache-2.0
"""What somebody sets in the moment of our write is not lost: it is kept or put back, and told."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import datetime

import pytest
from ovirtsdk4 import types

from .somebody import affinity, moves, path, sets, stands


def test_write_while_it_is_judged_is_kept_without_a_word(engine, crossed, between):
    vm_id = engine.new_vm()
    between.at("GET", "/hooks", before=lambda: sets(engine, vm_id, sndbuf="5"))
    answer = crossed.put(path(vm_id), json={"nodeset": "0"})
    assert (answer.status_code, answer.json()["warnings"]) == (200, [])
    assert stands(engine, vm_id) == {
        "sndbuf": "5", "numa_nodeset": "0", "numa_restore": "migratable",
    }  # fmt: skip


def test_memory_that_changes_while_it_is_judged_is_judged_again(engine, crossed, between):
    vm_id = engine.new_vm(memory=8 << 30)
    service = engine.vms.vm_service(vm_id)
    between.at("GET", "/hooks", before=lambda: service.update(types.Vm(memory=4 << 30)))
    cells = "cpus=0-1 mem=4G / cpus=2-3 mem=4G"
    answer = crossed.put(path(vm_id), json={"topology": cells})
    assert (answer.status_code, answer.json()["code"]) == (422, "MemorySum")
    assert stands(engine, vm_id) == {}


def test_settings_that_change_while_it_is_judged_are_no_longer_the_expected_ones(
    engine, crossed, between
):
    vm_id = engine.new_vm(numa_nodeset="0", affinity="pinned")
    etag = crossed.get(path(vm_id)).headers["ETag"]
    between.at("GET", "/numanodes", before=lambda: sets(engine, vm_id, numa_nodeset="3"))
    answer = crossed.put(path(vm_id), json={"nodeset": "1"}, headers={"If-Match": etag})
    assert (answer.status_code, answer.json()["code"]) == (412, "MatchFailed")
    assert answer.json()["current"]["request"]["nodeset"] == "3"
    assert stands(engine, vm_id)["numa_nodeset"] == "3"


def test_write_that_falls_between_is_put_back_and_told(engine, crossed, between):
    vm_id = engine.new_vm(sap_agent="true")

    def somebody() -> None:
        sets(engine, vm_id, sndbuf="5", sap_agent=None)

    between.at("PUT", f"/vms/{vm_id}", before=somebody, hold=0.3)
    answer = crossed.put(path(vm_id), json={"nodeset": "0"})
    found = answer.json()
    assert (answer.status_code, found["code"], found["stored"]) == (409, "WriteCrossed", True)
    name, (by,) = found["current"]["name"], found["by"]
    assert found["detail"] == (
        f"engine: admin@internal-authz (at {by['at']}) changed {name} while its settings were being"
        " written:"
        " sap_agent removed (put back), sndbuf = 5 (put back); ours are stored; look at what"
        " stands there now, and decide again"
    )
    assert found["theirs"] == [
        {"property": "sap_agent", "value": None, "put_back": True},
        {"property": "sndbuf", "value": "5", "put_back": True},
    ]
    assert by["user"] == "admin@internal-authz"
    assert abs(datetime.fromisoformat(by["at"]).timestamp() - time.time()) < 60
    assert stands(engine, vm_id) == {
        "sndbuf": "5", "numa_nodeset": "0", "numa_restore": "migratable",
    }  # fmt: skip
    assert found["etag"] == answer.headers["ETag"] == crossed.get(path(vm_id)).headers["ETag"]


def test_write_that_meets_a_lock_is_made_anew_from_what_stands_there_after_it(
    engine, crossed, between
):
    """The engine refuses ours while somebody's is under way."""
    vm_id, inner = engine.new_vm(), engine.app.state.engine
    taken, over = threading.Event(), threading.Event()

    def somebody() -> None:
        vm = inner.store.vm(vm_id)
        with inner.locked(vm):
            taken.set()
            over.wait(5)
            config = replace(vm.config, custom_properties=(("sndbuf", "5"),))
            inner.store.save_vm(replace(vm, config=config))

    thread = threading.Thread(target=somebody)

    def begin() -> None:
        thread.start()
        assert taken.wait(5)

    between.at("PUT", f"/vms/{vm_id}", before=begin, after=over.set)
    answer = crossed.put(path(vm_id), json={"nodeset": "0"})
    thread.join()
    assert answer.status_code == 200, answer.text
    assert stands(engine, vm_id)["sndbuf"] == "5"


def test_write_of_a_running_vm_puts_back_what_falls_between(engine, crossed, between):
    """What waits for the VM's next start, of both."""
    vm_id = engine.new_vm()
    service = engine.started(vm_id)
    between.at("PUT", f"/vms/{vm_id}", before=lambda: sets(engine, vm_id, sndbuf="5"), hold=0.3)
    answer = crossed.put(path(vm_id), json={"nodeset": "0"})
    assert (answer.status_code, answer.json()["code"]) == (409, "WriteCrossed")
    found = stands(engine, vm_id)
    engine.stopped(service)
    assert (found["sndbuf"], found["numa_nodeset"]) == ("5", "0")
    assert stands(engine, vm_id) == found


def test_pool_whose_vm_is_written_between_says_so_at_that_vm(engine, crossed, between):
    (pool,) = engine.sdk.system_service().vm_pools_service().list(search="name=desktops")
    first = engine.vm("desktop-1").id
    between.at("PUT", f"/vms/{first}", before=lambda: sets(engine, first, sndbuf="5"), hold=1.6)
    url = f"/api/v1/vmpools/{pool.id}/numa"
    answer = crossed.put(url, json={"nodeset": "0"}, params={"force": "true"})
    assert answer.status_code == 200, answer.text
    warnings = {vm["id"]: [w["code"] for w in vm["warnings"]] for vm in answer.json()["vms"]}
    assert warnings.pop(first) == ["WriteCrossed"]
    assert list(warnings.values()) == [[]]
    crossed.delete(url, headers={"If-Match": "*"}, params={"overwrite": "true"})
    time.sleep(1.5)  # the engine goes on with it
    sets(engine, first, sndbuf=None)


def test_removal_puts_back_what_falls_between(engine, crossed, between):
    vm_id = engine.new_vm(numa_nodeset="0", numa_restore="migratable", affinity="pinned")
    between.at("PUT", f"/vms/{vm_id}", before=lambda: sets(engine, vm_id, sndbuf="5"), hold=0.3)
    answer = crossed.delete(path(vm_id), headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "WriteCrossed")
    assert stands(engine, vm_id) == {"sndbuf": "5"}
    assert affinity(engine, vm_id) == "migratable"


def test_mode_that_somebody_chooses_between_is_remembered(engine, crossed, between):
    vm_id = engine.new_vm(affinity="migratable")
    between.at(
        "PUT", f"/vms/{vm_id}", before=lambda: moves(engine, vm_id, "user_migratable"), hold=0.3
    )
    answer = crossed.put(path(vm_id), json={"nodeset": "0"}, headers={"If-Match": "*"})
    assert answer.json()["theirs"] == [
        {"property": "migration", "value": "user_migratable", "put_back": True}
    ]
    assert stands(engine, vm_id)["numa_restore"] == "user_migratable"


def test_settings_that_somebody_stores_between_are_put_back_and_ours_are_not_stored(
    engine, crossed, between
):
    vm_id = engine.new_vm(numa_nodeset="0", numa_restore="migratable", affinity="pinned")
    etag = crossed.get(path(vm_id)).headers["ETag"]
    between.at(
        "PUT", f"/vms/{vm_id}", before=lambda: sets(engine, vm_id, numa_nodeset="3"), hold=0.3
    )
    answer = crossed.put(path(vm_id), json={"nodeset": "1"}, headers={"If-Match": etag})
    found = answer.json()
    assert (answer.status_code, found["code"], found["stored"]) == (409, "WriteCrossed", False)
    assert found["current"]["request"]["nodeset"] == "3"
    assert stands(engine, vm_id)["numa_nodeset"] == "3"


def test_write_between_that_nobody_could_read_is_told_as_lost(engine, crossed, between):
    """Reads fail during the write, so what was there is gone."""
    vm_id = engine.new_vm()
    failing = between.at("GET", f"/vms/{vm_id}", answer=404, times=0)

    def somebody() -> None:
        failing.times = 99
        time.sleep(0.5)  # for those that are under way
        sets(engine, vm_id, sndbuf="5")

    def answered() -> None:
        failing.times = 0

    between.at("PUT", f"/vms/{vm_id}", before=somebody, after=answered, hold=0.3)
    answer = crossed.put(path(vm_id), json={"nodeset": "0"})
    found = answer.json()
    assert (answer.status_code, found["code"], found["theirs"]) == (409, "WriteCrossed", [])
    assert "what they set was not seen, and may be lost; ours are stored" in found["detail"]
    assert found["by"][0]["user"] == "admin@internal-authz"


@pytest.mark.parametrize(
    "what",
    [
        {"description": "the one with the data"},
        {"high_availability": types.HighAvailability(enabled=True, priority=50)},
        {"memory_policy": types.MemoryPolicy(guaranteed=512 << 20)},
    ],
    ids=lambda what: next(iter(what)),
)
def test_write_between_of_what_ours_leaves_alone_is_no_matter(engine, crossed, between, what):
    vm_id = engine.new_vm()
    service = engine.vms.vm_service(vm_id)
    between.at("PUT", f"/vms/{vm_id}", before=lambda: service.update(types.Vm(**what)), hold=0.2)
    answer = crossed.put(path(vm_id), json={"nodeset": "0"})
    assert (answer.status_code, answer.json()["warnings"]) == (200, [])
    (name,) = what
    assert getattr(service.get(), name) is not None
