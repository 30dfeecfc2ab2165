# SPDX-License-Identifier: Apache-2.0
"""What running VMs hold of their hosts' nodes, remembered: to find it out costs a millisecond each,
and there are thousands of them.

The rule is that of `model.promises`. A VM of `auto` is beyond that, since the engine does not know
which nodes its host chose; here it is counted where the core would put it, as it was when it was
let start, or as it is when the scheduler first sees it.

    charges.of(vm, "4.7", nodes, room)      {0: {0: 8388608}}
"""

from __future__ import annotations

from collections.abc import Hashable

from numa_domain.base.errors import NumaError
from numa_domain.domxml.read import parse_guest
from numa_domain.host.model import HostTopology
from numa_domain.placement.place import place_or_none

from ...engine_api.vm_config import VmConfig
from ...model.guest_xml import domain_xml
from ...model.promises import Charges, charges_of

Held = dict[tuple[str, str], tuple[Hashable, Charges]]


class ChargesBook:
    """Of all running VMs. Used by one thread at a time."""

    def __init__(self) -> None:
        self._held: Held = {}

    def of(self, vm: VmConfig, level: str, nodes: HostTopology, room: HostTopology) -> Charges:
        """Of a VM that runs on a host with these nodes; `room` is what other VMs leave of them,
        for a VM of `auto`."""
        assert vm.host_id is not None
        key, state = (vm.id, vm.host_id), _state(vm, nodes)
        known = self._held.get(key)
        if known is not None and known[0] in (state, None):
            return known[1]
        found = charges_of(vm, level, nodes)
        charges = _expected(vm, level, room) if found is None else found
        self._held[key] = (state, charges)
        return charges

    def expect(self, vm_id: str, host_id: str, charges: Charges) -> None:
        """A VM was let start on a host, where it would lie so."""
        self._held[vm_id, host_id] = (None, charges)

    def drop(self, vm_id: str) -> None:
        """It runs no more, or elsewhere."""
        for key in [key for key in self._held if key[0] == vm_id]:
            del self._held[key]

    def keep(self, vm_ids: set[str]) -> None:
        """Only of these VMs."""
        self._held = {key: kept for key, kept in self._held.items() if key[0] in vm_ids}


def _state(vm: VmConfig, nodes: HostTopology) -> Hashable:
    """What the charges depend on: other than `nodes`' free memory, which changes all the time."""
    shape = tuple((i, node.memory_kib, str(node.cpus)) for i, node in nodes.nodes.items())
    settings = tuple(sorted(vm.properties.items()))
    return shape, nodes.qemu_percent, settings, vm.memory_kib, vm.sockets, vm.cores, vm.threads


def _expected(vm: VmConfig, level: str, room: HostTopology) -> Charges:
    """Where the core would put it now; nothing where it cannot be known."""
    try:
        guest = parse_guest(domain_xml(vm, level=vm.level or level))
        placed = place_or_none(guest, vm.request(), room)
    except NumaError:
        return {}
    return {} if placed is None else {node: dict(p) for node, p in placed.charges.items()}
