# SPDX-License-Identifier: Apache-2.0
"""VMs through REST: lists, searches, pages, new ones and removed ones."""

from __future__ import annotations

from typing import Any

import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types


def names(found: list[Any]) -> list[str]:
    return [vm.name for vm in found]


def refused(act: Any) -> tuple[int, str]:
    with pytest.raises(sdk.Error) as error:
        act()
    return error.value.code, error.value.fault.detail


def test_search_by_name_is_exact_and_ignores_case(vms: Any) -> None:
    assert names(vms.all.list(search="name=DB-strict")) == ["db-strict"]
    assert names(vms.all.list(search="name=DB-strict", case_sensitive=True)) == []


def test_search_with_a_star_is_a_pattern(vms: Any) -> None:
    assert names(vms.all.list(search="name=db-*")) == ["db-auto", "db-strict"]


def test_sortby_orders_both_ways(vms: Any) -> None:
    up = names(vms.all.list(search="name=d* sortby name asc"))
    assert up == sorted(up)
    assert names(vms.all.list(search="name=d* sortby name desc")) == up[::-1]


def test_pages_follow_each_other_without_gap_or_overlap(vms: Any) -> None:
    whole = names(vms.all.list(search="sortby name asc"))
    pages: list[str] = []
    for page in range(1, 99):
        part = names(vms.all.list(search=f"sortby name asc page {page}", max=5))
        pages += part
        if len(part) < 5:
            break
    assert pages == whole
    assert len(whole) >= 16


def test_second_page_without_max_is_empty(vms: Any) -> None:
    assert vms.all.list(search="sortby name asc page 2") == []


def test_without_max_there_is_no_limit(vms: Any) -> None:
    assert len(vms.all.list()) > 14


def test_search_by_cluster_and_status(vms: Any) -> None:
    assert names(vms.all.list(search="cluster=power and status=down")) == ["power-db"]
    both = names(vms.all.list(search="name=power-db or name=old-level"))
    assert both == ["old-level", "power-db"]


def test_search_for_a_bare_word_looks_at_texts(vms: Any) -> None:
    assert names(vms.all.list(search='"no host has"')) == ["wrong-host"]


@pytest.mark.parametrize("search", ["name=", "=db", "color=red", 'name="x', "status=powering_up"])
def test_search_that_is_none_finds_nothing(vms: Any, search: str) -> None:
    assert vms.all.list(search=search) == []


def test_negative_max_is_400(vms: Any) -> None:
    assert refused(lambda: vms.all.list(max=-1)) == (
        400,
        "illegal max count value for query : -1",
    )


def test_text_from_a_search_never_reaches_sql(vms: Any) -> None:
    assert vms.all.list(search="name=\"x' OR '1'='1\"") == []


def test_new_vm_has_its_templates_settings(vms: Any) -> None:
    made = vms.all.add(
        types.Vm(
            name="from-template",
            cluster=types.Cluster(name="numa-lab"),
            template=types.Template(name="rhel9-numa"),
        )
    )
    vm = vms.all.vm_service(made.id).get()
    assert {p.name: p.value for p in vm.custom_properties} == {
        "numa_nodeset": "auto:2",
        "numa_topology": "2",
    }
    assert vm.memory == 16384 << 20


def test_add_answers_201_with_its_location(served: Any) -> None:
    body = "<vm><name>located</name><cluster><name>numa-lab</name></cluster>"
    body += "<template><name>Blank</name></template></vm>"
    with served.http() as http:
        answer = http.post("/vms", content=body)
    assert answer.status_code == 201
    twice = f"{served.base}/ovirt-engine/api/v4/ovirt-engine/api/vms/"
    assert answer.headers["location"].startswith(twice)


def test_second_vm_of_a_name_is_refused(vms: Any) -> None:
    vms("twice")
    assert refused(lambda: vms("twice")) == (
        409,
        "[Cannot add VM. The VM name is already in use, please choose a unique name and try"
        " again.]",
    )


def test_rename_to_a_name_in_use_is_refused(vms: Any) -> None:
    service = vms()
    assert refused(lambda: service.update(types.Vm(name="db-strict")))[0] == 409


@pytest.mark.parametrize(
    ("body", "lacks"),
    [
        ("<vm><name>a</name></vm>", "Vm [cluster.id|name] required for add"),
        ("<vm><cluster><name>numa-lab</name></cluster></vm>", "Vm [name] required for add"),
        (
            "<vm><name>a</name><cluster><name>numa-lab</name></cluster></vm>",
            "Vm [template.id|name] required for add",
        ),
    ],
)
def test_incomplete_vm_is_400_and_names_what_lacks(served: Any, body: str, lacks: str) -> None:
    with served.http() as http:
        answer = http.post("/vms", content=body)
    assert answer.status_code == 400
    assert f"<detail>{lacks}</detail>" in answer.text


def test_removed_vm_is_gone(vms: Any) -> None:
    service = vms()
    service.remove()
    with pytest.raises(sdk.NotFoundError):
        service.get()


def test_removal_of_a_running_vm_is_refused(vms: Any) -> None:
    service = vms()
    vms.started(service)
    assert refused(service.remove) == (409, "[Cannot remove VM. VM is running.]")
    service.stop()


def test_protected_vm_is_not_removed(vms: Any) -> None:
    service = vms(delete_protected=True)
    assert refused(service.remove)[1] == (
        "[Cannot remove VM. Delete protection is enabled. In order to delete, disable Delete"
        " protection first.]"
    )


def cluster(vms: Any, name: str) -> Any:
    clusters = vms.connection.system_service().clusters_service()
    return types.Cluster(id=clusters.list(search=f"name={name}")[0].id)


def test_other_cluster_in_an_update_moves_the_vm_and_frees_it_of_its_hosts(vms: Any) -> None:
    service = vms()
    hosts = [types.Host(name="spr-snc4")]
    service.update(types.Vm(placement_policy=types.VmPlacementPolicy(hosts=hosts)))
    legacy = cluster(vms, "legacy")
    service.update(types.Vm(cluster=legacy, comment="moved"))
    vm = service.get()
    assert (vm.cluster.id, vm.comment, vm.placement_policy.hosts) == (legacy.id, "moved", None)
    assert vms.events(service)[-2:] == [
        f"{vm.name} cluster was updated by admin@internal-authz, Default host was reset to auto"
        " assign.",
        f"VM {vm.name} configuration was updated by admin@internal-authz.",
    ]


def test_running_vm_does_not_change_its_cluster(vms: Any) -> None:
    service = vms()
    vms.started(service)
    change = types.Vm(cluster=cluster(vms, "legacy"))
    assert refused(lambda: service.update(change)) == (
        409,
        "[Cannot update a VM in this status. Try stopping the VM first.]",
    )
    service.stop()


def test_cluster_of_another_architecture_is_refused(vms: Any) -> None:
    change = types.Vm(cluster=cluster(vms, "power"))
    assert refused(lambda: vms().update(change))[1] == (
        "[Cannot update VM Cluster. The VM and the destination cluster architectures do not match.]"
    )


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (types.Vm(cluster=types.Cluster(name="nowhere")), "Cluster: name=nowhere"),
        (
            types.Vm(placement_policy=types.VmPlacementPolicy(hosts=[types.Host(name="none")])),
            "none",
        ),
    ],
)
def test_entity_that_a_request_names_and_is_not_there_is_404(
    vms: Any, change: Any, missing: str
) -> None:
    with pytest.raises(sdk.NotFoundError) as error:
        vms().update(change)
    assert error.value.fault.detail == f"Entity not found: {missing}"


def test_properties_of_a_template_are_replaced_as_a_whole(vms: Any) -> None:
    templates = vms.connection.system_service().templates_service()
    service = templates.template_service(templates.list(search="name=rhel9-numa")[0].id)
    before = service.get().custom_properties
    nodeset = [types.CustomProperty(name="numa_nodeset", value="0")]
    try:
        service.update(types.Template(custom_properties=nodeset))
        assert [p.name for p in service.get().custom_properties] == ["numa_nodeset"]
        wrong = types.Template(custom_properties=[types.CustomProperty(name="color", value="1")])
        assert refused(lambda: service.update(wrong)) == (
            400,
            "[Cannot edit Template if some of the specified custom properties are not configured"
            " by the system. The keys are: color]",
        )
    finally:
        service.update(types.Template(custom_properties=before))


def test_vm_in_the_update_of_a_pool_is_ignored(vms: Any) -> None:
    pools = vms.connection.system_service().vm_pools_service()
    service = pools.pool_service(pools.list()[0].id)
    nodeset = [types.CustomProperty(name="numa_nodeset", value="auto")]
    change = types.VmPool(description="d", vm=types.Vm(custom_properties=nodeset))
    after = service.update(change)
    assert (after.description, after.vm.custom_properties) == ("d", None)
    members = vms.all.list(search="name=desktop-*")
    assert [vm.custom_properties for vm in members] == [None, None]
    assert refused(lambda: service.update(types.VmPool(name="other"))) == (
        400,
        "[Cannot change VM-Pool name.]",
    )


def test_pool_shows_the_first_of_its_vms(vms: Any) -> None:
    pools = vms.connection.system_service().vm_pools_service()
    nodeset = [types.CustomProperty(name="numa_nodeset", value="0")]
    vms.named("desktop-1").update(types.Vm(custom_properties=nodeset))
    (pool,) = pools.list()
    assert (pool.size, pool.vm.name) == (2, "desktop-1")
    assert pool.vm.custom_properties[0].value == "0"


def test_update_of_a_template_is_an_event_with_its_template(vms: Any, admin: Any) -> None:
    templates = vms.connection.system_service().templates_service()
    found = templates.list(search="name=rhel9-numa")[0]
    templates.template_service(found.id).update(types.Template(comment="c"))
    events = admin.system_service().events_service()
    event = events.list(search=f"_event_template_id={found.id} and type=49")[0]
    assert (event.template.id, event.template.name) == (found.id, "rhel9-numa")
    assert event.cluster.name == "numa-lab"


def test_template_blank_has_no_cluster(vms: Any) -> None:
    templates = vms.connection.system_service().templates_service()
    found = {template.name: template for template in templates.list()}
    assert found["Blank"].cluster is None
    assert found["rhel9-numa"].cluster is not None


def test_native_nodes_show_their_mode_in_the_vm_alone(vms: Any) -> None:
    assert vms.named("native-vnuma").get().numa_tune_mode == types.NumaTuneMode.STRICT
    assert vms.all.list(search="name=native-vnuma")[0].numa_tune_mode is None
