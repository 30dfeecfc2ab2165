# SPDX-License-Identifier: Apache-2.0
"""The VM in a domain XML: each element is read by the module that has its name, the rest here.

What libvirt would add after parsing is added. Read here are the elements that are never rewritten:
memory, vcpu, vcpus, iothreads, os and PCI devices.

    >>> guest = parse_guest("<domain><memory unit='GiB'>1</memory><vcpu>4</vcpu></domain>")
    >>> guest.memory_kib, str(guest.vcpus_current), guest.cells
    (1048576, '0-3', ())
"""

from __future__ import annotations

from ..base.errors import XMLError
from ..base.idset import MAX_ID, Cpuset
from ..guest.model import CpuTopology, Guest
from .cpu_numa import read_cells
from .cputune import EMULATOR, IOTHREAD, VCPU, read_cpuset, read_iothreads, read_pins
from .host_devices import host_devices
from .memory_backing import read_hugepages
from .memory_devices import cells_of_buses, read_devices
from .metadata import NO_RECORD, read_record
from .numatune import read_memnodes, read_memory_tune
from .scalars import ValueMissing, attribute, attribute_number, memory_kib, number
from .tree import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..guest.model import GuestCell, MemoryDevice
    from .tree import Element

MAX_VCPUS = MAX_ID + 1
"""No cpuset can name more."""


class MemoryMissing(ValueMissing):
    what = "neither <memory> nor cpu/numa says how much memory the VM has"
    todo = "add <memory>: libvirt would refuse the domain too"


class FirstVcpuOffline(XMLError):
    what = "vCPU 0 is not enabled"
    todo = "enable it: the guest cannot start without it"


class DevicesTooLarge(XMLError):
    what = "{memory} KiB leave nothing beside the {devices} KiB of the memory devices"
    todo = "<memory> counts them too: enlarge it, or remove a device"


def parse_guest(xml: bytes | str) -> Guest:
    """The VM that libvirt would make of this domain XML.

    Raises a subclass of `XMLError` if it is not XML, not a domain, or if libvirt would refuse what
    it says about CPUs and memory.
    """
    return read_guest(parse(xml).root)


def read_guest(domain: Element) -> Guest:
    """The VM that libvirt would make of a parsed domain. Raises `XMLError`."""
    vcpus_max, vcpus_current = read_vcpus(domain)
    cells = read_cells(domain, vcpus_max)
    devices = read_devices(domain)
    memory = _boot_memory(domain, cells, devices)
    total = memory + sum(device.size_kib for device in devices)
    current = domain.find("currentMemory")
    maximum = domain.find("maxMemory")
    tune = read_memory_tune(domain)
    pins = read_pins(domain)
    ours = (read_record(domain) or NO_RECORD).pins
    theirs = [pin for pin in pins if ours.get(pin.key) != pin.cpus]
    return Guest(
        name=_text(domain, "name"),
        uuid=_text(domain, "uuid"),
        memory_kib=memory,
        current_memory_kib=min(total, (memory_kib(current) if current is not None else 0) or total),
        max_memory_kib=memory_kib(maximum) if maximum is not None else memory,
        vcpus_max=vcpus_max,
        vcpus_current=vcpus_current,
        topology=_topology(domain),
        cells=cells,
        devices=devices,
        hugepages=read_hugepages(domain),
        memory_mode=None if tune is None else tune.mode,
        memory_nodes=None if tune is None else tune.nodes,
        memnodes=read_memnodes(domain),
        vcpu_pins={p.id: p.cpus for p in pins if p.kind == VCPU and p.id < vcpus_max},
        vcpu_cpuset=read_cpuset(domain),
        emulator_pin=next((p.cpus for p in pins if p.kind == EMULATOR), None),
        iothread_pins={p.id: p.cpus for p in pins if p.kind == IOTHREAD},
        own_pins={p.id: p.cpus for p in theirs if p.kind == VCPU and p.id < vcpus_max},
        own_thread_pins=tuple(p.cpus for p in theirs if p.kind != VCPU),
        iothreads=len(read_iothreads(domain)),
        pci=tuple(sorted(host_devices(domain))),
        cells_of_buses=cells_of_buses(domain),
        arch=_arch(domain),
        locked=domain.find("memoryBacking", "locked") is not None,
    )


def read_vcpus(domain: Element) -> tuple[int, Cpuset]:
    """The number of vCPUs that the VM can have, and those it starts with."""
    element = domain.find("vcpu")
    if element is None:
        return 1, Cpuset.of([0])
    most = number(element.text or "1", (element, None), 1, MAX_VCPUS)
    current = most
    if element.get("current") is not None:
        current = attribute_number(element, "current", 1, most)
    listed = domain.find("vcpus")
    if listed is None or not listed.children:
        return most, Cpuset.of(range(current))
    # vCPUs that are not listed are offline then, whatever @current says (seen with 9.0.0)
    enabled = [
        attribute_number(vcpu, "id", 0, most - 1)
        for vcpu in listed.all("vcpu")
        if attribute(vcpu, "enabled") == "yes"
    ]
    if 0 not in enabled:
        raise FirstVcpuOffline(listed.place)
    return most, Cpuset.of(enabled)


def _boot_memory(
    domain: Element, cells: Sequence[GuestCell], devices: Sequence[MemoryDevice]
) -> int:
    """See `Guest.memory_kib`."""
    if any(cell.memory_kib for cell in cells):
        return sum(cell.memory_kib for cell in cells)
    element = domain.find("memory")
    stated = memory_kib(element) if element is not None and element.text else 0
    if element is None or not stated:
        raise MemoryMissing(domain.place)
    extra = sum(device.size_kib for device in devices)
    if extra >= stated:
        raise DevicesTooLarge(element.place, memory=stated, devices=extra)
    return stated - extra


def _topology(domain: Element) -> CpuTopology | None:
    element = domain.find("cpu", "topology")
    if element is None:
        return None
    given = {
        name: attribute_number(element, name, 1, MAX_VCPUS)
        for name in ("sockets", "dies", "clusters", "cores", "threads")
        if element.get(name) is not None or name in ("sockets", "cores", "threads")
    }
    return CpuTopology(**given)


def _arch(domain: Element) -> str:
    """libvirt takes the host's if it is missing; the engine and virt-install always write it."""
    element = domain.find("os", "type")
    return (element is not None and element.get("arch")) or Guest.arch


def _text(domain: Element, name: str) -> str:
    element = domain.find(name)
    return "" if element is None else element.text.strip()
