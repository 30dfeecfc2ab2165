# SPDX-License-Identifier: Apache-2.0
"""Roles: who is refused what, and what users that are no administrators see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types

from engine_plugin.demo.rules import permissions

REFUSED = (403, "Operation Failed", "[User is not authorized to perform this action.]")
QUERY = (400, "Operation Failed", "query execution failed due to insufficient permissions.")


def fault(act: Callable[[], Any]) -> tuple[int, str, str]:
    with pytest.raises(sdk.Error) as error:
        act()
    return error.value.code, error.value.fault.reason, error.value.fault.detail


def as_user(served: Any, name: str, service: Any) -> Any:
    vms = served.sdk(name).system_service().vms_service()
    return vms.vm_service(service.get().id)


def nodeset(value: str) -> types.Vm:
    return types.Vm(custom_properties=[types.CustomProperty(name="numa_nodeset", value=value)])


@pytest.mark.parametrize("user", ["oscar", "rita"])
def test_properties_by_a_user_without_the_group_are_403(served: Any, vms: Any, user: str) -> None:
    service = vms()
    assert fault(lambda: as_user(served, user, service).update(nodeset("0"))) == REFUSED
    assert service.get().custom_properties is None


def test_properties_by_a_cluster_admin_are_stored(served: Any, vms: Any) -> None:
    service = vms()
    as_user(served, "carol", service).update(nodeset("0"))
    assert service.get().custom_properties[0].value == "0"


def test_description_by_a_vm_manager_is_stored(served: Any, vms: Any) -> None:
    service = vms()
    as_user(served, "oscar", service).update(types.Vm(description="mine"))
    assert service.get().description == "mine"


def test_description_by_a_read_only_admin_is_403(served: Any, vms: Any) -> None:
    mine = as_user(served, "rita", vms())
    assert fault(lambda: mine.update(types.Vm(description="x"))) == REFUSED


def test_same_properties_sent_again_need_no_permission(served: Any, vms: Any) -> None:
    service = vms(custom_properties=nodeset("0").custom_properties)
    as_user(served, "oscar", service).update(nodeset("0"))


def test_illegal_value_is_told_before_the_missing_permission(served: Any, vms: Any) -> None:
    """It is dropped before permissions are compared, so nothing seems to change."""
    mine = as_user(served, "oscar", vms())
    assert fault(lambda: mine.update(nodeset("!")))[0] == 400


def test_unrelated_next_run_put_is_403_while_an_admins_change_is_pending(
    served: Any, vms: Any
) -> None:
    """Compared is with the current configuration, sent is the pending one."""
    service = vms()
    vms.started(service)
    service.update(nodeset("0"), query={"next_run": "true"})
    mine = as_user(served, "oscar", service)
    change = types.Vm(comment="x")
    assert fault(lambda: mine.update(change, query={"next_run": "true"})) == REFUSED
    service.stop()


def test_host_list_by_a_user_is_ignored(served: Any, vms: Any) -> None:
    service = vms()
    hosts = [types.Host(id=vms.host("spr-snc4").id)]
    policy = types.VmPlacementPolicy(affinity=types.VmAffinity.PINNED, hosts=hosts)
    as_user(served, "oscar", service).update(types.Vm(placement_policy=policy))
    assert service.get().placement_policy.affinity == types.VmAffinity.MIGRATABLE


def test_update_by_a_user_who_asks_for_the_admins_view_is_a_refused_query(
    served: Any, vms: Any
) -> None:
    mine = as_user(served, "oscar", vms())
    change = types.Vm(comment="x")
    assert fault(lambda: mine.update(change, headers={"Filter": "false"})) == QUERY


def test_cpu_tune_by_a_user_is_403(served: Any, vms: Any) -> None:
    pins = types.CpuTune(vcpu_pins=[types.VcpuPin(vcpu=0, cpu_set="0")])
    change = types.Vm(cpu=types.Cpu(cpu_tune=pins))
    mine = as_user(served, "oscar", vms())
    assert fault(lambda: mine.update(change)) == REFUSED


def test_user_does_not_see_host_and_placement_policy(served: Any, vms: Any) -> None:
    service = vms()
    vms.started(service)
    mine = as_user(served, "oscar", service).get()
    assert (mine.host, mine.placement_policy) == (None, None)
    assert service.get().host is not None
    service.stop()


def test_vm_of_another_cluster_is_404_for_a_user(served: Any, vms: Any) -> None:
    mine = as_user(served, "oscar", vms(cluster="legacy"))
    with pytest.raises(sdk.NotFoundError) as error:
        mine.get()
    assert error.value.fault is None


def test_user_lists_only_his_clusters_vms(served: Any, vms: Any) -> None:
    found = served.sdk("oscar").system_service().vms_service().list()
    assert "db-strict" in {vm.name for vm in found}
    assert "power-db" not in {vm.name for vm in found}


def test_host_for_a_user_is_a_refused_query(served: Any, vms: Any) -> None:
    host = vms.host("spr-snc4")
    hosts = served.sdk("oscar").system_service().hosts_service()
    assert fault(hosts.host_service(host.id).get) == QUERY
    assert host.id in {each.id for each in hosts.list()}


def test_hooks_for_a_user_are_a_refused_query(served: Any, vms: Any) -> None:
    host = vms.host("spr-snc4")
    hosts = served.sdk("oscar").system_service().hosts_service()
    assert fault(hosts.host_service(host.id).hooks_service().list) == QUERY


def test_host_nodes_are_for_everybody(served: Any, vms: Any) -> None:
    host = vms.host("spr-snc4")
    hosts = served.sdk("oscar").system_service().hosts_service()
    assert len(hosts.host_service(host.id).numa_nodes_service().list()) == 8


def test_start_by_a_read_only_admin_is_403_in_an_action(served: Any, vms: Any) -> None:
    service = vms()
    with served.http("rita") as http:
        answer = http.post(f"/vms/{service.get().id}/start", content="<action/>")
    assert answer.status_code == 403
    assert REFUSED[2] in answer.text
    assert answer.text.endswith("    <status>failed</status>\n</action>\n")


def test_authenticated_user_is_who_logged_in(served: Any) -> None:
    connection = served.sdk("carol")
    api = connection.system_service().get()
    user = connection.follow_link(api.authenticated_user)
    assert (user.principal, user.user_name) == ("carol", "carol@internal-authz")


def test_roles_of_a_user_are_those_on_the_system_alone(served: Any) -> None:
    users = served.sdk().system_service().users_service()

    def roles(search: str) -> list[str]:
        (user,) = users.list(search=search)
        return [role.name for role in users.user_service(user.id).roles_service().list()]

    assert roles("usrname=admin@internal-authz") == ["SuperUser", "UserProfileEditor"]
    assert roles("usrname=rita") == ["ReadOnlyAdmin", "UserProfileEditor"]
    assert roles("usrname=oscar") == ["UserProfileEditor"]


@pytest.mark.parametrize(("name", "may"), [("UserVmManager", False), ("ClusterAdmin", True)])
def test_permits_of_a_role_say_whether_it_may_change_properties(
    served: Any, name: str, may: bool
) -> None:
    roles = served.sdk().system_service().roles_service()
    role = next(role for role in roles.list() if role.name == name)
    names = {permit.name for permit in roles.role_service(role.id).permits_service().list()}
    assert "edit_vm_properties" in names
    assert ("change_vm_custom_properties" in names) is may


def test_permissions_of_a_vm_include_those_of_its_cluster(vms: Any, admin: Any) -> None:
    found = vms().permissions_service().list()
    users = admin.system_service().users_service()
    names = {users.user_service(p.user.id).get().name for p in found if p.user}
    assert [p.group.id for p in found if p.group] == [permissions.EVERYONE]
    assert names == {"admin", "carol", "oscar", "rita"}


def test_hosts_and_clusters_are_shown_to_everybody(served: Any) -> None:
    """Everybody has a role on the system, if a small one."""
    for user in ("admin", "carol", "oscar"):
        system = served.sdk(user).system_service()
        assert {"xeon-full", "power9"} <= {host.name for host in system.hosts_service().list()}
        assert {"numa-lab", "power"} <= {c.name for c in system.clusters_service().list()}


def test_administrator_of_one_cluster_sees_all_vms(served: Any) -> None:
    found = served.sdk("carol").system_service().vms_service().list()
    assert {"db-strict", "power-db"} <= {vm.name for vm in found}


def test_administrator_who_asks_for_the_users_view_sees_no_vm(served: Any, vms: Any) -> None:
    vm = vms.named("db-strict").get()
    with served.http() as http:
        found = http.get("/vms", headers={"Filter": "true"})
        alone = http.get(f"/vms/{vm.id}", headers={"Filter": "true"})
    assert (found.status_code, found.text.splitlines()[1]) == (200, "<vms/>")
    assert alone.status_code == 404


@pytest.mark.parametrize("path", ["vms", "hosts", "clusters", "templates", "events"])
def test_user_who_asks_for_the_administrators_view_is_refused(served: Any, path: str) -> None:
    with served.http("oscar") as http:
        answer = http.get(f"/{path}", headers={"Filter": "false"})
    assert answer.status_code == 400
    assert QUERY[2] in answer.text


def names(served: Any, **query: Any) -> list[str]:
    found = served.sdk("oscar").system_service().vms_service().list(**query)
    return [vm.name for vm in found]


def test_users_list_sorted_by_name_with_max_ignores_the_rest_of_the_search(served: Any) -> None:
    everything = names(served, search="sortby name asc")
    assert names(served, search="name=db-auto") == ["db-auto"]
    assert names(served, search="name=db-auto sortby name asc") == ["db-auto"]
    first = names(served, search="name=db-auto sortby name asc", max=3)
    assert first == [name for name in everything if not name.startswith("desktop-")][:3]
    second = names(served, search="name=db-auto sortby name asc page 2", max=3)
    assert not set(first) & set(second)
    assert len(second) == 3


def test_users_list_is_cut_at_max_after_it_is_searched(served: Any) -> None:
    assert names(served, search="name=db-*", max=1) == ["db-auto"]
    assert len(names(served, max=2)) == 2


def test_user_sees_templates_that_he_has_to_do_with(served: Any) -> None:
    templates = served.sdk("oscar").system_service().templates_service()
    assert [template.name for template in templates.list()] == ["Blank"]


def test_user_sees_events_of_his_cluster_only(served: Any, vms: Any) -> None:
    vms("seen-event")
    vms("unseen-event", cluster="legacy")
    events = served.sdk("oscar").system_service().events_service()
    assert len(events.list(search="event_vm=seen-event")) == 1
    assert events.list(search="event_vm=unseen-event") == []
