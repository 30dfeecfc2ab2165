# SPDX-License-Identifier: Apache-2.0
"""`numatune`: which host nodes the memory of the VM and of each guest cell may come from.

After a placement, `memory` and `memnode` elements that exist are changed rather than written a
second time.

    <numatune>
      <memory mode="strict" nodeset="0-1"/>
      <memnode cellid="0" mode="strict" nodeset="0"/>
      <memnode cellid="1" mode="strict" nodeset="1"/>
    </numatune>

If the placement does not bind the VM as a whole, an existing `memory` stays, unless it is ours from
an earlier placement. An existing `memnode` stays for a cell that the placement leaves to `memory`.
A `memnode` for a cell that the guest will not have is an error.
"""

from __future__ import annotations

from ..base.errors import RequestError, XMLError, raise_any
from ..base.frozen import Value
from ..base.idset import Nodeset
from ..guest.model import Memnode
from .cpu_numa import only_cells
from .edit import Node
from .scalars import ValueMissing, attribute_number, attribute_set, invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..placement.model import Placement
    from .edit import Editor
    from .tree import Element

MODES = ("strict", "preferred", "interleave", "restrictive")
_BEFORE = ("cputune", "vcpus", "vcpu", "currentMemory", "memory")
"""Where a new `numatune` is inserted: after the first of these that exists, which is where libvirt
writes it.
"""


class NumatuneTwice(XMLError):
    what = "there are two <numatune>"
    todo = "remove one: libvirt would refuse the domain too"


class MemnodeTwice(XMLError):
    what = "cell {cell} has two <memnode>"
    todo = "remove one: libvirt would refuse the domain too"


class MemnodeCellMissing(XMLError):
    what = "the memnode is for cell {cell}, and the guest gets {cells}"
    todo = "remove it, or ask for a cell {cell} in numa_topology"


class AutoPlacementMixed(XMLError):
    what = "placement='auto' cannot stand beside memnodes"
    todo = "remove it, or give numa_nodeset nodes for the whole VM"


class RestrictiveMixed(RequestError):
    what = "mode restrictive of {restrictive} would stand beside mode {other} of {others}"
    todo = "libvirt refuses that: use restrictive everywhere, or nowhere"


class MemoryTune(Value):
    """`numatune/memory`; `nodes` is None with placement='auto'."""

    mode: str
    nodes: Nodeset | None


def read_memory_tune(domain: Element) -> MemoryTune | None:
    """The first `memory`, which is the one that libvirt uses."""
    numatune = _numatune(domain)
    element = None if numatune is None else numatune.find("memory")
    if element is None or not {"mode", "placement", "nodeset"} & element.attrs.keys():
        return None
    if element.get("placement") == "auto":
        return MemoryTune(_mode(element), None)
    if element.get("nodeset") is None:
        raise ValueMissing(element.place, name="attribute nodeset")
    return MemoryTune(_mode(element), attribute_set(element, "nodeset", Nodeset))


def read_memnodes(domain: Element) -> tuple[Memnode, ...]:
    """Every `memnode`, in order of cell."""
    return tuple(sorted((memnode for _, memnode in _memnodes(domain)), key=lambda m: m.cell))


def rewrite_numatune(
    edit: Editor, placement: Placement, our_memory: bool, our_memnodes: Nodeset
) -> None:
    """Write the placement. Ours from an earlier one are `memory`, if `our_memory`, and the memnodes
    of the cells `our_memnodes`.
    """
    domain = edit.document.root
    memory = _wanted_memory(domain, placement, our_memory)
    keep, gone = _sort_memnodes(domain, placement, our_memnodes)
    wanted = {
        placed.cell.id: Memnode(placed.cell.id, placed.cell.mode, placed.nodes)
        for placed in placement.cells
        if placed.memnode and placed.nodes is not None
    }
    final = {**{memnode.cell: memnode for _, memnode in keep}, **wanted}
    _check_modes(memory, final)
    if final and _is_automatic(domain, memory):
        raise AutoPlacementMixed(domain.place)
    numatune = _numatune(domain)
    if numatune is None:
        children = [
            *([_memory_node(memory)] if memory else []),
            *map(_memnode_node, final.values()),
        ]
        if children:
            edit.insert_after(_BEFORE, Node("numatune", {}, children))
    elif memory is None and not final and numatune.children:
        edit.remove(numatune)
    else:
        _merge(edit, numatune, memory, final, keep, gone)


def _merge(
    edit: Editor,
    numatune: Element,
    memory: MemoryTune | None,
    final: Mapping[int, Memnode],
    keep: list[tuple[Element, Memnode]],
    gone: list[Element],
) -> None:
    """Change only what differs."""
    old = read_memory_tune(edit.document.root)
    element = numatune.find("memory")
    if element is None and memory is not None:
        edit.insert_first(numatune, _memory_node(memory))
    elif element is not None and memory is None:
        edit.remove(element)
    elif element is not None and memory is not None and old != memory:
        edit.replace(element, _memory_node(memory))
    for leaving in gone:
        edit.remove(leaving)
    for present, memnode in keep:
        if final[memnode.cell] != memnode:
            edit.replace(present, _memnode_node(final[memnode.cell]))
    there = {memnode.cell for _, memnode in keep}
    edit.append(numatune, [_memnode_node(final[cell]) for cell in final if cell not in there])


def _wanted_memory(domain: Element, placement: Placement, ours: bool) -> MemoryTune | None:
    if placement.nodes is not None:
        return MemoryTune(placement.mode, placement.nodes)
    relied_on = any(p.nodes is not None and not p.memnode for p in placement.cells)
    return None if ours and not relied_on else read_memory_tune(domain)


def _sort_memnodes(
    domain: Element, placement: Placement, ours: Nodeset
) -> tuple[list[tuple[Element, Memnode]], list[Element]]:
    """The memnodes that stay, changed or not, and ours that go. Raises for memnodes of missing
    cells.
    """
    keep: list[tuple[Element, Memnode]] = []
    gone: list[Element] = []
    problems: list[XMLError] = []
    cells = {placed.cell.id: placed for placed in placement.cells}
    for element, memnode in _memnodes(domain):
        placed = cells.get(memnode.cell)
        if placed is not None and placed.memnode and placed.nodes is not None:
            keep.append((element, memnode))
        elif memnode.cell in ours:
            gone.append(element)
        elif placed is not None:
            keep.append((element, memnode))
        else:
            count = only_cells(len(cells))
            problems.append(MemnodeCellMissing(element.place, cell=memnode.cell, cells=count))
    raise_any(problems)
    return keep, gone


def _check_modes(memory: MemoryTune | None, memnodes: Mapping[int, Memnode]) -> None:
    """Nearly all releases of libvirt refuse restrictive together with another mode."""
    modes = [(memory.mode, "numatune/memory")] if memory is not None else []
    modes += [(memnode.mode, f"cell {memnode.cell}") for memnode in memnodes.values()]
    restrictive = [who for mode, who in modes if mode == "restrictive"]
    others = [(mode, who) for mode, who in modes if mode != "restrictive"]
    if restrictive and others:
        raise RestrictiveMixed(
            "numatune", restrictive=restrictive[0], other=others[0][0], others=others[0][1]
        )


def _is_automatic(domain: Element, memory: MemoryTune | None) -> bool:
    """Whether libvirt would ask numad for the VM's nodes."""
    if memory is not None:
        return memory.nodes is None
    vcpu = domain.find("vcpu")
    return vcpu is not None and vcpu.get("placement") == "auto"


def _numatune(domain: Element) -> Element | None:
    found = list(domain.all("numatune"))
    if len(found) > 1:
        raise NumatuneTwice(found[1].place)
    return found[0] if found else None


def _memnodes(domain: Element) -> Iterator[tuple[Element, Memnode]]:
    numatune, seen = _numatune(domain), set()
    for element in numatune.all("memnode") if numatune is not None else ():
        cell = attribute_number(element, "cellid")
        if cell in seen:
            raise MemnodeTwice(element.place, cell=cell)
        seen.add(cell)
        yield element, Memnode(cell, _mode(element), attribute_set(element, "nodeset", Nodeset))


def _mode(element: Element) -> str:
    mode = element.get("mode") or "strict"
    if mode not in MODES:
        expected = "a mode: strict, preferred, interleave or restrictive"
        raise invalid(mode, (element, "mode"), expected)
    return mode


def _memory_node(memory: MemoryTune) -> Node:
    return Node("memory", {"mode": memory.mode, "nodeset": str(memory.nodes)})


def _memnode_node(memnode: Memnode) -> Node:
    return Node(
        "memnode",
        {"cellid": str(memnode.cell), "mode": memnode.mode, "nodeset": str(memnode.nodes)},
    )
