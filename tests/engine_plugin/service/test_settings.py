# SPDX-License-Identifier: Apache-2.0
"""What the service is told by its environment."""

from __future__ import annotations

import pytest

from engine_plugin.service.settings import Settings, SettingWrong


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://e.example.org", "https://e.example.org/ovirt-engine/api"),
        ("https://e.example.org/ovirt-engine/", "https://e.example.org/ovirt-engine/api"),
        ("http://localhost:8080/ovirt-engine/api/", "http://localhost:8080/ovirt-engine/api"),
    ],
)
def test_settings_engine_url_leads_to_the_api(given, url):
    assert Settings.from_environment({"OVIRT_NUMA_ENGINE_URL": given}).engine_url == url


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            {},
            "OVIRT_NUMA_ENGINE_URL: '' is not the address of an engine, https://...;"
            " set it in the environment, or in the file that systemd reads it from",
        ),
        (
            {"OVIRT_NUMA_ENGINE_URL": "https://e", "OVIRT_NUMA_THREADS": "many"},
            "OVIRT_NUMA_THREADS: 'many' is not a number from 0 up;"
            " set it in the environment, or in the file that systemd reads it from",
        ),
        (
            {"OVIRT_NUMA_ENGINE_URL": "https://e", "OVIRT_NUMA_CA_FILE": "/nowhere.pem"},
            "OVIRT_NUMA_CA_FILE: '/nowhere.pem' is not a file with a certificate;"
            " set it in the environment, or in the file that systemd reads it from",
        ),
    ],
)
def test_settings_wrong_name_the_variable(environment, message):
    with pytest.raises(SettingWrong) as caught:
        Settings.from_environment(environment)
    assert str(caught.value) == message
