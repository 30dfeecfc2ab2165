# SPDX-License-Identifier: Apache-2.0
"""Cases in which a placed VM lives on: it grows, sleeps, ends, or is moved behind our back."""

from __future__ import annotations

import json
from pathlib import Path

from ..case import Result, case
from ..lab import Lab
from ..vm import Vm
from .placing import MIB, check_verify, show

_DIMM = """\
<memory model='dimm'>
  <target><size unit='KiB'>131072</size><node>0</node></target>
</memory>
"""


@case("a DIMM plugged into the running VM", limit=150)
def dimm(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "dimm", {"numa_nodeset": "1"})
    vm.start()
    Path("/run/dimm.xml").write_text(_DIMM)
    lab.virsh("attach-device", vm.name, "/run/dimm.xml", "--live")
    show(vm, result)
    result.expect("pages of the boot memory", vm.pages(256), [{1: 256 * MIB}])
    result.expect("pages of the DIMM", vm.pages(128), [{1: 128 * MIB}])
    check_verify(vm, result)


@case("suspend to a file and resume, through VDSM's hook points", limit=240)
def suspend_resume(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "sleeper", {"numa_nodeset": "1"})
    vm.start()
    saved = "/run/sleeper.save"
    lab.virsh("save", vm.name, saved)
    vm.hook("after_vm_destroy", vm.xml)
    result.expect("reservations while it sleeps", reservations(lab), [])
    xml = lab.virsh("save-image-dumpxml", saved).stdout
    result.expect("XML from before_vm_start", vm.hook("before_vm_start", xml) == xml, True)
    vm.hook("before_vm_dehibernate", xml, FROM_SNAPSHOT="False")
    lab.virsh("restore", saved, "--paused")
    Path(saved).unlink()
    vm.hook("after_vm_start", vm.live_xml())
    show(vm, result)
    result.expect("pages after it resumed", vm.pages(256), [{1: 256 * MIB}])
    result.expect("reservations after it resumed", reservations(lab), [vm.id])
    check_verify(vm, result)


@case("destroy, and the node's memory is given back", limit=150)
def destroy_releases(lab: Lab, result: Result) -> None:
    before = lab.free_kib(2)
    vm = Vm(lab, "mortal", {"numa_nodeset": "2"}, memory_mib=512)
    vm.start()
    show(vm, result)
    during = lab.free_kib(2)
    result.expect("reservations while it runs", reservations(lab), [vm.id])
    result.expect_that("node 2 gave 512 MiB", before - during >= 512 * MIB, before - during)
    vm.destroy()
    after = lab.free_kib(2)
    result.expect("reservations after it is gone", reservations(lab), [])
    # The kernel's own caches (page tables, per-CPU lists) take some MiB of a node meanwhile.
    result.expect_near("KiB free on node 2", after, before, 32 * MIB)
    result.host.append(f"node 2 free: {before} KiB, {during} with the VM, {after} after it")


def reservations(lab: Lab) -> list[str]:
    """The VMs that memory is reserved for."""
    status = json.loads(lab.numa_hook("status", "--json").stdout)
    return [entry["vm"] for entry in status["reservations"]]
