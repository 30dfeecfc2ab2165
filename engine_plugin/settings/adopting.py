# SPDX-License-Identifier: Apache-2.0
"""oVirt's own virtual NUMA nodes taken over: as our two inputs, and removed there.

request, notes = as_request(vm, nodes)
request.to_properties()["numa_topology"]    "cpus=0-1 mem=8G nodes=0 / cpus=2-3 mem=8G nodes=1"
"""

from __future__ import annotations

from collections.abc import Sequence

from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.base.units import show_memory
from numa_domain.request.model import NumaRequest
from numa_domain.request.parts import CellRequest

from ..engine_api import updates
from ..engine_api.native_node import NativeNode
from ..engine_api.target import Target
from ..engine_api.vm_config import VmConfig
from . import errors
from .storing import Result, Writer
from .version import Expected


def adopt(writer: Writer, target: Target, *, expected: Expected | None, force: bool) -> Result:
    """Our settings stored first, then the nodes removed."""
    session = writer.session
    vm = target.read(session)
    nodes = target.native_nodes(session)
    if not nodes:
        raise errors.NoNativeNodes("numanodes", name=vm.name)
    if vm.status != "down":
        raise errors.VmRuns("numanodes", name=vm.name, vm_status=vm.status)
    request, notes = as_request(vm, nodes)
    result = writer.store(target, request, expected=expected, force=force, adopting=nodes)
    updates.remove_native_nodes(session, vm, nodes)
    result.notes[:0] = notes
    return result


def as_request(vm: VmConfig, nodes: Sequence[NativeNode]) -> tuple[NumaRequest, list[str]]:
    """The request that means the same, and what had to be changed, in words.

    The engine lets nodes leave out vCPUs and memory; cells may not: what is left over goes to
    the cells in turn, and to the last one.
    """
    notes: list[str] = []
    cpus = _all_vcpus(vm, nodes, notes)
    memory = _all_memory(vm, nodes, notes)
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


def _all_vcpus(vm: VmConfig, nodes: Sequence[NativeNode], notes: list[str]) -> list[list[int]]:
    cpus = [list(node.cpus) for node in nodes]
    given = {vcpu for own in cpus for vcpu in own}
    left = [vcpu for vcpu in range(vm.vcpus) if vcpu not in given]
    for turn, vcpu in enumerate(left):
        cpus[turn % len(cpus)].append(vcpu)
    if len(left) == 1:
        notes.append(f"vCPU {left[0]} was in no node: cell {nodes[0].index} has it now")
    elif left:
        notes.append(f"vCPUs {Cpuset.of(left)} were in no node: they are spread over the cells")
    return cpus


def _all_memory(vm: VmConfig, nodes: Sequence[NativeNode], notes: list[str]) -> list[int]:
    memory = [node.memory_kib for node in nodes]
    left = vm.memory_kib - sum(memory)
    if left:
        memory[-1] += left
        notes.append(
            f"the nodes had {show_memory(left)} less than the VM: cell {nodes[-1].index} has it now"
        )
    return memory
