# SPDX-License-Identifier: Apache-2.0
"""Cases in which a VM is placed: what it asked for, and on which nodes its pages are.

Most guests are started paused with all memory allocated, which shows the host's side. Those
that boot show the guest's own view too, and touch their memory themselves.
"""

from __future__ import annotations

from engine_plugin.demo.guest import GuestReport

from ..case import Result, case
from ..lab import Lab
from ..machine import NODES
from ..vm import Vm

MIB = 1024
_KERNEL_KEEPS = 1024
"""KiB that a guest's kernel does not see of a cell: the BIOS area below 1 MiB in cell 0, ACPI's
tables at the end of the last."""
_STRAY = 32
"""KiB of a large mapping that may lie elsewhere and still be read as "all": none was ever seen,
but the kernel may have a page in flight while numa_maps is read."""


def show(vm: Vm, result: Result) -> None:
    """Keep what was asked for and what the host shows."""
    result.asked = [f"{name} = {text}" for name, text in vm.properties.items()]
    result.host = [str(area) for area in vm.areas()]
    result.host.append(
        "cgroup: " + ", ".join(f"{kib} KiB on node {n}" for n, kib in vm.cgroup().items() if kib)
    )


def check_guest(report: GuestReport, result: Result, cells: dict[int, tuple[str, int]]) -> None:
    """The guest's cells: CPUs as text, memory in MiB."""
    for i, node in report.nodes.items():
        distances = " ".join(str(value) for value in node.distances.values())
        result.guest.append(
            f"cell {i}: CPUs {node.cpus or '-'}, {node.memory_kib} KiB, distances {distances}"
        )
    result.expect("the guest's cells", sorted(report.nodes), sorted(cells))
    for i, (cpus, mib) in cells.items():
        node = report.nodes[i]
        result.expect(f"CPUs of cell {i} in the guest", str(node.cpus), cpus)
        result.expect_near(
            f"KiB of cell {i} in the guest", node.memory_kib, mib * MIB, _KERNEL_KEEPS
        )


def check_verify(vm: Vm, result: Result, *, good: bool = True) -> None:
    """The product's own answer."""
    code, answer = vm.verify()
    result.verify.append(answer["verdict"])
    result.expect("exit code of numa-domain verify", code, 0 if good else 1)


@case("strict on one node", limit=120)
def strict_one_node(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "strict", {"numa_nodeset": "1"})
    vm.start()
    show(vm, result)
    result.expect("pages of the guest's memory", vm.pages(256), [{1: 256 * MIB}])
    after = vm.runs[-1]
    result.expect("exit code of after_vm_start", (after.rc, after.stderr), (0, b""))
    logged = lab.hook_log().splitlines()[-1]
    result.note.append(f"logged: {logged}")
    good = ": good, by its cgroup: " in logged and "node 1 28" in logged
    result.expect_that("what after_vm_start logged, some 280 MiB on node 1", good, logged)
    check_verify(vm, result)


@case("two cells on two nodes, with the host's distances", limit=240)
def two_cells(lab: Lab, result: Result) -> None:
    topology = "cpus=0-1 mem=128M nodes=0 dist=10,12 / cpus=2-3 mem=112M nodes=1 dist=12,10"
    vm = Vm(lab, "cells", {"numa_topology": topology}, memory_mib=240, boots=True)
    vm.start()
    report = vm.report()
    show(vm, result)
    check_guest(report, result, {0: ("0-1", 128), 1: ("2-3", 112)})
    result.expect("distances of cell 0", report.nodes[0].distances, {0: 10, 1: 12})
    result.expect("distances of cell 1", report.nodes[1].distances, {0: 12, 1: 10})
    result.expect("pages of cell 0", vm.pages(128), [{0: 128 * MIB}])
    result.expect("pages of cell 1", vm.pages(112), [{1: 112 * MIB}])
    check_verify(vm, result)


@case("a memory-only cell on the memory-only node", limit=240)
def memory_only(lab: Lab, result: Result) -> None:
    topology = "cpus=0-3 mem=160M nodes=0 dist=10,17 / mem=96M nodes=3 dist=17,10"
    vm = Vm(lab, "memonly", {"numa_nodeset": "0,3", "numa_topology": topology}, boots=True)
    vm.start()
    report = vm.report()
    show(vm, result)
    check_guest(report, result, {0: ("0-3", 160), 1: ("", 96)})
    result.expect("distances of cell 1", report.nodes[1].distances, {0: 17, 1: 10})
    result.expect("pages of cell 0", vm.pages(160), [{0: 160 * MIB}])
    result.expect("pages of cell 1", vm.pages(96), [{3: 96 * MIB}])
    check_verify(vm, result)


@case("interleave over two nodes", limit=120)
def interleave(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "interleave", {"numa_nodeset": "interleave:0-1"})
    vm.start()
    show(vm, result)
    (pages,) = vm.pages(256)
    result.expect("nodes with pages", sorted(pages), [0, 1])
    # Transparent huge pages are dealt out by 2 MiB, and the first may begin on either node.
    result.expect_near("KiB on node 0", pages.get(0, 0), 128 * MIB, 2 * MIB)
    result.expect("KiB in all", sum(pages.values()), 256 * MIB)
    check_verify(vm, result)


@case("preferred, and more than the node has", limit=180)
def preferred_overflows(lab: Lab, result: Result) -> None:
    pool = (lab.free_kib(2) - 200 * MIB) // (2 * MIB)
    lab.reserve_pages(2, pool)
    free = lab.free_kib(2)
    vm = Vm(lab, "preferred", {"numa_nodeset": "preferred:2"}, memory_mib=384)
    vm.start()
    show(vm, result)
    result.note.append(f"node 2 had {free // MIB} MiB free: the rest of it is a pool of huge pages")
    (pages,) = vm.pages(384)
    result.expect("KiB in all", sum(pages.values()), 384 * MIB)
    result.expect_that("part of it is on node 2", pages.get(2, 0) > free // 2, pages)
    result.expect_that("the rest is on others", pages.get(2, 0) <= free, pages)
    check_verify(vm, result)


@case("restrictive, and its nodeset changed while the VM runs", limit=180)
def restrictive_live(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "restrictive", {"numa_nodeset": "restrictive:0"})
    vm.start()
    show(vm, result)
    result.expect("pages at the start", vm.pages(256), [{0: 256 * MIB}])
    check_verify(vm, result)
    lab.virsh("numatune", vm.name, "--nodeset", "1", "--live")
    result.host += [f"after virsh numatune --nodeset 1: {area}" for area in vm.areas()]
    result.expect("pages after the change", vm.pages(256), [{1: 256 * MIB}])
    check_verify(vm, result, good=False)
    result.note.append("asked was node 0: verify calls the change by hand a drift")


@case("huge pages from one node's pool", limit=120)
def huge_pages(lab: Lab, result: Result) -> None:
    lab.reserve_pages(1, 160)
    backing = "<memoryBacking><hugepages><page size='2048'/></hugepages></memoryBacking>"
    vm = Vm(lab, "huge", {"numa_nodeset": "1"}, backing=backing)
    vm.start()
    show(vm, result)
    (area,) = vm.areas()
    result.expect("the mapping's pages in KiB", area.page_kib, 2048)
    result.expect("pages of the guest's memory", vm.pages(256), [{1: 256 * MIB}])
    free = "/sys/devices/system/node/node1/hugepages/hugepages-2048kB/free_hugepages"
    with open(free, encoding="ascii") as file:
        result.expect("huge pages left on node 1", int(file.read()), 160 - 128)
    check_verify(vm, result)


@case("auto:1, with the largest node filled before", limit=180)
def auto_filled(lab: Lab, result: Result) -> None:
    """The VM has more vCPUs than a node has CPUs: `auto` alone would take two nodes."""
    lab.fill(0, lab.free_kib(0) // MIB - 150)
    vm = Vm(lab, "auto", {"numa_nodeset": "auto:1"})
    vm.start()
    show(vm, result)
    result.note.append(f"node 0 has {lab.free_kib(0) // MIB} MiB free")
    (pages,) = vm.pages(256)
    result.expect("nodes with pages", len(pages), 1)
    result.expect_that("not the full one", 0 not in pages, pages)
    result.expect("KiB in all", sum(pages.values()), 256 * MIB)
    check_verify(vm, result)


@case("^1: every node with memory but one", limit=120)
def except_one(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "except", {"numa_nodeset": "^1"})
    vm.start()
    show(vm, result)
    (pages,) = vm.pages(256)
    result.expect_that("no page is on node 1", 1 not in pages, pages)
    result.expect("KiB in all", sum(pages.values()), 256 * MIB)
    bound = vm.areas()[0].policy
    others = ",".join(str(node) for node in NODES if node != 1)
    result.expect("the mapping's policy", bound, f"bind:{others.replace('2,3', '2-3')}")
    check_verify(vm, result)
