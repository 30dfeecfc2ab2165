# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document, and whether the service keeps to it whatever it is sent."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
from collections import Counter

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

from engine_plugin.service.schemas import Settings
from numa_domain.request.model import NumaRequest
from tests.tools import missing

from .conftest import bearer

try:
    import schemathesis
    from schemathesis import GenerationMode, checks
except ImportError:
    schemathesis = None

EXAMPLES = int(os.environ.get("NUMA_API_EXAMPLES", "10"))
"""Right and wrong requests for each operation; more by hand (NUMA_API_EXAMPLES=200)."""


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
    expected |= {("GET", "/healthz"), ("GET", "/metrics")}
    expected |= {(method, "/api/v1/jobs") for method in ("GET", "POST")}
    expected |= {(method, "/api/v1/jobs/{job}") for method in ("GET", "DELETE")}
    expected |= {("POST", "/api/v1/jobs/{job}/resume")}
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


@pytest.fixture(scope="module")
def ids(engine) -> dict[str, list[str]]:
    """Entities that are there, so that requests get past 404."""
    system = engine.sdk.system_service()
    vms = [engine.new_vm(), engine.new_vm(numa_nodeset="0-1"), engine.vm("too-big").id]
    return {
        "vms": vms,
        "templates": [each.id for each in system.templates_service().list()],
        "vmpools": [each.id for each in system.vm_pools_service().list()],
        "hosts": [each.id for each in system.hosts_service().list()],
        "clusters": [each.id for each in system.clusters_service().list()],
    }


def test_schemathesis_whatever_is_sent_the_service_keeps_to_its_schema(service, admin_token, ids):
    if schemathesis is None:
        missing("schemathesis (pip install '.[test]')")
    schema = schemathesis.openapi.from_url(service.base + "/openapi.json")
    schema.config.update(base_url=service.base)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) == 28
    seen: Counter[int] = Counter()
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _hammer(operation, mode, admin_token, ids, seen)
    print(dict(seen))
    assert {200, 404, 409, 422} <= seen.keys()


def _hammer(operation, mode, token: str, ids: dict[str, list[str]], seen: Counter[int]) -> None:
    """Every second request is about an entity that is there."""
    kind = operation.path.split("/")[3] if operation.path.startswith("/api/v1/") else ""
    turn = itertools.count()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def once(case) -> None:
        number = next(turn)
        if number % 2 and "{id}" in operation.path:
            case.path_parameters = {"id": ids[kind][number // 2 % len(ids[kind])]}
        response = case.call(headers=bearer(token))
        seen[response.status_code] += 1
        case.validate_response(
            response,
            checks=[
                checks.not_a_server_error,
                checks.status_code_conformance,
                checks.content_type_conformance,
                checks.response_schema_conformance,
            ],
        )

    with contextlib.suppress(Unsatisfiable):  # nothing wrong can be sent where nothing is sent
        once()


def test_openapi_examples_are_requests():
    for example in json.loads(json.dumps(Settings.model_json_schema()["examples"])):
        body = Settings(**example)
        assert not NumaRequest.parse(body.nodeset, body.topology).empty
