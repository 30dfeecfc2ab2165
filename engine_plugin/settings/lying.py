# SPDX-License-Identifier: Apache-2.0
"""Where a VM that runs really lies, as its host told it.

On which nodes `auto` has put it, and where its memory is by now, only the host knows. Its hook
after_get_caps tells it with the capabilities (`numa_domain.host.told_vms`), so the engine knows it
of the moment at which it last read these.

    lying(hooks, vm)        Lying(nodes="0-1", touched={0: 2097152}, at=1796000000)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from numa_domain.base.errors import HostError, NumaError
from numa_domain.base.idset import Nodeset
from numa_domain.base.units import show_memory
from numa_domain.observed.verdict import QEMU_OWN_KIB

from ..engine_api import queries
from ..engine_api.hosts import Hooks
from ..engine_api.inventory import Inventory
from ..engine_api.vm_config import VmConfig


class LiesElsewhere(HostError):
    what = "{memory} of its memory are on {nodes:node}, and it is bound to {asked:node}"
    todo = "shut the VM down and start it to bind it anew; numa-domain verify on {host} says more"


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

    def elsewhere(self, vm: VmConfig, host: str) -> LiesElsewhere | None:
        """Where memory is not where it is bound to; what QEMU has of its own is not counted."""
        if self.state != "told" or not _binds(vm):
            return None
        asked = Nodeset.parse(self.nodes)
        away = {node: kib for node, kib in self.touched.items() if node not in asked}
        kib = sum(away.values())
        if kib <= QEMU_OWN_KIB:
            return None
        nodes = str(Nodeset.of(away))
        return LiesElsewhere(
            f"host {host}", memory=show_memory(kib), nodes=nodes, asked=str(asked), host=host
        )


def _binds(vm: VmConfig) -> bool:
    """Whether its memory may be on its nodes alone."""
    try:
        request = vm.request()
    except NumaError:
        return False
    cells = request.cells if isinstance(request.cells, tuple) else ()
    return "preferred" not in (request.mode, *(cell.mode for cell in cells))


def strayed(inventory: Inventory, vms: Sequence[VmConfig]) -> dict[str, LiesElsewhere]:
    """Of these VMs those whose host told that they lie elsewhere, by id."""
    mine = [vm for vm in vms if vm.host_id and vm.cluster_id and vm.has_settings]
    found: dict[str, LiesElsewhere] = {}
    for cluster_id in sorted({vm.cluster_id or "" for vm in mine}):
        here = [vm for vm in mine if vm.cluster_id == cluster_id]
        try:
            hosts = inventory.hosts(inventory.cluster(cluster_id))
            ids = {vm.host_id for vm in here}
            used = [host for host in hosts if host.id in ids]
            told = dict(zip((host.id for host in used), zip(used, inventory.hooks(used))))
        except queries.UNTOLD:
            continue
        for vm in here:
            host, hooks = told.get(vm.host_id or "", (None, None))
            if host is None or hooks is None:
                continue
            stray = lying(hooks, vm).elsewhere(vm, host.name)
            if stray is not None:
                found[vm.id] = stray
    return found


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
