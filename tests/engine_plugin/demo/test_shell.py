# SPDX-License-Identifier: Apache-2.0
"""The page with WebAdmin's plugin API: paths, headers, and how descriptor and config merge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from engine_plugin.demo.shell.shell import BASE, shell_routes


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    resources = tmp_path / "x-resources"
    resources.mkdir()
    (resources / "plugin.html").write_text("<p>plugin</p>")
    config = {"a": 1, "b": 2}
    descriptor = {"name": "x", "url": "plugin/x/plugin.html", "resourcePath": "x-resources"}
    (tmp_path / "x.json").write_text(json.dumps({**descriptor, "config": config}))
    return tmp_path


def client(plugin: Path) -> TestClient:
    return TestClient(Starlette(routes=shell_routes(plugin)))


def test_shell_page_is_served_with_the_engines_headers(plugin: Path) -> None:
    answer = client(plugin).get(f"{BASE}/")
    assert answer.status_code == 200
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["cache-control"] == "no-cache"


def test_shell_config_of_the_user_wins_over_the_descriptors(plugin: Path) -> None:
    (plugin / "x-config.json").write_text('{"config": {"b": 3}}')
    (found,) = client(plugin).get(f"{BASE}/plugins.json").json()
    assert found["config"] == {"a": 1, "b": 3}


def test_shell_disabled_plugin_is_neither_listed_nor_served(plugin: Path) -> None:
    (plugin / "x-config.json").write_text('{"enabled": false}')
    there = client(plugin)
    assert there.get(f"{BASE}/plugins.json").json() == []
    assert there.get(f"{BASE}/plugin/x/plugin.html").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "plugin/x/absent.js",
        "plugin/y/plugin.html",
        "plugin/x/%2e%2e/x.json",
        "shell/%2e%2e/shell.py",
    ],
)
def test_shell_other_paths_are_not_found(plugin: Path, path: str) -> None:
    there = client(plugin)
    assert there.get(f"{BASE}/plugin/x/plugin.html").text == "<p>plugin</p>"
    assert there.get(f"{BASE}/{path}").status_code == 404


@pytest.mark.parametrize("text", ["[]", '[{"name": "react"}]', "{}", '{"name": "y"}', '"x"'])
def test_shell_passes_over_what_is_no_descriptor(plugin: Path, text: str) -> None:
    (plugin / "bundled.json").write_text(text)
    (found,) = client(plugin).get(f"{BASE}/plugins.json").json()
    assert found["name"] == "x"
    assert client(plugin).get(f"{BASE}/plugin/x/plugin.html").status_code == 200


def test_shell_without_a_built_plugin_is_a_page_without_plugins(tmp_path: Path) -> None:
    assert client(tmp_path).get(f"{BASE}/plugins.json").json() == []
