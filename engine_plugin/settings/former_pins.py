# SPDX-License-Identifier: Apache-2.0
"""CPU pins (`cpu_tune`) that earlier releases wrote with the settings, recognised.

They pinned each vCPU to the CPUs of its cell's nodes, so that VDSM would leave it there, and noted
that in the property numa_restore ("migratable,cpu_tune"). Now numa-affinity holds the vCPUs on the
host, so such pins are removed with the next change of the settings. Pins that differ from what was
written then, or are missing, have been changed by somebody else since, and stay.

    are_ours(inventory, vm)      False if an admin has changed a pin
"""

from __future__ import annotations

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.domxml.read import parse_guest
from numa_domain.guest.model import Guest
from numa_domain.host.model import HostTopology
from numa_domain.request.model import NumaRequest
from numa_domain.topology.plan import plan_cells

from ..engine_api.inventory import Inventory
from ..engine_api.vm_config import VmConfig
from ..model.guest_xml import domain_xml
from .change import planned


def are_ours(inventory: Inventory, vm: VmConfig) -> bool:
    """Whether the VM's pins are those of an earlier release; False if that cannot be seen."""
    if not vm.restores[1] or not vm.pins or vm.cluster_id is None:
        return False
    try:
        pins = {vcpu: Cpuset.parse(text) for vcpu, text in vm.pins.items()}
        request = vm.request()
        cluster = inventory.cluster(vm.cluster_id)
        guest = parse_guest(domain_xml(planned(vm, request), level=vm.level or cluster.level))
        hosts = inventory.facts(inventory.candidates(vm, cluster))
        return any(
            not isinstance(host.nodes, NumaError)
            and pins == _written(guest, request, host.nodes, vm.vcpus)
            for host in hosts
        )
    except NumaError:
        return False


def _written(
    guest: Guest, request: NumaRequest, host: HostTopology, vcpus: int
) -> dict[int, Cpuset]:
    """vCPU -> CPUs of the nodes that the request gives it on a host, of those that a VM starts
    with."""
    target = request.target
    common = target.nodes if target is not None and target.kind == "nodes" else None
    found: dict[int, Cpuset] = {}
    for cell in plan_cells(guest, request):
        nodes = cell.nodes if cell.nodes is not None else common
        if nodes:
            found.update(dict.fromkeys(cell.cpus, _cpus(host, nodes)))
    if not guest.cells and request.cells is None and common:
        found = dict.fromkeys(range(guest.vcpus_max), _cpus(host, common))
    return {vcpu: cpus for vcpu, cpus in found.items() if vcpu < vcpus}


def _cpus(host: HostTopology, nodes: Nodeset) -> Cpuset:
    return Cpuset.of(cpu for n in nodes if n in host.nodes for cpu in host.nodes[n].cpus)
