# SPDX-License-Identifier: Apache-2.0
"""One moment of a cluster: its hosts, the VMs with settings that run there, what these hold.

All that is asked of a cluster (whether a VM fits, what a host has left, which hosts have the
hook) is answered from one such moment. It is made of what is still fresh in the inventory, and
is a value: nothing in it changes.

    model = model_of(inventory, cluster)
    model.host(host_id).vms, model.promised_on(host_id).by_vm
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ..engine_api.cluster import Cluster
from ..engine_api.host_facts import HostFacts
from ..engine_api.inventory import Inventory
from ..engine_api.vm_config import VmConfig
from .promises import NOTHING, Promised, promised_by_host


@dataclass(frozen=True)
class ClusterModel:
    """Of a cluster, or of some of its hosts."""

    cluster: Cluster
    hosts: tuple[HostFacts, ...]
    """By name."""
    promised: Mapping[str, Promised]
    """By the host's id; hosts where nothing is promised are left out."""
    taken: float = field(default_factory=time.monotonic)
    """When, by the clock that only goes on."""

    def host(self, host_id: str) -> HostFacts | None:
        return next((facts for facts in self.hosts if facts.record.id == host_id), None)

    def promised_on(self, host_id: str) -> Promised:
        return self.promised.get(host_id, NOTHING)

    def candidates(self, vm: VmConfig) -> tuple[HostFacts, ...]:
        """The hosts that may start the VM: those it is dedicated to, else all."""
        if not vm.host_ids:
            return self.hosts
        return tuple(facts for facts in self.hosts if facts.record.id in vm.host_ids)


def model_of(
    inventory: Inventory,
    cluster: Cluster,
    *,
    only: Collection[str] = (),
    pages: bool = False,
) -> ClusterModel:
    """`only` these hosts, by id, or all; huge pages cost a request more a host.

    A host that does not answer is in it with its error in place of its nodes.
    """
    records = [host for host in inventory.hosts(cluster) if not only or host.id in only]
    records.sort(key=lambda host: host.name)
    taken = time.monotonic()
    hosts = tuple(inventory.facts(records, pages=pages))
    return ClusterModel(cluster, hosts, promised_by_host(inventory, cluster, hosts), taken)
