# SPDX-License-Identifier: Apache-2.0
"""VMs as the engine would give them, made without one."""

from __future__ import annotations

from engine_plugin.engine_api.vm_config import VmConfig


def vm(**fields) -> VmConfig:
    given = {
        "kind": "vms",
        "id": "1",
        "name": "db1",
        "cluster_id": "c",
        "memory_kib": 8 << 20,
        "max_memory_kib": 8 << 20,
        "sockets": 4,
        "properties": {},
        "pins": {},
    }
    return VmConfig(**{**given, **fields})
