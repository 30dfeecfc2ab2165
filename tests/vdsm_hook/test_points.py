# SPDX-License-Identifier: Apache-2.0
"""Each hook point, as a process under VDSM's contract: what it answers and what it leaves."""

from __future__ import annotations

import os

import pytest
from lxml import etree

from numa_domain.host.sysfs import read_sysfs
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import GIB, Machine, two_nodes
from tests.vdsm_hook.vdsm import VM_ID
from vdsm_hook.executables import POINTS
from vdsm_hook.reservation_file import uptime

XML = engine_domain(vcpus=4, memory_gib=8)
OTHER = "11111111-2222-4333-8444-555555555555"


def numatune(xml: bytes) -> list[str]:
    return [
        " ".join([e.tag, *(f"{k}={v}" for k, v in sorted(e.attrib.items()))])
        for e in etree.fromstring(xml).iterfind("numatune/*")
    ]


def cells(xml: bytes) -> list[tuple[str | None, str | None]]:
    found = etree.fromstring(xml).iterfind("cpu/numa/cell")
    return [(cell.get("cpus"), cell.get("memory")) for cell in found]


@pytest.mark.parametrize("point", [point for point in POINTS if point != "after_get_caps"])
@pytest.mark.parametrize(
    "properties", [{}, {"numa_nodeset": "null", "numa_topology": "", "numa": " "}]
)
def test_point_vm_without_settings_leaves_before_the_file_is_opened(
    machine: Machine, point: str, properties: dict[str, str]
) -> None:
    path = machine.files / "never-opened"
    os.mkfifo(path)
    machine.config_file.write_text("this would be refused")
    answer = machine.call(point, properties=properties, path=path).answer()
    assert (answer.rc, answer.line, answer.out) == (0, "", b"")
    assert not machine.run_dir.exists()


def test_start_nodeset_and_topology_become_xml_and_a_reservation(machine: Machine) -> None:
    answer = machine.start(XML, "0-1", "2")
    assert (answer.rc, answer.line, answer.out, answer.beside) == (0, "", b"", ())
    assert cells(answer.after) == [
        ("0-1,4,6,8,10,12,14", "4194304"),
        ("2-3,5,7,9,11,13,15", "4194304"),
    ]
    assert numatune(answer.after)[0] == "memory mode=strict nodeset=0-1"
    assert b"urn:ovirt-numa:1" in answer.after
    assert (
        sum(kib for pages in machine.promises[VM_ID].values() for kib in pages.values()) == 8 * GIB
    )


def test_start_former_property_is_read(machine: Machine) -> None:
    answer = machine.call("before_vm_start", XML, {"numa": "preferred:1"}).answer()
    assert answer.rc == 0
    assert numatune(answer.after)[0] == "memory mode=preferred nodeset=1"


def test_start_keeps_mode_and_owner_of_the_file(machine: Machine) -> None:
    call = machine.call("before_vm_start", XML, {"numa_nodeset": "0"})
    assert call.answer().rc == 0
    assert oct(call.path.stat().st_mode & 0o777) == "0o600"


def test_start_that_has_no_room_is_refused_with_a_reason(machine: Machine) -> None:
    answer = machine.start(engine_domain(memory_gib=20), "0")
    assert answer.rc == 2
    assert answer.line == (
        "numa: numa_nodeset: the VM needs 20 GiB on node 0, where 16 GiB are free: 4 GiB missing; "
        "fits on nodes 0-1, or with 16 GiB of memory, or after 4 GiB are freed on node 0\n"
    )
    assert answer.after == answer.before
    assert machine.promises == {}


def test_start_counts_what_other_vms_were_promised(machine: Machine) -> None:
    assert machine.start(XML, "0", vm_id=OTHER).rc == 0
    assert machine.start(XML, "0").rc == 0
    third = machine.start(XML, "0", vm_id="33333333-2222-4333-8444-555555555555")
    assert third.rc == 2
    assert "16 GiB more promised to other VMs" in third.line
    assert set(machine.promises) == {OTHER, VM_ID}


def test_start_of_the_same_vm_again_does_not_count_twice(machine: Machine) -> None:
    for _ in range(3):
        assert machine.start(XML, "0").rc == 0
    assert machine.promises == {VM_ID: {0: {0: 8 * GIB}}}


def test_start_counts_what_other_vms_have_touched_only_once(machine: Machine) -> None:
    """Node 0 has 16 GiB free and owes 8 - 6 GiB: 14 are to be had, and not 8."""
    assert machine.start(XML, "0", vm_id=OTHER).rc == 0
    machine.vm_process(4711, OTHER, anon=f"N0={6 * GIB * 1024} N1=0")
    assert machine.start(engine_domain(memory_gib=14), "0").rc == 0
    assert machine.start(engine_domain(memory_gib=15), "0").rc == 2


def test_start_huge_pages_of_a_running_vm_are_not_promised_any_more(machine: Machine) -> None:
    """The pool of node 1 has 2 GiB, all free still in this sysfs; the first VM has taken its."""
    xml = engine_domain(memory_gib=2)
    topology = "cpus=0-3 mem=2G page=2M"
    assert machine.start(xml, "1", topology, vm_id=OTHER).rc == 0
    assert machine.promises == {OTHER: {1: {2048: 2 * GIB}}}
    assert machine.start(xml, "1", topology).rc == 2
    machine.vm_process(4711, OTHER, running=False)
    assert machine.start(xml, "1", topology).rc == 2
    machine.vm_process(4711, OTHER, running=True)
    assert machine.start(xml, "1", topology).rc == 0


def test_start_reclaims_what_vms_have_left_behind(machine: Machine) -> None:
    machine.configure(start_grace=10)
    assert machine.start(engine_domain(memory_gib=16), "0", vm_id=OTHER).rc == 0
    assert machine.start(XML, "0").rc == 2
    file = machine.run_dir / "reservations"
    made = file.read_text().split()[6]
    assert int(made) <= uptime()
    file.write_text(file.read_text().replace(f" {made} ", f" {int(made) - 11} "))
    assert machine.start(XML, "0").rc == 0
    assert set(machine.promises) == {VM_ID}


def test_start_without_vm_id_takes_the_domains_uuid(machine: Machine) -> None:
    assert machine.start(XML, "0", vm_id="").rc == 0
    assert set(machine.promises) == {VM_ID}


def test_start_several_problems_tells_how_many(machine: Machine) -> None:
    answer = machine.start(XML, "0", "cpus=0-1 mem=1G / cpus=1-9 mem=1G")
    assert answer.rc == 2
    assert "more: see numa-domain check)\n" in answer.line


def test_start_of_saved_xml_changes_nothing(machine: Machine) -> None:
    saved = machine.start(XML, "0-1", "2").after
    machine.destroy()
    answer = machine.start(saved, "0-1", "2")
    assert (answer.rc, answer.line) == (0, "")
    assert answer.after == saved
    assert machine.promises == {}


def test_start_of_saved_xml_whose_nodes_are_not_here_is_refused(machine: Machine) -> None:
    saved = machine.start(XML, "0-1", "2").after.replace(b'"0-1"', b'"0-1,7"')
    answer = machine.start(saved, "0-1", "2")
    assert (answer.rc, answer.after) == (2, saved)
    assert answer.line == (
        "numa: the suspended VM uses host nodes 0-1,7, and this host has no node 7; "
        "resume it on the host where it was suspended, or shut it down and start it anew\n"
    )


def test_dehibernate_reserves_what_the_saved_xml_is_bound_to(machine: Machine) -> None:
    saved = machine.start(XML, "0-1", "cpus=0-1 mem=6G nodes=1 / cpus=2-3 mem=2G nodes=0").after
    promised = machine.promises
    machine.destroy()
    assert machine.promises == {}
    properties = {"numa_nodeset": "0-1", "FROM_SNAPSHOT": "False"}
    answer = machine.call("before_vm_dehibernate", saved, properties).answer()
    assert (answer.rc, answer.line, answer.after) == (0, "", saved)
    assert machine.promises == promised == {VM_ID: {0: {0: 2 * GIB}, 1: {0: 6 * GIB}}}


def test_dehibernate_without_room_only_logs(machine: Machine) -> None:
    saved = machine.start(XML, "0").after
    machine.start(engine_domain(memory_gib=12), "0", vm_id=OTHER)
    machine.destroy()
    machine.start(engine_domain(memory_gib=12), "0", vm_id=OTHER)
    answer = machine.call("before_vm_dehibernate", saved, {"numa_nodeset": "0"}).answer()
    assert (answer.rc, answer.after) == (0, saved)
    assert "nodes 0 lack 4194304 KiB for it" in machine.log.read_text()


def test_dehibernate_nodes_that_are_missing_are_refused(machine: Machine) -> None:
    saved = machine.start(XML, "1").after.replace(b'nodeset="1"', b'nodeset="5"')
    answer = machine.call("before_vm_dehibernate", saved, {"numa_nodeset": "1"}).answer()
    assert (answer.rc, answer.after) == (2, saved)
    assert answer.line == (
        "numa: the suspended VM uses host nodes 5, and this host has no node 5; "
        "resume it on the host where it was suspended, or shut it down and start it anew\n"
    )


def test_start_of_a_snapshots_xml_changes_nothing_though_our_record_is_gone(
    machine: Machine,
) -> None:
    saved = machine.start(XML, "0-1", "2").after
    begin, end = saved.index(b"<numa:placement"), saved.index(b"</numa:placement>")
    saved = saved[:begin] + saved[end + len(b"</numa:placement>") :]
    running = saved.replace(
        b"</ovirt-vm:vm>",
        b'<ovirt-vm:startTime type="float">1772356502.5</ovirt-vm:startTime></ovirt-vm:vm>',
    )
    answer = machine.start(running, "0-1", "2")
    assert (answer.rc, answer.line, answer.after) == (0, "", running)
    assert machine.start(saved, "0-1", "2").after != saved


@pytest.mark.parametrize("point", ["before_vm_migrate_source", "before_vm_migrate_destination"])
@pytest.mark.parametrize(
    ("properties", "where"),
    [
        ({"numa_nodeset": "strict:0-1", "numa_topology": "2"}, "numa_nodeset=strict:0-1"),
        ({"numa_topology": "2"}, "numa_topology=2"),
        ({"numaset": "1"}, "numa_nodeset=1"),
    ],
)
def test_migration_is_refused(
    machine: Machine, point: str, properties: dict[str, str], where: str
) -> None:
    answer = machine.call(point, XML, properties).answer()
    assert (answer.rc, answer.after, answer.beside) == (2, XML, ())
    assert answer.line == (
        f"numa: {where}: the VM is bound to the NUMA nodes of the host that it runs on and cannot "
        "be migrated; shut it down and start it on the other host, or remove the property (it "
        "counts from the next start)\n"
    )


def test_destroy_gives_the_reservation_back_and_reads_no_xml(machine: Machine) -> None:
    assert machine.start(XML, "0").rc == 0
    assert machine.start(XML, "0", vm_id=OTHER).rc == 0
    answer = machine.call(
        "after_vm_destroy", "", {"numa_nodeset": "0"}, path=machine.files / "gone"
    ).answer()
    assert (answer.rc, answer.line) == (0, "")
    assert set(machine.promises) == {OTHER}


def test_destroy_of_a_vm_that_has_nothing_is_fine(machine: Machine) -> None:
    assert machine.destroy().rc == 0


def test_log_tells_what_was_decided(machine: Machine) -> None:
    machine.start(XML, "0-1", "2")
    machine.destroy()
    lines = [line.split(" ", 2)[2] for line in machine.log.read_text().splitlines()]
    assert lines[0].startswith(f"info before_vm_start {VM_ID}: placed on nodes 0-1: cell 0 on 0-1")
    assert lines[-1] == f"info after_vm_destroy {VM_ID}: reservation given back"


def test_log_that_cannot_be_written_stops_nothing(machine: Machine) -> None:
    machine.configure(log_file="/proc/no/such/place")
    assert machine.start(XML, "0").rc == 0
    machine.configure(log_file=machine.files)
    assert machine.start(XML, "0").rc == 0


def test_environment_decides_nothing(machine: Machine) -> None:
    """Custom properties become variables: Python's own, the loader's, and ours by guess."""
    bad = machine.files / "modules"
    bad.mkdir()
    for name in (
        "posix",
        "os",
        "lxml",
        "numa_domain",
        "vdsm_hook",
        "sitecustomize",
        "usercustomize",
    ):
        (bad / f"{name}.py").write_text("raise SystemExit(7)")
    environ = {
        "PYTHONPATH": str(bad),
        "PYTHONSTARTUP": str(bad / "os.py"),
        "PYTHONHOME": str(bad),
        "PYTHONDEVMODE": "1",
        "PYTHONVERBOSE": "1",
        "PYTHONMALLOC": "debug",
        "NUMA_HOOK_CONFIG": "/dev/null",
        "sysfs": "/nowhere",
    }
    answer = machine.call("before_vm_start", XML, {**environ, "numa_nodeset": "0"}).answer()
    assert (answer.rc, answer.line) == (0, "")


def test_machine_of_two_nodes_reads_back(machine: Machine) -> None:
    assert read_sysfs(machine.sysfs) == two_nodes()
