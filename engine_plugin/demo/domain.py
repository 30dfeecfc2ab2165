# SPDX-License-Identifier: Apache-2.0
"""The domain XML as the engine builds it: what VDSM is handed at the start of a VM.

Decides the elements and their order after LibvirtVmXmlBuilder and VmInfoBuildUtils, with the
parts that NUMA settings meet: hot-pluggable vCPUs, the default cell, native cells and their
memnodes, pins, huge pages, and the metadata that becomes the hooks' environment. Disks,
networks and graphics are left out: this engine has none.

    >>> vcpus_max(VmConfig("db1", "c", sockets=4), "4.7")
    16
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lxml import etree

from numa_domain.base.idset import Cpuset, Nodeset

from .model import Cluster, Host, Vm, VmConfig, VmNode
from .rules import cpu_tune
from .rules.properties import Definitions, joined

TUNE = "http://ovirt.org/vm/tune/1.0"
OVIRT = "http://ovirt.org/vm/1.0"
QEMU = "http://libvirt.org/schemas/domain/qemu/1.0"
_MACHINES = {
    "x86_64": {"4.6": "pc-q35-rhel8.4.0", "4.7": "pc-q35-rhel8.6.0", "4.8": "pc-q35-rhel9.6.0"},
    "ppc64": {"4.6": "pseries-rhel8.4.0", "4.7": "pseries-rhel8.4.0", "4.8": "pseries-rhel8.5.0"},
}
_MOST_CPUS = {"x86_64": 710, "ppc64": 384}
_LEGACY_SOCKETS, _MANY_CPUS, _COEFFICIENT, _MEMORY_SLOTS = 16, 128, 2, 16
_FIXED = ("dedicated", "isolate_threads", "resize_and_pin_numa")
"""Policies under which the engine declares no vCPUs to plug in later."""


def build(
    vm: Vm,
    config: VmConfig,
    cluster: Cluster,
    host: Host,
    definitions: Definitions,
    *,
    paused: bool = False,
) -> str:
    """The domain of a VM that is to start on a host."""
    level = config.compatibility or cluster.level
    x86 = cluster.architecture == "x86_64"
    domain = etree.Element("domain", nsmap={"ovirt-tune": TUNE, "ovirt-vm": OVIRT, "qemu": QEMU})
    domain.set("type", "kvm")
    most = vcpus_max(config, level, cluster.architecture)
    cells = _cells(config, most) if host.nodes else []
    _head(domain, vm, config, most)
    if x86:
        _sysinfo(domain, vm)
    _clock(domain, x86)
    if x86:
        etree.SubElement(etree.SubElement(domain, "features"), "acpi")
    _numatune(domain, config)
    _cpu(domain, config, cluster, most, cells)
    _cputune(domain, config, host)
    if x86 and most >= 256:
        limit = etree.SubElement(etree.SubElement(domain, "memtune"), "hard_limit", unit="TiB")
        limit.text = "1024"
    _devices(domain, x86)
    if x86:
        pm = etree.SubElement(domain, "pm")
        etree.SubElement(pm, "suspend-to-disk", enabled="no")
        etree.SubElement(pm, "suspend-to-mem", enabled="no")
    _os(domain, cluster, level, x86)
    _memory_backing(domain, config, host)
    _metadata(domain, config, level, definitions, paused)
    text = etree.tostring(domain, encoding="unicode", pretty_print=True)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + text


def vcpus_max(config: VmConfig, level: str, architecture: str = "x86_64") -> int:
    """How many vCPUs the domain declares, those to plug in later included (calcMaxVCpu)."""
    if config.cpu_pinning_policy in _FIXED or tuple(map(int, level.split("."))) < (4, 6):
        return config.vcpus
    per_socket = config.cores * config.threads
    computed = min(10000, _COEFFICIENT * config.vcpus // per_socket)
    legacy = min(_LEGACY_SOCKETS, (_MANY_CPUS - 1) // per_socket)
    most = min(_MOST_CPUS[architecture], max(computed, legacy) * per_socket)
    return most if per_socket > most else per_socket * (most // per_socket)


def policy_of(config: VmConfig) -> str:
    """VDSM's word for the CPU pinning policy; pinned native nodes imply pins."""
    if config.cpu_pinning_policy == "resize_and_pin_numa" or _pins_of_nodes(config):
        return "manual"
    return config.cpu_pinning_policy.replace("isolate_threads", "isolate-threads")


def _pins_of_nodes(config: VmConfig) -> bool:
    pinned = any(node.pins for node in config.nodes)
    return pinned and not config.cpu_pinning and config.cpu_pinning_policy == "none"


def _head(domain: etree._Element, vm: Vm, config: VmConfig, most: int) -> None:
    _text(domain, "name", config.name)
    _text(domain, "uuid", vm.id)
    _text(domain, "memory", config.memory_mb * 1024)
    _text(domain, "currentMemory", config.memory_mb * 1024)
    if config.iothreads:
        _text(domain, "iothreads", config.iothreads)
    if config.max_memory_mb > config.memory_mb:
        _text(domain, "maxMemory", config.max_memory_mb * 1024, slots=str(_MEMORY_SLOTS))
    _text(domain, "vcpu", most, current=str(config.vcpus))


def _sysinfo(domain: etree._Element, vm: Vm) -> None:
    sysinfo = etree.SubElement(domain, "sysinfo", type="smbios")
    system = etree.SubElement(sysinfo, "system")
    entries = {
        "manufacturer": "oVirt",
        "product": "OS-NAME:",
        "version": "OS-VERSION:",
        "family": "oVirt",
        "serial": "HOST-SERIAL:",
        "uuid": vm.id,
    }
    for name, text in entries.items():
        _text(system, "entry", text, name=name)


def _clock(domain: etree._Element, x86: bool) -> None:
    clock = etree.SubElement(domain, "clock", offset="variable", adjustment="0")
    etree.SubElement(clock, "timer", name="rtc", tickpolicy="catchup")
    etree.SubElement(clock, "timer", name="pit", tickpolicy="delay")
    if x86:
        etree.SubElement(clock, "timer", name="hpet", present="no")


def _numatune(domain: etree._Element, config: VmConfig) -> None:
    """Only native nodes that are pinned; never `numatune/memory`."""
    pinned = [node for node in config.nodes if node.pins]
    if not pinned:
        return
    numatune = etree.SubElement(domain, "numatune")
    for node in pinned:
        nodeset = str(Nodeset.of(node.pins))
        etree.SubElement(
            numatune, "memnode", mode=node.mode, cellid=str(node.index), nodeset=nodeset
        )


def _cells(config: VmConfig, most: int) -> list[VmNode]:
    """Native cells with the offline vCPUs dealt out, or one default cell, or none at all."""
    if config.nodes:
        return _dealt(list(config.nodes), config.vcpus, most)
    if most > config.vcpus or config.max_memory_mb > config.memory_mb:
        return [VmNode("", 0, config.memory_mb, tuple(range(most)))]
    return []


def _dealt(nodes: list[VmNode], online: int, most: int) -> list[VmNode]:
    named = sum(len(node.cpus) for node in nodes)
    first, count = named, len(nodes)
    dealt = {}
    for start, node in enumerate(sorted(nodes, key=lambda n: len(n.cpus)), first):
        more = range(start, most, count) if most > named else ()
        dealt[node.index] = VmNode("", node.index, node.memory_mb, (*node.cpus, *more))
    return [dealt[node.index] for node in sorted(nodes, key=lambda n: n.index)]


def _cpu(
    domain: etree._Element, config: VmConfig, cluster: Cluster, most: int, cells: list[VmNode]
) -> None:
    if cluster.architecture == "x86_64":
        cpu = etree.SubElement(domain, "cpu", match="exact")
        _text(cpu, "model", cluster.cpu_model)
    else:
        cpu = etree.SubElement(domain, "cpu", mode="host-model")
        _text(cpu, "model", cluster.cpu_model)
    sockets = str(most // config.cores // config.threads)
    cores, threads = str(config.cores), str(config.threads)
    etree.SubElement(cpu, "topology", cores=cores, threads=threads, sockets=sockets)
    if not cells:
        return
    numa = etree.SubElement(cpu, "numa")
    shared = config.properties.get("hugepages_shared", "").lower() == "true"
    for cell in cells:
        cpus = str(Cpuset.of(cell.cpus)) if cell.cpus else ""
        memory = str(cell.memory_mb * 1024)
        made = etree.SubElement(numa, "cell", id=str(cell.index), cpus=cpus, memory=memory)
        if shared:
            made.set("memAccess", "shared")


def _cputune(domain: etree._Element, config: VmConfig, host: Host) -> None:
    cputune = etree.SubElement(domain, "cputune")
    pins = cpu_tune.parse(config.cpu_pinning)
    if _pins_of_nodes(config):
        pins = _node_pins(config.nodes, host)
    for vcpu, cpus in sorted(pins.items()):
        etree.SubElement(cputune, "vcpupin", vcpu=str(vcpu), cpuset=cpus)


def _node_pins(nodes: Iterable[VmNode], host: Host) -> dict[int, str]:
    """vCPUs of a pinned native node run on the CPUs of its host nodes."""
    cpus = {node.index: node.cpus for node in host.nodes}
    found = {}
    for node in nodes:
        allowed = [cpu for pin in node.pins for cpu in cpus.get(pin, ())]
        if allowed:
            found.update({vcpu: str(Cpuset.of(allowed)) for vcpu in node.cpus})
    return found


def _devices(domain: etree._Element, x86: bool) -> None:
    devices = etree.SubElement(domain, "devices")
    etree.SubElement(devices, "memballoon", model="virtio")
    if x86:
        etree.SubElement(devices, "controller", type="usb", index="0", model="qemu-xhci")
    console = etree.SubElement(devices, "console", type="pty")
    etree.SubElement(console, "target", type="virtio", port="0")


def _os(domain: etree._Element, cluster: Cluster, level: str, x86: bool) -> None:
    os = etree.SubElement(domain, "os")
    machines = _MACHINES[cluster.architecture]
    _text(os, "type", "hvm", arch=cluster.architecture, machine=machines.get(level, "q35"))
    if x86:
        etree.SubElement(os, "smbios", mode="sysinfo")


def _memory_backing(domain: etree._Element, config: VmConfig, host: Host) -> None:
    size = config.properties.get("hugepages", "")
    if not (size.isdigit() and int(size)):
        return
    known = size if size in host.pages else "1048576" if len(size) > 5 else "2048"
    backing = etree.SubElement(domain, "memoryBacking")
    etree.SubElement(etree.SubElement(backing, "hugepages"), "page", size=known)


def _metadata(
    domain: etree._Element, config: VmConfig, level: str, definitions: Definitions, paused: bool
) -> None:
    metadata = etree.SubElement(domain, "metadata")
    etree.SubElement(metadata, f"{{{TUNE}}}qos")
    vm = etree.SubElement(metadata, f"{{{OVIRT}}}vm")
    _text(vm, f"{{{OVIRT}}}minGuaranteedMemoryMb", config.guaranteed_mb, type="int")
    _text(vm, f"{{{OVIRT}}}clusterVersion", level)
    custom = etree.SubElement(vm, f"{{{OVIRT}}}custom")
    for name, value in definitions.taken(joined(config.custom_properties)):
        _text(custom, f"{{{OVIRT}}}{name}", value)
    _text(vm, f"{{{OVIRT}}}launchPaused", str(paused).lower())
    _text(vm, f"{{{OVIRT}}}resumeBehavior", "auto_resume")
    _text(vm, f"{{{OVIRT}}}ballooningEnabled", str(config.ballooning).lower())
    _text(vm, f"{{{OVIRT}}}cpuPolicy", policy_of(config))


def _text(parent: etree._Element, tag: str, text: Any, **attributes: str) -> None:
    etree.SubElement(parent, tag, attributes).text = str(text)
