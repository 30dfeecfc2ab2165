# SPDX-License-Identifier: Apache-2.0
"""Whether a cluster is set up, without an engine."""

from __future__ import annotations

import pytest

from engine_plugin import properties
from engine_plugin.settings import health


@pytest.mark.parametrize(
    ("option", "states"),
    [
        ("", {"missing"}),
        (properties.merged("note"), {"ok"}),
        ("numa_nodeset;numa_topology=.*;numa_restore=^.*$", {"other"}),
        ("numa_nodeset=^[0-9]$;numa_topology=^(;numa_restore=^x$", {"wrong"}),
    ],
)
def test_health_judges_expressions_by_what_they_take(option, states):
    assert {definition.state for definition in health.definitions(option)} == states
