# SPDX-License-Identifier: Apache-2.0
"""`memoryBacking/hugepages`: the page size of each guest cell.

The attribute `nodeset` means GUEST cells here. `locked`, `source` and the rest are left alone.

    <memoryBacking>
      <hugepages>
        <page size="2048" unit="KiB"/>
        <page size="1048576" unit="KiB" nodeset="1"/>
      </hugepages>
    </memoryBacking>

The default page, the one without `nodeset`, stays; cells with another size are listed in one `page`
for each size. If a cell is to have ordinary pages there can be no default, and all other cells are
listed.
"""

from __future__ import annotations

from ..base.errors import XMLError, raise_any
from ..base.frozen import Value
from ..base.idset import Nodeset
from ..guest.model import GuestPages
from .cpu_numa import find_numa, only_cells
from .edit import Node
from .scalars import attribute_set, invalid, memory_kib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..placement.model import Placement
    from .edit import Editor
    from .tree import Element

_BEFORE = ("currentMemory", "maxMemory", "memory")
"""Where a new `memoryBacking` is inserted: after the first of these that exists, which is where
libvirt writes it.
"""


class PageCellMissing(XMLError):
    what = "the page is for {cells:cell}, and the guest gets {there}"
    todo = "take {missing} out of its nodeset, or ask for such cells in numa_topology"


class PageSizeUnsaid(XMLError):
    what = "the host's default huge page is for {cells:cell}, and other pages are for other cells"
    todo = "write its size as memoryBacking/hugepages/page, or as page= of the cells"


class _Page(Value):
    """A `page` element and its values."""

    element: Element
    size_kib: int
    cells: Nodeset | None
    """None: it is the default for all cells."""


class Plan(Value):
    """What `hugepages` is to contain."""

    default: int | None
    """The size for cells that are in no row. 0: the host's default size, which needs no `page`.
    None: ordinary pages.
    """
    rows: Mapping[int, Nodeset]
    """Page size -> the cells that have it, without those that have the default."""
    ours: Nodeset = Nodeset()
    """The cells that are in a row because of the placement."""


def read_hugepages(domain: Element) -> tuple[GuestPages, ...]:
    """The pages in document order."""
    pages = _pages(domain)
    if not pages and _hugepages(domain):
        return (GuestPages(0),)
    return tuple(GuestPages(page.size_kib, page.cells) for page in pages)


def plan_hugepages(domain: Element, placement: Placement, ours: Nodeset) -> Plan:
    """The rows that give each cell its page size; `ours` are the cells whose row was written for an
    earlier placement.

    Raises `PageSizeUnsaid` or `PageCellMissing`.
    """
    pages = _pages(domain)
    default = next((page.size_kib for page in pages if page.cells is None), None)
    if _hugepages(domain) and not pages:
        default = 0
    cells: dict[int | None, Nodeset] = {}
    for placed in placement.cells:
        size, one = placed.cell.page_kib, Nodeset.of([placed.cell.id])
        cells[size] = cells.get(size, Nodeset()) | one
    if 0 in cells:
        if len(cells) > 1:
            raise PageSizeUnsaid("memoryBacking/hugepages", cells=str(cells[0]))
        return Plan(0, {})
    if None in cells or default == 0:
        default = None
    rows = {size: ids for size, ids in cells.items() if size is not None and size != default}
    raise_any(_dangling(pages, ours, len(placement.cells)))
    theirs = {page.size_kib: page.cells - ours for page in pages if page.cells is not None}
    added = (ids - theirs.get(size, Nodeset()) for size, ids in rows.items())
    return Plan(default, rows, Nodeset.of(cell for ids in added for cell in ids))


def rewrite_hugepages(edit: Editor, plan: Plan) -> None:
    """Write the plan."""
    domain = edit.document.root
    found = _hugepages(domain)
    if not found:
        _create(edit, plan)
    elif plan.default is None and not plan.rows:
        for element in found:
            alone = element.parent is not None and len(element.parent.children) == 1
            edit.remove(element.parent if alone and element.parent is not None else element)
    else:
        _merge(edit, found[0], _pages(domain), plan)


def _merge(edit: Editor, whole: Element, pages: Sequence[_Page], plan: Plan) -> None:
    """Change only what differs."""
    left = dict(plan.rows)
    for page in pages:
        wanted = left.pop(page.size_kib, None) if page.cells is not None else None
        if page.cells is None and page.size_kib == plan.default:
            if page.element.get("nodeset") is not None:  # the guest had no cells so far
                edit.replace(page.element, _node(page.size_kib, None))
        elif wanted is None:
            edit.remove(page.element)
        elif page.cells != wanted:
            edit.replace(page.element, _node(page.size_kib, wanted))
    edit.append(whole, [_node(size, cells) for size, cells in left.items()])


def _create(edit: Editor, plan: Plan) -> None:
    if plan.default is None and not plan.rows:
        return
    node = Node("hugepages", {}, [_node(size, cells) for size, cells in plan.rows.items()])
    backing = edit.document.root.find("memoryBacking")
    if backing is None:
        edit.insert_after(_BEFORE, Node("memoryBacking", {}, [node]))
    else:
        edit.append(backing, [node])


def _dangling(pages: Sequence[_Page], ours: Nodeset, count: int) -> Iterator[XMLError]:
    given = Nodeset((1 << count) - 1)
    for page in pages:
        if page.cells is not None and not page.cells - ours <= given:
            missing = page.cells - ours - given
            yield PageCellMissing(
                page.element.place,
                cells=str(page.cells),
                missing=str(missing),
                there=only_cells(count),
            )


def _hugepages(domain: Element) -> list[Element]:
    return [found for backing in domain.all("memoryBacking") for found in backing.all("hugepages")]


def _pages(domain: Element) -> list[_Page]:
    """Every `page`. If the guest has no cells, libvirt ignores `nodeset`, and so does this."""
    numa = find_numa(domain)
    celled = numa is not None and numa.find("cell") is not None
    return [_read(page, celled) for element in _hugepages(domain) for page in element.all("page")]


def _read(element: Element, celled: bool) -> _Page:
    size = memory_kib(element, "size")
    if not size:
        raise invalid("0", (element, "size"), "a page size")
    cells = None
    if element.get("nodeset") is not None:
        cells = attribute_set(element, "nodeset", Nodeset)
    return _Page(element, size, cells if celled else None)


def _node(size_kib: int, cells: Nodeset | None) -> Node:
    attrs = {"size": str(size_kib), "unit": "KiB"}
    if cells is not None:
        attrs["nodeset"] = str(cells)
    return Node("page", attrs)
