# SPDX-License-Identifier: Apache-2.0
"""What somebody else does to a VM meanwhile, with oVirt's SDK, and what stands there."""

from __future__ import annotations

from typing import Any

import httpx
from ovirtsdk4 import types


def path(vm_id: str, rest: str = "") -> str:
    return f"/api/v1/vms/{vm_id}/numa{rest}"


def put(client: httpx.Client, vm_id: str, body: dict[str, str], **more: Any) -> httpx.Response:
    """Ours: it stores settings."""
    return client.put(path(vm_id), json=body, **more)


def properties(vm: Any) -> dict[str, str]:
    return {p.name: p.value for p in vm.custom_properties or []}


def stands(engine, vm_id: str) -> dict[str, str]:
    return properties(engine.vms.vm_service(vm_id).get(next_run=True))


def sets(engine, vm_id: str, **values: str | None) -> None:
    """Somebody with the SDK reads, changes a property, and writes."""
    service = engine.vms.vm_service(vm_id)
    kept = {**properties(service.get(next_run=True)), **values}
    sent = [types.CustomProperty(name=n, value=v) for n, v in kept.items() if v is not None]
    service.update(types.Vm(custom_properties=sent), next_run=True)


def moves(engine, vm_id: str, affinity: str) -> None:
    """Somebody chooses another migration mode; the hosts stay."""
    service = engine.vms.vm_service(vm_id)
    hosts = service.get().placement_policy.hosts or []
    policy = types.VmPlacementPolicy(
        affinity=types.VmAffinity(affinity), hosts=[types.Host(id=host.id) for host in hosts]
    )
    service.update(types.Vm(placement_policy=policy), next_run=True)


def affinity(engine, vm_id: str) -> str:
    return engine.vms.vm_service(vm_id).get().placement_policy.affinity.value
