# SPDX-License-Identifier: Apache-2.0
"""Cases of what the VM already has: sockets that cells are to follow, and devices in cells and on
nodes of their own.
"""

from __future__ import annotations

import json

from lxml import etree

from ..case import Result, case
from ..lab import Lab
from ..vm import Refused, Vm
from .placing import MIB, show

_SPLIT = "-sibling CPU"
"""What Linux says of CPUs that share a cache and are on different nodes: topology_sane in
arch/x86/kernel/smpboot.c."""
_DIMM = """\
<memory model='dimm'><source><nodemask>2</nodemask></source>
<target><size unit='MiB'>128</size><node>0</node></target></memory>"""
_VIRTIO_MEM = """\
<memory model='virtio-mem'><source><nodemask>2</nodemask></source>
<target><size unit='MiB'>1536</size><node>0</node><block unit='MiB'>2</block>
<requested unit='MiB'>64</requested></target></memory>"""
_BUS = """\
<controller type='pci' index='1' model='pcie-expander-bus'>
<target busNr='180'><node>1</node></target></controller>"""


def _sockets(vm: Vm, sockets: int, cores: int) -> None:
    """The VM gets so many sockets of so many cores, all of them running."""
    domain = etree.fromstring(vm.xml)
    count = sockets * cores
    domain.find("vcpu").text = str(count)
    domain.find("vcpu").attrib.pop("current", None)
    topology = domain.find("cpu/topology")
    topology.attrib.update({"sockets": str(sockets), "cores": str(cores), "threads": "1"})
    domain.find("cpu/numa/cell").set("cpus", f"0-{count - 1}")
    vm.xml = etree.tostring(domain, encoding="unicode")


def _add(vm: Vm, device: str) -> None:
    domain = etree.fromstring(vm.xml)
    domain.find("maxMemory").text = str(4 << 20)
    domain.find("devices").insert(0, etree.fromstring(device))
    vm.xml = etree.tostring(domain, encoding="unicode")


def _charges(lab: Lab, vm: Vm) -> dict[str, int]:
    """KiB of ordinary pages by node that are reserved for the VM."""
    status = json.loads(lab.numa_hook("status", "--json").stdout)
    (charges,) = [entry["charges"] for entry in status["reservations"] if entry["vm"] == vm.id]
    return {node: pages["0"] for node, pages in charges.items()}


def _kernel_on_caches(vm: Vm) -> list[str]:
    return [line for line in vm.console.read_text(errors="replace").splitlines() if _SPLIT in line]


@case("cells follow the guest's sockets, and its kernel accepts them", limit=300)
def cells_follow_sockets(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "sockets", {"numa_nodeset": "0", "numa_topology": "2"}, boots=True)
    _sockets(vm, 3, 2)
    vm.start()
    report = vm.report()
    show(vm, result)
    shown = [str(node.cpus) for node in report.nodes.values()]
    result.guest = [f"cell {i}: CPUs {cpus}" for i, cpus in enumerate(shown)]
    result.expect("CPUs of the cells in the guest", shown, ["0-3", "4-5"])
    result.expect("what the guest's kernel says of caches", _kernel_on_caches(vm), [])
    logged = [line for line in lab.hook_log().splitlines() if vm.id in line and "socket" in line]
    result.expect("what the hook warns of", logged, [])


@case("a socket in two cells: the hook warns, and the guest's kernel does", limit=300)
def socket_in_two_cells(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "split", {"numa_nodeset": "0", "numa_topology": "2"}, boots=True)
    _sockets(vm, 1, 4)
    vm.start()
    vm.report()
    show(vm, result)
    said = _kernel_on_caches(vm)
    result.guest = said[:2]
    result.expect_that("the guest's kernel warns", bool(said), "it says nothing of caches")
    logged = [line for line in lab.hook_log().splitlines() if vm.id in line and "socket" in line]
    result.host += logged[-1:]
    good = bool(logged) and logged[-1].endswith("give the VM 2 sockets of 2 cores")
    result.expect_that("the hook warns, with what suits", good, logged)


@case("a DIMM on a node of its own is charged there, and refused where it does not fit", limit=240)
def dimm_of_its_own(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "owndimm", {"numa_nodeset": "1"})
    _add(vm, _DIMM)
    vm.start()
    show(vm, result)
    result.expect("pages of the boot memory", vm.pages(256), [{1: 256 * MIB}])
    result.expect("pages of the DIMM", vm.pages(128), [{2: 128 * MIB}])
    result.expect("what is reserved", _charges(lab, vm), {"1": 256 * MIB, "2": 128 * MIB})
    vm.destroy()
    lab.fill(2, lab.free_kib(2) // MIB - 90)
    vm = Vm(lab, "nodimm", {"numa_nodeset": "1"})
    _add(vm, _DIMM)
    try:
        vm.hook("before_vm_start", vm.xml)
        result.expect("the hook, with node 2 full", "let it start", "refused")
    except Refused as refused:
        result.host.append(str(refused))
        good = "memory device 1 needs 128 MiB on node 2" in str(refused)
        result.expect_that("what the admin reads", good, refused)


@case("virtio-mem is charged with what is requested of it", limit=180)
def virtio_mem_requested(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "virtiomem", {"numa_nodeset": "1"}, backing="<memoryBacking/>")
    _add(vm, _VIRTIO_MEM)
    vm.start()
    show(vm, result)
    result.note.append(f"1536 MiB at most, on node 2 with {lab.free_kib(2) // MIB} MiB free")
    result.expect("what is reserved", _charges(lab, vm), {"1": 256 * MIB, "2": 64 * MIB})


@case("a PCI expander bus in a cell that the guest lacks", limit=180)
def bus_in_a_cell(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "nobus", {"numa_nodeset": "1", "numa_topology": "1"})
    _add(vm, _BUS)
    try:
        vm.hook("before_vm_start", vm.xml)
        result.expect("the hook, with one cell", "let it start", "refused")
    except Refused as refused:
        result.host.append(str(refused))
        good = "the pcie-expander-bus is in cell 1" in str(refused)
        result.expect_that("what the admin reads", good, refused)
    vm = Vm(lab, "bus", {"numa_nodeset": "1", "numa_topology": "2"})
    _add(vm, _BUS)
    vm.start()
    show(vm, result)
    result.expect("pages of its cells", vm.pages(128), [{1: 128 * MIB}, {1: 128 * MIB}])
