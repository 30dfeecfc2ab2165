# SPDX-License-Identifier: Apache-2.0
"""Where a VM that runs really lies, as its host told it.

On which nodes `auto` has put it, and where its memory is by now, only the host knows. Its hook
after_get_caps tells it with the capabilities (`numa_domain.host.told_vms`), so the engine knows it
of the moment at which it last read these.

    lying(hooks, vm)        Lying(nodes="0-1", touched={0: 2097152}, at=1796000000)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from numa_domain.base.errors import NumaError

from ..engine_api import queries
from ..engine_api.hosts import Hooks
from ..engine_api.inventory import Inventory
from ..engine_api.vm_config import VmConfig


@dataclass(frozen=True)
class Lying:
    """Of a VM with settings that runs."""

    state: str
    """"told"; "before": the host has told nothing since the VM began; "unknown": the host's hooks
    do not tell this, or the user may not see it."""
    nodes: str = ""
    """Those that its memory may come from."""
    touched: Mapping[int, int] = field(default_factory=dict)
    """Node -> KiB of it that were there."""
    at: int = 0
    """When, in seconds since 1970 by the host's clock."""


def lying_of(inventory: Inventory, vm: VmConfig) -> Lying | None:
    """None for what does not run, and for a VM without settings."""
    if vm.host_id is None or vm.cluster_id is None or not vm.has_settings:
        return None
    try:
        cluster = inventory.cluster(vm.cluster_id)
        hosts = [host for host in inventory.hosts(cluster) if host.id == vm.host_id]
        hooks = inventory.hooks(hosts)
    except queries.UNTOLD:
        return Lying("unknown")
    return lying(hooks[0], vm) if hooks else Lying("unknown")


def lying(hooks: Hooks | NumaError, vm: VmConfig) -> Lying:
    """By what the host told of itself."""
    if isinstance(hooks, NumaError) or hooks.settings is None:
        return Lying("unknown")
    told = hooks.vms.get(vm.id)
    # A second less, since the host tells whole ones.
    if told is None or (vm.started is not None and told.at < vm.started.timestamp() - 1):
        return Lying("before", at=hooks.settings.at)
    return Lying("told", str(told.nodes), told.touched, told.at)
