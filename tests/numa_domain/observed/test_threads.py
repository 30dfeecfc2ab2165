# SPDX-License-Identifier: Apache-2.0
"""Threads judged, of each CPU policy: what is drift, and what is somebody's will."""

from __future__ import annotations

from pathlib import Path

import pytest

from numa_domain.host.usable_cpus import HostCpus
from numa_domain.observed.proc import sample
from numa_domain.observed.requested import Requested
from numa_domain.observed.verdict import Verdict, judge
from tests.captures import HOST, Capture
from tests.sysfs_tree import write_sysfs


def verdict(capture: Capture, root: Path) -> Verdict:
    capture.write(root)
    seen = sample(capture.pid, f"{root}/proc", f"{root}/sys/fs/cgroup")
    return judge(Requested.from_domain(capture.xml), seen, HostCpus.from_sysfs(root / "sys"))


def vm(policy: str = "none", by_hand: str | None = None) -> Capture:
    """The captured VM, its vCPUs 0-1 on CPUs 0-1 and 2-3 on 2-3."""
    end = "</ovirt-vm:cpuPolicy>"
    listed = (
        ""
        if by_hand is None
        else f"<ovirt-vm:manuallyPinedCPUs>{by_hand}</ovirt-vm:manuallyPinedCPUs>"
    )
    return Capture("cells").change("cells.xml", f"none{end}", f"{policy}{end}{listed}")


def let_run(capture: Capture, vcpu: int, old: str, new: str, *, pin: bool = False) -> Capture:
    """The kernel lets it run elsewhere; with `pin` libvirt has pinned it so."""
    path = next(p for p, t in capture.files.items() if f"Name:\tCPU {vcpu}/KVM" in t)
    assert f"_list:\t{old}" in capture.files[path]
    capture.files[path] = capture.files[path].replace(f"_list:\t{old}", f"_list:\t{new}")
    if pin:
        text = f"<vcpupin vcpu='{vcpu}' cpuset='{old}'/>"
        capture.change("cells.xml", text, text.replace(old, new))
    return capture


def states(found: Verdict) -> list[str]:
    return [row.state for row in found.threads if row.what.startswith("vcpu")]


def test_vcpus_beside_their_memory_are_good_whatever_the_policy(tmp_path: Path) -> None:
    for i, policy in enumerate(("none", "manual", "dedicated", "isolate-threads", "siblings")):
        found = verdict(vm(policy), tmp_path / str(i))
        assert (found.state, states(found), found.problems) == ("good", ["good"] * 4, ())


def test_thread_that_may_run_elsewhere_has_drifted(tmp_path: Path) -> None:
    capture = Capture("cells")
    path = next(p for p, t in capture.files.items() if "Name:\tIO iothread1\n" in t)
    capture.files[path] = capture.files[path].replace("_list:\t0-3", "_list:\t0-5")
    found = verdict(capture, tmp_path)
    assert found.state == "drifted"
    assert str(found.problems[0]) == (
        "iothread 1 may run on CPUs 0-5, and was to run on CPUs 0-3; "
        "look with virsh -r vcpupin, emulatorpin or iothreadinfo, and at who else pins threads"
    )


def test_vcpus_that_vdsm_pins_everywhere_have_drifted(tmp_path: Path) -> None:
    """It is what the service puts right; who looks before that, or without it, sees it."""
    capture = vm()
    for vcpu, old in ((0, "0-1"), (1, "0-1"), (2, "2-3")):
        let_run(capture, vcpu, old, "0-5", pin=True)
    found = verdict(capture, tmp_path)
    assert (found.state, states(found)) == ("drifted", ["drifted"] * 3 + ["good"])
    assert [str(problem) for problem in found.problems] == [
        f"{vcpus} may run on CPUs 0-5, and their memory is beside CPUs {home}; VDSM pins them so,"
        " and numa-affinity puts it right: numa-hook status says if it runs"
        for vcpus, home in (("vCPUs 0-1", "0-1"), ("vCPU 2", "2-3"))
    ]


def test_vcpus_of_which_the_node_was_taken_away_have_drifted(tmp_path: Path) -> None:
    found = verdict(let_run(vm(), 3, "2-3", "0-1,4-5", pin=True), tmp_path)
    assert found.state == "drifted"
    assert str(found.problems[0]) == (
        "vCPU 3 may run on CPUs 0-1,4-5 alone, and their memory is beside CPUs 2-3; VMs with CPUs "
        "of their own have these: move one of them, or this VM, to another host"
    )


def test_node_whose_cpus_went_offline_is_told(tmp_path: Path) -> None:
    capture = let_run(let_run(vm(), 2, "2-3", "0-1,4-5"), 3, "2-3", "0-1,4-5")
    capture.write(tmp_path)
    (tmp_path / "sys/devices/system/cpu/online").write_text("0-1,4-5\n")
    seen = sample(capture.pid, f"{tmp_path}/proc", f"{tmp_path}/sys/fs/cgroup")
    found = judge(Requested.from_domain(capture.xml), seen, HostCpus.from_sysfs(tmp_path / "sys"))
    assert str(found.problems[0]) == (
        "no CPU beside the memory of vCPUs 2-3 can be used; "
        "see which are online, isolated, or not in machine.slice: numa-domain host, lscpu"
    )


def test_cpus_that_came_online_are_beside_the_memory_too(tmp_path: Path) -> None:
    """The record has the CPUs of the VM's start; the service goes by those of now."""
    capture = let_run(vm(), 3, "2-3", "2-3,6", pin=True)
    capture.write(tmp_path)
    node = HOST.nodes[1]
    more = type(node.cpus).parse("2-3,6")
    write_sysfs(HOST.replace(nodes={**HOST.nodes, 1: node.replace(cpus=more)}), tmp_path / "sys")
    seen = sample(capture.pid, f"{tmp_path}/proc", f"{tmp_path}/sys/fs/cgroup")
    found = judge(Requested.from_domain(capture.xml), seen, HostCpus.from_sysfs(tmp_path / "sys"))
    assert (found.state, states(found)) == ("good", ["good"] * 4)


@pytest.mark.parametrize("policy", ["manual", "dedicated", "isolate-threads", "siblings"])
def test_vcpus_that_are_pinned_elsewhere_on_purpose_are_told_and_no_drift(
    tmp_path: Path, policy: str
) -> None:
    found = verdict(let_run(vm(policy), 0, "0-1", "4", pin=True), tmp_path)
    assert (found.state, states(found)) == ("good", ["pinned", "good", "good", "good"])
    assert [str(problem) for problem in found.problems] == [
        f"vCPU 0 may run on CPU 4 by the VM's CPU policy {policy}, and their memory is beside "
        "CPUs 0-1; that is its pinning: change it, or choose nodes of these CPUs, before the "
        "next start"
    ]


def test_vcpus_of_manual_that_nobody_pinned_are_vdsms(tmp_path: Path) -> None:
    capture = let_run(vm("manual", "0-1"), 0, "0-1", "0-5", pin=True)
    found = verdict(let_run(capture, 2, "2-3", "0-5", pin=True), tmp_path)
    assert states(found) == ["pinned", "good", "drifted", "good"]


def test_vcpu_that_is_not_where_libvirt_pinned_it_has_drifted(tmp_path: Path) -> None:
    """taskset, for one."""
    found = verdict(let_run(vm("manual"), 0, "0-1", "0-5"), tmp_path)
    assert found.state == "drifted"
    assert str(found.problems[0]) == (
        "vcpu 0 may run on CPUs 0-5, and was to run on CPUs 0-1; "
        "look with virsh -r vcpupin, emulatorpin or iothreadinfo, and at who else pins threads"
    )


def test_vcpus_without_memory_that_is_bound_are_free(tmp_path: Path) -> None:
    capture = vm().change("cells.xml", '<numa:cell id="1" nodes="1"', '<numa:cell id="1"')
    found = verdict(let_run(capture, 2, "2-3", "0-5", pin=True), tmp_path)
    assert states(found) == ["good", "good", "unbound", "unbound"]


def test_vm_without_a_record_is_held_to_libvirts_pins(tmp_path: Path) -> None:
    capture = vm().change("cells.xml", "urn:ovirt-numa:1", "urn:another")
    found = verdict(let_run(capture, 0, "0-1", "0-5", pin=True), tmp_path)
    assert states(found) == ["good"] * 4
