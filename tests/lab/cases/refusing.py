# SPDX-License-Identifier: Apache-2.0
"""Cases that end in a refusal: the line that an administrator reads, and what is left behind."""

from __future__ import annotations

from ..case import Result, case
from ..lab import CommandFailed, Lab
from ..vm import Refused, Vm
from .living import reservations


def refusal(vm: Vm, result: Result) -> str:
    """The one line of the hook's refusal; "" where it did not refuse."""
    result.asked = [f"{name} = {text}" for name, text in vm.properties.items()]
    try:
        vm.hook("before_vm_start", vm.xml)
    except Refused as refused:
        result.host.append(str(refused))
        return str(refused)
    return ""


@case("a node that the host does not have", limit=60)
def node_unknown(lab: Lab, result: Result) -> None:
    line = refusal(Vm(lab, "nowhere", {"numa_nodeset": "0,7"}), result)
    good = line.startswith("numa: numa_nodeset: ") and "no node 7" in line and "0-4" in line
    result.expect_that("what the admin reads", good, line)
    result.expect("reservations", reservations(lab), [])


@case("a VM that is too large for its node", limit=60)
def too_large(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "large", {"numa_nodeset": "2"}, memory_mib=1400)
    line = refusal(vm, result)
    result.expect_that(
        "what the admin reads",
        line.startswith("numa: ") and "needs 1.44 GiB (" in line and "on node 2" in line,
        line,
    )
    result.expect("reservations", reservations(lab), [])


@case("a node taken away between the request and the start", limit=180)
def node_taken_away(lab: Lab, result: Result) -> None:
    lab.bring_node(4)
    vm = Vm(lab, "orphan", {"numa_nodeset": "4"}, memory_mib=128, backing="")
    xml = vm.hook("before_vm_start", vm.xml)
    result.asked = [f"{name} = {text}" for name, text in vm.properties.items()]
    result.note.append("with node 4 there, the hook places the VM on it")
    lab.unplug_node(4)
    try:
        vm.launch(xml)
        result.expect("libvirt's start without node 4", "started", "refused")
    except CommandFailed as error:
        result.host.append(f"libvirt: {' '.join(str(error).split()[-24:])}")
        result.expect_that("libvirt's start without node 4", True, error)
    vm.hook("after_vm_destroy", vm.xml)
    try:
        vm.hook("before_vm_dehibernate", xml, FROM_SNAPSHOT="False")
        result.expect("a resume without node 4", "allowed", "refused")
    except Refused as error:
        result.host.append(str(error))
        result.expect_that("a resume without node 4", "node 4" in str(error), error)
    line = refusal(vm, result)
    result.expect_that("the hook without node 4", line.startswith("numa: numa_nodeset"), line)
    result.expect("reservations", reservations(lab), [])
