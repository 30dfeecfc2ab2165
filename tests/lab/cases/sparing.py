# SPDX-License-Identifier: Apache-2.0
"""Cases of CPUs on which no VM can run, and of nodes to which no memory can be bound: the hook
spares them, and what would happen with them is shown beside it.
"""

from __future__ import annotations

import os
from pathlib import Path

from lxml import etree

from numa_domain.base.idset import Cpuset
from numa_domain.host.model import HostTopology, Node
from numa_domain.host.sysfs import read_sysfs
from tests.sysfs_tree import write_sysfs

from ..case import Result, case
from ..lab import NODES, QEMU, CommandFailed, Lab
from ..machine import ISOLATED
from ..vm import Vm
from .placing import MIB, show
from .refusing import refusal

_GROUPS = Path("/sys/fs/cgroup")
_FAR = 252
"""As the kernel numbers the memory of GPUs on POWER9."""


@case("an isolated CPU of the node gets no pin", limit=150)
def isolated_cpus(lab: Lab, result: Result) -> None:
    isolated = Path("/sys/devices/system/cpu/isolated").read_text().strip()
    result.expect("what the kernel isolates", isolated, str(ISOLATED))
    listed = (NODES / "node2/cpulist").read_text().strip()
    result.expect("CPUs of node 2, that one among them", listed, f"4-{ISOLATED}")
    vm = Vm(lab, "isolated", {"numa_nodeset": "2"})
    vm.start()
    show(vm, result)
    result.expect("CPUs of the VM's threads", vm.pins(), {"4-5"})
    lab.virsh("emulatorpin", vm.name, listed, "--live")
    result.expect_that("a pin to all of them is possible", listed in vm.pins(), vm.pins())


@case("the slice of all VMs has not all CPUs: pins keep within it, and the VM starts", limit=300)
def slice_limit(lab: Lab, result: Result) -> None:
    limit = _slice(lab)
    limit.write_text("0-4")
    vm = _in_slice(lab, "partly")
    xml = vm.hook("before_vm_start", vm.xml)
    vm.launch(xml)
    show(vm, result)
    group = Path(f"/proc/{vm.pid}/cgroup").read_text()
    result.expect_that("it is in the slice", "/machine.slice/" in group, group)
    result.expect("CPUs of its threads", vm.pins(), {"4"})
    result.expect("what libvirt was told", _cpusets(xml), {"4"})
    vm.destroy()
    limit.write_text("0-3")
    outside = _in_slice(lab, "outside", backing="")
    outside.start()
    pins = outside.pins()
    result.expect_that("node 2 has none of them: CPUs of others", pins <= {"0-3"}, pins)
    result.expect("the start", outside.alive, True)
    try:
        vm.launch(xml)
        result.expect("the start with CPU 4, which is outside now", "started", "refused")
    except CommandFailed as error:
        result.host.append(f"with CPU 4, which is outside: {' '.join(str(error).split()[-12:])}")
        result.expect_that("with a pin outside it does not start", "affinity" in str(error), error)


def _slice(lab: Lab) -> Path:
    """machine.slice, as systemd makes it; its CPUs, as `AllowedCPUs=` sets them."""
    (_GROUPS / "cgroup.subtree_control").write_text("+cpuset +cpu +memory")
    group = _GROUPS / "machine.slice"
    group.mkdir()
    lab.undo.append(lambda: [os.rmdir(path) for path, _, _ in os.walk(group, topdown=False)])
    (group / "cgroup.subtree_control").write_text("+cpuset +cpu +memory")
    return group / "cpuset.cpus"


def _in_slice(lab: Lab, name: str, **more: str) -> Vm:
    vm = Vm(lab, name, {"numa_nodeset": "2"}, memory_mib=128, **more)
    domain = etree.fromstring(vm.xml)
    resource = etree.Element("resource")
    etree.SubElement(resource, "partition").text = "/machine.slice"
    domain.insert(5, resource)
    vm.xml = etree.tostring(domain, encoding="unicode")
    return vm


def _cpusets(xml: str) -> set[str]:
    """Of all pins."""
    return {str(text) for text in etree.fromstring(xml).xpath("cputune/*/@cpuset")}


@case("a node whose memory is offline: neither preferred nor strict goes there", limit=240)
def node_without_memory(lab: Lab, result: Result) -> None:
    lab.bring_node(4)
    xmls = {}
    for mode in ("preferred", "strict"):
        vm = Vm(lab, mode, {"numa_nodeset": f"{mode}:4"}, memory_mib=128, backing="")
        xmls[mode] = vm.hook("before_vm_start", vm.xml)
        vm.hook("after_vm_destroy", vm.xml)
    result.note.append("with node 4's memory there, the hook places the VMs on it")
    lab.take_away_node(4)
    for vm in list(lab.vms):
        line = refusal(vm, result)
        result.expect_that(f"{vm.name}: what the admin reads", "node 4" in line, line)
        try:
            vm.launch(xmls[vm.name])
            result.expect(f"{vm.name}: the start all the same", "started", "refused")
        except CommandFailed as error:
            words = " ".join(str(error).split()[-12:])
            result.host.append(f"{vm.name}, started all the same: {words}")
            result.expect_that(f"{vm.name}: QEMU's words", "Invalid argument" in words, words)
    anywhere = Vm(lab, "anywhere", {"numa_nodeset": "all"}, backing="")
    xml = anywhere.hook("before_vm_start", anywhere.xml)
    result.expect_that("`all` leaves it out", 'nodeset="0-3"' in xml, xml)


@case("a node of an id that QEMU cannot bind is refused, and left out of `all`", limit=120)
def node_beyond_qemu(lab: Lab, result: Result) -> None:
    real = read_sysfs("/sys", ())
    far = Node(_FAR, Cpuset(), 1024 * MIB, 1024 * MIB)
    nodes = [*real.nodes.values(), far]
    lab.configure(sysfs=write_sysfs(HostTopology.of(nodes), Path("/run/far")))
    line = refusal(Vm(lab, "far", {"numa_nodeset": str(_FAR)}), result)
    good = f"QEMU cannot bind memory to node {_FAR}" in line
    result.expect_that("what the admin reads", good, line)
    vm = Vm(lab, "near", {"numa_nodeset": "all"})
    xml = vm.hook("before_vm_start", vm.xml)
    result.expect_that("`all` leaves it out", f"{_FAR}" not in xml, xml)
    backend = f"memory-backend-ram,id=m,size=2M,host-nodes={_FAR},policy=bind"
    done = lab.run(str(QEMU), "-M", "none", "-display", "none", "-object", backend, check=False)
    result.host.append(f"QEMU: {done.stderr.strip()}")
    known = f"Invalid host-nodes value: {_FAR}" in done.stderr
    result.expect_that("QEMU's own words", known, done.stderr)
