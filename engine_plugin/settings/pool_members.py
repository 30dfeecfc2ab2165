# SPDX-License-Identifier: Apache-2.0
"""VMs of a pool whose settings are not those of its first, which the engine shows for the pool.

differing(vm, rows)     PoolDiffers: "the pool desktops has 1 VM with other settings ..."
"""

from __future__ import annotations

from collections.abc import Sequence

from ..engine_api.vm_config import VmConfig
from ..engine_api.vm_row import VmRow
from .errors import PoolDiffers


def differing(pool: VmConfig, rows: Sequence[VmRow]) -> PoolDiffers | None:
    """Those that have settings, and others than the pool; one that has none is no loss."""
    found = [row.config for row in rows]
    return told(pool.name, [vm for vm in found if vm.has_settings and _differ(pool, vm)])


def told(name: str, others: Sequence[VmConfig]) -> PoolDiffers | None:
    if not others:
        return None
    return PoolDiffers(
        "vmpools",
        name=name,
        vms=", ".join(vm.name for vm in others),
        count=len(others),
        differing=[_shown(vm) for vm in others],
    )


def _differ(pool: VmConfig, vm: VmConfig) -> bool:
    return vm.request_texts != pool.request_texts


def _shown(vm: VmConfig) -> dict[str, object]:
    nodeset, topology = vm.request_texts
    return {"id": vm.id, "name": vm.name, "nodeset": nodeset, "topology": topology}
