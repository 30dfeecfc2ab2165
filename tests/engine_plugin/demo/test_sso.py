# SPDX-License-Identifier: Apache-2.0
"""Tokens: given for a password, lengthened by use, taken away by a logout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import ovirtsdk4 as sdk
import pytest

from engine_plugin.demo.seed import PASSWORD
from engine_plugin.demo.sso import Sessions

JSON = {"Accept": "application/json"}


@pytest.fixture
def http(served: Any) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.base, headers=JSON) as client:
        yield client


def token(http: httpx.Client, **form: str) -> httpx.Response:
    sent = {
        "grant_type": "password",
        "scope": "ovirt-app-api",
        "username": "admin@internal",
        "password": PASSWORD,
        **form,
    }
    return http.post("/ovirt-engine/sso/oauth/token", data=sent)


def uses(http: httpx.Client, given: str) -> int:
    headers = {"Authorization": f"Bearer {given}"}
    return http.get("/ovirt-engine/api/vms?max=1", headers=headers).status_code


def test_password_gives_a_bearer_token_that_works(http: httpx.Client) -> None:
    answer = token(http)
    found = answer.json()
    assert sorted(found) == ["access_token", "exp", "scope", "token_type"]
    assert (found["token_type"], found["scope"]) == ("bearer", "ovirt-app-api")
    assert uses(http, found["access_token"]) == 200


def test_wrong_password_is_400_with_json(http: httpx.Client) -> None:
    answer = token(http, password="x")
    assert answer.status_code == 400
    assert answer.json() == {
        "error_code": "access_denied",
        "error": "Cannot authenticate user admin@internal: "
        "The user name or password is incorrect..",
    }


def test_wrong_password_is_an_auth_error_of_the_sdk(served: Any) -> None:
    connection = sdk.Connection(url=served.url, username="admin@internal", password="x")
    with pytest.raises(sdk.AuthError):
        connection.authenticate()


def test_other_accept_header_is_400(http: httpx.Client) -> None:
    http.headers["Accept"] = "*/*"
    assert token(http).status_code == 400


def test_token_without_the_api_scope_is_401_at_the_api(http: httpx.Client) -> None:
    given = token(http, scope="ovirt-app-portal").json()["access_token"]
    assert uses(http, given) == 401


def test_scope_among_others_is_enough(http: httpx.Client) -> None:
    scopes = "ovirt-app-admin ovirt-app-portal ovirt-app-api"
    assert uses(http, token(http, scope=scopes).json()["access_token"]) == 200


def test_token_info_for_validation_needs_no_client(http: httpx.Client) -> None:
    given = token(http).json()["access_token"]
    scope = "ovirt-ext=token-info:validate"
    path = "/ovirt-engine/sso/oauth/token-info"
    good = http.post(path, data={"token": given, "scope": scope})
    assert (good.status_code, good.json()) == (200, {})
    bad = http.post(path, data={"token": "x", "scope": scope})
    assert (bad.status_code, bad.json()["error"]) == (400, "invalid_grant")


def test_close_of_the_sdk_logs_the_token_out(served: Any, http: httpx.Client) -> None:
    given = token(http).json()["access_token"]
    connection = sdk.Connection(url=served.url, token=given)
    connection.system_service().get()
    connection.close()
    assert uses(http, given) == 401


def test_close_without_logout_leaves_the_token_alone(served: Any, http: httpx.Client) -> None:
    given = token(http).json()["access_token"]
    connection = sdk.Connection(url=served.url, token=given)
    connection.close(logout=False)
    assert uses(http, given) == 200


def test_basic_authentication_works_as_well(served: Any) -> None:
    with served.http() as client:
        assert client.get("/vms?max=1").status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic x", "Basic eA==", "Digest x"])
def test_other_authorization_is_401(http: httpx.Client, header: str) -> None:
    headers = {"Authorization": header}
    assert http.get("/ovirt-engine/api", headers=headers).status_code == 401


def test_token_lives_as_long_as_it_is_used(served: Any) -> None:
    now = [1000.0]
    sessions = Sessions(served.app.state.engine.store, 60, lambda: now[0])
    found = sessions.login("admin@internal", PASSWORD)
    assert found is not None
    for _ in range(3):
        now[0] += 50
        assert sessions.touch(found[0]) is not None
    now[0] += 61
    assert sessions.touch(found[0]) is None
