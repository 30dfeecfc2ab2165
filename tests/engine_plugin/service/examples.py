# SPDX-License-Identifier: Apache-2.0
"""The examples of answers in the OpenAPI document, taken from an embedded engine.

python -m tests.engine_plugin.service.examples       writes engine_plugin/service/examples.json anew
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import httpx

from engine_plugin.service.app import create_app
from engine_plugin.service.settings import Settings
from tests.engine_plugin.engines import Engine, Served

FILE = Path(__file__).parents[3] / "engine_plugin/service/examples.json"
_SHORT = {"hosts": 1, "vms": 1, "nodes": 1, "capacity": 1, "refusals": 1, "cells": 1}


def taken(engine: Engine, client: httpx.Client) -> dict[str, Any]:
    """By the name of each answer's schema."""
    host, vm = engine.host("epyc-nps4"), engine.vm("db-strict").id
    pool = engine.sdk.system_service().vm_pools_service().list()[0].id
    body, new = {"nodeset": "0-1", "topology": "2"}, engine.new_vm()
    asked = {
        "Shown": ("GET", f"vms/{vm}/numa", None),
        "Stored": ("PUT", f"vms/{new}/numa", body),
        "PoolStored": ("PUT", f"vmpools/{pool}/numa?force=true", {"nodeset": "auto"}),
        "Preview": ("POST", f"vms/{new}/numa/preview", body),
        "Suggested": ("POST", f"vms/{vm}/numa/suggest", None),
        "Page": ("GET", "vms?search=name=db*&size=1", None),
        "Host": ("GET", f"hosts/{host.id}/numa", None),
        "Cluster": ("GET", f"clusters/{host.cluster.id}/numa", None),
        "Job": ("POST", "jobs", {"search": "name=desktop-*", "nodeset": "auto"}),
        "Jobs": ("GET", "jobs", None),
        "Decisions": ("GET", f"vms/{vm}/numa/decisions", None),
        "Health": ("GET", "../../healthz", None),
    }
    found = {}
    for name, (method, path, sent) in asked.items():
        answer = client.request(method, path, json=sent, headers={"If-Match": "*"})
        assert answer.is_success, answer.text
        found[name] = _short(answer.json())
    return found


def _short(value: Any, most: int = 100) -> Any:
    """Long lists cut off after what shows their form."""
    if isinstance(value, dict):
        return {key: _short(each, _SHORT.get(key, 100)) for key, each in value.items()}
    if isinstance(value, list):
        return [_short(each) for each in value[:most]]
    return value


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder))
        service = Served(create_app(Settings(engine_url=engine.url)))
        headers = {"Authorization": f"Bearer {engine.token()}"}
        with httpx.Client(
            base_url=f"{service.base}/api/v1/", headers=headers, timeout=60
        ) as client:
            found = taken(engine, client)
        FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        service.close()
        engine.close()


if __name__ == "__main__":
    main()
