# SPDX-License-Identifier: Apache-2.0
"""The domain XML that the engine would write for a VM, as far as NUMA goes.

It has the elements that the hook reads: memory, vCPUs with those that can be hot-plugged, the
CPU topology, the cell or cells of the engine's own, pages, pins. Devices, firmware and the CPU
model are left out: no NUMA setting touches them. After LibvirtVmXmlBuilder and VmCpuCountHelper
of oVirt 4.5.

    domain_xml(vm, level="4.7", nodes=())       '<domain type="kvm"...'
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from numa_domain.base.idset import Cpuset

from ..engine_api.native_node import NativeNode
from ..engine_api.vm_config import VmConfig

OVIRT_VM = "http://ovirt.org/vm/1.0"
_MEMORY_SLOTS = "16"
_LEGACY_SOCKETS = 16
_MANY_VCPUS = 128
_COEFFICIENT = 2
_EXCLUSIVE = ("dedicated", "isolate_threads", "resize_and_pin_numa")
_MAXIMA = ((4, 6, 710, 10000), (4, 5, 512, 16), (0, 0, 384, 16))
"""Of x86: level, most vCPUs, most sockets (MaxNumOfVmCpus, MaxNumOfVmSockets)."""


def domain_xml(vm: VmConfig, *, level: str, nodes: Sequence[NativeNode] = ()) -> str:
    """The document, with one element a line."""
    domain = etree.Element("domain", {"type": "kvm"}, nsmap={"ovirt-vm": OVIRT_VM})
    _add(domain, "name", vm.name)
    _add(domain, "uuid", vm.id)
    _memory(domain, vm)
    most = max_vcpus(vm, level)
    _add(domain, "vcpu", str(most), current=str(vm.vcpus))
    _pages(domain, vm)
    _cpu(domain, vm, nodes, most)
    _pins(domain, vm)
    os = _add(domain, "os")
    _add(os, "type", "hvm", arch=vm.arch)
    _custom(domain, vm)
    etree.indent(domain)
    return etree.tostring(domain, encoding="unicode") + "\n"


def max_vcpus(vm: VmConfig, level: str) -> int:
    """How many vCPUs it can be given while it runs, and starts with slots for."""
    if vm.pinning_policy in _EXCLUSIVE:
        return vm.vcpus
    major, minor = (int(part) for part in level.split("."))
    sockets_most, most = next((s, n) for a, b, n, s in _MAXIMA if (major, minor) >= (a, b))
    most = most if vm.arch == "x86_64" else min(most, 384)
    per_socket = vm.cores * vm.threads
    if (major, minor) >= (4, 6):
        computed = min(sockets_most, _COEFFICIENT * vm.vcpus // per_socket)
        legacy = min(_LEGACY_SOCKETS, (_MANY_VCPUS - 1) // per_socket)
        most = min(most, max(computed, legacy) * per_socket)
    if per_socket > most:
        return max(most, vm.vcpus)
    return max(vm.vcpus, per_socket * min(sockets_most, most // per_socket))


def _add(
    parent: etree._Element, tag: str, text: str | None = None, **attributes: str
) -> etree._Element:
    element = etree.SubElement(parent, tag, attributes)
    element.text = text
    return element


def _memory(domain: etree._Element, vm: VmConfig) -> None:
    _add(domain, "memory", str(vm.memory_kib))
    _add(domain, "currentMemory", str(vm.memory_kib))
    if vm.iothreads:
        _add(domain, "iothreads", str(vm.iothreads))
    if vm.max_memory_kib > vm.memory_kib:
        _add(domain, "maxMemory", str(vm.max_memory_kib), slots=_MEMORY_SLOTS)


def _pages(domain: etree._Element, vm: VmConfig) -> None:
    size = vm.properties.get("hugepages", "")
    if size.isdigit() and int(size):
        pages = _add(_add(domain, "memoryBacking"), "hugepages")
        _add(pages, "page", size=size)


def _cpu(domain: etree._Element, vm: VmConfig, nodes: Sequence[NativeNode], most: int) -> None:
    if any(node.pins for node in nodes):
        tune = _add(domain, "numatune")
        for node in (n for n in nodes if n.pins):
            pins = ",".join(map(str, node.pins))
            _add(tune, "memnode", cellid=str(node.index), mode=node.mode, nodeset=pins)
    cpu = _add(domain, "cpu")
    sockets = str(most // (vm.cores * vm.threads))
    _add(cpu, "topology", sockets=sockets, cores=str(vm.cores), threads=str(vm.threads))
    cells = _native_cells(nodes, vm.vcpus, most) if nodes else []
    if not nodes and (most > vm.vcpus or vm.max_memory_kib > vm.memory_kib):
        cells = [("0", str(Cpuset.of(range(most))), str(vm.memory_kib))]
    if cells:
        numa = _add(cpu, "numa")
        for cell, cpus, memory in cells:
            _add(numa, "cell", id=cell, cpus=cpus, memory=memory)


def _native_cells(nodes: Sequence[NativeNode], vcpus: int, most: int) -> list[tuple[str, str, str]]:
    """The engine deals the vCPUs that do not run yet to its nodes in turn."""
    cpus = [list(node.cpus) for node in nodes]
    for turn, vcpu in enumerate(range(vcpus, most)):
        cpus[turn % len(nodes)].append(vcpu)
    return [
        (str(node.index), str(Cpuset.of(own)), str(node.memory_kib))
        for node, own in zip(nodes, cpus)
    ]


def _pins(domain: etree._Element, vm: VmConfig) -> None:
    tune = _add(domain, "cputune")
    for vcpu, cpus in sorted(vm.pins.items()):
        _add(tune, "vcpupin", vcpu=str(vcpu), cpuset=cpus)


def _custom(domain: etree._Element, vm: VmConfig) -> None:
    described = _add(_add(domain, "metadata"), f"{{{OVIRT_VM}}}vm")
    custom = _add(described, f"{{{OVIRT_VM}}}custom")
    for name, value in vm.properties.items():
        _add(custom, f"{{{OVIRT_VM}}}{name}", value)
