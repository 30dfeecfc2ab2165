# SPDX-License-Identifier: Apache-2.0
"""`/datacenters`: one, of which all clusters are; clients follow it on their way to a template.

Knows no rule.

    GET /ovirt-engine/api/datacenters
"""

from __future__ import annotations

from starlette.routing import Route

from ..model import DATA_CENTER, DATA_CENTER_DESCRIPTION
from ..search import Search
from ..topologies import identity
from .element import Element, reference
from .links import resource
from .places import BASE
from .web import Answer, Call, endpoint, many, missing, one

ID = "1b1d6ee2-3f0a-4c1e-9a5e-6f4c7a2d9e10"
MAC_POOL = identity("mac-pool", "Default")
_HREF = f"{BASE}/datacenters/{ID}"
_VERSION: list[Element] = [("major", 4), ("minor", 8)]


def link() -> Element:
    """What a cluster says of it."""
    return reference("data_center", _HREF, ID)


def mac_pool() -> Element:
    return reference("mac_pool", f"{BASE}/macpools/{MAC_POOL}", MAC_POOL)


def _element() -> Element:
    content: list[Element] = [
        ("local", False),
        ("quota_mode", "disabled"),
        ("status", "up"),
        ("storage_format", "v5"),
        ("supported_versions", [("version", _VERSION)]),
        ("version", _VERSION),
        mac_pool(),
    ]
    about = {"name": DATA_CENTER, "description": DATA_CENTER_DESCRIPTION}
    return resource("data_center", _HREF, ID, content, about=about)


def list_data_centers(call: Call) -> Answer:
    def load(search: Search, most: int) -> list[Element]:
        found = most != 0 and call.engine.store.data_center_is_found(search)
        return [_element()] if found else []

    return many("data_centers", call.listed("datacenter", load))


def get_data_center(call: Call) -> Answer:
    return one(_element()) if call.id == ID else missing()


ROUTES = [
    Route("/datacenters", endpoint(list_data_centers), methods=["GET"]),
    Route("/datacenters/{id}", endpoint(get_data_center), methods=["GET"]),
]
