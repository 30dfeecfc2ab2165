# SPDX-License-Identifier: Apache-2.0
"""Whether a VM's vCPUs are held beside their memory, as its hosts reported it.

The service numa-affinity on a host holds the vCPUs that VDSM would spread over all nodes; the hook
after_get_caps reports whether it runs (`numa_domain.host.told_affinity`).

    vcpus_of(inventory, vm)       Vcpus(state="loose", hosts=("node7",))
"""

from __future__ import annotations

from dataclasses import dataclass

from numa_domain.base.errors import NumaError

from ..engine_api.hosts import Hooks, HostRecord
from ..engine_api.inventory import Inventory
from ..engine_api.queries import UNTOLD
from ..engine_api.vm_config import VmConfig


@dataclass(frozen=True)
class Vcpus:
    """Of a VM with settings."""

    state: str
    """"held"; "loose": on some host VDSM spreads them over all nodes; "pinned": by the VM's own CPU
    pinning; "unknown": some host has not reported it."""
    hosts: tuple[str, ...] = ()
    """The hosts that are the reason for "loose" or "unknown"."""


def vcpus_of(inventory: Inventory, vm: VmConfig) -> Vcpus | None:
    """On the host where the VM runs, or on all that may start it; None without settings."""
    if vm.kind != "vms" or not vm.has_settings or vm.cluster_id is None:
        return None
    if vm.pins or vm.pinning_policy != "none":
        return Vcpus("pinned")
    try:
        hosts = _hosts(inventory, vm)
        told = [(host.name, holds(found)) for host, found in zip(hosts, inventory.hooks(hosts))]
    except UNTOLD:
        return Vcpus("unknown")
    loose = tuple(name for name, held in told if held is False)
    unknown = tuple(name for name, held in told if held is None)
    if loose:
        return Vcpus("loose", loose)
    return Vcpus("unknown", unknown) if unknown or not told else Vcpus("held")


def holds(hooks: Hooks | NumaError) -> bool | None:
    """Whether vCPUs are held on a host; None if it has not reported it."""
    if isinstance(hooks, NumaError) or hooks.affinity is None:
        return None
    return hooks.affinity.holds


def _hosts(inventory: Inventory, vm: VmConfig) -> list[HostRecord]:
    assert vm.cluster_id is not None  # the caller has looked
    cluster = inventory.cluster(vm.cluster_id)
    if vm.host_id is not None:
        return [host for host in inventory.hosts(cluster) if host.id == vm.host_id]
    return inventory.candidates(vm, cluster)
