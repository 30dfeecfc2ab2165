# SPDX-License-Identifier: Apache-2.0
"""Which VMs are found in /proc, and what their cgroups say they have touched."""

from __future__ import annotations

import os

from tests.vdsm_hook.machine import Machine
from tests.vdsm_hook.vdsm import VM_ID
from vdsm_hook.config import Config
from vdsm_hook.running_vms import RunningVm, survey

PAGE = os.sysconf("SC_PAGE_SIZE")


def look(machine: Machine, pid: int = 0) -> dict[str, RunningVm]:
    return dict(survey(machine.config, {VM_ID: pid}, 200).residents)


def test_survey_vm_is_found_with_what_it_touched(machine: Machine) -> None:
    machine.vm_process(4711, VM_ID, anon="N0=1048576 N1=2097152", shmem="N0=4096 N1=0", file="N0=9")
    assert look(machine) == {VM_ID: RunningVm(4711, {0: 1028, 1: 2048}, True)}


def test_survey_known_pid_is_believed_only_with_its_vm(machine: Machine) -> None:
    machine.vm_process(4711, VM_ID, anon="N0=4096")
    machine.vm_process(4712, "another-vm", anon="N0=8192")
    assert look(machine, pid=4711) == {VM_ID: RunningVm(4711, {0: 4}, True)}
    assert look(machine, pid=4712) == {VM_ID: RunningVm(4711, {0: 4}, True)}


def test_survey_starting_qemu_has_no_vcpus_yet(machine: Machine) -> None:
    machine.vm_process(4711, VM_ID, running=False, anon="N0=4096")
    assert look(machine) == {VM_ID: RunningVm(4711, {0: 4}, False)}


def test_survey_cgroup_of_version_1_counts_pages(machine: Machine) -> None:
    machine.vm_process(4711, VM_ID)
    path = "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope"
    (machine.proc / "4711" / "cgroup").write_text(
        f"8:cpu,cpuacct:{path}/emulator\n5:memory:{path}\n1:name=systemd:{path}\n"
    )
    stat = machine.root / "cgroup" / "memory" / path[1:] / "memory.numa_stat"
    stat.parent.mkdir(parents=True)
    stat.write_text("total=9 N0=9\nanon=3 N0=3\nhierarchical_anon=300 N0=200 N1=100\n")
    touched = {0: 200 * PAGE // 1024, 1: 100 * PAGE // 1024}
    assert look(machine) == {VM_ID: RunningVm(4711, touched, True)}


def test_survey_never_reads_the_figures_of_all_vms_together(machine: Machine) -> None:
    machine.vm_process(4711, VM_ID)
    scope = next((machine.root / "cgroup" / "machine.slice").iterdir())
    (scope / "memory.numa_stat").unlink()
    (scope.parent / "memory.numa_stat").write_text("anon N0=999999999\n")
    assert look(machine) == {VM_ID: RunningVm(4711, {}, True)}


def test_survey_without_a_group_that_tells_counts_by_the_processs_maps(machine: Machine) -> None:
    machine.vm_process(4711, VM_ID)
    scope = next((machine.root / "cgroup" / "machine.slice").iterdir())
    (scope / "memory.numa_stat").unlink()
    assert look(machine)[VM_ID].unseen
    own = machine.proc / "4711"
    (own / "maps").write_text(
        "7f0000000000-7f0040000000 rw-p 00000000 00:00 0\n"
        "7f0080000000-7f0080400000 rw-s 00000000 00:00 0 /x\n"
    )
    (own / "numa_maps").write_text(
        "7f0000000000 bind:1 anon=262144 N1=262144 kernelpagesize_kB=4\n"
        "7f0080000000 bind:1 file=/x huge dirty=2 N0=2 kernelpagesize_kB=2048\n"
    )
    assert look(machine) == {VM_ID: RunningVm(4711, {1: 1024 * 1024}, True)}


def test_survey_other_processes_are_not_vms(machine: Machine) -> None:
    machine.process(50, "grep", f"-uuid {VM_ID}")
    machine.process(51, "")
    machine.process(52, "/usr/libexec/qemu-kvm", "-uuid", "0d5f3a52")
    assert look(machine) == {}


def test_survey_is_incomplete_where_proc_shows_own_processes_alone(machine: Machine) -> None:
    assert survey(machine.config, {}, 0).complete
    (machine.proc / "1" / "cmdline").unlink()
    assert not survey(machine.config, {}, 0).complete


def test_survey_of_this_machine_works() -> None:
    found = survey(Config(), {VM_ID: 0}, 0)
    assert found.residents == {}
    assert found.complete
