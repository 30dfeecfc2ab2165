# SPDX-License-Identifier: Apache-2.0
"""What somebody else sets is not lost: not by a removal, and not by a write in the same moment."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
import pytest
from ovirtsdk4 import types

from ..between import Between
from .conftest import bearer


def path(vm_id: str, rest: str = "") -> str:
    return f"/api/v1/vms/{vm_id}/numa{rest}"


def properties(vm: Any) -> dict[str, str]:
    return {p.name: p.value for p in vm.custom_properties or []}


def stands(engine, vm_id: str) -> dict[str, str]:
    return properties(engine.vms.vm_service(vm_id).get(next_run=True))


def sets(engine, vm_id: str, **values: str | None) -> None:
    """Somebody with the SDK reads, changes a property, and writes."""
    service = engine.vms.vm_service(vm_id)
    kept = {**properties(service.get(next_run=True)), **values}
    sent = [types.CustomProperty(name=n, value=v) for n, v in kept.items() if v is not None]
    service.update(types.Vm(custom_properties=sent), next_run=True)


def moves(engine, vm_id: str, affinity: str) -> None:
    """Somebody chooses another migration mode; the hosts stay."""
    service = engine.vms.vm_service(vm_id)
    hosts = service.get().placement_policy.hosts or []
    policy = types.VmPlacementPolicy(
        affinity=types.VmAffinity(affinity), hosts=[types.Host(id=host.id) for host in hosts]
    )
    service.update(types.Vm(placement_policy=policy), next_run=True)


def affinity(engine, vm_id: str) -> str:
    return engine.vms.vm_service(vm_id).get().placement_policy.affinity.value


# What is given back is given back only where what stands there is still ours.


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


# Somebody writes between our last look and our write.


@pytest.fixture
def between(engine):
    with Between(engine.base) as found:
        yield found


@pytest.fixture
def crossed(between, start_service, admin_token):
    """A client of a service whose conversation with the engine goes through `between`."""
    service = start_service(between.url)
    with httpx.Client(base_url=service.base, headers=bearer(admin_token), timeout=60) as found:
        yield found


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


def test_write_directly_after_ours_is_theirs_to_keep(engine, crossed, between):
    vm_id = engine.new_vm()
    between.at("PUT", f"/vms/{vm_id}", after=lambda: sets(engine, vm_id, sndbuf="5"))
    answer = crossed.put(path(vm_id), json={"nodeset": "0"})
    assert (answer.status_code, answer.json()["warnings"]) == (200, [])
    assert stands(engine, vm_id)["sndbuf"] == "5"


def test_write_after_ours_that_replaces_it_is_told_with_its_user(engine, crossed, between):
    vm_id = engine.new_vm()
    gone = {"numa_nodeset": None, "numa_restore": None}
    between.at("PUT", f"/vms/{vm_id}", after=lambda: sets(engine, vm_id, **gone))
    answer = crossed.put(path(vm_id), json={"nodeset": "0"})
    assert (answer.status_code, answer.json()["code"]) == (409, "ChangedMeanwhile")
    assert "admin@internal-authz wrote" in answer.json()["detail"]


def test_events_of_others_however_many_hide_no_write(engine, crossed, between):
    """More than any page of the engine's log, about this VM too."""
    vm_id, store = engine.new_vm(), engine.app.state.engine.store
    vm = store.vm(vm_id)

    def somebody() -> None:
        sets(engine, vm_id, sndbuf="5")
        for _ in range(300):
            store.log("USER_INITIATED_RUN_VM_FAILED", vm=vm)

    between.at("PUT", f"/vms/{vm_id}", before=somebody, hold=0.3)
    answer = crossed.put(path(vm_id), json={"nodeset": "0"})
    assert answer.json()["code"] == "WriteCrossed"
    assert stands(engine, vm_id)["sndbuf"] == "5"


@pytest.mark.parametrize("code", [35, 253, 250, 46, 71, 95, 47, 1190, 100, 651])
def test_every_kind_of_update_in_the_log_is_noticed(engine, crossed, between, code):
    """Another cluster, a snapshot that is previewed, committed, restored or left again."""
    vm_id, store = engine.new_vm(), engine.app.state.engine.store

    def somebody() -> None:
        vm = store.vm(vm_id)
        config = replace(vm.config, custom_properties=(("sndbuf", "5"),))
        store.save_vm(replace(vm, config=config))
        row = {"code": code, "severity": "normal", "time": time.time(), "text": "", "vm": vm_id}
        store.add_event({**row, "correlation": "theirs", "template": None, "cluster": None})

    between.at("PUT", f"/vms/{vm_id}", before=somebody, hold=0.2)
    answer = crossed.put(path(vm_id), json={"nodeset": "0"})
    assert (answer.status_code, answer.json()["code"]) == (409, "WriteCrossed")
    assert stands(engine, vm_id)["sndbuf"] == "5"


def test_write_under_the_same_correlation_id_as_our_request_is_theirs(engine, crossed, between):
    """A program may give all its requests the same."""
    vm_id = engine.new_vm()
    service, headers = engine.vms.vm_service(vm_id), {"Correlation-Id": "deploy-7"}
    sent = types.Vm(custom_properties=[types.CustomProperty(name="sndbuf", value="5")])
    between.at(
        "PUT", f"/vms/{vm_id}", before=lambda: service.update(sent, headers=headers), hold=0.2
    )
    answer = crossed.put(path(vm_id), json={"nodeset": "0"}, headers={"X-Request-Id": "deploy-7"})
    assert (answer.status_code, answer.json()["code"]) == (409, "WriteCrossed")
    assert stands(engine, vm_id)["sndbuf"] == "5"


def test_template_that_is_written_between_is_noticed(engine, crossed, between):
    templates = engine.sdk.system_service().templates_service()
    template = next(t for t in templates.list() if t.name != "Blank")
    service = templates.template_service(template.id)
    before = service.get().custom_properties or []

    def somebody() -> None:
        kept = [*before, types.CustomProperty(name="sndbuf", value="7")]
        service.update(types.Template(custom_properties=kept))

    between.at("PUT", f"/templates/{template.id}", before=somebody, hold=0.3)
    url = f"/api/v1/templates/{template.id}/numa"
    headers, params = {"If-Match": "*"}, {"force": "true"}
    answer = crossed.put(url, json={"nodeset": "0"}, headers=headers, params=params)
    assert (answer.status_code, answer.json()["code"]) == (409, "WriteCrossed")
    assert properties(service.get())["sndbuf"] == "7"
    crossed.delete(url, headers={"If-Match": "*"})
    service.update(types.Template(custom_properties=before))


def test_log_that_the_engine_does_not_show_is_told(engine, crossed, between):
    vm_id = engine.new_vm()
    between.at("GET", "/events", answer=403, times=9)
    answer = crossed.put(path(vm_id), json={"nodeset": "0"})
    assert answer.status_code == 200
    name = engine.vms.vm_service(vm_id).get().name
    assert [warning["message"] for warning in answer.json()["warnings"]] == [
        f"whether somebody else wrote {name} at the same moment could not be seen: the engine does"
        " not show this user its log about it"
    ]


def test_answer_that_ends_after_the_write_says_that_it_is_stored(engine, crossed, between):
    """The token ends directly after the update."""
    vm_id = engine.new_vm()
    between.at(
        "PUT",
        f"/vms/{vm_id}",
        after=lambda: between.at("GET", f"/vms/{vm_id}", answer=401, times=9),
    )
    answer = crossed.put(path(vm_id), json={"nodeset": "0"})
    found = answer.json()
    assert (answer.status_code, found["code"], found["stored"]) == (401, "StoredUnread", True)
    assert stands(engine, vm_id)["numa_nodeset"] == "0"
