# SPDX-License-Identifier: Apache-2.0
"""HTTP as its own rules have it: methods, types of bodies, conditions, paths."""

from __future__ import annotations

import httpx
import pytest


def problem(answer: httpx.Response) -> tuple[int, str, str, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    return answer.status_code, found["code"], found["where"], found["detail"]


def test_head_is_a_get_without_its_body(engine, client):
    path = f"/api/v1/vms/{engine.new_vm(numa_nodeset='0')}/numa"
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == get.headers["etag"]


def test_method_that_a_path_lacks_gets_all_that_it_has(engine, client):
    answer = client.patch(f"/api/v1/vms/{engine.new_vm()}/numa")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, HEAD, PUT"


def test_unknown_methods_are_one_series_of_the_metrics(client):
    for method in ("BREW", "PROPFIND"):
        assert client.request(method, "/api/v1/vms").status_code == 405
    text = client.get("/metrics").text
    assert 'method="other"' in text
    assert "BREW" not in text
    assert "PROPFIND" not in text


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("text/plain", "text/plain"), ("application/xml", "application/xml")],
)
def test_body_of_another_type_is_refused(engine, client, kind, shown):
    answer = client.put(
        f"/api/v1/vms/{engine.new_vm()}/numa",
        content=b'{"nodeset": "0"}',
        headers={"Content-Type": kind},
    )
    assert problem(answer) == (
        415,
        "NotJson",
        "body",
        f"body: the body is {shown}, and JSON is expected;"
        " send it with Content-Type: application/json",
    )


def test_body_that_is_no_json_says_where_it_ends_to_be(engine, client):
    answer = client.put(
        f"/api/v1/vms/{engine.new_vm()}/numa",
        content=b'{"nodeset": "0"',
        headers={"Content-Type": "application/json"},
    )
    status, code, where, detail = problem(answer)
    assert (status, code, where) == (422, "BodyMalformed", "body")
    assert "it is not JSON: " in detail
    assert " at character 16" in detail


@pytest.mark.parametrize("body", [b'{"nodeset": "\xff"}', b"[" * 60_000])
def test_body_that_cannot_be_read_at_all_is_refused(engine, client, body):
    answer = client.put(
        f"/api/v1/vms/{engine.new_vm()}/numa",
        content=body,
        headers={"Content-Type": "application/json"},
    )
    status, code, where, detail = problem(answer)
    assert (status, code, where) == (422, "BodyMalformed", "body")
    assert "not JSON" in detail


@pytest.mark.parametrize("id", ["a%0Ab", "not-an-id", "..%2F..%2Fapi", "1;x=2"])
def test_id_that_is_none_is_refused_before_the_engine_is_asked(client, id):
    answer = client.get(f"/api/v1/vms/{id}/numa")
    assert answer.status_code in (404, 422)
    assert answer.json()["code"] in ("IdMalformed", "PathUnknown")


def test_weak_tag_tells_that_nothing_has_changed_and_stores_nothing(engine, client):
    path = f"/api/v1/vms/{engine.new_vm(numa_nodeset='0')}/numa"
    weak = f"W/{client.get(path).headers['etag']}"
    assert client.get(path, headers={"If-None-Match": weak}).status_code == 304
    answer = client.put(path, json={"nodeset": "1"}, headers={"If-Match": weak})
    assert (answer.status_code, answer.json()["code"]) == (412, "MatchFailed")


def test_search_that_the_engine_cannot_run_is_the_requests_fault(client):
    answer = client.get("/api/v1/vms", params={"search": "id=7"})
    assert problem(answer)[:3] == (422, "SearchMalformed", "search")


def test_search_that_the_engine_does_not_understand_finds_nothing(client):
    """The engine does not say so: it answers 200 and an empty list."""
    answer = client.get("/api/v1/vms", params={"search": "nosuchfield=7"})
    assert (answer.status_code, answer.json()["vms"]) == (200, [])


def test_tags_in_several_lines_are_one_list(engine, client):
    path = f"/api/v1/vms/{engine.new_vm(numa_nodeset='0-1')}/numa"
    etag = client.get(path).headers["ETag"]
    lines = [("If-Match", '"x"'), ("If-Match", etag)]
    answer = client.put(path, json={"nodeset": "0"}, headers=lines)
    assert answer.status_code == 200, answer.text
    lines = [("If-None-Match", '"x"'), ("If-None-Match", answer.headers["ETag"])]
    assert client.get(path, headers=lines).status_code == 304


def test_two_tokens_are_none(engine, service):
    path = f"{service.base}/api/v1/vms"
    token, other = engine.token(), engine.token("oscar")
    for lines in ([token, other], [other, token]):
        headers = [("Authorization", f"Bearer {each}") for each in lines]
        answer = httpx.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "TokenMissing")
