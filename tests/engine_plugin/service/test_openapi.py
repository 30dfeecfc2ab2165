# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document: what it tells, and that answers are as it says (see test_schemathesis)."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from engine_plugin.service import (
    fit_schemas,
    host_schemas,
    job_schemas,
    scheduler_schemas,
    schemas,
)
from engine_plugin.service.app import create_app
from engine_plugin.service.openapi import examples
from engine_plugin.service.schemas import Settings
from engine_plugin.service.settings import Settings as ServiceSettings
from numa_domain.request.model import NumaRequest

from ..engines import Served
from .conftest import bearer


def document(service) -> dict:
    return httpx.get(service.base + "/openapi.json", timeout=10).json()


def test_openapi_every_route_of_the_design_is_there(service):
    paths = document(service)["paths"]
    found = {(method.upper(), path) for path, item in paths.items() for method in item}
    owners = ("vms", "templates", "vmpools")
    expected = {("GET", "/api/v1/vms"), ("POST", "/api/v1/vms/{id}/numa/adopt")}
    for kind in owners:
        path = f"/api/v1/{kind}/{{id}}/numa"
        expected |= {(method, path) for method in ("GET", "PUT", "DELETE")}
        expected |= {("POST", f"{path}/preview"), ("POST", f"{path}/suggest")}
    expected |= {("GET", f"/api/v1/{kind}/{{id}}/numa") for kind in ("hosts", "clusters")}
    draft = "/api/v1/clusters/{id}/numa"
    expected |= {("POST", f"{draft}/preview"), ("POST", f"{draft}/suggest")}
    expected |= {("GET", "/api/v1/vms/{id}/numa/decisions")}
    expected |= {("POST", "/api/v1/hosts/{id}/numa/refresh")}
    expected |= {("GET", "/healthz"), ("GET", "/metrics")}
    expected |= {(method, "/api/v1/jobs") for method in ("GET", "POST")}
    expected |= {(method, "/api/v1/jobs/{job}") for method in ("GET", "DELETE")}
    expected |= {("POST", f"/api/v1/jobs/{{job}}/{what}") for what in ("resume", "stop")}
    assert found == expected


def test_openapi_is_for_the_address_that_httpd_shows(service):
    assert document(service)["servers"] == [{"url": "/ovirt-engine-numa"}]


def test_openapi_bodies_have_examples_and_errors_are_problems(service):
    found = document(service)
    schemas = found["components"]["schemas"]
    assert schemas["Settings"]["examples"][0] == {"nodeset": "0-1", "topology": "2"}
    operation = found["paths"]["/api/v1/vms/{id}/numa"]["put"]
    for code in ("401", "403", "404", "409", "412", "413", "422", "428", "502", "503", "504"):
        assert list(operation["responses"][code]["content"]) == ["application/problem+json"]
    assert operation["security"] == [{"bearer": []}]


def test_openapi_examples_are_requests():
    for example in json.loads(json.dumps(Settings.model_json_schema()["examples"])):
        body = Settings(**example)
        assert not NumaRequest.parse(body.nodeset, body.topology).empty


@pytest.mark.parametrize("name", sorted(examples()))
def test_openapi_examples_are_answers_of_their_schema(service, name):
    files = (schemas, host_schemas, job_schemas, fit_schemas, scheduler_schemas)
    schema = next(vars(file)[name] for file in files if name in vars(file))
    example = examples()[name]
    schema.model_validate(example, strict=True)
    assert set(example) == set(schema.model_fields), "python -m tests...service.examples renews it"
    assert document(service)["components"]["schemas"][name]["examples"] == [example]


def test_openapi_every_answer_has_an_example(service):
    found = document(service)
    for path, item in found["paths"].items():
        for method, operation in item.items():
            for code in {"200", "202"} & operation["responses"].keys():
                content = operation["responses"][code]["content"]
                if path != "/metrics":
                    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
                    assert found["components"]["schemas"][name]["examples"], (method, path)


def test_openapi_operations_have_ids_that_make_good_names(service):
    found = document(service)
    ids = [each["operationId"] for item in found["paths"].values() for each in item.values()]
    assert len(set(ids)) == len(ids)
    assert [each for each in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)*", each)] == []
    assert {"list_vms", "show_vms", "store_vms", "show_host", "show_cluster"} <= set(ids)


def test_openapi_tells_the_headers_of_answers_and_how_to_get_a_token(service):
    found = document(service)
    operation = found["paths"]["/api/v1/vms/{id}/numa"]["put"]
    told = {code: set(each["headers"]) for code, each in operation["responses"].items()}
    assert told["200"] == {"X-Request-Id", "ETag"}
    assert told["412"] == {"X-Request-Id", "ETag"}
    assert told["503"] == {"X-Request-Id", "Retry-After"}
    assert told["401"] == {"X-Request-Id", "WWW-Authenticate"}
    assert told["405"] == {"X-Request-Id", "Allow"}
    assert "sso/oauth/token" in found["components"]["securitySchemes"]["bearer"]["description"]
    problem = found["components"]["schemas"]["Problem"]["properties"]
    assert {"current", "etag", "command", "done", "left"} <= set(problem)


def test_answers_have_the_headers_that_are_told(service, admin_token, engine):
    vm_id = engine.new_vm(numa_nodeset="0-1")
    path = f"{service.base}/api/v1/vms/{vm_id}/numa"
    told = document(service)["paths"]["/api/v1/vms/{id}/numa"]
    answers = [
        httpx.get(path, headers=bearer(admin_token)),
        httpx.get(path),
        httpx.request("PUT", path, json={"nodeset": "0"}, headers=bearer(admin_token)),
        httpx.put(path, json={"nodeset": "0"}, headers={**bearer(admin_token), "If-Match": '"x"'}),
        httpx.patch(path, headers=bearer(admin_token)),
    ]
    assert [answer.status_code for answer in answers] == [200, 401, 428, 412, 405]
    for answer in answers:
        operation = told["get" if answer.request.method == "GET" else "put"]
        for name in operation["responses"][str(answer.status_code)]["headers"]:
            assert name in answer.headers, (answer.status_code, name)


def test_suggestion_without_a_host_keeps_to_its_schema(client, engine):
    vm_id = engine.new_vm(hosts=(), cluster="legacy")
    found = client.post(f"/api/v1/vms/{vm_id}/numa/suggest").json()
    fit_schemas.Suggested.model_validate(found, strict=True)
    assert (found["host"], found["candidates"], found["fitting"]) == (None, 0, 0)


def test_answer_that_nobody_expected_carries_its_request_id_and_headers(engine):
    app = create_app(ServiceSettings(engine_url=engine.url))

    async def fail() -> None:
        raise ZeroDivisionError

    app.add_api_route("/api/v1/fails", fail)
    served = Served(app)
    try:
        headers = {**bearer(engine.token()), "X-Request-Id": "req-7"}
        answer = httpx.get(f"{served.base}/api/v1/fails", headers=headers)
    finally:
        served.close()
    assert (answer.status_code, answer.json()["code"]) == (500, "Broken")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == "req-7"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "req-7" in answer.json()["remedy"]
    assert "ZeroDivision" not in answer.text
