# SPDX-License-Identifier: Apache-2.0
"""Versions of stored settings."""

from __future__ import annotations

from engine_plugin.settings import version

from .vms import vm


def test_version_is_of_our_fields_only():
    one = vm(properties={"numa_nodeset": "0", "sap_agent": "true"})
    assert version.version_of(one) == version.version_of(vm(properties={"numa_nodeset": "0"}))
    assert version.version_of(one) != version.version_of(vm(properties={"numa_nodeset": "1"}))
    assert version.version_of(one) != version.version_of(vm(**{**vars(one), "affinity": "pinned"}))
    assert version.version_of(one) != version.version_of(vm(**{**vars(one), "id": "2"}))
