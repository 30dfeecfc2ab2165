# SPDX-License-Identifier: Apache-2.0
"""Who else wrote is seen in the engine's log, and told; also where that cannot be seen."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from ovirtsdk4 import types

from .somebody import path, properties, sets, stands


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


@pytest.mark.parametrize("part", ["/vms/", "/events"])
def test_write_between_is_told_although_the_engine_fails_over_reading_back(
    engine, crossed, between, part
):
    """It has no time for a moment, directly after the update."""
    vm_id = engine.new_vm()
    between.at(
        "PUT",
        f"/vms/{vm_id}",
        before=lambda: sets(engine, vm_id, sndbuf="7"),
        after=lambda: between.at("GET", part, answer=503, times=2),
    )
    answer = crossed.put(path(vm_id), json={"nodeset": "0"})
    assert (answer.status_code, answer.json()["code"]) == (409, "WriteCrossed"), answer.text
    assert stands(engine, vm_id)["sndbuf"] == "7"
