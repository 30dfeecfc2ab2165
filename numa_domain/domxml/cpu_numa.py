# SPDX-License-Identifier: Apache-2.0
"""`cpu/numa`: reads and writes the guest's cells.

Cells are read as libvirt reads them: numbered, sorted, vCPUs that are in no cell added to cell 0,
distances mirrored. They are written in place of the default cell that oVirt's engine writes, or in
a new `cpu`.

    <numa>
      <cell id="0" cpus="0-1" memory="2097152"/>
      <cell id="1" cpus="2-3" memory="2097152"/>
    </numa>

A `cpu` with nothing but `numa` does not change the guest's CPU: libvirt then chooses the same
default model as without `cpu` (qemuDomainDefSetDefaultCPU; the same -cpu was seen with 9.0.0, for
q35 and pc).
"""

from __future__ import annotations

from ..base.errors import TextError, XMLError, raise_any
from ..base.idset import Cpuset, NodesetEmpty
from ..guest.model import GuestCell
from .edit import Node
from .scalars import attribute_number, invalid, memory_kib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..placement.model import Placement
    from ..topology.cell import Cell
    from .edit import Editor
    from .tree import Element

_BEFORE = ("features", "os", "resource", "numatune", "cputune", "vcpu", "memory")
"""Where a new `cpu` is inserted: after the first of these that exists, which is where libvirt
writes it.
"""


class CellIdsBroken(XMLError):
    what = "the cells' ids are {ids}"
    todo = "number them 0, 1, 2 and so on, each once: libvirt would refuse them too"


class CellsOverlap(XMLError):
    what = "cell {cell} and another both have {cpus:vCPU}"
    todo = "leave them in one: libvirt would refuse the domain too"


class CellCpusTooHigh(XMLError):
    what = "cell {cell} has {cpus:vCPU}, and the VM has 0-{last} only"
    todo = "remove them, or raise <vcpu>: libvirt would refuse the domain too"


class InterconnectCellMissing(XMLError):
    what = "the {name} is about cell {cell}, and the guest gets {cells}"
    todo = "remove it, or ask for a cell {cell} in numa_topology"


def read_cells(domain: Element, vcpus: int) -> tuple[GuestCell, ...]:
    """The cells in order of id, completed as libvirt completes them."""
    cells = [cell for _, cell in _written(domain)]
    raise_any(_problems(domain, cells, vcpus))
    free = Cpuset((1 << vcpus) - 1)
    for cell in cells:
        free = free - cell.cpus
    if cells and free:
        cells[0] = cells[0].replace(cpus=cells[0].cpus | free)
    return tuple(_mirrored(cells) if any(cell.distances for cell in cells) else cells)


def rewrite_cpu_numa(edit: Editor, placement: Placement) -> None:
    """Write the placement's cells, if it changes the cells at all."""
    if not placement.topology_changed or not placement.cells:
        return
    domain = edit.document.root
    wanted = [placed.cell for placed in placement.cells]
    raise_any(_lost_interconnects(domain, len(wanted)))
    written = _written(domain)
    if [_attrs(cell) for _, cell in written] == [_attrs(cell) for cell in wanted]:
        return
    kept = {cell.id: element.all("cache") for element, cell in written}
    nodes = [_cell_node(cell, [edit.source(c) for c in kept.get(cell.id, ())]) for cell in wanted]
    cpu, numa = domain.find("cpu"), find_numa(domain)
    if cpu is None:
        edit.insert_after(_BEFORE, Node("cpu", {}, [Node("numa", {}, nodes)]))
    elif numa is None:
        edit.append(cpu, [Node("numa", {}, nodes)])
    elif all(child.name == "cell" for child in numa.children) and b"<!" not in edit.source(numa):
        edit.replace(numa, Node("numa", {}, nodes))
    else:  # interconnects, comments
        for element in numa.all("cell"):
            edit.remove(element)
        edit.insert_first(numa, *nodes)


def find_numa(domain: Element) -> Element | None:
    """The first `numa` in any `cpu`; from a second `cpu` libvirt takes only this."""
    return next((numa for cpu in domain.all("cpu") for numa in cpu.all("numa")), None)


def only_cells(count: int) -> str:
    """ "cell 0 only" or "cells 0-2 only", for messages."""
    if not count:
        return "no cells"
    return f"cell{'s' if count > 1 else ''} {Cpuset.of(range(count))} only"


def _written(domain: Element) -> list[tuple[Element, GuestCell]]:
    """The cells as written, in order of id; a cell without id has its position as id."""
    numa = find_numa(domain)
    elements = list(numa.all("cell")) if numa is not None else []
    cells = [
        (element, _read(element, place if element.get("id") is None else None))
        for place, element in enumerate(elements)
    ]
    cells.sort(key=lambda pair: pair[1].id)
    ids = [cell.id for _, cell in cells]
    if ids != list(range(len(ids))):
        shown = ", ".join(map(str, ids[:20])) + (", ..." if len(ids) > 20 else "")
        raise CellIdsBroken(elements[0].place, ids=shown)
    return cells


def _read(element: Element, place: int | None) -> GuestCell:
    distances = element.find("distances")
    return GuestCell(
        id=attribute_number(element, "id") if place is None else place,
        cpus=_read_cpus(element),
        memory_kib=memory_kib(element, "memory"),
        mem_access=element.get("memAccess"),
        discard=element.get("discard"),
        distances={
            attribute_number(sibling, "id"): attribute_number(sibling, "value", 0, 255)
            for sibling in (distances.all("sibling") if distances is not None else ())
        },
    )


def _read_cpus(element: Element) -> Cpuset:
    """A cell's vCPUs. Only here libvirt accepts an empty set, as in cpus='^1'."""
    text = element.get("cpus")
    if text is None:
        return Cpuset()
    try:
        return Cpuset.parse(text)
    except TextError as error:
        if isinstance(error, NodesetEmpty) and text.strip():
            return Cpuset()
        raise invalid(text, (element, "cpus"), "a set of ids such as 0-3,8") from None


def _problems(domain: Element, cells: Sequence[GuestCell], vcpus: int) -> Iterator[XMLError]:
    numa, seen = find_numa(domain), Cpuset()
    place = domain.place if numa is None else numa.place
    for cell in cells:
        if cell.cpus & seen:
            yield CellsOverlap(place, cell=cell.id, cpus=str(cell.cpus & seen))
        if cell.cpus.bits >> vcpus:
            yield CellCpusTooHigh(place, cell=cell.id, cpus=str(cell.cpus), last=vcpus - 1)
        seen = seen | cell.cpus


def _mirrored(cells: Sequence[GuestCell]) -> Iterator[GuestCell]:
    """The cells with the distances that only the other cell gives, and 10 to themselves."""
    given: dict[int, dict[int, int]] = {cell.id: {} for cell in cells}
    for cell in cells:
        for other, value in cell.distances.items():
            given.setdefault(other, {})[cell.id] = value
    for cell in cells:
        both = {cell.id: 10, **given[cell.id], **cell.distances}
        yield cell.replace(distances=dict(sorted(both.items())))


def _attrs(cell: GuestCell | Cell) -> tuple[object, ...]:
    """The attributes by which cells are compared."""
    access = cell.mem_access if isinstance(cell, GuestCell) else cell.access
    distances = cell.distances
    if isinstance(distances, tuple):
        distances = dict(enumerate(distances))
    return (cell.id, cell.cpus, cell.memory_kib, access, cell.discard, distances or {})


def _cell_node(cell: Cell, caches: Sequence[bytes]) -> Node:
    attrs = {"id": str(cell.id)}
    if cell.cpus:
        attrs["cpus"] = str(cell.cpus)
    attrs["memory"] = str(cell.memory_kib)
    if cell.access:
        attrs["memAccess"] = cell.access
    if cell.discard:
        attrs["discard"] = cell.discard
    children: list[Node | bytes] = list(caches)
    if cell.distances:
        siblings = [
            Node("sibling", {"id": str(i), "value": str(value)})
            for i, value in enumerate(cell.distances)
        ]
        children.insert(0, Node("distances", {}, siblings))
    return Node("cell", attrs, children)


def _lost_interconnects(domain: Element, count: int) -> Iterator[XMLError]:
    numa = find_numa(domain)
    found = None if numa is None else numa.find("interconnects")
    for element in found.children if found is not None else ():
        for end in ("initiator", "target"):
            if element.get(end) is None:
                continue
            cell = attribute_number(element, end)
            if cell >= count:
                yield InterconnectCellMissing(
                    element.place, name=element.name, cell=cell, cells=only_cells(count)
                )
