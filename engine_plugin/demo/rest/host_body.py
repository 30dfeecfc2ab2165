# SPDX-License-Identifier: Apache-2.0
"""A host as elements, in the engine's order, and its NUMA nodes.

Decides what the engine shows of a host, and what it takes a captured one to have told: of its
machine and software only what does not matter is made up here. Knows no HTTP.

    element(host, running=2)
"""

from __future__ import annotations

from decimal import Decimal

from ..model import Host, HostNode
from ..topologies import identity
from .devices import with_devices
from .element import Element, reference, texts
from .links import resource
from .places import BASE

_MIB = 1 << 20
_RESERVED_MB = 386
"""Of a host's memory, for itself: 321 MiB, and 65 for the next VM's overhead."""
_TOLD = {
    "family": "captured topology",
    "manufacturer": "ovirt-numa",
    "product_name": "stand-in",
    "serial_number": "",
    "version": "1",
    "rng": "random hwrng",
    "initiator": "iqn.1994-05.invalid.demo:host",
    "libvirt": "10.10.0 libvirt-10.10.0-1.el9",
    "vdsm": "4.50.7 vdsm-4.50.7-1.el9",
    "os": "9 9 - 4",
    "description": "CentOS Stream 9",
    "kernel": "",
}


def element(
    host: Host, active: int, inlined: Element | None = None, *, whole: bool = False
) -> Element:
    """`active`: how many VMs VDSM counts; `inlined`: its statistics, where they are followed;
    `whole`: with what the engine asks its network lock for."""
    told = {**_TOLD, **host.told}
    content = [
        *_machine(host, told),
        *_memory(host),
        *_software(told),
        *_manners(host, told, active),
        reference("cluster", f"{BASE}/clusters/{host.cluster_id}", host.cluster_id),
    ]
    if whole:
        content = with_devices(content, [("network_operation_in_progress", False)])
    if inlined is not None:
        content.append(inlined)
    href = f"{BASE}/hosts/{host.id}"
    about = {"name": host.name, "comment": ""}
    return resource("host", href, host.id, content, about=about)


def _machine(host: Host, told: dict[str, str]) -> list[Element]:
    shape: list[Element] = [
        ("cores", host.cores),
        ("sockets", host.sockets),
        ("threads", host.threads),
    ]
    cpu: list[Element] = [
        ("name", told.get("cpu", f"captured topology: {host.topology}")),
        ("speed", Decimal(told.get("speed", "2400"))),
        ("topology", shape),
        ("type", host.cpu_type),
    ]
    sources: list[Element] = [("supported_rng_source", each) for each in told["rng"].split()]
    hardware: list[Element] = [
        ("family", told["family"]),
        ("manufacturer", told["manufacturer"]),
        ("product_name", told["product_name"]),
        ("serial_number", told["serial_number"]),
        ("supported_rng_sources", sources),
        ("uuid", identity("hardware", host.name)),
        ("version", told["version"]),
    ]
    return [
        ("address", host.address or f"{host.name}.demo.invalid"),
        ("auto_numa_status", "enable"),
        ("certificate", None),
        ("cpu", cpu),
        ("device_passthrough", [("enabled", False)]),
        ("external_status", "ok"),
        ("hardware_information", hardware),
        ("iscsi", [("initiator", told["initiator"])]),
        ("kdump_status", "disabled"),
        ("ksm", [("enabled", False)]),
    ]


def _memory(host: Host) -> list[Element]:
    libvirt = {**_TOLD, **host.told}["libvirt"]
    return [
        ("libvirt_version", _version(libvirt)),
        ("max_scheduling_memory", max(0, host.memory_mb - _RESERVED_MB) * _MIB),
        ("memory", host.memory_mb * _MIB),
        ("numa_supported", len(host.nodes) > 1),
    ]


def _version(told: str) -> list[Element]:
    """`10.10.0 libvirt-10.10.0-1.el9`: its numbers, and its name in full."""
    numbers, _, name = told.partition(" ")
    major, minor, build = numbers.split(".")
    return [
        ("build", build),
        ("full_version", name),
        ("major", major),
        ("minor", minor),
        ("revision", 0),
    ]


def _software(told: dict[str, str]) -> list[Element]:
    major, _, name = told["os"].partition(" ")
    os: list[Element] = [
        ("custom_kernel_cmdline", ""),
        ("description", told["description"]),
        ("reported_kernel_cmdline", told["kernel"]),
        ("type", "RHEL"),
        ("version", [("full_version", name), ("major", major)]),
    ]
    power: list[Element] = [
        ("automatic_pm_enabled", True),
        ("enabled", False),
        ("kdump_detection", told.get("kdump_detection", "true")),
        ("pm_proxies", None),
    ]
    return [
        ("os", os),
        ("ovn_configured", False),
        ("port", 54321),
        ("power_management", power),
        ("protocol", "stomp"),
        ("reinstallation_required", False),
        ("se_linux", [("mode", "enforcing")]),
    ]


def _manners(host: Host, told: dict[str, str], active: int) -> list[Element]:
    return [
        ("spm", [("priority", 5), ("status", "spm" if host.spm else "none")]),
        ("ssh", [("port", 22)]),
        ("status", host.status),
        ("summary", [("active", active), ("migrating", 0), ("total", active)]),
        ("transparent_hugepages", [("enabled", True)]),
        ("type", "rhel"),
        ("update_available", False),
        ("version", _version(told["vdsm"])),
        ("vgpu_placement", "consolidated"),
    ]


def shown_nodes(host: Host) -> list[HostNode]:
    """Nodes without CPUs are not among them: the engine's view joins nodes with their CPUs.

    Their distances stay in those of the others, so a row may have more numbers than there are
    nodes.
    """
    return [node for node in host.nodes if node.cpus]


def node_element(host: Host, node: HostNode, inlined: Element | None = None) -> Element:
    cores: list[Element] = [("core", [("index", i)]) for i in node.cpus]
    content = texts(
        ("cpu", [("cores", cores)]),
        ("index", node.index),
        ("memory", node.memory_mb),
        ("node_distance", " ".join(map(str, distances(host, node))) or None),
    )
    content.append(reference("host", f"{BASE}/hosts/{host.id}", host.id))
    href = f"{BASE}/hosts/{host.id}/numanodes/{node.id}"
    if inlined is not None:
        content.append(inlined)
    return resource("host_numa_node", href, node.id, content)


def distances(host: Host, node: HostNode) -> tuple[int, ...]:
    """Where the host told none, the engine stores zeros, and none for the node itself."""
    return node.distances or (0,) * (len(host.nodes) - 1)
