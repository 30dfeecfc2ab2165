# SPDX-License-Identifier: Apache-2.0
"""What a search finds, in a database of the demo's own VMs and events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine_plugin.demo.app import create_app
from engine_plugin.demo.faults import Fault
from engine_plugin.demo.search import Search
from engine_plugin.demo.settings import Settings


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Any:
    state = create_app(Settings(tmp_path_factory.mktemp("engine"), boot="none")).state
    store = state.engine.store
    admin = next(u for u in store.users() if u.name == "admin@internal")
    for name in ("db-strict", "db-auto"):
        vm = store.vm_named(name)
        host = store.hosts_in(vm.config.cluster_id)[0]
        store.save_vm(vm.with_state(status="up", host_id=host.id))
        store.log("USER_UPDATE_VM", vm=vm, user=admin)
    store.log("USER_ADD_VM", vm=store.vm_named("web-small"), user=admin)
    (template,) = store.templates(Search.parse("template", "name=rhel9-numa"))
    store.log("USER_UPDATE_VM_TEMPLATE", template=template, user=admin)
    return state


@pytest.fixture
def vms(state: Any) -> Callable[..., list[str]]:
    def found(text: str, most: int = -1, **options: Any) -> list[str]:
        search = Search.parse("vm", text, **options)
        return [vm.config.name for vm in state.engine.store.vms(search, most)]

    return found


def test_field_is_compared_as_a_pattern_that_ignores_case(vms: Any) -> None:
    assert vms("name=DB-*") == ["db-auto", "db-strict"]
    assert vms("name=DB-*", case_sensitive=True) == []
    assert vms("name=db-*", case_sensitive=True) == ["db-auto", "db-strict"]
    assert vms("name=db_auto") == []
    assert vms("name=%") == []


def test_bare_word_is_looked_for_in_all_texts(vms: Any) -> None:
    assert vms("legacy") == ["old-level"]
    assert vms('"no host has"') == ["wrong-host"]
    assert vms("desktops") == ["desktop-1", "desktop-2"]
    assert vms("bogus=1") == vms("cluster.name=numa-lab") == vms("custom_properties=x") == []


def test_id_that_is_none_is_what_the_database_does_not_take(vms: Any, state: Any) -> None:
    vm = state.engine.store.vm_named("db-auto")
    assert vms(f"id={vm.id}") == vms(f"id={vm.id.upper()}") == ["db-auto"]
    for text in ("id=abc", "id=*", "id!=abc", "name=db* and id=7"):
        with pytest.raises(Fault) as told:
            vms(text)
        assert told.value.status == 400
        assert told.value.detail.startswith("error: invalid input syntax for type uuid: ")


def test_moment_of_a_vm_breaks_the_engine(vms: Any) -> None:
    with pytest.raises(Fault) as told:
        vms("creationdate>today")
    assert (told.value.status, told.value.detail) == (500, "")
    assert vms("creationdate>2020-01-01") == []  # not understood


def test_numbers_and_words_are_compared_as_such(vms: Any) -> None:
    assert vms("memory>98304") == ["sap-hana"]
    assert vms("memory=512") == ["hello-numa"]
    assert vms("status=Up") == ["db-auto", "db-strict"]
    assert len(vms("status!=up")) == len(vms("")) - 2
    assert vms("next_run_config_exists=true") == []
    assert vms("vcpus>=64") == ["sap-hana"]


def test_what_this_engine_has_none_of_is_never_found(vms: Any) -> None:
    assert vms("fqdn=*") == vms("tag=x") == vms("ip=10.*") == vms("storage.name=x") == []
    assert len(vms("tag!=x")) == len(vms(""))


def test_other_objects_are_followed(vms: Any, state: Any) -> None:
    assert vms("cluster=power") == ["power-db"]
    assert vms("hosts.name=epyc-*") == ["db-auto", "db-strict"]
    assert vms("host=epyc-*") == ["db-auto", "db-strict"]
    assert vms("template.name=rhel9-numa") == ["desktop-1", "desktop-2"]
    assert vms("pool=desktops and name=*-1") == ["desktop-1"]
    assert vms("event.type=34") == ["web-small"]


def test_and_binds_before_or_and_side_by_side_before_neither(vms: Any) -> None:
    assert vms("name=power-db or name=db-auto and status=down") == ["power-db"]
    assert vms("name=power-db or name=db-auto status=up") == ["db-auto"]


def test_order_and_page(vms: Any) -> None:
    down = vms("sortby memory desc", 3)
    assert down == ["sap-hana", "too-big", "cache-cxl"]
    assert vms("sortby memory desc page 2", 2) == ["cache-cxl", "power-db"]
    assert vms("sortby name asc page 2") == []
    assert vms("sortby status desc", 2) == ["db-auto", "db-strict"]


@pytest.fixture
def events(state: Any) -> Callable[..., list[str]]:
    def found(text: str, after: int = 0) -> list[str]:
        store = state.engine.store
        return [e.text for e in store.events(Search.parse("event", text), -1, after)]

    return found


UPDATED = "VM {} configuration was updated by admin@internal-authz."


def test_events_of_a_vm_are_found_by_its_id_and_its_name(events: Any, state: Any) -> None:
    vm = state.engine.store.vm_named("db-auto").id
    for text in (f"_event_vm_id={vm}", f"vm.id={vm}", "event_vm=db-auto", "vm.name=db-auto"):
        assert events(text) == [UPDATED.format("db-auto")]
        assert events(f"{text} and type=35") == [UPDATED.format("db-auto")]
        assert events(f"{text} and type=34") == []
    assert events(f"event_vm_id={vm}") == events(f"vm_id={vm}") == []


def test_event_of_a_template_is_found_by_its_template(events: Any, state: Any) -> None:
    ((template_id, _),) = state.engine.store.templates(Search.parse("template", "name=rhel9-numa"))
    line = "Template rhel9-numa configuration was updated by admin@internal-authz."
    assert events(f"_event_template_id={template_id}") == [line]
    assert events("type=49") == [line]


def test_newest_event_is_first_also_after_another(events: Any) -> None:
    assert events("type=35") == [UPDATED.format("db-auto"), UPDATED.format("db-strict")]
    assert events("", after=1)[0].startswith("Template")
    assert len(events("", after=2)) == 2


def test_severity_has_an_order(events: Any) -> None:
    assert events("severity>normal") == []
    assert len(events("severity<=normal")) == 4
    assert len(events("time>Yesterday")) == 4
