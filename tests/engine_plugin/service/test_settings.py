# SPDX-License-Identifier: Apache-2.0
"""What the service is told by its environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine_plugin.service.environment import SettingUnknown, SettingWrong, from_environment

ROOT = Path(__file__).parents[3]
ADDRESS = {"OVIRT_NUMA_ENGINE_URL": "https://e"}
SET = "set it in the environment, or in the file that systemd reads it from"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://e.example.org", "https://e.example.org/ovirt-engine/api"),
        ("https://e.example.org/ovirt-engine/", "https://e.example.org/ovirt-engine/api"),
        ("https://localhost:8443/ovirt-engine/api/", "https://localhost:8443/ovirt-engine/api"),
    ],
)
def test_settings_engine_url_leads_to_the_api(given, url):
    assert from_environment({"OVIRT_NUMA_ENGINE_URL": given}).engine_url == url


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "OVIRT_NUMA_ENGINE_URL: '' is not the address of an engine, https://..."),
        (
            {"OVIRT_NUMA_ENGINE_URL": "http://e.example.org"},
            "OVIRT_NUMA_ENGINE_URL: 'http://e.example.org' is not an address with TLS, https://...;"
            " OVIRT_NUMA_PLAIN_HTTP=true allows others, in a laboratory",
        ),
        (
            {"OVIRT_NUMA_THREADS": "many"},
            "OVIRT_NUMA_THREADS: 'many' is not a whole number from 1 to 1000",
        ),
        (
            {"OVIRT_NUMA_THREADS": "0"},
            "OVIRT_NUMA_THREADS: '0' is not a whole number from 1 to 1000",
        ),
        (
            {"OVIRT_NUMA_PARALLEL": "0"},
            "OVIRT_NUMA_PARALLEL: '0' is not a whole number from 1 to 1000",
        ),
        (
            {"OVIRT_NUMA_PORT": "99999"},
            "OVIRT_NUMA_PORT: '99999' is not a whole number from 1 to 65535",
        ),
        (
            {"OVIRT_NUMA_CALL_SECONDS": "nan"},
            "OVIRT_NUMA_CALL_SECONDS: 'nan' is not a number from 0.001 up",
        ),
        (
            {"OVIRT_NUMA_WARM_SECONDS": "inf"},
            "OVIRT_NUMA_WARM_SECONDS: 'inf' is not a number from 0 up",
        ),
        (
            {"OVIRT_NUMA_BODY_BYTES": "-1"},
            "OVIRT_NUMA_BODY_BYTES: '-1' is not a whole number from 1 up",
        ),
        ({"OVIRT_NUMA_INSECURE": "si"}, "OVIRT_NUMA_INSECURE: 'si' is not true or false"),
        (
            {"OVIRT_NUMA_ROOT_PATH": "numa"},
            "OVIRT_NUMA_ROOT_PATH: 'numa' is not a path such as /ovirt-engine-numa",
        ),
        (
            {"OVIRT_NUMA_CA_FILE": "/nowhere.pem"},
            "OVIRT_NUMA_CA_FILE: '/nowhere.pem' is not a file with a certificate",
        ),
    ],
)
def test_settings_wrong_name_the_variable(environment, message):
    with pytest.raises(SettingWrong) as caught:
        from_environment({**(ADDRESS if environment else {}), **environment})
    assert str(caught.value) == f"{message}; {SET}"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("OVIRT_NUMA_THREDS", "; perhaps OVIRT_NUMA_THREADS is meant"),
        ("OVIRT_NUMA_ENGINE_URI", "; perhaps OVIRT_NUMA_ENGINE_URL is meant"),
        ("OVIRT_NUMA_XYZZY", ""),
    ],
)
def test_settings_unknown_are_told_with_what_may_be_meant(name, near):
    with pytest.raises(SettingUnknown) as caught:
        from_environment({**ADDRESS, name: ""})
    assert caught.value.message == f"there is no such setting{near}"


def test_settings_without_tls_are_taken_where_that_is_said():
    environment = {"OVIRT_NUMA_ENGINE_URL": "http://e", "OVIRT_NUMA_PLAIN_HTTP": "true"}
    assert from_environment(environment).engine_url == "http://e/ovirt-engine/api"


@pytest.mark.parametrize("threads", ["0", "1e3", "nan"])
def test_serve_with_a_wrong_setting_says_one_line(threads):
    environ = {**os.environ, **ADDRESS, "OVIRT_NUMA_THREADS": threads}
    command = [sys.executable, "-m", "engine_plugin.cli", "serve"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "OVIRT_NUMA_THREADS" in done.stderr
