# SPDX-License-Identifier: Apache-2.0
"""What tests of a VM's life have in common: settings to send, and what came of them."""

from __future__ import annotations

from typing import Any

import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types

MIB = 1 << 20


def refused(act: Any) -> tuple[int, str]:
    with pytest.raises(sdk.Error) as error:
        act()
    return error.value.code, error.value.fault.detail


def pin(*hosts: str, affinity: Any = types.VmAffinity.PINNED) -> types.Vm:
    found = [types.Host(name=name) for name in hosts]
    return types.Vm(placement_policy=types.VmPlacementPolicy(affinity=affinity, hosts=found))


def prop(name: str, value: str) -> list[types.CustomProperty]:
    return [types.CustomProperty(name=name, value=value)]


def domain_of(served: Any, service: Any) -> dict[str, Any]:
    with served.http() as http:
        url = f"{served.base}/demo/vms/{service.get().id}/domain"
        found: dict[str, Any] = http.get(url).json()
    return found
