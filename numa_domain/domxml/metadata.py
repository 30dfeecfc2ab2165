# SPDX-License-Identifier: Apache-2.0
"""Our element in `metadata`: a record of what was requested and what was done.

It is read by the hooks that run later in the VM's life, and by the next rewriting, which must tell
our pins and memnodes from an admin's. It is found by the namespace's URI, since VDSM rewrites
prefixes.

    <numa:placement xmlns:numa="urn:ovirt-numa:1" version="1" migratable="no">
      <numa:request nodeset="0-1" topology="2"/>
      <numa:memory mode="strict" nodes="0-1"/>
      <numa:cell id="0" nodes="0" mode="strict"/>
      <numa:cell id="1" nodes="1" mode="strict"/>
      <numa:pin cpuset="0-7" vcpus="0-1"/>
      <numa:pin cpuset="0-15" iothreads="1" emulator="yes"/>
    </numa:placement>

VDSM keeps it over start, migration and suspend. From the XML of a snapshot with memory VDSM drops
it, with all metadata that is not its own (vm.py, _correct_disk_volumes_from_xml): a VM that is
resumed from such a snapshot has only its `numatune`.
"""

from __future__ import annotations

from ..base.errors import XMLError
from ..base.frozen import Value
from ..base.idset import MAX_ID, Cpuset, Nodeset
from .cputune import EMULATOR, IOTHREAD, VCPU
from .edit import Node
from .numatune import MODES
from .scalars import (
    ValueInvalid,
    ValueMissing,
    attribute,
    attribute_number,
    attribute_set,
    invalid,
    number,
)
from .tree import OURS, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..placement.model import Placement
    from .edit import Editor
    from .tree import Element

VERSION = 1
"""The version that is written. Older records are read too."""
_BEFORE = ("description", "title", "genid", "uuid", "name")
"""Where a new `metadata` is inserted: after the first of these that exists, which is where libvirt
writes it.
"""


class RecordOfOtherVersion(XMLError):
    what = (
        "our record in the metadata has version {version!r}, and up to {known} they are known here"
    )
    todo = "update the hook on this host to that of the host where the VM started, or start it anew"


class RecordBroken(XMLError):
    what = "our record in the metadata cannot be read: {reason}"
    todo = "start the VM anew: oVirt's engine has its settings, and the record is made from them"


class RecordedCell(Value):
    """A cell of the placement."""

    id: int
    nodes: Nodeset | None
    """Host nodes of its memory; None if it is not bound."""
    mode: str
    memnode: bool
    """Whether it has a `memnode` of its own, which is then ours."""
    page: bool
    """Whether its row in `hugepages` is ours."""


class Record(Value):
    """The contents of our element."""

    nodeset: str | None
    """The input numa_nodeset; None if it was not given."""
    topology: str | None
    mode: str | None
    """That of `numatune/memory`, if it is ours."""
    nodes: Nodeset | None
    cells: tuple[RecordedCell, ...]
    pins: Mapping[tuple[str, int], Cpuset]
    """The pins that are ours: ("vcpu", 3), ("iothread", 1) or ("emulator", 0) -> CPUs."""
    migratable: bool = False

    @property
    def memnodes(self) -> Nodeset:
        """The cells whose `memnode` is ours."""
        return Nodeset.of(cell.id for cell in self.cells if cell.memnode)

    @property
    def page_cells(self) -> Nodeset:
        """The cells whose row in `hugepages` is ours."""
        return Nodeset.of(cell.id for cell in self.cells if cell.page)

    @property
    def all_nodes(self) -> Nodeset:
        """All host nodes that the VM's memory is bound to."""
        nodes = self.nodes or Nodeset()
        for cell in self.cells:
            nodes = nodes | (cell.nodes or Nodeset())
        return nodes


NO_RECORD = Record(None, None, None, None, (), {})
"""For a domain in which nothing is ours."""


def read_placement(domain_xml: bytes | str) -> Record | None:
    """The record in a domain; None if there is none. Raises `XMLError`."""
    return read_record(parse(domain_xml).root)


def read_record(domain: Element) -> Record | None:
    """The record in a parsed domain, the first if there are several; None if there is none."""
    element = next(_ours(domain), None)
    if element is None:
        return None
    version = element.get("version")
    if version not in [str(known) for known in range(1, VERSION + 1)]:
        raise RecordOfOtherVersion(element.place, version=version, known=VERSION)
    try:
        return _read(element)
    except (ValueInvalid, ValueMissing) as error:
        raise RecordBroken(error.where, reason=error.message) from None


def _read(element: Element) -> Record:
    request, memory = element.find(_name("request")), element.find(_name("memory"))
    return Record(
        nodeset=None if request is None else request.get("nodeset"),
        topology=None if request is None else request.get("topology"),
        mode=None if memory is None else _mode(memory),
        nodes=None if memory is None else attribute_set(memory, "nodes", Nodeset),
        cells=tuple(map(_read_cell, element.all(_name("cell")))),
        pins=dict(pin for part in element.all(_name("pin")) for pin in _read_pin(part)),
        migratable=element.get("migratable") != "no",
    )


def make_record(
    placement: Placement, pins: Mapping[tuple[str, int], Cpuset], page_cells: Nodeset
) -> Record | None:
    """The record of a placement; None if nothing was requested."""
    texts = placement.request.to_properties()
    if not texts:
        return None
    cells = tuple(
        RecordedCell(
            id=placed.cell.id,
            nodes=placed.nodes,
            mode=placed.cell.mode,
            memnode=placed.memnode and placed.nodes is not None,
            page=placed.cell.id in page_cells,
        )
        for placed in placement.cells
    )
    return Record(
        nodeset=texts.get("numa_nodeset"),
        topology=texts.get("numa_topology"),
        mode=placement.mode if placement.nodes is not None else None,
        nodes=placement.nodes,
        cells=cells,
        pins=pins,
    )


def rewrite_metadata(edit: Editor, record: Record | None) -> None:
    """Write this record in place of any other; with None, remove it."""
    domain = edit.document.root
    old = list(_ours(domain))
    keep = 1 if record is not None else 0
    for element in old[keep:]:
        edit.remove(element)
    if record is None:
        return
    node = _node(record, _free_prefix(edit.document.prefixes))
    metadata = domain.find("metadata")
    if old:
        if read_record(domain) != record:
            edit.replace(old[0], node)
    elif metadata is not None:
        edit.append(metadata, [node])
    else:
        edit.insert_after(_BEFORE, Node("metadata", {}, [node]))


def _ours(domain: Element) -> Iterator[Element]:
    metadata = domain.find("metadata")
    return iter(()) if metadata is None else metadata.all(_name("placement"))


def _name(local: str) -> str:
    return f"{OURS}}}{local}"


def _read_cell(element: Element) -> RecordedCell:
    bound = element.get("nodes") is not None
    return RecordedCell(
        id=attribute_number(element, "id", 0, MAX_ID),
        nodes=attribute_set(element, "nodes", Nodeset) if bound else None,
        mode=_mode(element),
        memnode=bound and element.get("memnode") != "no",
        page=element.get("page") == "yes",
    )


def _read_pin(element: Element) -> Iterator[tuple[tuple[str, int], Cpuset]]:
    cpus = attribute_set(element, "cpuset", Cpuset)
    if element.get("vcpus") is not None:
        yield from (((VCPU, i), cpus) for i in attribute_set(element, "vcpus", Cpuset))
    for text in (element.get("iothreads") or "").split():
        yield (IOTHREAD, number(text, (element, "iothreads"))), cpus
    if element.get("emulator") == "yes":
        yield (EMULATOR, 0), cpus


def _mode(element: Element) -> str:
    mode = attribute(element, "mode")
    if mode not in MODES:
        raise invalid(mode, (element, "mode"), "a mode of memory")
    return mode


def _free_prefix(taken: Mapping[str, str]) -> str:
    prefix, count = "numa", 0
    while taken.get(prefix, OURS) != OURS:
        count += 1
        prefix = f"numa{count}"
    return prefix


def _node(record: Record, prefix: str) -> Node:
    request = {"nodeset": record.nodeset, "topology": record.topology}
    given = {name: text for name, text in request.items() if text is not None}
    children = [Node(f"{prefix}:request", given)]
    if record.nodes is not None:
        attrs = {"mode": str(record.mode), "nodes": str(record.nodes)}
        children.append(Node(f"{prefix}:memory", attrs))
    children += [Node(f"{prefix}:cell", _cell_attrs(cell)) for cell in record.cells]
    children += [Node(f"{prefix}:pin", attrs) for attrs in _pin_attrs(record.pins)]
    migratable = "yes" if record.migratable else "no"
    attrs = {f"xmlns:{prefix}": OURS, "version": str(VERSION), "migratable": migratable}
    return Node(f"{prefix}:placement", attrs, children)


def _cell_attrs(cell: RecordedCell) -> dict[str, str]:
    attrs = {"id": str(cell.id)}
    if cell.nodes is not None:
        attrs["nodes"] = str(cell.nodes)
    attrs["mode"] = cell.mode
    if cell.nodes is not None and not cell.memnode:
        attrs["memnode"] = "no"
    if cell.page:
        attrs["page"] = "yes"
    return attrs


def _pin_attrs(pins: Mapping[tuple[str, int], Cpuset]) -> Iterator[dict[str, str]]:
    """Attributes of the pin elements, one for all threads with the same CPUs."""
    groups: dict[Cpuset, list[tuple[str, int]]] = {}
    for key, cpus in pins.items():
        groups.setdefault(cpus, []).append(key)
    for cpus, keys in groups.items():
        attrs = {"cpuset": str(cpus)}
        vcpus = Cpuset.of(i for kind, i in keys if kind == VCPU)
        iothreads = [str(i) for kind, i in keys if kind == IOTHREAD]
        if vcpus:
            attrs["vcpus"] = str(vcpus)
        if iothreads:
            attrs["iothreads"] = " ".join(iothreads)
        if any(kind == EMULATOR for kind, _ in keys):
            attrs["emulator"] = "yes"
        yield attrs
