# SPDX-License-Identifier: Apache-2.0
"""What was requested for a running VM, read from its live XML.

There are two sources: our record in the metadata says what was requested and done at the start;
`numatune` and `cputune` say what libvirt applies now. If there is a record it counts, so that a
change by hand shows up as a difference.

    requested = Requested.from_domain(xml); requested.blocks[0].nodes, requested.pins["emulator", 0]
"""

from __future__ import annotations

from ..affinity.placed_vm import read_placed_vm
from ..base.frozen import Value
from ..domxml.metadata import read_record
from ..domxml.read import read_guest
from ..domxml.tree import parse
from .numa_maps import Block

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..affinity.placed_vm import PlacedVm
    from ..base.idset import Cpuset, Nodeset
    from ..domxml.metadata import Record
    from ..guest.model import Guest

    Bound = tuple[str, "Nodeset | None"]

_POLICIES = {"strict": "bind", "interleave": "interleave"}


class RequestedBlock(Value):
    """A part of the guest's memory, and where it should be."""

    what: str
    """For people: "cell 0", "memory", "memdimm0"."""
    block: Block
    mode: str
    nodes: Nodeset | None
    """None if it is not bound."""
    now: Nodeset | None
    """The nodes that libvirt has it bound to now."""
    touched: bool = True
    """False if the guest may not have touched it yet: virtio-mem that it has not plugged."""
    huge: bool = False
    """Whether it has huge pages, which a cgroup's memory.numa_stat does not show."""


class Requested(Value):
    """All that was requested for a VM."""

    name: str
    uuid: str
    blocks: tuple[RequestedBlock, ...]
    pins: Mapping[tuple[str, int], Cpuset]
    """("vcpu", 3), ("iothread", 1) or ("emulator", 0) -> CPUs."""
    placed: PlacedVm | None
    """Where its vCPUs belong, and who pins them; None where our record was not there."""

    @property
    def recorded(self) -> bool:
        """Whether our record was there."""
        return self.placed is not None

    @staticmethod
    def from_domain(xml: bytes | str) -> Requested:
        """From the XML of a running domain. Raises `XMLError`."""
        domain = parse(xml).root
        guest, record = read_guest(domain), read_record(domain)
        pins = {**_live_pins(guest), **(record.pins if record else {})}
        return Requested(
            name=guest.name,
            uuid=guest.uuid,
            blocks=tuple(_blocks(guest, record)),
            pins=pins,
            placed=read_placed_vm(domain),
        )

    @property
    def bound(self) -> bool:
        """Whether any part of the memory should be on certain nodes."""
        return any(block.nodes is not None for block in self.blocks)


def _blocks(guest: Guest, record: Record | None) -> Iterator[RequestedBlock]:
    live, asked = _live(guest), _recorded(guest, record)
    if guest.cells:
        for cell in guest.cells:
            name, size = f"ram-node{cell.id}", cell.memory_kib
            block = _block(f"cell {cell.id}", name, size, live[cell.id], asked[cell.id])
            yield block.replace(huge=guest.page_kib(cell.id) is not None)
    else:
        block = _block("memory", "pc.ram", guest.memory_kib, live[0], asked[0])
        yield block.replace(huge=guest.page_kib(0) is not None)
    counts: dict[str, int] = {}
    for device in guest.devices:
        name = f"mem{device.model.replace('-', '')}{counts.get(device.model, 0)}"
        counts[device.model] = counts.get(device.model, 0) + 1
        if device.model in ("dimm", "virtio-mem"):  # the others are backed by a file
            own = ("strict", device.nodes) if device.nodes is not None else None
            home = device.cell or 0
            block = _block(name, name, device.size_kib, own or live[home], own or asked[home])
            huge = (device.page_kib or guest.page_kib(home)) is not None
            yield block.replace(touched=device.model == "dimm", huge=huge)


def _block(what: str, id: str, size_kib: int, live: Bound, asked: Bound) -> RequestedBlock:
    block = Block(id, size_kib, _policy(*live))
    return RequestedBlock(what, block, asked[0], asked[1], live[1])


def _live(guest: Guest) -> dict[int, Bound]:
    """Cell id -> mode and nodes, as libvirt has them now."""
    whole = (guest.memory_mode or "strict", guest.memory_nodes)
    cells: dict[int, Bound] = dict.fromkeys([0, *(cell.id for cell in guest.cells)], whole)
    cells.update({memnode.cell: (memnode.mode, memnode.nodes) for memnode in guest.memnodes})
    return cells


def _recorded(guest: Guest, record: Record | None) -> dict[int, Bound]:
    """Cell id -> mode and nodes, as they were requested."""
    cells = _live(guest)
    if record is not None:
        if record.nodes is not None and record.mode is not None:
            cells = dict.fromkeys(cells, (record.mode, record.nodes))
        cells.update({cell.id: (cell.mode, cell.nodes) for cell in record.cells})
    return cells


def _policy(mode: str, nodes: Nodeset | None) -> str:
    """The policy in numa_maps. restrictive sets none: it only uses the cgroup."""
    if nodes is None or mode == "restrictive":
        return "default"
    if mode == "preferred":
        return f"prefer:{nodes}" if len(nodes) == 1 else f"prefer (many):{nodes}"
    return f"{_POLICIES[mode]}:{nodes}"


def _live_pins(guest: Guest) -> dict[tuple[str, int], Cpuset]:
    pins = {("vcpu", i): cpus for i, cpus in guest.vcpu_pins.items()}
    pins.update({("iothread", i): cpus for i, cpus in guest.iothread_pins.items()})
    if guest.emulator_pin is not None:
        pins["emulator", 0] = guest.emulator_pin
    return pins
