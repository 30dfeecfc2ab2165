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

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

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
    what = "the engine does not know on which nodes the host has put {vms}"
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


def promised(vms: Iterable[VmConfig], charges: Callable[[VmConfig], Charges | None]) -> Promised:
    """What these VMs, which run on one host, hold of its nodes: each its charges."""
    by_vm: dict[str, Charges] = {}
    untold = []
    for vm in vms:
        found = charges(vm)
        if found is None:
            untold.append(vm.name)
        elif found:
            by_vm[vm.name] = found
    total: Charges = {}
    for held in by_vm.values():
        for node, pages in held.items():
            sums = total.setdefault(node, {})
            for page, kib in pages.items():
                sums[page] = sums.get(page, 0) + kib
    return Promised(total, by_vm, tuple(untold))


def promised_by_host(
    inventory: Inventory, cluster: Cluster, facts: Sequence[HostFacts]
) -> dict[str, Promised]:
    """By the host's id; hosts where nothing is promised are left out."""
    return {
        fact.record.id: _promised_on(inventory, cluster.level, fact)
        for fact in facts
        if fact.vms and not isinstance(fact.nodes, NumaError)
    }


def _promised_on(inventory: Inventory, level: str, fact: HostFacts) -> Promised:
    """As it was found before, where the same VMs run on the same nodes."""
    assert not isinstance(fact.nodes, NumaError)
    nodes, vms = fact.nodes, fact.vms

    def work() -> Promised:
        bare = _Known(_with_free(nodes, None))
        bare = inventory.computed(bare, lambda: bare)

        def charges(vm: VmConfig) -> Charges | None:
            key = (_shape(vm), vm.level or level, bare)
            return inventory.computed(key, lambda: [charges_of(vm, level, bare.host)])[0]

        return promised(vms, charges)

    return inventory.same("promised", fact.record.id, (nodes, vms), work)


class _Known:
    """A host as a key: its hash is counted once, which takes as long as ten look-ups."""

    def __init__(self, host: HostTopology) -> None:
        self.host, self._hash = host, hash(host)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, _Known) and self.host == other.host


def _shape(vm: VmConfig) -> tuple[object, ...]:
    """All of a VM that its place on a host can depend on."""
    counts = (vm.memory_kib, vm.max_memory_kib, vm.sockets, vm.cores, vm.threads, vm.iothreads)
    mappings = (tuple(sorted(vm.properties.items())), tuple(sorted(vm.pins.items())))
    return (*counts, vm.arch, vm.pinning_policy, *mappings)


def charges_of(vm: VmConfig, level: str, host: HostTopology) -> Charges | None:
    """What a VM holds of its host's nodes. Empty where the host would not have started it so, and
    nothing is bound; None for auto."""
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
