# SPDX-License-Identifier: Apache-2.0
"""The form of answers: status, headers, XML or JSON, links, and what is refused."""

from __future__ import annotations

import re
import statistics
import time
from typing import Any

import httpx
import ovirtsdk4 as sdk
import pytest
from lxml import etree
from ovirtsdk4 import types

UNKNOWN = "11111111-2222-3333-4444-555555555555"


def test_root_names_the_stand_in_and_the_version_it_follows(admin: Any) -> None:
    api = admin.system_service().get()
    assert api.product_info.name == "oVirt Engine (ovirt-numa's stand-in)"
    assert api.product_info.version.full_version == "4.5.8"
    assert admin.test() is True


def test_no_token_is_401_html_with_a_challenge(served: Any) -> None:
    answer = httpx.get(served.url + "/vms")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="RESTAPI"'
    assert answer.headers["content-type"] == "text/html;charset=UTF-8"


@pytest.mark.parametrize("path", ["vms", "hosts", "templates", "clusters", "vmpools", "options"])
@pytest.mark.parametrize("key", [UNKNOWN, "not-an-id"])
def test_unknown_id_is_404_without_a_body(served: Any, path: str, key: str) -> None:
    with served.http() as http:
        answer = http.get(f"/{path}/{key}")
    assert (answer.status_code, answer.content) == (404, b"")
    assert "content-type" not in answer.headers


def test_unknown_id_is_not_found_for_the_sdk(vms: Any) -> None:
    with pytest.raises(sdk.NotFoundError) as error:
        vms.all.vm_service(UNKNOWN).get()
    assert (error.value.code, error.value.fault) == (404, None)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [("my-id_7", "my-id_7"), ("a b/c;d", "abcd"), ("x" * 50, "x" * 36)],
)
def test_correlation_id_is_echoed_cleaned(served: Any, sent: str, shown: str) -> None:
    with served.http() as http:
        answer = http.get("/vms?max=1", headers={"Correlation-Id": sent})
    assert answer.headers["correlation-id"] == shown


def test_missing_correlation_id_is_a_new_one(served: Any) -> None:
    with served.http() as http:
        found = {http.get("/vms?max=1").headers["correlation-id"] for _ in range(2)}
    assert len(found) == 2
    assert all(re.fullmatch(r"[0-9a-f-]{36}", each) for each in found)


@pytest.mark.parametrize("accept", ["*/*", "application/xml", "text/html, application/xml"])
def test_xml_is_what_is_not_asked_otherwise(served: Any, accept: str) -> None:
    with served.http() as http:
        answer = http.get("/vms?max=1", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/xml;charset=UTF-8"
    assert answer.text.startswith('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<vms>')


def test_json_wraps_collections_and_quotes_scalars(served: Any) -> None:
    with served.http() as http:
        answer = http.get("/vms?search=name%3Dnative-vnuma&accept=application/json")
    assert answer.headers["content-type"] == "application/json"
    (vm,) = answer.json()["vm"]
    assert vm["name"] == "native-vnuma"
    assert vm["memory"] == "17179869184"
    assert vm["delete_protected"] == "false"
    assert vm["cpu"]["topology"] == {"cores": "1", "sockets": "4", "threads": "1"}
    assert [h["id"] for h in vm["placement_policy"]["hosts"]["host"]]
    assert {"numanodes", "permissions", "statistics"} < {link["rel"] for link in vm["link"]}
    assert vm["os"]["boot"]["devices"]["device"] == ["network"]
    assert vm["creation_time"] > 1_700_000_000_000


def test_json_of_an_empty_collection_is_empty(served: Any) -> None:
    with served.http() as http:
        assert http.get("/vms?search=name%3Dnobody&accept=application/json").json() == {}


def test_json_host_nodes_are_wrapped(served: Any, vms: Any) -> None:
    host = vms.host("xeon-cxl").id
    with served.http() as http:
        found = http.get(f"/hosts/{host}/numanodes", headers={"Accept": "application/json"})
    nodes = found.json()["host_numa_node"]
    assert [n["index"] for n in nodes] == ["0", "1"]
    assert nodes[0]["cpu"]["cores"]["core"][0] == {"index": "0"}


def test_hrefs_are_absolute_paths_that_the_sdk_can_follow(admin: Any, vms: Any) -> None:
    vm = vms.named("native-vnuma").get()
    assert vm.href == f"/ovirt-engine/api/vms/{vm.id}"
    assert admin.follow_link(vm.cluster).name == "numa-lab"
    assert [n.index for n in admin.follow_link(vm.numa_nodes)] == [0, 1]


@pytest.mark.parametrize(
    "body",
    [
        "<vm><name>",
        "<vm><no_such_element/></vm>",
        "<vm><memory>much</memory></vm>",
        '<!DOCTYPE vm [<!ENTITY a "b">]><vm><name>&a;</name></vm>',
    ],
)
def test_body_that_cannot_be_bound_is_400(served: Any, vms: Any, body: str) -> None:
    vm_id = vms().get().id
    with served.http() as http:
        answer = http.put(
            f"/vms/{vm_id}", content=body, headers={"Content-Type": "application/xml"}
        )
    assert answer.status_code == 400
    assert "<reason>Request syntactically incorrect.</reason>" in answer.text
    usage = f"{served.base}/ovirt-engine/apidoc#services/vm/methods/update"
    assert f"<detail>For correct usage, see: {usage}</detail>" in answer.text


@pytest.mark.parametrize(
    ("body", "kind", "status", "text"),
    [
        ("<host/>", "application/xml", 500, "argument type mismatch"),
        ("name=a", "application/x-www-form-urlencoded", 415, ""),
        (
            '{"nosuch": 1}',
            "application/json",
            400,
            "Unrecognized field &quot;nosuch&quot; (class org.ovirt.engine.api.model.Vm), not"
            " marked as ignorable",
        ),
    ],
)
def test_body_that_is_no_vm_at_all_is_answered_below_the_api(
    served: Any, vms: Any, body: str, kind: str, status: int, text: str
) -> None:
    with served.http() as http:
        path = f"/vms/{vms().get().id}"
        answer = http.put(path, content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.text) == (status, text)


def test_text_that_is_no_boolean_is_400_with_what_is(served: Any, vms: Any) -> None:
    body = "<vm><delete_protected>perhaps</delete_protected></vm>"
    with served.http() as http:
        answer = http.put(f"/vms/{vms().get().id}", content=body)
    assert answer.status_code == 400
    assert '"perhaps" isn\'t a valid boolean, it should be "true" , "false", "0"' in answer.text


def test_path_that_is_no_resource_is_404_in_the_words_of_resteasy(served: Any) -> None:
    with served.http() as http:
        answer = http.get("/nonsense")
    where = f"{served.base}/ovirt-engine/api/v4/nonsense"
    said = f"RESTEASY003210: Could not find resource for full path: {where}"
    assert (answer.status_code, answer.text) == (404, said)


def test_vm_is_as_large_as_a_real_one(served: Any) -> None:
    with served.http() as http:
        text = http.get("/vms?search=name%3Ddb-strict").text
    assert text.count("<link ") == 41
    assert 8000 < len(text) < 10_000


def test_malformed_json_is_400_as_json(served: Any, vms: Any) -> None:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    with served.http() as http:
        answer = http.put(f"/vms/{vms().get().id}", content="{", headers=headers)
    assert answer.status_code == 400
    assert answer.json()["reason"] == "Request syntactically incorrect."


def test_other_id_in_the_body_is_409(vms: Any) -> None:
    with pytest.raises(sdk.Error) as error:
        vms().update(types.Vm(id=UNKNOWN))
    assert error.value.code == 409
    assert error.value.fault.reason == "Broken immutability constraint"
    assert error.value.fault.detail == "Attempt to set immutable field: id"


@pytest.mark.parametrize("follow", ["numa_nodes", "host_numa_nodes", "nonsense"])
def test_follow_of_what_cannot_be_followed_is_500_html(served: Any, follow: str) -> None:
    with served.http() as http:
        answer = http.get(f"/hosts?follow={follow}")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "text/html;charset=UTF-8"


def test_other_api_version_is_405_html(served: Any) -> None:
    with served.http() as http:
        answer = http.get("/vms", headers={"Version": "3"})
    assert (answer.status_code, answer.headers["content-type"][:9]) == (405, "text/html")


def test_failed_action_carries_its_fault(served: Any, vms: Any) -> None:
    with served.http() as http:
        answer = http.post(f"/vms/{vms().get().id}/migrate", content="<action/>")
    assert answer.status_code == 409
    assert answer.text.endswith(
        """
<action>
    <fault>
        <detail>[Cannot migrate VM. VM is not running.]</detail>
        <reason>Operation Failed</reason>
    </fault>
    <status>failed</status>
</action>
"""
    )


def test_small_gets_are_not_held_up_by_nagle(served: Any) -> None:
    """40 ms for every answer is what a server without TCP_NODELAY costs."""
    headers = {"Authorization": f"Bearer {served.sdk().authenticate()}"}
    spent = []
    with httpx.Client(base_url=served.url, headers=headers) as http:
        for _ in range(40):
            begun = time.perf_counter()
            http.get("/vms?max=1")
            spent.append(time.perf_counter() - begun)
    assert statistics.median(spent) < 0.03  # the first few are quick in any case


def test_front_page_says_that_it_is_no_ovirt(served: Any) -> None:
    page = httpx.get(served.base, follow_redirects=True).text
    assert "<h1>This is not oVirt</h1>" in page
    assert "admin@internal" in page


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/clusters?max=1", ["management_network"]),
        ("/hosts?max=1", ["network_operation_in_progress"]),
        (
            "/templates?max=1",
            ["console", "rng_device", "soundcard_enabled", "tpm_enabled", "virtio_scsi"],
        ),
    ],
)
def test_all_content_is_what_the_engine_looks_for_elsewhere(
    served: Any, path: str, more: list[str]
) -> None:
    with served.http() as http:
        plain = etree.fromstring(http.get(path).content)[0]
        whole = etree.fromstring(http.get(path, headers={"All-Content": "true"}).content)[0]
        asked = etree.fromstring(http.get(f"{path}&all_content=true").content)[0]
    names = [child.tag for child in whole]
    assert [name for name in names if name in more] == more
    assert [name for name in names if name not in more] == [child.tag for child in plain]
    assert etree.tostring(asked) == etree.tostring(whole)
