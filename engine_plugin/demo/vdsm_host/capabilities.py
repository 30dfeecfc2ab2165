# SPDX-License-Identifier: Apache-2.0
"""Host.getCapabilities of a captured host: its nodes as libvirt would show them to VDSM.

Decides the fields that an engine needs for a host to be up in a cluster of level 4.2 to 4.8,
and which of them are true of the captured machine (nodes, CPUs, memory, huge pages) and which
are this stand-in's own (packages, network, CPU flags). Knows no VM.

    >>> numa_nodes(topologies.load("power9"))["250"]["cpus"]
    []
"""

from __future__ import annotations

from typing import Any

from .. import topologies
from ..topologies import Node, Topology
from .network import Place, network

VDSM, LIBVIRT, QEMU = "4.50.7", "10.10.0", "9.1.0"
"""Versions of a host that takes part in every cluster level of an engine 4.5."""
_LEVELS = ["4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8"]
_ENGINES = ["4.2", "4.3", "4.4", "4.5"]
_BASE_PAGE_KIB = {"ppc64": 64}
_MACHINES = {
    "x86_64": (
        *("pc-i440fx-2.6", "pc-i440fx-2.12", "pc-i440fx-rhel7.3.0", "pc-i440fx-rhel7.6.0"),
        *("pc-q35-4.1", "pc-q35-rhel8.1.0", "pc-q35-rhel8.3.0", "pc-q35-rhel8.4.0"),
        *("pc-q35-rhel8.6.0", "pc-q35-rhel9.2.0", "pc-q35-rhel9.4.0", "pc-q35-rhel9.6.0"),
    ),
    "ppc64": (
        *("pseries-rhel7.5.0", "pseries-rhel7.6.0-sxxm", "pseries-rhel8.1.0"),
        *("pseries-rhel8.3.0", "pseries-rhel8.4.0", "pseries-rhel8.5.0"),
    ),
}
_FLAGS = {
    "x86_64": (
        *("fpu", "nx", "lm", "aes", "vmx", "svm", "spec_ctrl", "ssbd", "md_clear", "ibpb"),
        *("virt-ssbd", "ibrs", "amd-ssbd"),
    ),
    "ppc64": ("powernv",),
}
_MODELS = {
    "x86_64": (
        *("Nehalem", "Westmere", "SandyBridge", "IvyBridge", "Haswell-noTSX", "Broadwell-noTSX"),
        *("Skylake-Client", "Skylake-Client-noTSX-IBRS", "Skylake-Server"),
        *("Skylake-Server-noTSX-IBRS", "Cascadelake-Server", "Cascadelake-Server-noTSX"),
        *("Icelake-Server-noTSX", "SapphireRapids", "Opteron_G4", "Opteron_G5", "EPYC"),
        *("EPYC-Rome", "EPYC-Milan", "EPYC-Genoa"),
    ),
    "ppc64": ("POWER8", "POWER9"),
}
"""The capture says nothing of CPU models: of its architecture, a host has them all, so that
it fits into any cluster."""


def capabilities(
    topology: Topology, place: Place, hooks: dict[str, Any], boot_time: float
) -> dict[str, Any]:
    """What VDSM tells of the host itself."""
    return {
        **_cpus(topology),
        **_versions(topology),
        **_abilities(topology),
        **network(place),
        "uuid": topologies.identity("host", place.name),
        "boot_uuid": topologies.identity("boot", f"{place.name}/{boot_time}"),
        "bootTime": str(int(boot_time)),
        "hooks": hooks,
        "memSize": str(sum(node.memory_kib for node in topology.nodes) >> 10),
        "reservedMem": "321",
        "guestOverhead": "65",
        "numaNodes": numa_nodes(topology),
        "numaNodeDistance": distances(topology),
        "autoNumaBalancing": 1,
        "hugepages": sorted(page_sizes(topology)),
        "additionalFeatures": ["libgfapi_supported"],
        "netConfigDirty": "False",
    }


def numa_nodes(topology: Topology) -> dict[str, dict[str, Any]]:
    """Every node, those without CPUs or memory too, by its own id."""
    return {
        str(node.id): {
            "cpus": list(node.cpus),
            "totalMemory": str(node.memory_kib >> 10),
            "hugepages": {
                str(size): {"totalPages": str(total)}
                for size, (total, _) in pages(node, topology).items()
            },
        }
        for node in topology.nodes
    }


def distances(topology: Topology) -> dict[str, list[int]]:
    """In the order of the nodes, not by their ids."""
    nodes = topology.nodes
    return {str(node.id): [topologies.distance(node, other) for other in nodes] for node in nodes}


def page_sizes(topology: Topology) -> set[int]:
    """Huge pages in KiB: those of the capture, or what such a machine has by default."""
    found = {size for node in topology.nodes for size in node.pages}
    return found or (
        {2048, 16384, 1048576} if topology.architecture == "ppc64" else {2048, 1048576}
    )


def pages(node: Node, topology: Topology) -> dict[int, tuple[int, int]]:
    """Pages of each size in a node, total and free; ordinary ones are among libvirt's."""
    base = _BASE_PAGE_KIB.get(topology.architecture, 4)
    pools = {size: node.pages.get(size, (0, 0)) for size in sorted(page_sizes(topology))}
    pooled = sum(size * total for size, (total, _) in pools.items())
    ordinary = max(0, node.memory_kib - pooled) // base
    return {base: (ordinary, node.free_kib // base), **pools}


def cpu_places(topology: Topology) -> list[dict[str, int]]:
    """Socket and core of each CPU: nodes are dealt to sockets in order, threads to cores."""
    with_cpus = [node for node in topology.nodes if node.cpus]
    found = []
    for i, node in enumerate(with_cpus):
        socket = i * topology.sockets // len(with_cpus)
        cores = max(1, len(node.cpus) // topology.threads)
        for k, cpu in enumerate(node.cpus):
            core = node.id * 1000 + k % cores
            place = {"socket_id": socket, "die_id": 0, "core_id": core, "numa_cell_id": node.id}
            found.append({"cpu_id": cpu, **place})
    return found


def _cpus(topology: Topology) -> dict[str, Any]:
    ids = sorted(cpu for node in topology.nodes for cpu in node.cpus)
    flags = (*_FLAGS[topology.architecture], *_model_flags(topology.architecture))
    return {
        "cpuModel": topology.note,
        "cpuSpeed": "2400.000",
        "cpuSockets": str(topology.sockets),
        "cpuCores": str(topology.sockets * topology.cores),
        "cpuThreads": str(len(ids)),
        "onlineCpus": ",".join(map(str, ids)),
        "cpuTopology": cpu_places(topology),
        "cpuFlags": ",".join(flags),
        "vdsmToCpusAffinity": ids[:1],
        "tscFrequency": "2400000000",
        "tscScaling": True,
    }


def _model_flags(architecture: str) -> list[str]:
    return [f"model_{name}" for name in _MODELS[architecture]]


def _versions(topology: Topology) -> dict[str, Any]:
    names = {"vdsm": VDSM, "libvirt": LIBVIRT, "qemu-kvm": QEMU, "qemu-img": QEMU}
    packages = {name: {"version": text, "release": "1.el9"} for name, text in names.items()}
    packages["kernel"] = {"version": "5.14.0", "release": "570.el9." + topology.architecture}
    return {
        "version_name": "Snow Man",
        "software_version": VDSM,
        "software_revision": "1",
        "supportedENGINEs": _ENGINES,
        "clusterLevels": _LEVELS,
        "packages2": packages,
        "operatingSystem": {
            "name": "RHEL",
            "version": "9.6",
            "release": "1.el9",
            "pretty_name": "ovirt-numa's stand-in for VDSM (no hypervisor)",
        },
        "emulatedMachines": list(_MACHINES[topology.architecture]),
        "kernelArgs": "",
        "kernelFeatures": {"SPECTRE": "Not affected"},
        "selinux": {"mode": "1"},
        "realtimeKernel": False,
        "fipsEnabled": False,
    }


def _abilities(topology: Topology) -> dict[str, Any]:
    return {
        "kvmEnabled": "true",
        "nestedVirtualization": False,
        "vmTypes": ["kvm"],
        "rngSources": ["random", "hwrng"],
        "HBAInventory": {"iSCSI": [], "FC": []},
        "ISCSIInitiatorName": "",
        "kdumpStatus": 0,
        "hostdevPassthrough": "false",
        "hostedEngineDeployed": False,
        "vncEncrypted": False,
        "ovnConfigured": False,
        "liveSnapshot": "true",
        "liveMerge": "true",
        "backupEnabled": False,
        "coldBackupEnabled": False,
        "clearBitmapsEnabled": False,
        "domain_versions": [0, 2, 3, 4, 5],
        "supported_block_size": {"FCP": [512], "ISCSI": [512], "NFS": [512], "POSIXFS": [512]},
        "cd_change_pdiv": True,
        "refresh_disk_supported": True,
        "deferred_preallocation": True,
    }
