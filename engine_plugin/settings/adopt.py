# SPDX-License-Identifier: Apache-2.0
"""oVirt's own virtual NUMA nodes as our two inputs.

Decides how each node becomes a cell, and what cannot be kept as it is. Pure, but for
`remove_native`, which deletes the nodes once their settings are stored.

    request, notes = as_request(owner, nodes)
    request.to_properties()["numa_topology"]    "cpus=0-1 mem=8G nodes=0 / cpus=2-3 mem=8G nodes=1"
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.base.units import show_memory
from numa_domain.request.model import NumaRequest
from numa_domain.request.parts import CellRequest

from ..engine_api.engine import Session
from ..engine_api.queries import vms_service
from ..engine_api.records import NativeNode, Owner


def as_request(owner: Owner, nodes: Sequence[NativeNode]) -> tuple[NumaRequest, list[str]]:
    """The request that means the same, and what had to be changed, in words.

    The engine lets nodes leave out vCPUs and memory; cells may not: what is left over goes to
    the cells in turn, and to the last one.
    """
    notes: list[str] = []
    cpus = _all_vcpus(owner, nodes, notes)
    memory = _all_memory(owner, nodes, notes)
    cells = tuple(
        CellRequest(
            cpus=Cpuset.of(own) if own else None,
            memory_kib=kib,
            nodes=Nodeset.of(node.pins) if node.pins else None,
            mode=node.mode if node.pins and node.mode != "strict" else None,
        )
        for node, own, kib in zip(nodes, cpus, memory)
    )
    return NumaRequest(cells=cells), notes


def _all_vcpus(owner: Owner, nodes: Sequence[NativeNode], notes: list[str]) -> list[list[int]]:
    cpus = [list(node.cpus) for node in nodes]
    given = {vcpu for own in cpus for vcpu in own}
    left = [vcpu for vcpu in range(owner.vcpus) if vcpu not in given]
    for turn, vcpu in enumerate(left):
        cpus[turn % len(cpus)].append(vcpu)
    if left:
        notes.append(f"vCPUs {Cpuset.of(left)} were in no node: they are dealt to the cells")
    return cpus


def _all_memory(owner: Owner, nodes: Sequence[NativeNode], notes: list[str]) -> list[int]:
    memory = [node.memory_kib for node in nodes]
    left = owner.memory_kib - sum(memory)
    if left:
        memory[-1] += left
        notes.append(
            f"the nodes had {show_memory(left)} less than the VM: cell {nodes[-1].index} has it now"
        )
    return memory


def remove_native(session: Session, owner: Owner, nodes: Sequence[NativeNode]) -> None:
    """The highest index first: the engine wants the rest to begin at 0 without a gap."""
    for node in sorted(nodes, key=lambda node: -node.index):

        def ask(connection: Any, node_id: str = node.id) -> None:
            native = vms_service(connection).vm_service(owner.id).numa_nodes_service()
            native.node_service(node_id).remove()

        session.change(f"removing virtual NUMA node {node.index} of {owner.name}", ask)
