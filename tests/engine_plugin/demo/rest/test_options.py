# SPDX-License-Identifier: Apache-2.0
"""Options and clusters: what is defined at which level."""

from __future__ import annotations

from typing import Any

import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types


@pytest.fixture
def option(admin: Any) -> Any:
    options = admin.system_service().options_service()
    return options.option_service("UserDefinedVMProperties")


def test_all_levels_are_shown_without_a_version(option: Any) -> None:
    assert [v.version for v in option.get().values] == [
        "4.2",
        "4.3",
        "4.4",
        "4.5",
        "4.6",
        "4.7",
        "4.8",
    ]


def test_version_keeps_one_value(option: Any) -> None:
    (value,) = option.get(version="4.7").values
    assert value.value.startswith("numa_nodeset=^")
    assert "numa_topology=" in value.value


@pytest.mark.parametrize("version", ["4.1", "x"])
def test_unknown_version_is_404(option: Any, version: str) -> None:
    with pytest.raises(sdk.NotFoundError):
        option.get(version=version)


def test_changed_option_counts_after_a_restart_alone(served: Any, option: Any, vms: Any) -> None:
    """engine-config says that the engine has to be restarted, and means it."""
    store = served.app.state.engine.store
    before = store.option("UserDefinedVMProperties")
    store.save_option("UserDefinedVMProperties", {**before, "4.7": "color"})
    try:
        assert option.get(version="4.7").values[0].value == "color"
        color = types.CustomProperty(name="color", value="red")
        with pytest.raises(sdk.Error) as error:
            vms(custom_properties=[color])
        assert error.value.code == 400
    finally:
        store.save_option("UserDefinedVMProperties", before)


def test_clusters_have_level_and_architecture(admin: Any) -> None:
    found = {c.name: c for c in admin.system_service().clusters_service().list()}
    assert (found["numa-lab"].version.major, found["numa-lab"].version.minor) == (4, 7)
    assert found["power"].cpu.architecture.value == "ppc64"
    assert set(found) == {"numa-lab", "power", "legacy", "this-machine"}
