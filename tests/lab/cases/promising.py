# SPDX-License-Identifier: Apache-2.0
"""Cases of what a node can promise: what the hook accepts lives with all its memory touched, and
what it refuses is started all the same, to see that the kernel kills it.
"""

from __future__ import annotations

import re
from contextlib import suppress

from ..case import Result, case
from ..lab import CommandFailed, Lab
from ..vm import Vm
from .placing import MIB, show
from .refusing import refusal

_NEAR = {0: (0, 1), 1: (2, 3)}
"""CPUs of a node."""
_BOTH = 900
"""MiB of the VM on both nodes."""


@case("the largest VM that is accepted lives; what is refused, the kernel kills", limit=400)
def within_the_margin(lab: Lab, result: Result) -> None:
    lab.leave_free(2, 700)
    most = lab.free_kib(2) // MIB - 2
    line = refusal(Vm(lab, "toolarge", {"numa_nodeset": "2"}, memory_mib=most), result)
    good = "of them for QEMU" in line and "kept for the kernel" in line
    result.expect_that("what the admin reads", good, line)
    fits = int(re.findall(r"with (\d+)(?:\.\d+)? MiB of memory", line)[0])
    vm = Vm(lab, "largest", {"numa_nodeset": "2"}, memory_mib=fits)
    vm.start()
    show(vm, result)
    result.expect("pages of the guest's memory", vm.pages(fits), [{2: fits * MIB}])
    result.expect("kills by the kernel", (vm.alive, lab.kills()), (True, []))
    vm.destroy()
    lab.configure(kernel_percent=0, qemu_percent=0)
    most = lab.free_kib(2) // MIB - 2
    vm = Vm(lab, "doomed", {"numa_nodeset": "2"}, memory_mib=most)
    xml = vm.hook("before_vm_start", vm.xml)
    with suppress(CommandFailed):
        vm.launch(xml)
    result.host.append(f"{most} MiB, without margins: {lab.kills()}")
    result.expect_that("without margins the kernel kills it", bool(lab.kills()), "it lives")


@case("a VM on two nodes and strict ones beside it: what is owed is owed by both", limit=600)
def owed_by_several_nodes(lab: Lab, result: Result) -> None:
    lab.leave_free(0, 730)
    lab.leave_free(1, 730)
    before = lab.kills()
    early = Vm(lab, "early", {"numa_nodeset": "1"}, memory_mib=600)
    xml = early.hook("before_vm_start", early.xml)
    early.hook("after_vm_destroy", early.xml)
    _untouched(lab, result)
    _half_touched(lab, result)
    result.expect("kills by the kernel", lab.kills(), before)
    whole = _on_both(lab, "again")
    early.launch(xml)
    with suppress(OSError):
        whole.touch(_BOTH, 0, _BOTH, _NEAR[0])
    killed = lab.kills()[len(before) :]
    result.host.append(f"the one that was refused, started all the same: {killed}")
    result.expect_that("what was refused would not have lived", bool(killed), "all live")


def _on_both(lab: Lab, name: str) -> Vm:
    vm = Vm(lab, name, {"numa_nodeset": "0-1"}, memory_mib=_BOTH, backing="")
    vm.start()
    return vm


def _untouched(lab: Lab, result: Result) -> None:
    """730 MiB are free on each node, and 900 are owed by both: 600 beside them are too many."""
    whole = _on_both(lab, "whole")
    line = refusal(Vm(lab, "beside", {"numa_nodeset": "1"}, memory_mib=600), result)
    result.expect_that("600 MiB beside what is owed are refused", "promised to other" in line, line)
    small = Vm(lab, "small", {"numa_nodeset": "1"}, memory_mib=200)
    small.start()
    whole.touch(_BOTH, 0, _BOTH, _NEAR[1])
    show(whole, result)
    (pages,) = whole.pages(_BOTH)
    result.expect("KiB on nodes 0 and 1", pages.get(0, 0) + pages.get(1, 0), _BOTH * MIB)
    result.expect("200 MiB beside it", small.pages(200), [{1: 200 * MIB}])
    result.expect("both live", (whole.alive, small.alive), (True, True))
    small.destroy()
    whole.destroy()


def _half_touched(lab: Lab, result: Result) -> None:
    """450 MiB lie on each: nothing is owed any more, and of 280 that are free 64 can be had."""
    whole = _on_both(lab, "half")
    whole.touch(_BOTH, 0, _BOTH // 2, _NEAR[0])
    whole.touch(_BOTH, _BOTH // 2, _BOTH, _NEAR[1])
    result.expect("pages on both", whole.pages(_BOTH), [{0: _BOTH // 2 * MIB, 1: _BOTH // 2 * MIB}])
    beside = Vm(lab, "third", {"numa_nodeset": "0"}, memory_mib=64)
    beside.start()
    result.expect("64 MiB beside it", beside.pages(64), [{0: 64 * MIB}])
    line = refusal(Vm(lab, "fourth", {"numa_nodeset": "1"}, memory_mib=320), result)
    result.expect_that("320 MiB on node 1 are refused", line.startswith("numa: "), line)
    result.expect("both live", (whole.alive, beside.alive), (True, True))
    beside.destroy()
    whole.destroy()
