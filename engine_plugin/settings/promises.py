# SPDX-License-Identifier: Apache-2.0
"""What running VMs have been promised of a host's nodes.

Those with our settings that are not down count; where their memory lies is the core's decision.
The engine does not know how much of its memory a VM has touched, so there are two ends.

* late: the VMs have taken all they were promised; it is missing from the free memory already,
  and a node has left its size less the promises, or what is free, if that is less;
* early: they have taken nothing yet; what is free is still to give way to all promises.

    late, early = promised.late(host), promised.early(host)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from numa_domain.base.errors import HostError, NumaError
from numa_domain.domxml.read import parse_guest
from numa_domain.host.model import HostTopology, Node
from numa_domain.placement.memory_fit import ORDINARY, charged
from numa_domain.placement.place import place

from ..engine_api.cluster import Cluster
from ..engine_api.host_facts import HostFacts
from ..engine_api.inventory import Inventory
from ..engine_api.vm_config import VmConfig
from .guest_xml import domain_xml

_ENDLESS_KIB = 1 << 50

Charges = dict[int, dict[int, int]]


class PromisesUntaken(HostError):
    what = "it fits only if {vms} have taken all the memory that they were promised here"
    todo = "the host decides when the VM starts; leave more memory free to be sure"


class NodesUntold(HostError):
    what = "{vms} run here on nodes that the host chose, which the engine does not know"
    todo = "the host decides when the VM starts; what they have not touched yet is not counted"


@dataclass(frozen=True)
class Promised:
    """To the VMs of one host."""

    charges: Charges
    """Node -> page size (0: ordinary) -> KiB."""
    by_vm: dict[str, Charges]
    """The same for each VM by name."""
    untold: tuple[str, ...] = ()
    """VMs whose nodes only the host knows."""

    def early(self, host: HostTopology) -> HostTopology:
        """The host, if nothing of it has been taken."""
        return charged(host, self.charges)

    def late(self, host: HostTopology) -> HostTopology:
        """The host, if all of it has been taken."""
        nodes = dict(host.nodes)
        for i, pages in self.charges.items():
            if i in nodes and pages.get(ORDINARY):
                nodes[i] = _all_taken(nodes[i], pages[ORDINARY])
        return host.replace(nodes=nodes)


NOTHING = Promised({}, {})


def _all_taken(node: Node, promised: int) -> Node:
    left = max(0, node.memory_kib - promised)
    return node.replace(promised_kib=max(0, node.free_kib - left))


def promised(vms: Iterable[VmConfig], level: str, host: HostTopology) -> Promised:
    """What these VMs, which run on the host, hold of its nodes."""
    by_vm: dict[str, Charges] = {}
    untold = []
    for vm in vms:
        found = _charges(vm, level, host)
        if found is None:
            untold.append(vm.name)
        elif found:
            by_vm[vm.name] = found
    total: Charges = {}
    for charges in by_vm.values():
        for node, pages in charges.items():
            sums = total.setdefault(node, {})
            for page, kib in pages.items():
                sums[page] = sums.get(page, 0) + kib
    return Promised(total, by_vm, tuple(untold))


def promised_by_host(
    inventory: Inventory, cluster: Cluster, facts: Sequence[HostFacts]
) -> dict[str, Promised]:
    """By the host's id; hosts where nothing is promised are left out."""
    there: dict[str, list[VmConfig]] = {}
    for vm in inventory.running(cluster):
        if vm.bound is not None and vm.host_id is not None:
            there.setdefault(vm.host_id, []).append(vm.bound)
    found = {}
    for fact in facts:
        own, nodes = there.get(fact.record.id), fact.nodes
        if own and not isinstance(nodes, NumaError):
            ask = partial(promised, own, cluster.level, nodes)
            found[fact.record.id] = inventory.kept("promised", fact.record.id, ask)
    return found


def _charges(vm: VmConfig, level: str, host: HostTopology) -> Charges | None:
    """Empty where the host would not have started it so, and nothing is bound; None for auto."""
    try:
        request = vm.request()
        guest = parse_guest(domain_xml(vm, level=vm.level or level))
        if request.target is not None and request.target.kind == "auto":
            return None
        try:
            found = place(guest, request, _with_free(host, None))
        except HostError:
            found = place(guest, request, _with_free(host, _ENDLESS_KIB))
    except NumaError:
        return {}
    return {node: dict(pages) for node, pages in found.charges.items()}


def _with_free(host: HostTopology, kib: int | None) -> HostTopology:
    """The host with nothing on it (or without an end), as it is to who comes first."""
    nodes = {}
    for i, node in host.nodes.items():
        pages = {
            size: pool.replace(free=pool.total if kib is None else kib // size, promised=0)
            for size, pool in node.pages.items()
        }
        free = node.memory_kib if kib is None else kib
        nodes[i] = node.replace(free_kib=free, promised_kib=0, pages=pages)
    return host.replace(nodes=nodes)
