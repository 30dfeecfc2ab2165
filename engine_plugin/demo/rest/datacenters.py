# SPDX-License-Identifier: Apache-2.0
"""`/datacenters`: one, of which all clusters are; clients follow it on their way to a template.

Knows no rule.

    GET /ovirt-engine/api/datacenters
"""

from __future__ import annotations

from typing import Any

from ovirtsdk4 import types
from starlette.routing import Route

from ..model import DATA_CENTER
from .content import Item
from .web import BASE, Answer, Call, endpoint, many, missing, one

ID = "1b1d6ee2-3f0a-4c1e-9a5e-6f4c7a2d9e10"


def reference() -> Any:
    """What a cluster says of it."""
    found = types.DataCenter(id=ID)
    found.href = f"{BASE}/datacenters/{ID}"
    return found


def _item() -> Item:
    value = types.DataCenter(id=ID, name=DATA_CENTER, local=False, status=types.DataCenterStatus.UP)
    return Item(value, f"{BASE}/datacenters/{ID}")


def list_data_centers(call: Call) -> Answer:
    return many("data_centers", [_item()])


def get_data_center(call: Call) -> Answer:
    return one(_item()) if call.id == ID else missing()


ROUTES = [
    Route("/datacenters", endpoint(list_data_centers), methods=["GET"]),
    Route("/datacenters/{id}", endpoint(get_data_center), methods=["GET"]),
]
