# SPDX-License-Identifier: Apache-2.0
"""oVirt's own virtual NUMA nodes taken over: as our two inputs, and removed there.

request, notes = as_request(vm, nodes)
request.to_properties()["numa_topology"]    "cpus=0-1 mem=8G nodes=0 / cpus=2-3 mem=8G nodes=1"
"""

from __future__ import annotations

from collections.abc import Sequence

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.base.units import show_memory
from numa_domain.request.model import NumaRequest
from numa_domain.request.parts import CellRequest

from ..engine_api import updates
from ..engine_api.native_node import NativeNode
from ..engine_api.session import Session
from ..engine_api.target import Target
from ..engine_api.vm_config import VmConfig
from . import errors
from .reading import Reading
from .storing import Result, Writer
from .version import Expected


def adopt(writer: Writer, target: Target, *, expected: Expected | None, force: bool) -> Result:
    """Our settings stored first, then the nodes removed.

    Where settings are there that were made of the nodes, an earlier try ended half-way: only what
    is left is removed, whichever version is expected, since nothing is replaced.
    """
    session = writer.session
    vm = target.read(session)
    nodes = target.native_nodes(session)
    if not nodes:
        raise errors.NoNativeNodes("numanodes", name=vm.name)
    if vm.status != "down":
        raise errors.VmRuns("numanodes", name=vm.name, vm_status=vm.status)
    if vm.has_settings:
        if not made_of(vm, nodes):
            raise errors.AdoptOthers("numanodes", name=vm.name, count=len(nodes))
        result, notes = Result(vm, vm), [_STORED_BEFORE]
    else:
        request, notes = as_request(vm, nodes)
        result = writer.store(target, request, expected=expected, force=force, adopting=nodes)
    with writer.alone(target):
        _require_there(session, target, nodes)
        _remove(session, target, result.vm, nodes)
    removed = Cpuset.of(node.index for node in nodes)
    result.notes[:0] = notes
    result.notes.append(f"removed of oVirt's own virtual NUMA nodes: {removed}")
    return result


_STORED_BEFORE = "the settings were stored before and stay as they are"


def _require_there(session: Session, target: Target, nodes: Sequence[NativeNode]) -> None:
    """Nodes go only while what was made of them stands there, and they are what it was made of."""
    vm = target.read(session)
    said = ""
    if not made_of(vm, nodes):
        said = "its settings are not those any more that were made of its virtual NUMA nodes"
    elif target.native_nodes(session) != nodes:
        said = "its virtual NUMA nodes are others now"
    if said:
        raise errors.ChangedMeanwhile(
            "numanodes", name=vm.name, differences=f"{said}; none is removed"
        )


def _remove(session: Session, target: Target, vm: VmConfig, nodes: Sequence[NativeNode]) -> None:
    """Raises `AdoptPartly`, with what is left."""
    left = sorted(nodes, key=lambda node: node.index)
    while left:
        try:
            updates.remove_native_node(session, vm, left[-1])
        except NumaError as error:
            there = _still_there(session, target, left)
            if left[-1] in there:
                raise _partly(vm, nodes, there, error) from error
        left.pop()


def _still_there(
    session: Session, target: Target, nodes: Sequence[NativeNode]
) -> Sequence[NativeNode]:
    """All of them where the engine does not tell."""
    try:
        ids = {node.id for node in target.native_nodes(session)}
    except NumaError:
        return nodes
    return [node for node in nodes if node.id in ids]


def _partly(
    vm: VmConfig, nodes: Sequence[NativeNode], left: Sequence[NativeNode], error: NumaError
) -> errors.AdoptPartly:
    rest = [node.index for node in left]
    return errors.AdoptPartly(
        "numanodes",
        cause=error,
        newer=Reading(vm, vm, left),
        removed=[node.index for node in nodes if node.index not in rest],
        left=rest,
        name=vm.name,
        id=vm.id,
    )


def made_of(vm: VmConfig, nodes: Sequence[NativeNode]) -> bool:
    """Whether the stored settings are what such nodes become: all of them, or those with the lowest
    indices where the others have been removed already."""
    try:
        request = vm.request()
    except NumaError:
        return False
    cells = request.cells
    if request.target is not None or not isinstance(cells, tuple) or len(nodes) > len(cells):
        return False
    if len(nodes) == len(cells):
        return as_request(vm, nodes)[0] == request
    return all(
        set(node.cpus) <= set(cell.cpus or ())
        and (cell.memory_kib or 0) >= node.memory_kib
        and set(cell.nodes or ()) == set(node.pins)
        and (cell.mode or "strict") == (node.mode if node.pins else "strict")
        for node, cell in zip(nodes, cells)
    )


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
