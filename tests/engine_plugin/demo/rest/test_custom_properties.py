# SPDX-License-Identifier: Apache-2.0
"""Custom properties through REST: replaced as a whole, and checked by what is defined."""

from __future__ import annotations

from typing import Any

import httpx
import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types

UNKNOWN = (
    "[Cannot edit VM if some of the specified custom properties are not configured by the"
    " system. The keys are: color]"
)
ILLEGAL = (
    "[Cannot edit VM if some of the specified custom properties have illegal values."
    " The keys are: numa_nodeset]"
)
MALFORMED = "[Cannot edit VM if custom properties are in invalid format. Please check the input.]"


def prop(name: str, value: str | None) -> types.CustomProperty:
    return types.CustomProperty(name=name, value=value)


def fault_of(service: Any, *properties: types.CustomProperty) -> tuple[int, str, str]:
    with pytest.raises(sdk.Error) as error:
        service.update(types.Vm(custom_properties=list(properties)))
    return error.value.code, error.value.fault.reason, error.value.fault.detail


def properties_of(service: Any) -> dict[str, str]:
    return {p.name: p.value for p in service.get().custom_properties or []}


def test_put_with_one_property_drops_the_others(vms: Any) -> None:
    service = vms(custom_properties=[prop("numa_nodeset", "0"), prop("numa_topology", "2")])
    service.update(types.Vm(custom_properties=[prop("sndbuf", "10")]))
    assert properties_of(service) == {"sndbuf": "10"}


def test_put_without_properties_keeps_them(vms: Any) -> None:
    service = vms(custom_properties=[prop("numa_nodeset", "0")])
    service.update(types.Vm(description="other"))
    assert properties_of(service) == {"numa_nodeset": "0"}


def test_put_with_an_empty_list_clears_all(vms: Any) -> None:
    service = vms(custom_properties=[prop("numa_nodeset", "0")])
    service.update(types.Vm(custom_properties=[]))
    assert service.get().custom_properties is None


def test_put_of_an_unknown_key_is_400_with_the_key(vms: Any) -> None:
    found = fault_of(vms(), prop("color", "red"), prop("numa_nodeset", "0"))
    assert found == (400, "Operation Failed", UNKNOWN)


def test_put_of_an_illegal_value_is_400_with_the_key(vms: Any) -> None:
    assert fault_of(vms(), prop("numa_nodeset", "node 1!")) == (400, "Operation Failed", ILLEGAL)


def test_put_of_both_mistakes_names_both(vms: Any) -> None:
    _, _, detail = fault_of(vms(), prop("color", "red"), prop("numa_nodeset", "!"))
    assert detail == f"{UNKNOWN[:-1]}, {ILLEGAL[1:]}"


BROKEN = (
    "java.lang.NullPointerException: Cannot invoke"
    ' "org.ovirt.engine.core.bll.CommandBase.getParameters()" because "commandBase" is null'
)


@pytest.mark.parametrize("value", ["2;3", "2;;sndbuf=10"])
def test_put_of_a_value_with_a_semicolon_breaks_the_command(vms: Any, value: str) -> None:
    found = fault_of(vms(), prop("numa_topology", value))
    assert found == (500, "Operation Failed", BROKEN)


def test_put_of_a_value_that_ends_with_a_semicolon_is_bad_syntax(vms: Any) -> None:
    assert fault_of(vms(), prop("numa_topology", "2;")) == (400, "Operation Failed", MALFORMED)


def test_properties_are_shown_in_the_order_of_a_hash_map(vms: Any) -> None:
    given = {"numa_nodeset": "0", "sndbuf": "10", "numa_restore": "pinned", "numa_topology": "2"}
    service = vms(custom_properties=[prop(name, value) for name, value in given.items()])
    own = ["numa_restore", "numa_topology", "numa_nodeset"]
    assert list(properties_of(service)) == ["sndbuf", *own]
    service.update(types.Vm(custom_properties=[prop(n, given[n]) for n in sorted(given)]))
    assert list(properties_of(service)) == ["sndbuf", *own]


def test_mdev_type_is_dropped_without_a_word(vms: Any) -> None:
    service = vms(custom_properties=[prop("mdev_type", "nvidia-11"), prop("sndbuf", "1")])
    assert properties_of(service) == {"sndbuf": "1"}
    service.update(types.Vm(custom_properties=[prop("mdev_type", "nvidia-11")]))
    assert properties_of(service) == {}


def test_put_of_a_value_that_holds_a_second_property_sets_two(vms: Any) -> None:
    """There is no escaping: the engine splits what it joined."""
    service = vms()
    service.update(types.Vm(custom_properties=[prop("numa_topology", "2;sndbuf=10")]))
    assert properties_of(service) == {"numa_topology": "2", "sndbuf": "10"}


def test_put_of_a_property_without_value_drops_it_silently(vms: Any) -> None:
    service = vms()
    service.update(types.Vm(custom_properties=[prop("color", None), prop("sndbuf", "1")]))
    assert properties_of(service) == {"sndbuf": "1"}


def test_put_of_more_than_4000_characters_is_400(served: Any, vms: Any) -> None:
    service = vms()
    detail = "[size must be between 0 and 4000, Attribute: vmStatic.userDefinedProperties]"
    topology = " / ".join(["cpus=0 mem=1G nodes=0"] * 120)
    found = fault_of(service, prop("numa_topology", topology * 2))
    assert found == (400, "Operation Failed", detail)
    both = (prop("numa_topology", topology[:2980]), prop("numa_nodeset", "0," * 99 + "0"))
    service.update(types.Vm(custom_properties=list(both)))
    served.app.state.engine._definitions["4.7"].user["note"] = ".*"
    try:
        found = fault_of(service, *both, prop("note", "x" * 900))
    finally:
        del served.app.state.engine._definitions["4.7"].user["note"]
    assert found == (400, "Operation Failed", detail)


def test_predefined_properties_do_not_count_for_the_length(vms: Any) -> None:
    service = vms()
    service.update(types.Vm(custom_properties=[prop("nvram_template", "x" * 5000)]))
    assert len(properties_of(service)["nvram_template"]) == 5000


def test_level_without_definition_refuses_the_key(vms: Any) -> None:
    service = vms(cluster="legacy")
    code, _, detail = fault_of(service, prop("numa_nodeset", "0"))
    assert (code, detail) == (400, UNKNOWN.replace("color", "numa_nodeset"))


def test_custom_level_of_the_vm_counts_not_its_clusters(vms: Any) -> None:
    version = types.Version(major=4, minor=6)
    service = vms(custom_compatibility_version=version)
    assert fault_of(service, prop("numa_nodeset", "0"))[2] == UNKNOWN.replace(
        "color", "numa_nodeset"
    )


def test_add_with_an_unknown_key_says_add(vms: Any) -> None:
    with pytest.raises(sdk.Error) as error:
        vms(custom_properties=[prop("color", "red")])
    assert error.value.fault.detail == UNKNOWN.replace("edit", "add")


def test_json_put_replaces_as_xml_does(served: Any, vms: Any) -> None:
    service = vms(custom_properties=[prop("sndbuf", "10")])
    body = {"custom_properties": {"custom_property": [{"name": "numa_nodeset", "value": "0-1"}]}}
    with served.http() as http:
        answer: httpx.Response = http.put(
            f"/vms/{service.get().id}", json=body, headers={"Accept": "application/json"}
        )
    assert answer.status_code == 200
    assert answer.json()["custom_properties"] == body["custom_properties"]
    assert properties_of(service) == {"numa_nodeset": "0-1"}
