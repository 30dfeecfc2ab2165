# SPDX-License-Identifier: Apache-2.0
"""The domain XML as the engine builds it, down to libvirt's schema."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine_plugin.demo import domain, topologies
from engine_plugin.demo.model import Cluster, Host, Vm, VmConfig, VmNode
from engine_plugin.demo.rules.properties import Definitions

UUID = "0d5f0000-0000-4000-8000-000000000001"
DEFINED = Definitions.parse("numa_nodeset=[0-9,-]+", "4.7")
NS = {"ovirt-vm": domain.OVIRT}


def host(name: str = "spr-snc4") -> Host:
    return topologies.host(topologies.load(name), name, "c")


def config(**more: Any) -> VmConfig:
    given = {"memory_mb": 4096, "max_memory_mb": 16384, "guaranteed_mb": 4096, "sockets": 4}
    return VmConfig("vm1", "c", **{**given, **more})


def built(made: VmConfig, cluster: Cluster | None = None, where: Host | None = None) -> Any:
    vm = Vm(UUID, made)
    found = domain.build(vm, made, cluster or Cluster("c", "lab"), where or host(), DEFINED)
    return etree.fromstring(found.encode())


def test_plain_vm_is_as_libvirtvmxmlbuilder_writes_it() -> None:
    found = built(config())
    assert found.findtext("memory") == found.findtext("currentMemory") == "4194304"
    assert found.find("memory").attrib == {}  # VDSM reads KiB without a unit
    assert (found.findtext("maxMemory"), found.find("maxMemory").get("slots")) == ("16777216", "16")
    assert (found.findtext("vcpu"), found.find("vcpu").get("current")) == ("16", "4")
    (cell,) = found.findall("cpu/numa/cell")
    assert dict(cell.attrib) == {"id": "0", "cpus": "0-15", "memory": "4194304"}
    assert dict(found.find("cpu/topology").attrib) == {
        "cores": "1",
        "threads": "1",
        "sockets": "16",
    }
    assert found.find("numatune") is None
    assert len(found.find("cputune")) == 0


@pytest.mark.parametrize(
    ("sockets", "cores", "threads", "level", "policy", "most"),
    [
        (4, 1, 1, "4.7", "none", 16),
        (32, 1, 1, "4.7", "none", 64),
        (1, 16, 2, "4.7", "none", 96),  # (128 - 1) // 32 = 3 sockets of 32
        (4, 16, 2, "4.7", "none", 256),
        (4, 1, 1, "4.5", "none", 4),
        (4, 1, 1, "4.7", "dedicated", 4),
        (600, 1, 1, "4.7", "none", 710),
    ],
)
def test_most_vcpus_are_reckoned_as_by_the_engine(
    sockets: int, cores: int, threads: int, level: str, policy: str, most: int
) -> None:
    made = config(sockets=sockets, cores=cores, threads=threads, cpu_pinning_policy=policy)
    assert domain.vcpus_max(made, level) == most


def test_no_cell_where_nothing_can_be_plugged_in() -> None:
    found = built(config(cpu_pinning_policy="dedicated", max_memory_mb=4096))
    assert found.find("cpu/numa") is None
    assert found.find("maxMemory") is None


def test_native_nodes_share_out_the_offline_vcpus_in_turn() -> None:
    nodes = (VmNode("a", 0, 2048, (0, 1)), VmNode("b", 1, 2048, (2, 3)))
    cells = built(config(nodes=nodes)).findall("cpu/numa/cell")
    assert [c.get("cpus") for c in cells] == ["0-1,4,6,8,10,12,14", "2-3,5,7,9,11,13,15"]


def test_pinned_native_nodes_make_memnodes_and_pins() -> None:
    nodes = (
        VmNode("a", 0, 2048, (0, 1), "strict", (0,)),
        VmNode("b", 1, 2048, (2, 3), "interleave", (1, 2)),
    )
    found = built(config(nodes=nodes))
    memnodes = [dict(m.attrib) for m in found.findall("numatune/memnode")]
    assert memnodes == [
        {"mode": "strict", "cellid": "0", "nodeset": "0"},
        {"mode": "interleave", "cellid": "1", "nodeset": "1-2"},
    ]
    assert found.find("numatune/memory") is None
    pins = {p.get("vcpu"): p.get("cpuset") for p in found.findall("cputune/vcpupin")}
    assert pins == {"0": "0-13", "1": "0-13", "2": "14-41", "3": "14-41"}
    assert found.findtext("metadata/ovirt-vm:vm/ovirt-vm:cpuPolicy", namespaces=NS) == "manual"


def test_manual_pins_stay_as_written() -> None:
    made = config(cpu_pinning="0#0-3,^2_3#7", cpu_pinning_policy="manual")
    pins = {p.get("vcpu"): p.get("cpuset") for p in built(made).findall("cputune/vcpupin")}
    assert pins == {"0": "0-3,^2", "3": "7"}


def test_properties_are_in_the_metadata_and_undefined_ones_are_not() -> None:
    made = config(custom_properties=(("numa_nodeset", "0-1"), ("color", "red")))
    custom = built(made).find("metadata/ovirt-vm:vm/ovirt-vm:custom", namespaces=NS)
    assert [(etree.QName(c).localname, c.text) for c in custom] == [("numa_nodeset", "0-1")]


def test_huge_pages_are_without_a_nodeset() -> None:
    made = config(custom_properties=(("hugepages", "2048"),))
    page = built(made).find("memoryBacking/hugepages/page")
    assert dict(page.attrib) == {"size": "2048"}


def test_shared_huge_pages_share_the_cells() -> None:
    given = (("hugepages", "2048"), ("hugepages_shared", "true"))
    (cell,) = built(config(custom_properties=given)).findall("cpu/numa/cell")
    assert cell.get("memAccess") == "shared"


def test_power_vm_has_neither_smbios_nor_acpi() -> None:
    power = Cluster("c", "power", "4.8", "ppc64", "IBM POWER9", "power9")
    found = built(config(), power, host("power9"))
    assert (found.find("sysinfo"), found.find("features"), found.find("pm")) == (None, None, None)
    assert found.find("os/type").get("machine") == "pseries-rhel8.5.0"


@pytest.mark.parametrize("pins", ["", "0#0-3"])
def test_domain_passes_libvirts_schema(tmp_path: Path, pins: str) -> None:
    if shutil.which("virt-xml-validate") is None:
        pytest.skip("virt-xml-validate is missing (package libvirt-clients)")
    nodes = (VmNode("a", 0, 2048, (0, 1), "strict", (0,)), VmNode("b", 1, 2048, (2, 3)))
    made = config(nodes=nodes, cpu_pinning=pins, custom_properties=(("hugepages", "2048"),))
    path = tmp_path / "domain.xml"
    path.write_bytes(etree.tostring(built(made)))
    done = subprocess.run(
        ["virt-xml-validate", str(path), "domain"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
